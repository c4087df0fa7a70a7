import { ConfigError } from '../config.ts';

/** A port that is taken is answered with the name of its setting. */
export async function named<Result>(setting: string, port: number, starting: Promise<Result>): Promise<Result> {
  try {
    return await starting;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EADDRINUSE' ? 'is used by another program' : 'needs more rights than this user has';
    throw new ConfigError([
      `${setting}: port ${port} ${why}. Choose another one, for instance ${setting}=${port + 1}.`,
    ]);
  }
}
