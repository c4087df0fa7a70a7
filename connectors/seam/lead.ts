import type pg from 'pg';
import { type Clock, sleep } from '../../server/clock.ts';
import type { ConnectorLog } from './connector.ts';

export interface Lead {
  isLeading(): boolean;
  stop(): Promise<void>;
}

export interface LeadOptions {
  readonly pool: pg.Pool;
  /** Of the connector. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: ConnectorLog;
  /** Begins the work; the answer ends it and waits for what is under way. */
  readonly begin: () => Promise<() => Promise<void>>;
}

/**
 * Several processes may run one connector on one database. All of them store what comes in; one of them does the work:
 * whoever holds the advisory lock of the name in a session of its own. PostgreSQL frees it when that process dies.
 */
export function takeTheLead(options: LeadOptions): Lead {
  const stopping = new AbortController();
  let leading = false;
  const running = (async () => {
    while (!stopping.signal.aborted) {
      const session = await lockedSession(options);
      if (session) {
        leading = true;
        await leadUntilLost(options, session, stopping.signal).finally(() => (leading = false));
      }
      await sleep(options.clock, RETRY_MS, stopping.signal);
    }
  })();
  return {
    isLeading: () => leading,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

const RETRY_MS = 1_000;

async function lockedSession({ pool, name, log }: LeadOptions): Promise<pg.PoolClient | null> {
  try {
    const client = await pool.connect();
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
      [`connector ${name}`],
    );
    if (rows[0]?.locked === true) return client;
    client.release();
  } catch (error) {
    log.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'the database cannot be asked who leads');
  }
  return null;
}

async function leadUntilLost(options: LeadOptions, session: pg.PoolClient, stopping: AbortSignal): Promise<void> {
  const lost = new AbortController();
  const end = () => lost.abort();
  session.once('end', end).once('error', end);
  try {
    const endWork = await options.begin();
    const over = AbortSignal.any([lost.signal, stopping]);
    if (!over.aborted) await new Promise((resolve) => over.addEventListener('abort', resolve, { once: true }));
    await endWork();
  } catch (error) {
    options.log.error({ err: error }, 'the work of the connector could not be begun');
  } finally {
    // Closing the session frees the lock.
    session.release(true);
  }
}
