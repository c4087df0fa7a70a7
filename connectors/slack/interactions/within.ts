import { type Clock, sleep } from '../../../server/clock.ts';

/** Slack waits 3 s for an answer, and some things are not worth that. Null = it was not there after `ms`. */
export async function within<Found>(clock: Clock, ms: number, asking: Promise<Found>): Promise<Found | null> {
  const done = new AbortController();
  const late = sleep(clock, ms, done.signal).then(() => null);
  try {
    return await Promise.race([asking, late]);
  } finally {
    done.abort();
  }
}
