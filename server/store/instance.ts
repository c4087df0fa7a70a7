import pg from 'pg';
import { type Clock, sleep } from '../clock.ts';
import type { Database } from './database.ts';

/** This start of the server, which others can see to be alive. */
export interface Instance {
  readonly id: string;
  /** Makes the instance known, once the tables are there. */
  register(): Promise<void>;
  /** Ends the session that holds the lock. */
  release(): Promise<void>;
}

export interface InstanceOptions {
  readonly connection: pg.PoolConfig;
  readonly id: string;
  /** Refuse to start beside another server: for a database that belongs to one server alone. */
  readonly exclusive: boolean;
  readonly clock: Clock;
  readonly onLost: (reason: string) => void;
}

export class AnotherServerError extends Error {
  constructor() {
    super('Another SMS Bridge server is using this DATA_DIR. Stop it, or give this one a DATA_DIR of its own.');
    this.name = 'AnotherServerError';
  }
}

const EXCLUSIVE_TRIES = 20;
const RETRY_AFTER_MS = 250;

/**
 * Takes the lock of an instance: a session advisory lock on its id, which PostgreSQL gives up when the process
 * dies, however it dies. Rows that an instance has claimed are decided by others once its lock is free.
 * Rejects with AnotherServerError.
 */
export async function openInstance(options: InstanceOptions): Promise<Instance> {
  const { id, clock } = options;
  let stopped = false;
  let client = await openSession(options);
  const watch = (session: pg.Client) => {
    session.on('error', () => undefined);
    session.on('end', () => {
      if (!stopped) void renew();
    });
  };
  const renew = async () => {
    options.onLost('the session that holds the instance lock ended');
    while (!stopped) {
      try {
        client = await openSession(options);
        return watch(client);
      } catch {
        await sleep(clock, RETRY_AFTER_MS);
      }
    }
  };
  watch(client);
  return {
    id,
    async register() {
      const values = [id, new Date(clock.now())];
      await client.query('insert into instances (id, started_at) values ($1, $2)', values);
    },
    async release() {
      stopped = true;
      await client.end();
    },
  };
}

async function openSession({ connection, id, exclusive, clock }: InstanceOptions): Promise<pg.Client> {
  const client = new pg.Client({ ...connection, application_name: 'smsbridge instance' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    if (exclusive) await takeExclusively(client, clock);
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [id]);
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}

/** The session of a killed server may need a moment to notice that its process is gone. */
async function takeExclusively(client: pg.Client, clock: Clock): Promise<void> {
  for (let tries = 0; tries < EXCLUSIVE_TRIES; tries++) {
    const { rows } = await client.query<{ taken: boolean }>(
      `select pg_try_advisory_lock(hashtextextended('smsbridge server', 0)) as taken`,
    );
    if (rows[0]?.taken) return;
    await sleep(clock, RETRY_AFTER_MS);
  }
  throw new AnotherServerError();
}

/**
 * Instances other than `self` that are gone: their lock is free. `decide` runs in one transaction that holds the
 * lock of the dead, so two servers cannot decide for the same one; it answers whether anything is left to do.
 */
export async function forEachDeadInstance(
  database: Database,
  self: string,
  decide: (deadId: string) => Promise<'more' | 'done'>,
): Promise<void> {
  const others = await database.query<{ id: string }>({
    name: 'other_instances',
    text: 'select id from instances where id <> $1',
    values: [self],
  });
  for (const { id } of others) {
    for (let more = true; more;) {
      more = await database.transaction(async () => {
        const [lock] = await database.query<{ taken: boolean }>({
          text: 'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as taken',
          values: [id],
        });
        if (!lock?.taken) return false;
        if ((await decide(id)) === 'more') return true;
        await database.query({ text: 'delete from instances where id = $1', values: [id] });
        return false;
      });
    }
  }
}
