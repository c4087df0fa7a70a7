import { createRequire } from 'node:module';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { systemClock } from '../../server/clock.ts';
import { isAlive } from '../../server/store/embedded-cluster.ts';
import { stopPostmaster } from '../../server/store/embedded-postmaster.ts';
import { type Connection, startEmbeddedPostgres } from '../../server/store/embedded-postgres.ts';
import { scratchRoot, scratchRoots } from './scratch.ts';

declare module 'vitest' {
  interface ProvidedContext {
    cluster: Connection;
  }
}

const silent = { info: () => undefined, warn: () => undefined };
const prefix = 'smsbridge-test-cluster-';

/** One PostgreSQL for the whole run; `freshDatabase` of database.ts makes databases in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers();
  const dataDir = path.join(await scratchRoot(), `${prefix}${process.pid}`);
  const options = { dataDir, log: silent, ...otherPostgres() };
  const first = await startEmbeddedPostgres(options);
  await makeFast(first.connection);
  await first.stop();
  const cluster = await startEmbeddedPostgres(options);
  project.provide('cluster', cluster.connection);
  return async () => {
    await cluster.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

/** `TEST_POSTGRES=15` runs the same tests on an older PostgreSQL, as an outside one may be. */
function otherPostgres(): { nativeDir?: string } {
  const version = process.env['TEST_POSTGRES'];
  if (!version) return {};
  const entry = createRequire(import.meta.url).resolve(
    `embedded-postgres-${version}-${process.platform}-${process.arch}`,
  );
  return { nativeDir: path.join(path.dirname(entry), '../native') };
}

/** No test survives a power cut, so nothing has to reach the disk; and many pools are open at once. */
async function makeFast(connection: Connection): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  const settings = {
    fsync: 'off',
    full_page_writes: 'off',
    autovacuum: 'off',
    max_connections: '400',
  };
  for (const [name, value] of Object.entries(settings)) await client.query(`alter system set ${name} = ${value}`);
  await client.end();
}

/** A run that was killed leaves its cluster running. */
async function removeLeftovers(): Promise<void> {
  for (const root of scratchRoots) {
    for (const name of await readdir(root).catch(() => [])) {
      if (!name.startsWith(prefix) || isAlive(Number(name.slice(prefix.length)))) continue;
      const dataDir = path.join(root, name);
      await stopPostmaster(path.join(dataDir, 'postgres'), { clock: systemClock, log: silent });
      await rm(dataDir, { recursive: true, force: true });
    }
  }
}
