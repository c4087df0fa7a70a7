import type { Clock } from '../../../server/clock.ts';
import type { Queries } from '../../seam/storage.ts';
import { openContacts } from '../store/told.ts';

/** Who has an open thread, known without asking for each text: a campaign is a million of them. */
export interface OpenContacts {
  has(number: string): Promise<boolean>;
  /** Has one, or is about to. */
  note(number: string): void;
}

const KEPT_MS = 1_000;

export function createOpenContacts(storage: Queries, clock: Clock): OpenContacts {
  let known = new Set<string>();
  /** Their threads are still to be written down: kept for two looks. */
  let noted = new Set<string>();
  let notedBefore = new Set<string>();
  let until = -1;
  return {
    async has(number) {
      if (noted.has(number) || notedBefore.has(number)) return true;
      if (clock.monotonic() > until) {
        known = await openContacts(storage);
        until = clock.monotonic() + KEPT_MS;
        [notedBefore, noted] = [noted, new Set()];
      }
      return known.has(number);
    },
    note: (number) => void noted.add(number),
  };
}
