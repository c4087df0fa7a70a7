import { AsyncLocalStorage } from 'node:async_hooks';
import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import * as firstText from './migrations/0001-first-text.ts';
import * as inboundParts from './migrations/0002-inbound-parts.ts';
import * as answersOfCarriers from './migrations/0003-answers-of-carriers.ts';
import * as carriers from './migrations/0004-carriers.ts';
import * as routesAndSenders from './migrations/0005-routes-and-senders.ts';
import * as encoding from './migrations/0007-encoding.ts';
import * as ownSenderRules from './migrations/0009-own-sender-rules.ts';
import * as consent from './migrations/0011-consent.ts';
import * as conversations from './migrations/0012-conversations.ts';
import * as privacy from './migrations/0013-privacy.ts';
import * as webhookFilters from './migrations/0015-webhook-filters.ts';
import * as optInRequests from './migrations/0016-opt-in-requests.ts';
import { type Bodies, createBodies } from './bodies.ts';
import * as limitsOfKeys from './migrations/0020-limits-of-keys.ts';
import * as accessTokens from './migrations/0021-access-tokens.ts';
import * as templatesAndBatches from './migrations/0022-templates-and-batches.ts';
import * as historyFilters from './migrations/0023-history-filters.ts';
import * as eventsAndDeliveries from './migrations/0025-events-and-deliveries.ts';
import * as rollups from './migrations/0026-rollups.ts';
import * as failureReviews from './migrations/0027-failure-reviews.ts';
import * as prices from './migrations/0030-prices.ts';
import * as balances from './migrations/0031-balances.ts';
import * as queueLife from './migrations/0032-queue-life.ts';
import * as variantsAndExpiringKeys from './migrations/0033-variants-and-expiring-keys.ts';
import * as historiesOfAnySize from './migrations/0035-histories-of-any-size.ts';
import type { Schema } from './schema.ts';

/** A statement with a name is prepared once per connection: for the hot path. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

export interface Database {
  /** For everything that is not hot. Inside `transaction` it uses that transaction. */
  readonly kysely: Kysely<Schema>;
  /** pg's own pool, which knows nothing of `transaction`: for listeners and session locks. */
  readonly pool: pg.Pool;
  /** The same pool for a library that writes by `query`: inside `transaction` its writes join it. */
  readonly joiningPool: pg.Pool;
  /**
   * For a library that reads and writes what may be forgotten or repeated: its commits do not wait for the disk
   * and are lost when PostgreSQL ends within the next second. It never joins a transaction.
   */
  readonly relaxedPool: pg.Pool;
  /** Seals what people write. */
  readonly bodies: Bodies;
  query<Row>(statement: Statement): Promise<Row[]>;
  /**
   * Runs `work` in one transaction: whatever it calls through this Database, at any depth, commits or rolls
   * back together. Nested calls join the outer transaction. `relaxed`: the commit does not wait for the disk, as in
   * `relaxedPool`.
   */
  transaction<Result>(work: () => Promise<Result>, durability?: 'durable' | 'relaxed'): Promise<Result>;
  /** Runs `run` once after the surrounding transaction has committed; at once outside of one. */
  afterCommit(run: () => void): void;
  migrate(): Promise<void>;
  close(): Promise<void>;
}

interface Transaction {
  readonly client: pg.PoolClient;
  readonly onCommit: (() => void)[];
  isOver: boolean;
}

/**
 * Opens a pool on `connection`. Every connection sees the schemas public and bullmq, so that BullMQ's
 * functions resolve when the queue shares the pool.
 */
export function openDatabase(
  connection: pg.PoolConfig,
  onIdleError: (error: Error) => void,
  maxConnections = 20,
): Database {
  const bodies = createBodies();
  const settings = { connectionTimeoutMillis: 5_000, types: bodies.types, ...connection };
  // Statements that do not wait for each other travel together: under load the round trips cost more than the work.
  const pool = new pg.Pool({ max: maxConnections, pipeline: true, options: OPTIONS, ...settings });
  const relaxed = new pg.Pool({ max: RELAXED_MAX, options: `${OPTIONS} -c synchronous_commit=off`, ...settings });
  let closing = false;
  // Without a listener, an idle connection that the server closes would end the process.
  for (const each of [pool, relaxed]) {
    each.on('error', (error) => {
      if (!closing) onIdleError(error);
    });
    // The same for one that is in use: its statements fail, which is where it is dealt with.
    each.on('connect', (client) => client.on('error', () => undefined));
  }
  const current = new AsyncLocalStorage<Transaction>();
  const query = async <Row>(statement: Statement): Promise<Row[]> => {
    const client = clientOf(current);
    const result = await (client ? send(client, statement) : pool.query(statement as pg.QueryConfig));
    return result.rows as Row[];
  };
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: joiningConnections(pool, current) }) });

  return {
    kysely,
    pool,
    // What a library does in the background may have begun inside a transaction, and goes on without it.
    joiningPool: libraryPool(pool, () => (current.getStore()?.isOver ? undefined : clientOf(current))),
    relaxedPool: libraryPool(relaxed, () => undefined),
    bodies,
    query,
    transaction: (work, durability = 'durable') =>
      clientOf(current) ? work() : runTransaction(pool, current, work, BEGIN[durability]),
    afterCommit(run) {
      const transaction = current.getStore();
      if (transaction && !transaction.isOver) transaction.onCommit.push(run);
      else run();
    },
    migrate: () => migrate(kysely),
    async close() {
      closing = true;
      await Promise.all([pool.end(), relaxed.end()]);
    },
  };
}

/**
 * A prepared statement keeps its plan. One that is made while a table is still empty would go on reading all of it
 * row by row when it has grown, so plans go by an index wherever there is one. Before PostgreSQL 18 the price put on
 * the rest would set off JIT compilation.
 */
const OPTIONS = '-c search_path=public,bullmq -c enable_seqscan=off -c jit=off';
/** A carrier has three lanes, and each listens on a connection of its own. They are opened when they are needed. */
const RELAXED_MAX = 100;

function clientOf(current: AsyncLocalStorage<Transaction>): pg.PoolClient | undefined {
  const transaction = current.getStore();
  // Its client serves somebody else by now.
  if (transaction?.isOver) throw new Error('A statement came after the end of its transaction.');
  return transaction?.client;
}

async function runTransaction<Result>(
  pool: pg.Pool,
  current: AsyncLocalStorage<Transaction>,
  work: () => Promise<Result>,
  begin: string,
): Promise<Result> {
  const client = await pool.connect();
  const transaction: Transaction = { client, onCommit: [], isOver: false };
  let result: Result;
  try {
    const [, worked] = await Promise.all([send(client, { text: begin, values: [] }), current.run(transaction, work)]);
    result = worked;
    transaction.isOver = true;
    await commit(client);
  } catch (error) {
    transaction.isOver = true;
    // A connection that cannot even roll back is of no further use: destroy it.
    const broken = await client.query('rollback').then(
      () => undefined,
      (failure: Error) => failure,
    );
    client.release(broken);
    throw error;
  }
  client.release();
  for (const run of transaction.onCommit) run();
  return result;
}

const BEGIN = { durable: 'begin', relaxed: 'begin; set local synchronous_commit = off' };

/** What is sent in one turn of the event loop leaves in one write. */
function send(client: pg.PoolClient, statement: Statement): Promise<pg.QueryResult> {
  const { stream } = client.connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
  return client.query(statement as pg.QueryConfig);
}

/** PostgreSQL answers a commit after a failed statement with ROLLBACK and no error. */
async function commit(client: pg.PoolClient): Promise<void> {
  const { command } = await client.query('commit');
  if (command !== 'COMMIT')
    throw new Error('The transaction was rolled back because one of its statements had failed.');
}

/** Connections for Kysely: inside a transaction it gets that transaction's client, and giving it back does nothing. */
function joiningConnections(pool: pg.Pool, current: AsyncLocalStorage<Transaction>): PostgresPool {
  const connect = async () => {
    const client = clientOf(current);
    if (!client) return pool.connect();
    return new Proxy(client, {
      get: (target, name) => {
        if (name === 'release') return () => undefined;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  };
  return { connect, end: done } as unknown as PostgresPool;
}

/** BullMQ recognises a pool by its methods; it must not end ours. */
function libraryPool(pool: pg.Pool, clientNow: () => pg.PoolClient | undefined): pg.Pool {
  const named = namedStatements();
  const library = {
    query: (...args: unknown[]) => {
      const target = clientNow() ?? pool;
      return Reflect.apply(target.query, target, named(args)) as unknown;
    },
    connect: () => pool.connect(),
    end: done,
    on: () => library,
    removeListener: () => library,
    removeAllListeners: () => library,
    options: pool.options,
  };
  return library as unknown as pg.Pool;
}

/** Gives the statements of a library, which are few and always the same, names: they are prepared once per connection. */
function namedStatements(): (args: unknown[]) => unknown[] {
  const names = new Map<string, string>();
  return (args) => {
    const [text, values] = args;
    if (args.length !== 2 || typeof text !== 'string' || !Array.isArray(values)) return args;
    const name = names.get(text) ?? `library_${names.size}`;
    if (names.size < NAMES_MAX) names.set(text, name);
    return names.has(text) ? [{ name, text, values }] : args;
  };
}

const NAMES_MAX = 200;

const done = () => Promise.resolve();

/** Kysely's migrator takes an advisory lock itself, so two servers that start together migrate once. */
async function migrate(kysely: Kysely<Schema>): Promise<void> {
  const migrator = new Migrator({
    db: kysely,
    provider: {
      getMigrations: () =>
        Promise.resolve({
          '0001-first-text': firstText,
          '0002-inbound-parts': inboundParts,
          '0003-answers-of-carriers': answersOfCarriers,
          '0004-carriers': carriers,
          '0005-routes-and-senders': routesAndSenders,
          '0007-encoding': encoding,
          '0009-own-sender-rules': ownSenderRules,
          '0011-consent': consent,
          '0012-conversations': conversations,
          '0013-privacy': privacy,
          '0015-webhook-filters': webhookFilters,
          '0016-opt-in-requests': optInRequests,
          '0020-limits-of-keys': limitsOfKeys,
          '0021-access-tokens': accessTokens,
          '0022-templates-and-batches': templatesAndBatches,
          '0023-history-filters': historyFilters,
          '0025-events-and-deliveries': eventsAndDeliveries,
          '0026-rollups': rollups,
          '0027-failure-reviews': failureReviews,
          '0030-prices': prices,
          '0031-balances': balances,
          '0032-queue-life': queueLife,
          '0033-variants-and-expiring-keys': variantsAndExpiringKeys,
          '0035-histories-of-any-size': historiesOfAnySize,
        }),
    },
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
}
