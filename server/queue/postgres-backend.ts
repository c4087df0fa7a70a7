import { EventEmitter } from 'node:events';
import {
  type BackendFactory,
  type PgPool,
  PostgresConnection,
  type PostgresConnectionOptions,
  PostgresQueueBackend,
} from 'bullmq';
import type pg from 'pg';

/**
 * BullMQ's backend for PostgreSQL, without its look at the schema: that was made when the queue was opened, and a lane
 * whose first look fails would remember the failure for ever, and ask again without a pause.
 */
export const postgresBackend: BackendFactory<PostgresQueueBackend, PostgresConnectionOptions> = (name, options) => {
  const connection = new PostgresConnection(options.connection ?? {});
  connection.waitUntilReady = () => Promise.resolve();
  return new PostgresQueueBackend(connection, name, options);
};

/** BullMQ describes a pool by its own, narrower types. */
export const asPgPool = (pool: pg.Pool) => pool as unknown as PgPool;

/** A worker that cannot reach the database asks again after this, and not in a loop that lets nothing else run. */
const PAUSE_MS = 1_000;

/**
 * A pool for workers. All of them listen on one connection, however many lanes there are: BullMQ keeps one for each
 * worker, which at thirty carriers is every connection that PostgreSQL allows.
 */
export function workerPool(pool: pg.Pool): PgPool {
  let listening: Promise<Listening> | null = null;
  const listener = () => {
    listening ??= listenOn(pool, () => {
      listening = null;
    });
    return listening;
  };
  const facade = {
    query: (text: string, values?: unknown[]) => patiently(pool.query(text, values)),
    connect: async () => (await patiently(listener())).share(),
    end: () => Promise.resolve(),
    on: () => facade,
    removeAllListeners: () => facade,
    options: { keepAlive: true },
  };
  return facade as unknown as PgPool;
}

async function patiently<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    await new Promise<void>((resolve) => setTimeout(resolve, PAUSE_MS).unref());
    throw error;
  }
}

interface Listening {
  /** A client of the connection for one more worker, until its `release`. */
  share(): object;
}

async function listenOn(pool: pg.Pool, onOver: () => void): Promise<Listening> {
  const client = await pool.connect().catch((error: unknown) => {
    onOver();
    throw error;
  });
  const sharers = new Set<EventEmitter>();
  // One after the other, as a connection wants it.
  let turn: Promise<unknown> = Promise.resolve();
  const query = (text: string, values?: unknown[]) => {
    const result = turn.then(() => client.query(text, values));
    turn = result.catch(() => undefined);
    return result;
  };
  const over = (error: Error) => {
    if (!isOpen) return;
    close();
    // Each worker listens anew after this.
    for (const sharer of sharers) sharer.emit('error', error);
  };
  let isOpen = true;
  const close = () => {
    isOpen = false;
    onOver();
    client.removeAllListeners('notification');
    client.release(true);
  };
  client.on('error', over);
  client.on('end', () => over(new Error('The connection that listens has ended.')));
  client.on('notification', (notice) => {
    for (const sharer of sharers) sharer.emit('notification', notice);
  });
  return {
    share() {
      if (!isOpen) throw new Error('The connection that listens has ended.');
      const sharer = new EventEmitter();
      sharer.on('error', () => undefined);
      sharers.add(sharer);
      return Object.assign(sharer, {
        connection: client.connection,
        query,
        release() {
          const isLast = sharers.delete(sharer) && sharers.size === 0;
          if (isLast && isOpen) close();
        },
      });
    },
  };
}
