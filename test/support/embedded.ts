import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { beforeAll, onTestFinished } from 'vitest';
import { type Clock, sleep, systemClock } from '../../server/clock.ts';
import { type Account, identity } from '../../server/store/embedded-account.ts';
import { stopPostmaster } from '../../server/store/embedded-postmaster.ts';
import {
  type Connection,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '../../server/store/embedded-postgres.ts';
import { scratchRoot } from './scratch.ts';

export const silent = { info: () => undefined, warn: () => undefined };

/** A folder that everybody may pass, removed after the test together with the clusters that run in it. */
export async function temporaryFolder(): Promise<string> {
  const folder = await makeFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** The same for all tests of a file: making a cluster takes a second. What they find in it is what others left. */
export function sharedFolder(): () => string {
  let folder = '';
  beforeAll(async () => {
    folder = await makeFolder();
    return () => removeFolder(folder);
  });
  return () => folder;
}

export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(await scratchRoot(), 'smsbridge-test-'));
  await chmod(folder, 0o711);
  return folder;
}

export async function removeFolder(folder: string): Promise<void> {
  for await (const file of glob('**/postmaster.pid', { cwd: folder })) {
    await stopPostmaster(path.dirname(path.join(folder, file)), { clock: systemClock, log: silent });
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

export const start = (options: Partial<EmbeddedPostgresOptions> & { dataDir: string }) =>
  startEmbeddedPostgres({ log: silent, ...options });

/** The first column of every row. */
export async function column(connection: Connection, text: string): Promise<unknown[]> {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' });
    return rows.map((row) => row[0]);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Remembers something in the database, so that a later start can prove that it is the same one. */
export const remember = (connection: Connection, what: string) =>
  column(connection, `create table if not exists ${what} ()`);

export const remembers = async (connection: Connection, what: string) =>
  (await column(connection, `select to_regclass('${what}') is not null`))[0];

export const postmasterPid = async (cluster: string) =>
  Number((await readFile(path.join(cluster, 'postmaster.pid'), 'utf8')).split('\n')[0]);

/** Waits for a condition; only the time limit of the test itself ends it. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await sleep(systemClock, 5);
}

/** True for a zombie too: whether it is buried is up to its parent. */
export const isOver = async (pid: number) => ['Z', undefined].includes(await stateOf(pid));

/** R, S, Z…: the state of a process as Linux shows it. */
export async function stateOf(pid: number): Promise<string | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /\) (\w)/.exec(line)?.[1];
}

/** A clock on which everything takes a hundredth of the time. */
export const fastClock: Clock = {
  now: () => Date.now() * 100,
  monotonic: () => performance.now() * 100,
  after: (ms, run) => systemClock.after(ms / 100, run),
};

export type ChildReport = { connection: Connection; adopted: boolean } | { error: string; message: string };

export interface StarterProcess {
  readonly process: ChildProcess;
  /** What start-postgres.ts printed. */
  report(): Promise<ChildReport>;
  kill(): Promise<void>;
}

/** Runs start-postgres.ts: a Node process of its own that starts PostgreSQL and then waits. */
export function startInChild(options: { dataDir: string; systemDir?: string }, account?: Account): StarterProcess {
  const script = path.join(import.meta.dirname, 'start-postgres.ts');
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    ...identity(account),
    cwd: '/',
    detached: true,
    env: { ...process.env, SMPP_URL: 'smpp://secret' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const line = once(lines, 'line');
  // Nobody may ask for it: a process killed early says nothing.
  line.catch(() => undefined);
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  };
  onTestFinished(kill);
  return { process: child, kill, report: async () => JSON.parse(String((await line)[0])) as ChildReport };
}

/** The report of a start that has to succeed. */
export async function started(child: StarterProcess): Promise<{ connection: Connection; adopted: boolean }> {
  const report = await child.report();
  if ('error' in report) throw new Error(report.message);
  return report;
}
