import type { Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';
import { insertEvents } from '../store/events.ts';
import { noteExpiring } from '../store/keys.ts';

/** Tells of keys that are about to expire, while there is time to replace them: api_key.expiring. */
export interface KeyExpiry {
  readonly duty: { readonly everyMs: number; run(): Promise<void> };
}

/** Days before the end; each is told once, by whichever server comes first. */
const DAYS_BEFORE = [30, 7, 1];
const DAY_MS = 86_400_000;
const EVERY_MS = 600_000;

export function createKeyExpiry(options: {
  readonly database: Database;
  readonly clock: Clock;
  readonly onEvents: () => void;
}): KeyExpiry {
  const { database, clock, onEvents } = options;
  return {
    duty: {
      everyMs: EVERY_MS,
      async run() {
        const now = new Date(clock.now());
        const told = await database.transaction(async () => {
          const keys = await noteExpiring(database, DAYS_BEFORE, now);
          const events = keys.map(({ id, mode, name, expires_at }) => {
            const daysLeft = Math.ceil((expires_at.getTime() - now.getTime()) / DAY_MS);
            const data = { api_key_id: id, name, expires_at: expires_at.toISOString(), days_left: daysLeft };
            return { type: 'api_key.expiring', mode, message_id: null, sequence: 0, data, created_at: now };
          });
          await insertEvents(database, events);
          return events.length;
        });
        if (told > 0) onEvents();
      },
    },
  };
}
