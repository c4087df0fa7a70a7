import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** A fault the person who runs the server can act on: one sentence that says what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** A user of this machine. `undefined` in its place means: the user this process runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

/**
 * What a program of the cluster sees of our environment: nothing, because ours carries passwords. LC_ALL=C keeps
 * its messages readable for `postgres.log`, whatever language the machine speaks.
 */
export const bareEnvironment = { LC_ALL: 'C', PATH: '/usr/bin:/bin' };

export const isRoot = (): boolean => process.geteuid?.() === 0;

/** PostgreSQL refuses to run as root: then it runs as `nobody`, which every Unix has and nobody logs in as. */
export async function unprivilegedAccount(): Promise<Account | undefined> {
  if (!isRoot()) return undefined;
  const fields = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === 'nobody');
  const [uid, gid] = [Number(fields?.[2]), Number(fields?.[3])];
  if (!Number.isInteger(uid) || !Number.isInteger(gid)) {
    throw new EmbeddedPostgresError(
      'PostgreSQL does not run as root, and this machine has no user "nobody" to run it as: start SMS Bridge as another user, or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
  return { uid, gid, name: 'nobody' };
}

/** spawn() wants int32: `nobody` of macOS is -2, which stat() reports as 4294967294. */
export const identity = (account: Account | undefined) =>
  account ? { uid: account.uid | 0, gid: account.gid | 0 } : {};

export interface ProgramResult {
  readonly ok: boolean;
  /** Standard output and standard error. */
  readonly output: string;
}

/** Runs a program as `account` to its end, at most `limitMs`. It never rejects. */
export function runAs(
  account: Account | undefined,
  file: string,
  args: readonly string[],
  limitMs = 30_000,
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const options = { ...identity(account), env: bareEnvironment, cwd: '/', timeout: limitMs };
    try {
      execFile(file, args, options, (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`.trim();
        resolve({ ok: !error, output: output || (error?.message ?? '') });
      });
    } catch (error) {
      // spawn throws synchronously when the user cannot be changed (a container without CAP_SETUID).
      resolve({ ok: false, output: String(error) });
    }
  });
}
