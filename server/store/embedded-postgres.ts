import pg from 'pg';
import type { Logger } from 'pino';
import { type Clock, sleep, systemClock } from '../clock.ts';
import { EmbeddedPostgresError } from './embedded-account.ts';
import { findNativeDir, prepareBinaries, removeOldCopies } from './embedded-binaries.ts';
import { ensureCluster, superuser } from './embedded-cluster.ts';
import { prepareHome } from './embedded-home.ts';
import { port, postmasterOf, stopPostmaster } from './embedded-postmaster.ts';

export { EmbeddedPostgresError };

export interface EmbeddedPostgres {
  /** A Unix socket: `host` is its folder. */
  readonly connection: Connection;
  /** True if it was running already: the process that started it was killed. */
  readonly adopted: boolean;
  /** Shuts it down and resolves when it is gone. Call it last: open connections are cut. */
  stop(): Promise<void>;
}

export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly clock?: Clock;
  /** Another build of PostgreSQL: a folder with bin, lib and share. Default: the one that npm installed. */
  readonly nativeDir?: string;
  /** Where the cluster lives when root starts it below a folder that is closed to others. */
  readonly systemDir?: string;
}

/**
 * Starts the PostgreSQL that comes with npm install, in DATA_DIR/postgres, reachable by a Unix socket only, or takes
 * over the one that runs there. It outlives a crash of this process; `stop` ends it.
 * Throws EmbeddedPostgresError with a sentence for the person who runs the server.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    return await start(options);
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL could not be started: ${reason}. Mend that, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause: error },
    );
  }
}

async function start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log, clock = systemClock } = options;
  const native = options.nativeDir ?? findNativeDir();
  const home = await prepareHome(options.dataDir, options.systemDir ?? '/var/lib/smsbridge');
  const binaries = await prepareBinaries(native, home);
  const made = await ensureCluster(home, binaries);

  const surroundings = { clock, log };
  const postmaster = await connectable(postmasterOf(home, binaries, surroundings), clock);
  const { pid, adopted, socketDir } = postmaster;
  if (!adopted) await removeOldCopies(home, binaries);
  log.info({ pid, made, adopted, folder: home.cluster }, 'PostgreSQL is ready');
  return {
    connection: connectionTo(socketDir, superuser),
    adopted,
    stop: () => stopPostmaster(home.cluster, surroundings),
  };
}

const connectionTo = (host: string, database: string): Connection => ({
  host,
  port,
  user: superuser,
  database,
});

/** A postmaster taken over may be about to stop, and two starts at once make the same database: try again. */
async function connectable(find: ReturnType<typeof postmasterOf>, clock: Clock) {
  const giveUpAt = clock.now() + 10_000;
  for (;;) {
    const postmaster = await find();
    try {
      await ensureDatabase(postmaster.socketDir);
      return postmaster;
    } catch (error) {
      if (clock.now() > giveUpAt) throw error;
      await sleep(clock, 50);
    }
  }
}

async function ensureDatabase(socketDir: string): Promise<void> {
  const client = new pg.Client({
    ...connectionTo(socketDir, 'postgres'),
    connectionTimeoutMillis: 5_000,
  });
  // A server that goes away while we talk to it also fails the query: that is where it is dealt with.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query('select from pg_database where datname = $1', [superuser]);
    if (rowCount === 0) await client.query(`create database ${superuser}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}
