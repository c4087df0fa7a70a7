import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { superuser } from '../../server/store/embedded-cluster.ts';
import type { Connection } from '../../server/store/embedded-postgres.ts';
import { postmasterPid } from './embedded.ts';
import { until } from './until.ts';

const root = path.join(import.meta.dirname, '../..');

/** How the server is started: as itself, by npm, or by npm in a terminal of its own. */
export type Way = 'node' | 'npm' | 'npm in a terminal';

const COMMANDS: Readonly<Record<Way, readonly [command: string, ...args: string[]]>> = {
  node: [process.execPath, path.join(root, 'server/main.ts')],
  npm: ['npm', 'start'],
  // `script` gives its child a terminal; -e hands on the exit code, which a shell in between would make its own.
  'npm in a terminal': ['script', '-qfec', 'exec npm start', '/dev/null'],
};

export const hasTerminals = spawnSync('script', ['--version']).stdout?.includes('util-linux') ?? false;

export interface ServerOptions {
  readonly dataDir: string;
  /** Beside these, only what the shell needs is handed on. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly way?: Way;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The server, run by a process of its own. */
export interface ServerProcess {
  /** Of the process that was started: npm or `script` where one of them started the server. */
  readonly pid: number;
  /** Resolves when /readyz answers 200. Rejects with what the server printed if it ends before. */
  ready(): Promise<RunningServer>;
  /** Everything it printed so far. */
  output(): string;
  /** What is typed at its terminal. */
  type(text: string): void;
  kill(signal: NodeJS.Signals): void;
  /** The same for the whole process group. */
  killGroup(signal: NodeJS.Signals): void;
  readonly exit: Promise<Exit>;
}

export interface RunningServer {
  readonly url: string;
  readonly keys: { readonly test: string; readonly live: string };
}

/** Starts the server on free ports, without simulator and metrics. The test's end kills whatever is left of it. */
export function spawnServer({ dataDir, settings = {}, way = 'node' }: ServerOptions): ServerProcess {
  const [command, ...args] = COMMANDS[way];
  const child = spawn(command, args, {
    cwd: root,
    env: { ...bareEnvironment(), DATA_DIR: dataDir, ...FREE_PORTS, ...NOTHING_KEPT_BACK, ...settings },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const exit = exitOf(child);
  const output = collect(child);
  const signalTo = (pid: number, signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) process.kill(pid, signal);
  };
  const pid = child.pid ?? 0;
  onTestFinished(async () => {
    for (const left of await serverProcesses(dataDir)) killIfThere(left);
    await exit;
  });
  return {
    pid,
    exit,
    output,
    type: (text) => void child.stdin.write(text),
    kill: (signal) => signalTo(pid, signal),
    killGroup: (signal) => signalTo(-pid, signal),
    ready: () => running(child, dataDir, output),
  };
}

const FREE_PORTS = { PORT: '0', SIMULATOR_PORT: '0', METRICS_PORT: '0', LOG_LEVEL: 'warn' };
/** What is tested is the life of texts, at any hour of the day. */
const NOTHING_KEPT_BACK = { CONSENT_MODE: 'warn', QUIET_HOURS: 'ignore' };

/** Nothing that the developer has set for a server of their own. */
function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG, NODE_COMPILE_CACHE } = process.env;
  const set = { PATH, HOME, TMPDIR, LANG, NODE_COMPILE_CACHE, TERM: 'dumb' };
  return Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
}

async function exitOf(child: ChildProcess): Promise<Exit> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return { code, signal };
}

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-100_000);
    });
  }
  child.stdin?.on('error', () => undefined);
  return () => text;
}

async function running(child: ChildProcess, dataDir: string, output: () => string): Promise<RunningServer> {
  const url = await until(async () => {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`The server ended with ${child.exitCode ?? child.signalCode}:\n${output().slice(-2_000)}`);
    }
    const address = /SMS Bridge\s+(http:\/\/\S+)/.exec(output())?.[1];
    return address !== undefined && (await isReady(address)) && address;
  });
  const keys = JSON.parse(await readFile(path.join(dataDir, 'first-keys.json'), 'utf8')) as RunningServer['keys'];
  return { url, keys };
}

export async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Ids of the processes that were started with this DATA_DIR, npm and its shell included. PostgreSQL is none of them. */
export async function serverProcesses(dataDir: string): Promise<number[]> {
  return processesWhere('environ', (text) => text.split('\0').includes(`DATA_DIR=${dataDir}`));
}

/** Ids of the postmaster of this DATA_DIR and of its children. */
export async function postgresProcesses(dataDir: string): Promise<number[]> {
  const cluster = await clusterOf(dataDir);
  const postmaster = await postmasterPid(cluster).catch(() => 0);
  const children = await processesWhere('stat', (text) => Number(/\) \w (\d+)/.exec(text)?.[1]) === postmaster);
  const named = await processesWhere('cmdline', (text) => text.includes(`\0-D\0${cluster}\0`));
  return [...new Set([...named, ...(postmaster > 0 ? children : [])])];
}

/** The one that starts as root below a folder closed to others is somewhere else. */
async function clusterOf(dataDir: string): Promise<string> {
  const elsewhere = await readFile(path.join(dataDir, 'postgres.path'), 'utf8').catch(() => '');
  return elsewhere.trim() || path.join(dataDir, 'postgres');
}

async function processesWhere(file: string, holds: (text: string) => boolean): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const found = pids.map(async (pid) => holds(await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')));
  const matches = await Promise.all(found);
  return pids.filter((_, index) => matches[index]);
}

export function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

/** kill -9 of the embedded PostgreSQL: the postmaster first, so that it cannot clean up after its children. */
export async function killPostgres(dataDir: string): Promise<void> {
  const postmaster = await postmasterPid(await clusterOf(dataDir)).catch(() => 0);
  const pids = await postgresProcesses(dataDir);
  for (const pid of [postmaster, ...pids].filter((one) => one > 0)) killIfThere(pid);
}

/** For a look into the embedded PostgreSQL while it runs. */
export async function embeddedConnection(dataDir: string): Promise<Connection> {
  const lock = await readFile(path.join(await clusterOf(dataDir), 'postmaster.pid'), 'utf8');
  const lines = lock.split('\n');
  return { host: lines[4] ?? '', port: Number(lines[3]), user: superuser, database: superuser };
}
