import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { identity, unprivilegedAccount } from '../../server/store/embedded-account.ts';
import {
  column,
  isOver,
  postmasterPid,
  remember,
  remembers,
  sharedFolder,
  start,
  startInChild,
  started,
  stateOf,
  until,
} from '../support/embedded.ts';

const folder = sharedFolder();
const onLinux = describe.skipIf(process.platform !== 'linux');

onLinux('after kill -9 of the server, PostgreSQL', () => {
  test('runs on and is taken over by the next start, with everything that was stored', async () => {
    const dataDir = folder();
    const child = startInChild({ dataDir });
    const { connection } = await started(child);
    await remember(connection, 'before_the_kill');
    const pid = await postmasterPid(path.join(dataDir, 'postgres'));
    await child.kill();

    const next = await start({ dataDir });
    expect(next.adopted).toBe(true);
    expect(await postmasterPid(path.join(dataDir, 'postgres'))).toBe(pid);
    expect(await remembers(next.connection, 'before_the_kill')).toBe(true);
  });

  test('is ended by the stop of the one who took it over', async () => {
    const dataDir = folder();
    const child = startInChild({ dataDir });
    await started(child);
    const pid = await postmasterPid(path.join(dataDir, 'postgres'));
    await child.kill();
    await (await start({ dataDir })).stop();
    // It gives up its lock a moment before it ends.
    await until(() => isOver(pid));
  });

  test('is found again with its socket in /tmp', async () => {
    const dataDir = path.join(folder(), 'long'.repeat(25));
    const child = startInChild({ dataDir });
    const { connection } = await started(child);
    await child.kill();
    const next = await start({ dataDir });
    expect(next).toMatchObject({ adopted: true, connection });
  });
});

onLinux('after kill -9 of PostgreSQL itself, the next start', () => {
  test('has everything that was committed', async () => {
    const { dataDir, cluster } = await killedCluster();
    const next = await start({ dataDir });
    expect(next.adopted).toBe(false);
    expect(await remembers(next.connection, 'committed')).toBe(true);
    expect(await postmasterPid(cluster)).not.toBe(0);
  });

  test('waits for sessions of the old one that are still at work', async () => {
    const dataDir = folder();
    const { connection } = await start({ dataDir });
    await remember(connection, 'committed');
    // Busy without looking at anything: it notices the death of its parent late.
    const busy = column(connection, 'select count(*) from generate_series(1, 3000000) where random() < 0').catch(
      () => undefined,
    );
    await until(
      async () => (await column(connection, "select 1 from pg_stat_activity where query like '%3000000%'")).length > 1,
    );
    process.kill(await postmasterPid(path.join(dataDir, 'postgres')), 'SIGKILL');
    const next = await start({ dataDir });
    expect(await remembers(next.connection, 'committed')).toBe(true);
    await busy;
  });

  test('removes the socket folder of the old one', async () => {
    const dataDir = path.join(folder(), 'long'.repeat(25));
    const { connection } = await start({ dataDir });
    await kill(path.join(dataDir, 'postgres'));
    const next = await start({ dataDir });
    expect(next.connection.host).not.toBe(connection.host);
    await expect(readFile(connection.host)).rejects.toThrow('ENOENT');
  });

  test('works although its lock names a process that is gone', async () => {
    const { dataDir, cluster } = await killedCluster();
    await nameInLocks(cluster, 4_190_000);
    expect((await start({ dataDir })).adopted).toBe(false);
  });

  test('works although its lock names a zombie', async () => {
    const { dataDir, cluster } = await killedCluster();
    await nameInLocks(cluster, await zombie());
    expect((await start({ dataDir })).adopted).toBe(false);
  });

  test('works although its lock names a stranger who got the same number, whom nobody stops', async () => {
    const { dataDir, cluster } = await killedCluster();
    const stranger = await someProcess('sleep', ['600']);
    await nameInLocks(cluster, stranger);
    const next = await start({ dataDir });
    expect(next.adopted).toBe(false);
    expect(await remembers(next.connection, 'committed')).toBe(true);
    await next.stop();
    expect(await stateOf(stranger)).toBe('S');
  });

  test('works although its lock names the PostgreSQL of another DATA_DIR, which goes on', async () => {
    const otherDir = path.join(folder(), 'long'.repeat(25));
    const other = await start({ dataDir: otherDir });
    const { dataDir, cluster } = await killedCluster();
    await nameInLocks(cluster, await postmasterPid(path.join(otherDir, 'postgres')));
    const next = await start({ dataDir });
    expect(next.connection.host).not.toBe(other.connection.host);
    await next.stop();
    expect(await column(other.connection, 'select 1')).toEqual([1]);
  });

  test.each(['', 'nonsense\n', '0\n', '1\n', '-1\n', '99999999999999999999\n'])(
    'works although its lock says %j',
    async (text) => {
      const { dataDir, cluster } = await killedCluster();
      await writeFile(path.join(cluster, 'postmaster.pid'), text);
      expect((await start({ dataDir })).adopted).toBe(false);
    },
  );

  test('works although its lock is missing', async () => {
    const { dataDir, cluster } = await killedCluster();
    await rm(path.join(cluster, 'postmaster.pid'));
    expect((await start({ dataDir })).adopted).toBe(false);
  });
});

test('a start waits for a PostgreSQL that is shutting down, and then starts its own', async () => {
  const dataDir = folder();
  const first = await start({ dataDir });
  await remember(first.connection, 'committed');
  const pid = await postmasterPid(path.join(dataDir, 'postgres'));
  const [, second] = await Promise.all([first.stop(), start({ dataDir })]);
  // It may have been asked just before the signal arrived; then it answers with the one that goes away.
  if (!second.adopted) expect(await postmasterPid(path.join(dataDir, 'postgres'))).not.toBe(pid);
  const third = await start({ dataDir });
  expect(await remembers(third.connection, 'committed')).toBe(true);
});

/** A cluster with the table `committed` whose postmaster was killed. */
async function killedCluster(): Promise<{ dataDir: string; cluster: string }> {
  const dataDir = folder();
  const cluster = path.join(dataDir, 'postgres');
  const { connection } = await start({ dataDir });
  await remember(connection, 'committed');
  await kill(cluster);
  return { dataDir, cluster };
}

async function kill(cluster: string): Promise<void> {
  const pid = await postmasterPid(cluster);
  process.kill(pid, 'SIGKILL');
  await until(() => isOver(pid));
}

/** Makes both locks of PostgreSQL, that of the folder and that of the socket, name `pid`. */
async function nameInLocks(cluster: string, pid: number): Promise<void> {
  for (const name of ['postmaster.pid', '.s.PGSQL.5432.lock']) {
    const lines = (await readFile(path.join(cluster, name), 'utf8')).split('\n');
    await writeFile(path.join(cluster, name), [pid, ...lines.slice(1)].join('\n'));
  }
}

/** Runs as the account of PostgreSQL, because it takes no account of the processes of others. */
async function someProcess(file: string, args: string[]): Promise<number> {
  const child = spawn(file, args, { ...identity(await unprivilegedAccount()), cwd: '/', stdio: 'ignore' });
  await once(child, 'spawn');
  onTestFinished(() => void child.kill('SIGKILL'));
  return child.pid!;
}

/** The child of a process that never asks how its children ended. */
async function zombie(): Promise<number> {
  const parent = await someProcess('/bin/sh', ['-c', 'sleep 0 & exec sleep 600']);
  let pid = 0;
  await until(async () => {
    pid = Number((await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8')).trim().split(' ')[0]);
    return pid > 0 && (await stateOf(pid)) === 'Z';
  });
  return pid;
}
