import { spawn } from 'node:child_process';
import { chown, mkdtemp, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { type Clock, sleep } from '../clock.ts';
import { bareEnvironment, EmbeddedPostgresError, identity, runAs } from './embedded-account.ts';
import { isAlive } from './embedded-cluster.ts';
import type { Binaries } from './embedded-binaries.ts';
import type { Home } from './embedded-home.ts';

export const port = 5432;
const pollMs = 20;
/** After a kill -9 of everything, zombies and dying backends keep the old lock for a second or two. */
const retryForMs = 10_000;
/** A long time, because replaying the log after a crash takes as long as it takes. */
const readyLimitMs = 600_000;
const stopLimitMs = 60_000;
const logSizeMaxBytes = 10_000_000;

export interface Postmaster {
  readonly pid: number;
  readonly socketDir: string;
}

export interface Surroundings {
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Settles on the one postmaster of the cluster: the one that runs already (after a kill -9 of its parent, it lives
 * on) or a new one. Asking again later is safe: a postmaster that has died meanwhile is replaced.
 */
export function postmasterOf(home: Home, binaries: Binaries, { clock, log }: Surroundings) {
  let child: Child | undefined;
  let failingSince: number | undefined;

  const replaceChild = async (lock: LockFile | undefined) => {
    if (child) {
      await removeSocketDir(child.socketDir);
      const reason = await child.reason();
      if (!failingSince) log.warn({ reason }, 'PostgreSQL did not start, trying again');
      failingSince ??= clock.now();
      if (clock.now() - failingSince > retryForMs) {
        throw new EmbeddedPostgresError(`PostgreSQL did not start: ${reason}`);
      }
      await sleep(clock, 250);
    }
    await removeStale(lock, home, child !== undefined);
    child = await launch(home, binaries);
  };

  return async (): Promise<Postmaster & { adopted: boolean }> => {
    const giveUpAt = clock.now() + readyLimitMs;
    while (clock.now() < giveUpAt) {
      const lock = await readLockFile(home.cluster);
      if (lock && (await serves(lock.pid, home.cluster))) {
        if (lock.ready) return { pid: lock.pid, socketDir: lock.socketDir, adopted: lock.pid !== child?.pid };
      } else if (!child || child.exited()) {
        await replaceChild(lock);
      }
      await sleep(clock, pollMs);
    }
    throw new EmbeddedPostgresError(`PostgreSQL is not ready after ${readyLimitMs / 60_000} minutes.`);
  };
}

/** Ends the postmaster of `cluster`, if one runs, and resolves when it is gone. SIGINT = sessions are cut, data is flushed. */
export async function stopPostmaster(cluster: string, { clock, log }: Surroundings): Promise<void> {
  const lock = await readLockFile(cluster);
  if (!lock || !(await serves(lock.pid, cluster))) return;
  interrupt(lock.pid);
  const giveUpAt = clock.now() + stopLimitMs;
  while (await serves(lock.pid, cluster)) {
    if (clock.now() > giveUpAt) {
      log.warn({ pid: lock.pid }, 'PostgreSQL is still shutting down');
      return;
    }
    await sleep(clock, pollMs);
  }
  await removeSocketDir(lock.socketDir);
}

function interrupt(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    // It ended by itself in this very moment.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

interface Child {
  readonly socketDir: string;
  readonly pid: number | undefined;
  exited(): boolean;
  /** What it said before it ended. */
  reason(): Promise<string>;
}

async function launch(home: Home, binaries: Binaries): Promise<Child> {
  const logFile = path.join(home.dataDir, 'postgres.log');
  await keepLogSmall(logFile);
  const output = await open(logFile, 'a', 0o600);
  const { size } = await output.stat();
  const socketDir = await socketDirFor(home);
  // A session of its own: Ctrl-C in the terminal must not end it before the texts under way are drained. A file,
  // not a pipe: it outlives this process.
  const child = spawn(binaries.postgres, settings(home.cluster, socketDir), {
    ...identity(home.account),
    env: bareEnvironment,
    cwd: '/',
    detached: true,
    stdio: ['ignore', output.fd, output.fd],
  });
  let exited = false;
  let failure = '';
  child.on('exit', () => (exited = true));
  child.on('error', (error) => {
    exited = true;
    failure = error.message;
  });
  child.unref();
  await output.close();
  return {
    socketDir,
    pid: child.pid,
    exited: () => exited,
    reason: async () => failure || (await readFile(logFile)).subarray(size).toString().trim().slice(-500),
  };
}

function settings(cluster: string, socketDir: string): string[] {
  const values = {
    listen_addresses: '',
    // A list; quoted, so that a comma in a path stays one folder.
    unix_socket_directories: `"${socketDir.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    port: String(port),
    shared_buffers: '128MB',
    max_wal_size: '2GB',
    jit: 'off',
    autovacuum_naptime: '5s',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // Errors of statements can quote a number or a text, and they reach the caller anyway. LOG, FATAL and PANIC stay.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
  };
  return ['-D', cluster, ...Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

interface LockFile extends Postmaster {
  readonly ready: boolean;
  readonly text: string;
}

/** `postmaster.pid`, pid 0 if it makes no sense: pid, data folder, start time, port, socket folder, address, shared memory, state: a line each. */
async function readLockFile(cluster: string): Promise<LockFile | undefined> {
  const text = await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  const pid = /^\d{1,9}$/.test(lines[0] ?? '') ? Number(lines[0]) : 0;
  return { pid, socketDir: lines[4] ?? '', ready: lines[7]?.trim() === 'ready', text };
}

/** False for a zombie too: its command line is empty. */
async function serves(pid: number, cluster: string): Promise<boolean> {
  if (pid === 0) return false;
  if (process.platform === 'linux') {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return command.includes(`\0-D\0${cluster}\0`);
  }
  const { output } = await runAs(undefined, 'ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  return output.includes(` -D ${cluster} `);
}

/**
 * PostgreSQL takes over the lock of a dead process by itself, but neither that of a zombie or of a stranger who got
 * the same process number, nor one that a full disk left empty. An empty one may also be a start in this very moment,
 * so it goes only after a start has failed. Should somebody still use the data, PostgreSQL's own check of the shared
 * memory stops the start.
 */
async function removeStale(lock: LockFile | undefined, { cluster }: Home, failed: boolean): Promise<void> {
  if (!lock) return;
  await removeSocketDir(lock.socketDir);
  const inTheWay = lock.pid === 0 ? failed : isAlive(lock.pid);
  if (!inTheWay || (await readLockFile(cluster))?.text !== lock.text) return;
  await rm(path.join(cluster, 'postmaster.pid'), { force: true });
  await rm(path.join(cluster, `.s.PGSQL.${port}.lock`), { force: true });
}

/** Socket addresses hold 103 bytes on macOS and 107 on Linux (sun_path). */
const socketPathMaxBytes = 103;

/** The cluster's own folder, because only its owner can enter it; a short one in /tmp where the path is too long. */
async function socketDirFor({ cluster, account }: Home): Promise<string> {
  if (Buffer.byteLength(`${cluster}/.s.PGSQL.${port}`) <= socketPathMaxBytes) return cluster;
  const short = await mkdtemp('/tmp/smsbridge-');
  if (account) await chown(short, account.uid >>> 0, account.gid >>> 0);
  return short;
}

async function removeSocketDir(socketDir: string): Promise<void> {
  // The name comes from a file: only what socketDirFor made is ever removed.
  if (!/^\/tmp\/smsbridge-\w{6}$/.test(socketDir)) return;
  await rm(socketDir, { recursive: true, force: true });
}

async function keepLogSmall(logFile: string): Promise<void> {
  const { size } = await stat(logFile).catch(() => ({ size: 0 }));
  if (size > logSizeMaxBytes) await rename(logFile, `${logFile}.1`);
}
