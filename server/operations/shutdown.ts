import type { Logger } from 'pino';

/** Ctrl-C in a terminal reaches npm and the server, and npm passes it on: the same signal comes twice. */
const SAME_SIGNAL_MS = 2_000;
/** Process managers kill after 30 s; ending by ourselves before that leaves a line in the log. */
const LIMIT_MS = 25_000;

/**
 * Runs `stop` once on SIGTERM, SIGINT or SIGHUP and ends the process. A second signal after more than 2 s, or
 * 25 s, ends it at once: whatever is unfinished then is flagged at the next start.
 */
export function stopOnSignals(stop: () => Promise<void>, log: Pick<Logger, 'info' | 'error'>): void {
  let firstAt = 0;
  const handle = (signal: NodeJS.Signals) => {
    const now = Date.now();
    if (firstAt > 0) {
      if (now - firstAt < SAME_SIGNAL_MS) return;
      log.error({ signal }, 'second signal: ending without waiting');
      process.exit(1);
    }
    firstAt = now;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.error('stopping took too long: ending without waiting');
      process.exit(1);
    }, LIMIT_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, handle);
}
