import { onTestFinished } from 'vitest';
import { secretBox } from '../../server/access/secrets.ts';
import { type Clock, systemClock } from '../../server/clock.ts';
import { createSafeFetch } from '../../server/events/safe-fetch.ts';
import { newSecret } from '../../server/events/sign.ts';
import { type WebhookOptions, type Webhooks, startWebhooks } from '../../server/events/webhooks.ts';
import type { Message } from '../../server/rules/message.ts';
import type { Database } from '../../server/store/database.ts';
import { insertEvents } from '../../server/store/events.ts';
import { insertMessages } from '../../server/store/new-messages.ts';
import type { WebhookDeliveryRow } from '../../server/store/schema.ts';
import { freshDatabase } from './database.ts';
import { type Answer, type HttpSink, httpSink } from './http-sink.ts';
import { sampleMessage } from './sample-message.ts';
import { until } from './until.ts';
import type { VirtualClock } from './virtual-clock.ts';

export const organisationSecret = newSecret();

export interface Harness {
  readonly database: Database;
  readonly sink: HttpSink;
  /** Every line that was logged, as JSON. */
  readonly logged: string[];
  /** Starts a server's worth of webhooks; it is stopped when the test ends. */
  readonly start: (changes?: Partial<WebhookOptions>) => Webhooks;
  readonly deliveries: () => Promise<WebhookDeliveryRow[]>;
}

/** A database, a receiver, and webhooks between them whose keys stay the same over a restart. */
export async function webhookHarness(answer?: Answer, clock: Clock = systemClock): Promise<Harness> {
  const database = await freshDatabase();
  const sink = await httpSink(answer);
  const secrets = secretBox([Buffer.alloc(32, 7).toString('base64')]);
  const safeFetch = createSafeFetch({ allowlist: [`127.0.0.1:${sink.port}`], allowLoopback: () => true });
  const logged: string[] = [];
  const write = (...line: unknown[]) => void logged.push(JSON.stringify(line, withErrors));
  const log = { info: write, warn: write, error: write };
  const stops: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    await Promise.all(stops.map((stop) => stop()));
    safeFetch.close();
    await sink[Symbol.asyncDispose]();
  });
  return {
    database,
    sink,
    logged,
    start(changes = {}) {
      const random = () => 0.5;
      const options = {
        database,
        safeFetch,
        secrets,
        organisationSecret: () => organisationSecret,
        clock,
        log,
        random,
      };
      const webhooks = startWebhooks({ ...options, ...changes });
      stops.push(() => webhooks.stop());
      return webhooks;
    },
    deliveries: () => database.kysely.selectFrom('webhook_deliveries').selectAll().orderBy('id').execute(),
  };
}

/**
 * Lets `ms` pass for one running server, a second at a time and only while both its loops wait: their rounds talk
 * to a real database and take real time.
 */
export async function passTime(clock: VirtualClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    await until(() => clock.pending() === 2);
    await clock.advance(Math.min(left, 1_000));
  }
  await until(() => clock.pending() === 2);
}

/** A text and one event about it, committed together and visible to readers. */
export async function recordEvent(database: Database, type: string, message: Message = newMessage()): Promise<Message> {
  await commitEvent(database, type, message);
  await untilVisible(database);
  return message;
}

/** More events about a text that exists, visible to readers. */
export async function recordEvents(database: Database, types: readonly string[], message: Message): Promise<void> {
  await commitEvents(database, types, message);
  await untilVisible(database);
}

/**
 * A transaction that runs anywhere in the cluster, in the database of another test too, keeps later events from
 * readers until it ends; a test that moves time by hand must not begin before.
 */
async function untilVisible(database: Database): Promise<void> {
  const hidden = {
    text: 'select 1 from events where txid >= pg_snapshot_xmin(pg_current_snapshot()) limit 1',
    values: [],
  };
  await until(async () => (await database.query(hidden)).length === 0);
}

/** The same as recordEvent, without waiting until readers can see it. */
export async function commitEvent(database: Database, type: string, message: Message = newMessage()): Promise<Message> {
  await database.transaction(async () => {
    await insertMessages(database, [{ ...message, api_key_id: null }]);
    await commitEvents(database, [type], message);
  });
  return message;
}

export function commitEvents(database: Database, types: readonly string[], message: Message): Promise<void> {
  const { id: message_id, mode, created_at } = message;
  return insertEvents(
    database,
    types.map((type, index) => ({ type, mode, message_id, sequence: index + 1, data: {}, created_at })),
  );
}

export function newMessage(changes: Partial<Message> = {}): Message {
  return sampleMessage({ id: crypto.randomUUID(), ...changes });
}

const withErrors = (_key: string, value: unknown) =>
  value instanceof Error ? `${value.name}: ${value.message}` : value;
