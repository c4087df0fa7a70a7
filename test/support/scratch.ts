import { readFile, statfs } from 'node:fs/promises';

const memory = '/dev/shm';
const neededBytes = 2_000_000_000;

/**
 * Where tests make and delete thousands of files: in memory where there is room, because ext4 creates files ten times
 * slower for some seconds after many were deleted (it does not reuse their inodes at once).
 */
export async function scratchRoot(): Promise<string> {
  const mounts = await readFile('/proc/mounts', 'utf8').catch(() => '');
  const options = mounts
    .split('\n')
    .find((line) => line.split(' ')[1] === memory)
    ?.split(' ')[3];
  if (!options || options.split(',').includes('noexec')) return '/tmp';
  const { bavail, bsize } = await statfs(memory);
  return bavail * bsize >= neededBytes ? memory : '/tmp';
}

export const scratchRoots = ['/tmp', memory];
