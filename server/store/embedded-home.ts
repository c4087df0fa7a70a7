import { createHash, randomUUID } from 'node:crypto';
import {
  chmod,
  chown,
  lchown,
  link,
  mkdir,
  readdir,
  readFile,
  realpath,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { type Account, EmbeddedPostgresError, isRoot, runAs, unprivilegedAccount } from './embedded-account.ts';

/** Where one embedded PostgreSQL lives and who runs it. All paths are absolute, with links resolved. */
export interface Home {
  readonly dataDir: string;
  /** The folder around the cluster: DATA_DIR, or a folder of the system when DATA_DIR cannot be reached. */
  readonly place: string;
  readonly cluster: string;
  readonly account: Account | undefined;
}

/**
 * Makes DATA_DIR and decides where the cluster lives. An unprivileged user keeps everything in DATA_DIR. As root
 * the cluster belongs to another account, which needs a way in: DATA_DIR becomes 0711 and its files 0600, and when
 * a folder above is closed to others, such as a 0700 home, the cluster moves below `systemDir`.
 */
export async function prepareHome(givenDataDir: string, systemDir: string): Promise<Home> {
  const dataDir = await makeDataDir(givenDataDir);
  const home = await homeIn(dataDir);
  const { account, cluster } = home;
  if (!account || (await reaches(account, home.place))) return home;
  if (home.place === dataDir && !(await exists(cluster))) return relocated(home, account, systemDir);
  throw new EmbeddedPostgresError(
    `PostgreSQL runs as "${account.name}" and cannot reach its database in ${cluster}: a folder above it is closed to others. Open it with chmod o+x, or move DATA_DIR.`,
  );
}

async function homeIn(dataDir: string): Promise<Home> {
  const cluster = (await clusterNamedIn(dataDir)) ?? path.join(dataDir, 'postgres');
  return { dataDir, place: path.dirname(cluster), cluster, account: await accountFor(cluster) };
}

/** Gives a tree to `account`, without following links. */
export async function giveTo(account: Account, root: string): Promise<void> {
  for (const entry of await readdir(root, { recursive: true })) {
    await lchown(path.join(root, entry), account.uid >>> 0, account.gid >>> 0);
  }
  await chown(root, account.uid >>> 0, account.gid >>> 0);
}

export const exists = (name: string): Promise<boolean> =>
  stat(name).then(
    () => true,
    () => false,
  );

async function makeDataDir(given: string): Promise<string> {
  const wanted = path.resolve(given);
  // Folders made on the way get the same mode: those of root must let the cluster's account pass.
  await mkdir(wanted, { recursive: true, mode: isRoot() ? 0o711 : 0o700 });
  const dataDir = await realpath(wanted);
  if (isRoot()) await openTheWay(dataDir);
  return dataDir;
}

async function openTheWay(dataDir: string): Promise<void> {
  const { mode } = await stat(dataDir);
  // Narrowing /tmp or / would break the machine.
  if (dataDir === '/' || mode & 0o1000) {
    throw new EmbeddedPostgresError(`DATA_DIR ${dataDir} is shared with others: choose a folder of its own.`);
  }
  // Files first: from 0711 on, everybody who knows a name gets as far as the file itself.
  for (const entry of await readdir(dataDir, { withFileTypes: true })) {
    if (entry.isFile()) await chmod(path.join(dataDir, entry.name), 0o600);
  }
  await chmod(dataDir, 0o711);
}

const pathFile = (dataDir: string) => path.join(dataDir, 'postgres.path');

async function clusterNamedIn(dataDir: string): Promise<string | undefined> {
  const named = (await readFile(pathFile(dataDir), 'utf8').catch(() => '')).trim();
  if (!named) return undefined;
  // The cluster itself may be missing: a start that was killed names it before it makes it.
  const place = await realpath(path.dirname(named)).catch(() => undefined);
  if (place) return path.join(place, path.basename(named));
  throw new EmbeddedPostgresError(
    `${pathFile(dataDir)} says that the database is in ${named}, but nothing is there: bring that folder back, or delete ${pathFile(dataDir)} to begin with an empty database.`,
  );
}

/** A cluster keeps its owner, because PostgreSQL insists on running as the owner of its folder. */
async function accountFor(cluster: string): Promise<Account | undefined> {
  const owner = await stat(cluster).catch(() => undefined);
  if (!owner) return unprivilegedAccount();
  if (isRoot()) {
    if (owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, name: `uid ${owner.uid}` };
    // Copied back by root, from a backup for example.
    const account = await unprivilegedAccount();
    if (account) await giveTo(account, cluster);
    return account;
  }
  if (owner.uid === process.geteuid?.()) return undefined;
  throw new EmbeddedPostgresError(
    `The database in ${cluster} belongs to another user (uid ${owner.uid}): start SMS Bridge as that user or as root, or choose another DATA_DIR.`,
  );
}

/** Asked of the system, not computed from modes: access lists and mounts have a say too. */
const reaches = async (account: Account, folder: string) =>
  (await runAs(account, '/bin/sh', ['-c', 'test -x "$1"', 'sh', folder])).ok;

async function relocated({ dataDir }: Home, account: Account, systemDir: string): Promise<Home> {
  const place = await newPlace(dataDir, systemDir);
  if (!(await reaches(account, place))) {
    await rmdir(place);
    throw new EmbeddedPostgresError(
      `PostgreSQL runs as "${account.name}" and can reach neither ${dataDir} nor ${systemDir}: move DATA_DIR to a folder open to others, or set DATABASE_URL.`,
    );
  }
  if (!(await claim(dataDir, path.join(place, 'postgres')))) await rmdir(place);
  return homeIn(dataDir);
}

/** Always a new folder: what an earlier DATA_DIR of the same name left there is neither used nor touched. */
async function newPlace(dataDir: string, systemDir: string): Promise<string> {
  await mkdir(systemDir, { recursive: true });
  await chmod(systemDir, 0o711);
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  for (let number = 1; ; number += 1) {
    const place = path.join(systemDir, number === 1 ? hash : `${hash}-${number}`);
    if (!(await mkdir(place).then(() => true, falseIfExists))) continue;
    await chmod(place, 0o711);
    return place;
  }
}

/** Writes postgres.path, whole or not at all; false if another start at the same moment was faster. */
async function claim(dataDir: string, cluster: string): Promise<boolean> {
  const draft = `${pathFile(dataDir)}.${randomUUID()}`;
  await writeFile(draft, `${cluster}\n`, { mode: 0o600 });
  return link(draft, pathFile(dataDir))
    .then(() => true, falseIfExists)
    .finally(() => rm(draft));
}

function falseIfExists(error: NodeJS.ErrnoException): false {
  if (error.code === 'EEXIST') return false;
  throw error;
}
