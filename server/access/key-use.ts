import type { Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';
import { forgetKeyDays, type KeyUse, storeKeyUses } from '../store/keys.ts';

/** When and from where keys were last used: noted in memory, stored from time to time. */
export interface KeyUses {
  note(id: string, ip: string): void;
  /** Stores what was noted since. */
  readonly duty: { readonly everyMs: number; run(): Promise<unknown> };
}

const EVERY_MS = 10_000;
const DAY_MS = 86_400_000;

export function createKeyUses(database: Database, clock: Clock): KeyUses {
  let noted = new Map<string, KeyUse>();
  let forgottenOn = '';
  return {
    note(id, ip) {
      noted.set(id, { id, at: new Date(clock.now()), ip });
    },
    duty: {
      everyMs: EVERY_MS,
      async run() {
        const yesterday = new Date(clock.now() - DAY_MS).toISOString().slice(0, 10);
        if (forgottenOn !== yesterday) await forgetKeyDays(database, yesterday);
        forgottenOn = yesterday;
        if (noted.size === 0) return;
        const uses = [...noted.values()];
        noted = new Map();
        await storeKeyUses(database, uses);
      },
    },
  };
}
