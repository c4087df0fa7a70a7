import { randomUUID } from 'node:crypto';
import type { PoolConfig } from 'pg';
import type { Logger } from 'pino';
import { type Clock, sleep } from '../clock.ts';
import type { Config } from '../config.ts';
import { type Database, openDatabase } from './database.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { openInstance } from './instance.ts';

export interface StorageOptions {
  readonly config: Pick<Config, 'DATABASE_URL' | 'DATA_DIR'>;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly clock: Clock;
  /** What is opened is closed in the opposite order. */
  readonly closers: { add(what: string, close: () => Promise<unknown>): void };
}

export interface Storage {
  readonly database: Database;
  /** For what opens connections of its own. */
  readonly connection: PoolConfig;
  /** Of this start of the server; see openInstance. */
  readonly instanceId: string;
}

/** The database, migrated, with this start of the server announced in it. */
export async function openStorage({ config, log, clock, closers }: StorageOptions): Promise<Storage> {
  const embedded = config.DATABASE_URL === null ? await keepEmbeddedPostgres(config.DATA_DIR, log, clock) : null;
  const connection = embedded ? embedded.connection : { connectionString: config.DATABASE_URL ?? '' };
  const instance = await openInstance({
    connection,
    id: randomUUID(),
    exclusive: embedded !== null,
    clock,
    onLost(reason) {
      log.warn({ reason }, 'database session lost');
      embedded?.startAgain();
    },
  });
  // Another server may be using the embedded PostgreSQL until the lock is ours: only then it is ours to stop.
  if (embedded) closers.add('embedded PostgreSQL', () => embedded.stop());
  closers.add('instance', () => instance.release());
  const database = openDatabase(connection, (error) => log.warn({ reason: error.message }, 'database connection lost'));
  closers.add('database', () => database.close());
  await database.migrate();
  await instance.register();
  return { database, connection, instanceId: instance.id };
}

/** The embedded PostgreSQL, and how to start it again should it end under us (the kernel may kill it for its memory). */
async function keepEmbeddedPostgres(dataDir: string, log: StorageOptions['log'], clock: Clock) {
  const start = () => startEmbeddedPostgres({ dataDir, log, clock });
  const { connection, stop } = await start();
  let stopping = false;
  let starting: Promise<unknown> | null = null;
  const startUntilItRuns = async () => {
    while (!stopping) {
      try {
        return await start();
      } catch (error) {
        log.error({ reason: (error as Error).message }, 'PostgreSQL could not be started again');
        await sleep(clock, 1_000);
      }
    }
    return undefined;
  };
  return {
    connection,
    startAgain() {
      starting ??= startUntilItRuns().finally(() => (starting = null));
    },
    async stop() {
      stopping = true;
      await starting;
      await stop();
    },
  };
}
