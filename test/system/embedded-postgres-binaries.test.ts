import { chmod, cp, mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isRoot } from '../../server/store/embedded-account.ts';
import { findNativeDir, makeLinks } from '../../server/store/embedded-binaries.ts';
import { column, sharedFolder, start, temporaryFolder } from '../support/embedded.ts';

const folder = sharedFolder();

interface Link {
  readonly source: string;
  readonly target: string;
}

describe('the links between libraries, which the package leaves to an install script', () => {
  test('are made at start where npm did not run that script', async () => {
    const { native, links } = await copyWithoutLinks();
    const { connection } = await start({ dataDir: folder(), nativeDir: native });
    expect(await column(connection, 'select 1')).toEqual([1]);
    for (const { source, target } of links) {
      expect(await readlink(path.join(native, '..', target))).toBe(path.basename(source));
    }
  });

  test('are made whatever the folder is called, and those that exist are left alone', async () => {
    const native = path.join(await temporaryFolder(), 'native-18.4.0');
    await mkdir(path.join(native, 'lib'), { recursive: true });
    const links = ['a', 'b'].map((name) => ({ source: `native/lib/${name}.so.1`, target: `native/lib/${name}.so` }));
    await writeFile(path.join(native, 'pg-symlinks.json'), JSON.stringify(links));
    await writeFile(path.join(native, 'lib', 'a.so'), 'a file');
    await makeLinks(native);
    await makeLinks(native);
    expect(await readFile(path.join(native, 'lib', 'a.so'), 'utf8')).toBe('a file');
    expect(await readlink(path.join(native, 'lib', 'b.so'))).toBe('b.so.1');
  });

  test('are no matter for a build that has no list of them', async () => {
    await expect(makeLinks(await temporaryFolder())).resolves.toBeUndefined();
  });

  test.skipIf(isRoot())('are made in a copy when the package may not be written', async () => {
    const { native } = await copyWithoutLinks();
    await chmod(path.join(native, 'lib'), 0o555);
    onTestFinished(() => chmod(path.join(native, 'lib'), 0o755));
    const dataDir = await temporaryFolder();
    await start({ dataDir, nativeDir: native });
    expect(await copiesIn(dataDir)).toHaveLength(1);
  });
});

describe('programs that do not run', () => {
  test('are named together with what the system said and with the way out', async () => {
    const native = path.join(await temporaryFolder(), 'native');
    await mkdir(path.join(native, 'bin'), { recursive: true });
    await writeFile(path.join(native, 'bin', 'postgres'), '#!/bin/sh\necho no such library >&2\nexit 127\n', {
      mode: 0o755,
    });
    const failure = start({ dataDir: await temporaryFolder(), nativeDir: native });
    await expect(failure).rejects.toThrow(/does not run here: no such library.* Set DATABASE_URL/);
  });

  test('in an empty folder are no reason for anything but that sentence', async () => {
    const failure = start({ dataDir: await temporaryFolder(), nativeDir: await temporaryFolder() });
    await expect(failure).rejects.toThrow(/ENOENT.* Set DATABASE_URL/s);
  });
});

/** The installed package, copied as npm 12 would leave it. */
async function copyWithoutLinks(): Promise<{ native: string; links: Link[] }> {
  const native = path.join(await temporaryFolder(), 'native');
  await cp(findNativeDir(), native, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(await readFile(path.join(native, 'pg-symlinks.json'), 'utf8')) as Link[];
  for (const { target } of links) await rm(path.join(native, '..', target), { force: true });
  return { native, links };
}

const copiesIn = async (dataDir: string) => (await readdir(dataDir)).filter((name) => name.startsWith('native-'));
