import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { Logger } from 'pino';
import { openAccess } from '../access/access.ts';
import { loadSecretKeys, makeFirstKeys, openSecrets, openWebhookSecret } from '../access/first-start.ts';
import { openKeys } from '../access/keys.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Closers } from '../operations/closers.ts';
import { openSendQueue } from '../queue/send-queue.ts';
import { datedUuid } from '../rules/uuid.ts';
import { openStorage } from '../store/open-storage.ts';

/** What every stage of the start is given. */
export interface Around {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  readonly closers: Closers;
}

export type Foundation = Awaited<ReturnType<typeof openFoundation>>;

/** First: the database, secrets, keys and the queue. `publicUrl`: how others reach this server. */
export async function openFoundation(around: Around, publicUrl: string, onEvents: () => void) {
  const { config, log, clock, closers } = around;
  await mkdir(config.DATA_DIR, { recursive: true });
  const { database, connection, instanceId } = await openStorage(around);
  const secretKeys = await loadSecretKeys(config.SECRET_KEY, config.DATA_DIR);
  const secrets = await openSecrets(database, secretKeys, config.HIPAA_MODE);
  const webhookSecret = await openWebhookSecret(database, secrets);
  const keys = openKeys(database, clock);
  const firstKeys = await makeFirstKeys(database, keys, config.DATA_DIR, webhookSecret);
  const access = await openAccess({
    database,
    keys,
    secrets,
    issuer: publicUrl,
    organisationPerSecond: config.ORGANISATION_RATE_PER_SECOND,
    keyPerMinute: config.KEY_RATE_PER_MINUTE,
    velocity: config.ANOMALY_LIMITS,
    pausesKey: config.ANOMALY_ACTION === 'pause',
    clock,
    log,
    onEvents,
  });
  closers.add('what keys did', () => Promise.all([access.keyUses.duty.run(), access.anomalies.idle()]));
  const { joiningPool, relaxedPool, afterCommit } = database;
  const queue = await openSendQueue({ pool: relaxedPool, joiningPool, redisUrl: config.REDIS_URL, afterCommit, log });
  closers.add('queue', () => queue.close());
  const newId = () => datedUuid(clock.now(), randomUUID());
  return { database, connection, instanceId, secrets, webhookSecret, firstKeys, access, queue, newId, publicUrl };
}
