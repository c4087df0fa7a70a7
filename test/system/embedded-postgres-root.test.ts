import { createHash } from 'node:crypto';
import { chmod, chown, cp, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Account, isRoot, runAs, unprivilegedAccount } from '../../server/store/embedded-account.ts';
import { findNativeDir } from '../../server/store/embedded-binaries.ts';
import { giveTo, prepareHome } from '../../server/store/embedded-home.ts';
import {
  column,
  remember,
  remembers,
  sharedFolder,
  start,
  startInChild,
  started,
  temporaryFolder,
} from '../support/embedded.ts';

const asRoot = describe.skipIf(!isRoot());
const folder = sharedFolder();
let nobody: Account;
beforeAll(async () => {
  nobody = (await unprivilegedAccount()) ?? { uid: -1, gid: -1, name: 'unused' };
});

const modeOf = async (name: string) => (await stat(name)).mode & 0o7777;
const ownerOf = async (name: string) => (await stat(name)).uid;

asRoot('started by root (needs root), the cluster', () => {
  test('belongs to nobody and is run by nobody', async () => {
    const dataDir = folder();
    const { connection } = await start({ dataDir });
    const cluster = path.join(dataDir, 'postgres');
    expect(await ownerOf(cluster)).toBe(nobody.uid);
    expect(await modeOf(cluster)).toBe(0o700);
    const pid = (await readFile(path.join(cluster, 'postmaster.pid'), 'utf8')).split('\n')[0];
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(new RegExp(`^Uid:(\\s${nobody.uid}){4}$`, 'm'));
    expect(status).toMatch(new RegExp(`^Gid:(\\s${nobody.gid}){4}$`, 'm'));
    expect(status).toMatch(/^Groups:\s*$/m);
    expect(await column(connection, 'select 1')).toEqual([1]);
  });

  test('is reached through a DATA_DIR that shows its names to nobody, with files for root alone', async () => {
    const dataDir = folder();
    await chmod(dataDir, 0o755);
    await writeFile(path.join(dataDir, 'first-keys.json'), '{}', { mode: 0o644 });
    await start({ dataDir });
    expect(await modeOf(dataDir)).toBe(0o711);
    for (const name of ['first-keys.json', 'postgres.log']) {
      expect(await ownerOf(path.join(dataDir, name))).toBe(0);
      expect(await modeOf(path.join(dataDir, name))).toBe(0o600);
    }
    expect((await runAs(nobody, '/bin/sh', ['-c', `ls "${dataDir}"`])).ok).toBe(false);
  });

  test('that root copied back from a backup is given to nobody again', async () => {
    const dataDir = folder();
    await (await start({ dataDir })).stop();
    await giveTo({ uid: 0, gid: 0, name: 'root' }, path.join(dataDir, 'postgres'));
    const { connection } = await start({ dataDir });
    expect(await ownerOf(path.join(dataDir, 'postgres', 'PG_VERSION'))).toBe(nobody.uid);
    expect(await column(connection, 'select 1')).toEqual([1]);
  });

  test.each(['/', '/tmp'])('does not narrow %s, which others need', async (dataDir) => {
    const before = await modeOf(dataDir);
    await expect(start({ dataDir })).rejects.toThrow(/shared with others: choose a folder of its own/);
    expect(await modeOf(dataDir)).toBe(before);
  });
});

asRoot('below a folder that is closed to others (needs root), the cluster', () => {
  test('lives in a folder of the system, which DATA_DIR names, and is found again there', async () => {
    const { home, dataDir, systemDir } = await closedHome();
    const first = await start({ dataDir, systemDir });
    await remember(first.connection, 'kept');
    await first.stop();
    const cluster = path.dirname(path.join(first.connection.host, 'x'));
    expect(path.dirname(path.dirname(cluster))).toBe(systemDir);
    expect(await readFile(path.join(dataDir, 'postgres.path'), 'utf8')).toBe(`${cluster}\n`);
    expect((await readdir(dataDir)).toSorted()).toEqual(['postgres.log', 'postgres.path']);
    expect(await modeOf(home)).toBe(0o700);

    const second = await start({ dataDir, systemDir });
    expect(await remembers(second.connection, 'kept')).toBe(true);
    await second.stop();

    // DATA_DIR moves: its new name would lead elsewhere, the file leads home.
    await rename(dataDir, path.join(home, 'moved'));
    const third = await start({ dataDir: path.join(home, 'moved'), systemDir });
    expect(await remembers(third.connection, 'kept')).toBe(true);
  });

  test('begins anew when DATA_DIR was removed, beside what is left of the old one', async () => {
    const { dataDir, systemDir } = await closedHome();
    const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
    const leftover = path.join(systemDir, hash, 'postgres');
    await mkdir(leftover, { recursive: true });
    const { connection } = await start({ dataDir, systemDir });
    expect(connection.host).toBe(path.join(systemDir, `${hash}-2`, 'postgres'));
    expect(await readdir(leftover)).toEqual([]);
  });

  test('is made by the next start when the first was killed in between, and shared by two at once', async () => {
    const { dataDir, systemDir } = await closedHome();
    const place = path.join(systemDir, 'somewhere');
    await mkdir(place, { recursive: true });
    await mkdir(dataDir);
    await writeFile(path.join(dataDir, 'postgres.path'), `${place}/postgres\n`);
    const children = [startInChild({ dataDir, systemDir }), startInChild({ dataDir, systemDir })];
    for (const child of children) {
      expect((await started(child)).connection.host).toBe(path.join(place, 'postgres'));
    }
  });

  test('has one name when several first starts come at the same moment', async () => {
    const { dataDir, systemDir } = await closedHome();
    const homes = await Promise.all([1, 2, 3, 4].map(() => prepareHome(dataDir, systemDir)));
    expect(new Set(homes.map((home) => home.cluster)).size).toBe(1);
    expect(await readdir(systemDir)).toHaveLength(1);
    expect(await readdir(dataDir)).toEqual(['postgres.path']);
  });

  test('that DATA_DIR names but that is missing is not replaced by an empty one', async () => {
    const { dataDir, systemDir } = await closedHome();
    await mkdir(dataDir);
    await writeFile(path.join(dataDir, 'postgres.path'), `${systemDir}/gone/postgres\n`);
    await expect(start({ dataDir, systemDir })).rejects.toThrow(/gone\/postgres, but nothing is there/);
  });

  test('that was made while the folder was open is not replaced by an empty one', async () => {
    const { home, dataDir, systemDir } = await closedHome();
    await mkdir(path.join(dataDir, 'postgres'), { recursive: true });
    await giveTo(nobody, path.join(dataDir, 'postgres'));
    await expect(start({ dataDir, systemDir })).rejects.toThrow(/cannot reach its database .* chmod o\+x/);
    expect(await modeOf(home)).toBe(0o700);
    await expect(stat(systemDir)).rejects.toThrow('ENOENT');
  });

  test('cannot be anywhere when the folder of the system is closed too', async () => {
    const { home, dataDir } = await closedHome();
    const failure = start({ dataDir, systemDir: path.join(home, 'system') });
    await expect(failure).rejects.toThrow(/can reach neither .* DATABASE_URL/);
  });

  test('gets a copy of programs that nobody can reach, and loses the copies of earlier versions', async () => {
    const { home, dataDir, systemDir } = await closedHome();
    const native = path.join(home, 'package', 'native');
    await cp(findNativeDir(), native, { recursive: true, verbatimSymlinks: true });
    await writeFile(path.join(home, 'package', 'package.json'), '{"version":"18.4.0-beta.17"}');
    // As npm leaves files under umask 077.
    await runAs(undefined, 'chmod', ['-R', 'go=', home]);
    const first = await start({ dataDir, systemDir, nativeDir: native });
    await first.stop();
    const place = path.dirname(first.connection.host);
    const copy = path.join(place, 'native-18.4.0-beta.17');
    expect(await modeOf(path.join(copy, 'bin', 'postgres'))).toBe(0o755);
    expect(await modeOf(path.join(copy, 'share', 'postgresql', 'postgres.bki'))).toBe(0o644);
    expect(await ownerOf(path.join(copy, 'bin', 'postgres'))).toBe(0);

    await mkdir(path.join(place, 'native-18.3.0'));
    await mkdir(path.join(place, 'native.unfinished-999999999'));
    const copied = await stat(copy);
    const second = await start({ dataDir, systemDir, nativeDir: native });
    expect(await column(second.connection, 'select 1')).toEqual([1]);
    expect((await readdir(place)).toSorted()).toEqual(['native-18.4.0-beta.17', 'postgres']);
    expect((await stat(copy)).ino).toBe(copied.ino);
  });
});

asRoot('two users of one machine (needs root):', () => {
  const users = sharedFolder();

  test('an unprivileged user needs no other account', async (context) => {
    const { dataDir } = await folderOfNobody(context, users());
    const { connection } = await started(startInChild({ dataDir }, nobody));
    expect(await column(connection, 'select 1')).toEqual([1]);
    expect(await ownerOf(path.join(dataDir, 'postgres'))).toBe(nobody.uid);
    expect(await ownerOf(path.join(dataDir, 'postgres.log'))).toBe(nobody.uid);
    expect(await modeOf(dataDir)).toBe(0o700);
    expect(await modeOf(path.join(dataDir, 'postgres.log'))).toBe(0o600);
  });

  test('root starts the cluster of another user as that user, who can go on with it', async (context) => {
    const { dataDir } = await folderOfNobody(context, users());
    const first = await start({ dataDir });
    await remember(first.connection, 'kept');
    await first.stop();
    const user: Account = { uid: 54_321, gid: 54_321, name: 'somebody' };
    await giveTo(user, dataDir);
    const second = await start({ dataDir });
    expect(await remembers(second.connection, 'kept')).toBe(true);
    await second.stop();
    expect(await ownerOf(path.join(dataDir, 'postgres'))).toBe(user.uid);
    await giveTo(user, dataDir);
    const third = await started(startInChild({ dataDir }, user));
    expect(await remembers(third.connection, 'kept')).toBe(true);
  });

  test('a user is told whose cluster it is instead of getting an empty one', async (context) => {
    const { dataDir } = await folderOfNobody(context);
    await mkdir(path.join(dataDir, 'postgres'), { recursive: true });
    await chown(dataDir, nobody.uid, nobody.gid);
    const report = await startInChild({ dataDir }, nobody).report();
    expect(report).toMatchObject({
      error: 'EmbeddedPostgresError',
      message: expect.stringMatching(/belongs to another user \(uid 0\)/) as string,
    });
  });

  test('a DATA_DIR that the user may not write is named', async (context) => {
    const { dataDir } = await folderOfNobody(context);
    const report = await startInChild({ dataDir: path.join(path.dirname(dataDir), 'roots') }, nobody).report();
    expect(report).toMatchObject({
      error: 'EmbeddedPostgresError',
      message: expect.stringMatching(/permission denied.*roots.*DATABASE_URL/) as string,
    });
  });
});

/** A 0700 home of root, an unmade DATA_DIR in it, and what stands for /var/lib/smsbridge. */
async function closedHome(): Promise<{ home: string; dataDir: string; systemDir: string }> {
  const outside = await temporaryFolder();
  const home = path.join(outside, 'home');
  await mkdir(home, { mode: 0o700 });
  return { home, dataDir: path.join(home, 'data'), systemDir: path.join(outside, 'system') };
}

/** A DATA_DIR of the user nobody, who has to be able to run Node and to read the server's files. */
async function folderOfNobody(
  context: { skip: (note: string) => never },
  parent?: string,
): Promise<{ dataDir: string }> {
  const sources = path.join(import.meta.dirname, '..', 'support', 'start-postgres.ts');
  const probe = await runAs(nobody, process.execPath, ['--check', sources]);
  if (!probe.ok) context.skip('other users cannot reach this folder');
  const dataDir = path.join(parent ?? (await temporaryFolder()), 'data');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await chown(dataDir, nobody.uid, nobody.gid);
  return { dataDir };
}
