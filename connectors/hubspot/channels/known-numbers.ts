import type { Clock } from '../../../server/clock.ts';
import type { ConnectorLog } from '../../seam/connector.ts';
import type { Queries } from '../../seam/storage.ts';
import { channelNumbers } from '../store/numbers.ts';

export interface KnownNumbers {
  has(number: unknown): boolean;
  refresh(): Promise<void>;
  stop(): void;
}

/** Another process may have connected a number. */
const REFRESH_EVERY_MS = 30_000;

/** Which numbers are in an inbox, without asking at each text of a campaign. */
export async function knownNumbers(storage: Queries, clock: Clock, log: ConnectorLog): Promise<KnownNumbers> {
  let numbers = new Set<string>();
  let cancel = () => {};
  let isStopped = false;
  const refresh = async () => {
    numbers = new Set(await channelNumbers(storage));
  };
  const later = () => {
    if (isStopped) return;
    cancel = clock.after(REFRESH_EVERY_MS, () => {
      refresh()
        .catch((error: unknown) => log.warn({ err: error }, 'the numbers of inboxes cannot be read'))
        .finally(later);
    });
  };
  await refresh();
  later();
  return {
    has: (number) => typeof number === 'string' && numbers.has(number),
    refresh,
    stop() {
      isStopped = true;
      cancel();
    },
  };
}
