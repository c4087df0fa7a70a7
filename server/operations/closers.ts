import type { Logger } from 'pino';

/** What has to be closed, in the order in which it was opened. */
export interface Closers {
  add(what: string, close: () => Promise<unknown>): void;
  /** Closes what was opened, the last first; one that fails does not keep the others open. */
  run(): Promise<void>;
}

export function createClosers(log: Pick<Logger, 'warn' | 'debug'>): Closers {
  const closers: { what: string; close: () => Promise<unknown> }[] = [];
  return {
    add: (what, close) => void closers.push({ what, close }),
    async run() {
      for (let next = closers.pop(); next; next = closers.pop()) {
        const { what, close } = next;
        log.debug({ what }, 'closing');
        await close().catch((error: unknown) => log.warn({ err: error, what }, 'could not be closed'));
      }
    },
  };
}
