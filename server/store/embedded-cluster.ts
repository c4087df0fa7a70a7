import { chown, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { EmbeddedPostgresError, runAs } from './embedded-account.ts';
import type { Binaries } from './embedded-binaries.ts';
import { exists, type Home } from './embedded-home.ts';

export const superuser = 'smsbridge';
const initLimitMs = 300_000;

/**
 * The cluster of `home`, made when there is none. It is made under another name and renamed when complete, so a
 * crash in between leaves only rubbish, which the next start removes. True if it was made now.
 */
export async function ensureCluster(home: Home, binaries: Binaries): Promise<boolean> {
  await removeUnfinished(home);
  const major = (await readFile(path.join(home.cluster, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (major === String(binaries.major)) return false;
  if (major) refuseVersion(home, major, binaries);
  if ((await readdir(home.cluster).catch(() => [])).length > 0) {
    throw new EmbeddedPostgresError(
      `${home.cluster} has files in it but is no database (PG_VERSION is missing): restore it from a backup, or remove it to begin with an empty database.`,
    );
  }
  await makeCluster(home, binaries);
  return true;
}

function refuseVersion(home: Home, major: string, binaries: Binaries): never {
  throw new EmbeddedPostgresError(
    `The database in ${home.cluster} was made by PostgreSQL ${major}, and this version of SMS Bridge brings PostgreSQL ${binaries.major}. It is not converted by itself: use the version of SMS Bridge that made it, or serve that folder with PostgreSQL ${major} and set DATABASE_URL.`,
  );
}

async function makeCluster(home: Home, binaries: Binaries): Promise<void> {
  const unfinished = path.join(home.place, `postgres.unfinished-${process.pid}`);
  await mkdir(unfinished, { mode: 0o700 });
  if (home.account) await chown(unfinished, home.account.uid >>> 0, home.account.gid >>> 0);
  // C: sorting must not change with the C library of the machine, that would corrupt indexes. Trust: the socket
  // is in a folder that only its owner can enter, and no TCP port is open.
  const { ok, output } = await runAs(
    home.account,
    binaries.initdb,
    ['-D', unfinished, '-U', superuser, '--auth=trust', '--encoding=UTF8', '--locale=C', '--data-checksums'],
    initLimitMs,
  );
  if (!ok) {
    await rm(unfinished, { recursive: true, force: true });
    throw new EmbeddedPostgresError(`The database could not be made in ${home.place}: ${output.slice(-500)}`);
  }
  await moveInto(unfinished, home);
}

async function moveInto(unfinished: string, home: Home): Promise<void> {
  try {
    await rename(unfinished, home.cluster);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Two first starts at once: the other one was faster.
    if (await exists(path.join(home.cluster, 'PG_VERSION'))) return;
    throw error;
  }
  const folder = await open(home.place);
  await folder.sync().finally(() => folder.close());
}

/** What a killed start left behind. The process number in the name tells it from a start that is still running. */
async function removeUnfinished({ place }: Home): Promise<void> {
  for (const name of await readdir(place)) {
    const pid = Number(/^(?:postgres|native)\.unfinished-(\d+)$/.exec(name)?.[1]);
    if (!Number.isInteger(pid) || (pid !== process.pid && isAlive(pid))) continue;
    // An initdb that outlived its parent may still be writing here.
    await rm(path.join(place, name), { recursive: true, force: true, maxRetries: 10 });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
