import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { openSendQueue } from '../../server/queue/send-queue.ts';
import { type Database, openDatabase } from '../../server/store/database.ts';
import type { Connection } from '../../server/store/embedded-postgres.ts';

export interface FreshDatabase extends Database, AsyncDisposable {
  /** For what opens connections of its own. */
  readonly connection: Connection;
}

const template = 'migrated';

/**
 * A migrated, empty database of its own. Inside a test it is closed and removed when the test ends. In beforeAll, or in
 * a concurrent test, dispose of it yourself: `await using`, or `[Symbol.asyncDispose]` in afterAll.
 */
export async function freshDatabase(
  options: { maxConnections?: number; connectionTimeoutMillis?: number } = {},
): Promise<FreshDatabase> {
  const { maxConnections: _max, ...patience } = options;
  const connection = { ...(await migratedDatabase()), ...patience };
  const name = connection.database;
  const database = openDatabase(connection, () => undefined, options.maxConnections);
  let removed: Promise<void> | undefined;
  const remove = () => (removed ??= removeDatabase(name, database));
  untilTestFinished(remove);
  return { ...database, connection, close: closeOnce(database), [Symbol.asyncDispose]: remove };
}

/** A migrated, empty database, for what opens it itself. Its removal is left to the end of the run. */
export async function migratedDatabase(): Promise<Connection> {
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(async (admin) => {
    await ensureTemplate(admin);
    // Copying the files takes half the time of copying the pages through the log.
    await admin.query(`create database ${name} template ${template} strategy file_copy`);
  });
  return { ...inject('cluster'), database: name };
}

/** A database with nothing in it, for tests of the migrations themselves. Its removal is left to the end of the run. */
export async function emptyDatabase(): Promise<Connection> {
  const name = `e_${randomUUID().replaceAll('-', '')}`;
  await asAdmin((admin) => admin.query(`create database ${name}`));
  return { ...inject('cluster'), database: name };
}

async function removeDatabase(name: string, database: Database): Promise<void> {
  if (!database.pool.ending) await database.close();
  // Nobody has to wait for it: at the end of the run the whole cluster goes.
  void asAdmin((admin) => admin.query(`drop database if exists ${name} with (force)`)).catch(() => undefined);
}

/** Tests may close the database themselves; pg refuses to end a pool twice. */
function closeOnce(database: Database): () => Promise<void> {
  return async () => {
    if (!database.pool.ending) await database.close();
  };
}

function untilTestFinished(remove: () => Promise<void>): void {
  try {
    onTestFinished(remove);
  } catch {
    // Not inside a test: the caller disposes of it.
  }
}

let hasTemplate = false;

/** Migrating takes longer than copying, so the first worker that needs it migrates one template for all. */
async function ensureTemplate(admin: pg.ClientBase): Promise<void> {
  if (hasTemplate) return;
  await admin.query('select pg_advisory_lock(1)');
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [template]);
  if (rowCount === 0) await makeTemplate(admin);
  await admin.query('select pg_advisory_unlock(1)');
  hasTemplate = true;
}

async function makeTemplate(admin: pg.ClientBase): Promise<void> {
  const unfinished = `${template}_unfinished`;
  await admin.query(`drop database if exists ${unfinished} with (force)`);
  await admin.query(`create database ${unfinished}`);
  const database = openDatabase({ ...inject('cluster'), database: unfinished }, () => undefined);
  await database.migrate();
  await migrateQueue(database);
  await database.close();
  await admin.query(`alter database ${unfinished} rename to ${template}`);
  await admin.query(`alter database ${template} allow_connections false`);
}

/** The tables of the queue take longer to make than everything else. */
async function migrateQueue({ pool, joiningPool, afterCommit }: Database): Promise<void> {
  const log = { warn: () => undefined };
  const queue = await openSendQueue({ pool, joiningPool, redisUrl: null, afterCommit, log });
  await queue.close();
}

let admins: pg.Pool | undefined;

/** Sessions stay open from one test of a worker to the next. */
async function asAdmin<Result>(work: (admin: pg.ClientBase) => Promise<Result>): Promise<Result> {
  admins ??= new pg.Pool({ ...inject('cluster'), database: 'postgres', max: 2, allowExitOnIdle: true }).on(
    'error',
    () => undefined,
  );
  const admin = await admins.connect();
  return work(admin).finally(() => admin.release());
}
