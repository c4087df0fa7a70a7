import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { EmbeddedPostgresError } from '../../server/store/embedded-postgres.ts';
import {
  column,
  fastClock,
  isOver,
  postmasterPid,
  remember,
  remembers,
  sharedFolder,
  start,
  startInChild,
  started,
  temporaryFolder,
  until,
} from '../support/embedded.ts';

const folder = sharedFolder();
const onLinux = describe.skipIf(process.platform !== 'linux');

describe('the embedded PostgreSQL', () => {
  test('listens on a socket only, keeps checksums and forces every commit to disk', async () => {
    const { connection } = await start({ dataDir: folder() });
    const show = async (name: string) => (await column(connection, `show ${name}`))[0];
    expect(await show('listen_addresses')).toBe('');
    expect(await show('data_checksums')).toBe('on');
    expect(await show('fsync')).toBe('on');
    expect(await show('synchronous_commit')).toBe('on');
    expect(await show('server_encoding')).toBe('UTF8');
    expect(await show('timezone')).toBe('UTC');
    expect(await column(connection, 'select datcollate from pg_database')).toEqual(['C', 'C', 'C', 'C']);
  });

  test('can be entered by its owner only', async () => {
    const dataDir = folder();
    const { connection } = await start({ dataDir });
    const modeOf = async (name: string) => (await stat(name)).mode & 0o777;
    expect(await modeOf(path.join(dataDir, 'postgres'))).toBe(0o700);
    expect(await modeOf(path.join(connection.host, '.s.PGSQL.5432'))).toBe(0o700);
    expect(await modeOf(path.join(dataDir, 'postgres.log'))).toBe(0o600);
  });

  test('makes DATA_DIR with the folders above it, whatever signs are in their names', async () => {
    const dataDir = path.join(await temporaryFolder(), `space, comma "quotes" 'apostrophe'`, '$HOME %s *');
    const { connection } = await start({ dataDir });
    expect(connection.host).toBe(path.join(dataDir, 'postgres'));
    expect(await column(connection, 'select 1')).toEqual([1]);
  });

  test('keeps what was stored from one start to the next', async () => {
    const dataDir = folder();
    const first = await start({ dataDir });
    await remember(first.connection, 'kept');
    await first.stop();
    const second = await start({ dataDir });
    expect(second.adopted).toBe(false);
    expect(await remembers(second.connection, 'kept')).toBe(true);
  });

  test('is gone once stop has resolved, and stopping again does nothing', async () => {
    const dataDir = folder();
    const server = await start({ dataDir });
    const pid = await postmasterPid(path.join(dataDir, 'postgres'));
    await server.stop();
    expect(await isOver(pid)).toBe(true);
    await expect(column(server.connection, 'select 1')).rejects.toThrow('ENOENT');
    await server.stop();
  });

  test('stops although sessions are still open', async () => {
    const dataDir = folder();
    const server = await start({ dataDir });
    const session = column(server.connection, 'select pg_sleep(3600)').catch((error: Error) => error.message);
    await until(async () => (await activeSleeps(server.connection)) === 1);
    await server.stop();
    expect(await session).toContain('terminat');
  });

  test('is shared by two first starts at the same moment', async () => {
    const dataDir = await temporaryFolder();
    const children = [startInChild({ dataDir }), startInChild({ dataDir })];
    const [one, other] = await Promise.all(children.map(started));
    await remember(one!.connection, 'shared');
    expect(await remembers(other!.connection, 'shared')).toBe(true);
    expect(one!.adopted).toBe(!other!.adopted);
    expect((await readdir(dataDir)).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  test('has one database although several starts make it at the same moment', async () => {
    const dataDir = folder();
    const { connection } = await start({ dataDir });
    const maintenance = { ...connection, database: 'postgres' };
    for (let round = 0; round < 5; round += 1) {
      await column(maintenance, 'drop database smsbridge with (force)');
      await Promise.all([1, 2, 3, 4].map(() => start({ dataDir })));
      expect(await column(connection, 'select 1')).toEqual([1]);
    }
  });

  test('is only pointed to by a start while it runs', async () => {
    const dataDir = folder();
    await start({ dataDir });
    const pid = await postmasterPid(path.join(dataDir, 'postgres'));
    const second = await start({ dataDir });
    expect(second.adopted).toBe(true);
    expect(await postmasterPid(path.join(dataDir, 'postgres'))).toBe(pid);
  });

  test('puts its socket into a short folder when the path of DATA_DIR has too many bytes, and removes it again', async () => {
    const dataDir = path.join(await temporaryFolder(), 'ü'.repeat(40));
    const server = await start({ dataDir });
    const { host } = server.connection;
    expect(host).toMatch(/^\/tmp\/smsbridge-\w{6}$/);
    expect((await stat(host)).mode & 0o777).toBe(0o700);
    expect((await start({ dataDir })).connection.host).toBe(host);
    await server.stop();
    await expect(stat(host)).rejects.toThrow('ENOENT');
  });
});

describe('a folder that cannot be used is refused and left as it is', () => {
  test('the cluster of another major version of PostgreSQL', async () => {
    const dataDir = folder();
    await (await start({ dataDir })).stop();
    const version = path.join(dataDir, 'postgres', 'PG_VERSION');
    await writeFile(version, '17\n');
    const before = await readdir(path.join(dataDir, 'postgres'));
    await expect(start({ dataDir })).rejects.toThrow(/made by PostgreSQL 17, and this version .* PostgreSQL 18/);
    await expect(start({ dataDir })).rejects.toThrow(EmbeddedPostgresError);
    expect(await readdir(path.join(dataDir, 'postgres'))).toEqual(before);
    await writeFile(version, '18\n');
    expect((await start({ dataDir })).adopted).toBe(false);
  });

  test('files that are no database', async () => {
    const dataDir = await temporaryFolder();
    await mkdir(path.join(dataDir, 'postgres'));
    await writeFile(path.join(dataDir, 'postgres', 'precious'), 'mine');
    await expect(start({ dataDir })).rejects.toThrow(/has files in it but is no database/);
    expect(await readFile(path.join(dataDir, 'postgres', 'precious'), 'utf8')).toBe('mine');
  });

  test('but an empty folder is taken', async () => {
    const dataDir = await temporaryFolder();
    await mkdir(path.join(dataDir, 'postgres'));
    expect((await start({ dataDir })).adopted).toBe(false);
  });

  test('a DATA_DIR that is a file', async () => {
    const file = path.join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    const failure = start({ dataDir: file });
    await expect(failure).rejects.toThrow(EmbeddedPostgresError);
    await expect(failure).rejects.toThrow('DATABASE_URL');
  });

  test('a setting that PostgreSQL does not understand: its own words are in the error', async () => {
    const dataDir = folder();
    await (await start({ dataDir })).stop();
    const settings = path.join(dataDir, 'postgres', 'postgresql.auto.conf');
    await writeFile(settings, "no_such_setting = 'on'\n");
    const failure = start({ dataDir, clock: fastClock });
    await expect(failure).rejects.toThrow(/PostgreSQL did not start: .*no_such_setting/s);
    await writeFile(settings, '');
  });
});

describe('a start that was killed while it made the cluster', () => {
  test.each(['postgres.unfinished', 'pg_wal'])('when %s was there', async (sign) => {
    const dataDir = await temporaryFolder();
    const child = startInChild({ dataDir });
    await until(async () => (await readdir(dataDir, { recursive: true })).some((name) => name.includes(sign)));
    await child.kill();
    const { connection, adopted } = await start({ dataDir });
    expect(adopted).toBe(false);
    expect(await column(connection, 'select 1')).toEqual([1]);
    expect((await readdir(dataDir)).toSorted()).toEqual(['postgres', 'postgres.log']);
  });

  test('is told from one that is still at work', async () => {
    const dataDir = folder();
    const names = [
      `postgres.unfinished-${process.ppid}`,
      'postgres.unfinished-999999999',
      'native.unfinished-999999999',
    ];
    for (const name of names) await mkdir(path.join(dataDir, name));
    await start({ dataDir });
    expect((await readdir(dataDir)).filter((name) => name.includes('unfinished'))).toEqual([names[0]]);
  });
});

describe('postgres.log', () => {
  test('tells of starts and stops, and holds neither a number nor a text when a statement fails', async () => {
    const dataDir = folder();
    const server = await start({ dataDir });
    await column(server.connection, 'create table seen (number text primary key)');
    const twice = "insert into seen values ('+14155550123'), ('+14155550123')";
    await expect(column(server.connection, twice)).rejects.toThrow('duplicate key');
    await expect(column(server.connection, "select '+14155550123 canary'::uuid")).rejects.toThrow('invalid input');
    await server.stop();
    const text = await readFile(path.join(dataDir, 'postgres.log'), 'utf8');
    expect(text).toContain('ready to accept connections');
    expect(text).toContain('database system is shut down');
    expect(text).not.toMatch(/4155550123|canary/);
  });

  test('is set aside once it is larger than 10 MB', async () => {
    const dataDir = folder();
    await (await start({ dataDir })).stop();
    const file = path.join(dataDir, 'postgres.log');
    await truncate(file, 10_000_001);
    await start({ dataDir });
    expect((await stat(file)).size).toBeLessThan(10_000);
    expect((await stat(`${file}.1`)).size).toBe(10_000_001);
  });
});

onLinux('the process', () => {
  test('knows nothing of our environment, which carries passwords', async () => {
    const dataDir = folder();
    await started(startInChild({ dataDir }));
    const pid = await postmasterPid(path.join(dataDir, 'postgres'));
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
    expect(environment).toContain('LC_ALL=C');
    expect(environment).not.toContain('SMPP_URL');
  });

  test('does not hear Ctrl-C in the terminal of its parent', async () => {
    const dataDir = folder();
    const child = startInChild({ dataDir });
    const { connection } = await started(child);
    // What a terminal does: the signal goes to the whole process group.
    process.kill(-child.process.pid!, 'SIGINT');
    await until(() => isOver(child.process.pid!));
    expect(await column(connection, 'select 1')).toEqual([1]);
    const pid = await postmasterPid(path.join(dataDir, 'postgres'));
    expect(await groupAndSession(pid)).toEqual([pid, pid]);
  });

  test('holds on to no pipe of its parent', async () => {
    const dataDir = folder();
    const child = startInChild({ dataDir });
    const { connection } = await started(child);
    await child.kill();
    await rm(path.join(dataDir, 'postgres.log'));
    await column(connection, 'select pg_reload_conf()');
    expect(await column(connection, 'select 1')).toEqual([1]);
  });
});

/** Fields 5 and 6 of /proc/<pid>/stat, counted behind the name, which may hold spaces. */
async function groupAndSession(pid: number): Promise<number[]> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8');
  return line.slice(line.lastIndexOf(')')).split(' ').slice(3, 5).map(Number);
}

const activeSleeps = async (connection: Parameters<typeof column>[0]) =>
  (await column(connection, "select 1 from pg_stat_activity where query = 'select pg_sleep(3600)'")).length;
