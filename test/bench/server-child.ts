import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig } from '../../server/config.ts';
import { startServer } from '../../server/main.ts';
import { createLog } from '../../server/operations/log.ts';
import { type Connection, startEmbeddedPostgres } from '../../server/store/embedded-postgres.ts';

/** Where the server is, and its database. */
export interface Started {
  readonly url: string;
  readonly key: string;
  readonly connection: Connection;
}

/** After a collection, so that garbage does not count. */
export interface Memory {
  readonly heapBytes: number;
  readonly rssBytes: number;
}

/**
 * The whole server as a child, configured by its environment, with a folder and a database of its own. It stops, and
 * leaves nothing behind, as soon as its parent is gone: whether that has ended, has failed or was killed.
 */
const parentGone = new Promise<void>((resolve) => {
  process.once('disconnect', resolve);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
});

async function run(): Promise<void> {
  await using left = new AsyncDisposableStack();
  const dataDir = await mkdtemp(path.join(tmpdir(), 'smsbridge-bench-'));
  left.defer(() => rm(dataDir, { recursive: true, force: true }));
  const postgres = await startEmbeddedPostgres({ dataDir, log: { info: () => undefined, warn: () => undefined } });
  left.defer(() => postgres.stop());
  const { connection } = postgres;
  const { host, port, user, database } = connection;
  const DATABASE_URL = `postgres:///${database}?host=${encodeURIComponent(host)}&port=${port}&user=${user}`;
  const config = readConfig({ ...process.env, DATA_DIR: dataDir, DATABASE_URL });
  const server = await startServer(config, createLog('error'));
  left.defer(() => server.stop());
  process.on('message', () => {
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    tell({ heapBytes: heapUsed, rssBytes: rss } satisfies Memory);
  });
  tell({ url: server.url, key: server.firstKeys?.test ?? '', connection } satisfies Started);
  await parentGone;
}

function tell(message: object): void {
  if (process.connected) process.send?.(message);
}

await run();
if (process.connected) process.disconnect();
