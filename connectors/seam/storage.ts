import { Kysely, PostgresDialect, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import pg from 'pg';

export interface Queries {
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface Storage extends Queries {
  /** Everything asked of `tx` commits or rolls back together. */
  transaction<Result>(work: (tx: Queries) => Promise<Result>): Promise<Result>;
}

/** Connections that see one schema: that of the connector. */
export function openPool(connection: pg.PoolConfig, schema: string, onIdleError: (error: Error) => void): pg.Pool {
  const options = `-c search_path=${schema} -c jit=off`;
  const pool = new pg.Pool({ connectionTimeoutMillis: 5_000, ...connection, max: CONNECTIONS_MAX, options });
  // Without listeners, a connection that the server closes would end the process.
  pool.on('error', onIdleError);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

const CONNECTIONS_MAX = 8;

/**
 * Brings the tables of a connector up to date. Kysely's migrator makes the schema and takes an advisory lock, so two
 * processes that start together migrate once.
 */
export async function migrate(
  pool: pg.Pool,
  schema: string,
  migrations: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const migrator = new Migrator({
    db: new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) }),
    migrationTableSchema: schema,
    provider: {
      getMigrations: () =>
        Promise.resolve(Object.fromEntries(Object.entries(migrations).map(([name, sql]) => [name, migrationOf(sql)]))),
    },
  });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error instanceof Error ? error : new Error('The migration failed.');
}

const migrationOf = (statements: readonly string[]): Migration => ({
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
});

export function storageOf(pool: pg.Pool): Storage {
  return {
    query: (text, values = []) => ask(pool, text, values),
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const result = await work({ query: (text, values = []) => ask(client, text, values) });
        await client.query('commit');
        client.release();
        return result;
      } catch (error) {
        // A connection that cannot even roll back is of no further use: destroy it.
        const broken = await client.query('rollback').then(
          () => undefined,
          (failure: Error) => failure,
        );
        client.release(broken);
        throw error;
      }
    },
  };
}

async function ask<Row>(on: pg.Pool | pg.ClientBase, text: string, values: readonly unknown[]): Promise<Row[]> {
  const { rows } = await on.query(text, [...values]);
  // The shape that the statement in the same file selects.
  return rows as Row[];
}
