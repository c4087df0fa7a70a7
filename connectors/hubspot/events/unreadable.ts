import type { Clock } from '../../../server/clock.ts';
import type { ConnectorLog } from '../../seam/connector.ts';

export interface Unreadable {
  /** So many events, and the names of what was missing or is not as it was documented. */
  note(count: number, names: readonly string[]): void;
  /** Since the start. */
  count(): number;
}

const SAY_EVERY_MS = 60_000;
const NAMES_MAX = 10;

/** What HubSpot tells and cannot be read is an opt-out, perhaps: it is counted, and said now and then, by names alone. */
export function countUnreadable({ clock, log }: { readonly clock: Clock; readonly log: ConnectorLog }): Unreadable {
  let [total, unsaid] = [0, 0];
  let saidAt = -SAY_EVERY_MS;
  return {
    note(count, names) {
      total += count;
      unsaid += count;
      if (clock.monotonic() - saidAt < SAY_EVERY_MS) return;
      saidAt = clock.monotonic();
      const fields = [...new Set(names)].slice(0, NAMES_MAX);
      log.warn({ count: unsaid, fields }, 'events of HubSpot could not be read, and were left out');
      unsaid = 0;
    },
    count: () => total,
  };
}
