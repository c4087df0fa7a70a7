/**
 * Who may be told something now. There are so many places at once, and none of the hosts may have all of them: one that
 * does not answer would keep every other waiting.
 */
export interface Places {
  readonly max: number;
  /** Of all of them. */
  free(): number;
  /** How many more may go to this host now. */
  room(host: string): number;
  /** What differs from `roomOfOthers`, by host. */
  rooms(): ReadonlyMap<string, number>;
  roomOfOthers(): number;
  take(host: string): void;
  /** `isSlow`: it did not answer, or took its time. */
  giveBack(host: string, isSlow: boolean): void;
}

/** What one host may have, and what one that is slow may; all slow ones together may have less than half. */
const SHARE = { host: 0.8, slowHost: 0.1, allSlow: 0.4 };
const SLOW_HOSTS_MAX = 10_000;
/** An answer that takes as long says that more at once would not help. */
export const SLOW_MS = 5_000;

export function openPlaces(max: number): Places {
  const busy = new Map<string, number>();
  const slow = new Set<string>();
  let taken = 0;
  const share = (part: number) => Math.max(1, Math.floor(max * part));
  const free = () => max - taken;
  const busyWith = (host: string) => busy.get(host) ?? 0;
  const busyWithSlow = () => [...slow].reduce((sum, host) => sum + busyWith(host), 0);
  const room = (host: string) => {
    const own = slow.has(host)
      ? Math.min(share(SHARE.slowHost) - busyWith(host), share(SHARE.allSlow) - busyWithSlow())
      : share(SHARE.host) - busyWith(host);
    return Math.max(0, Math.min(own, free()));
  };

  return {
    max,
    free,
    room,
    roomOfOthers: () => Math.max(0, Math.min(share(SHARE.host), free())),
    rooms: () => new Map([...busy.keys(), ...slow].map((host) => [host, room(host)])),
    take(host) {
      taken += 1;
      busy.set(host, busyWith(host) + 1);
    },
    giveBack(host, isSlow) {
      taken -= 1;
      if (busyWith(host) > 1) busy.set(host, busyWith(host) - 1);
      else busy.delete(host);
      if (slow.size >= SLOW_HOSTS_MAX) slow.clear();
      if (isSlow) slow.add(host);
      else slow.delete(host);
    },
  };
}

/** As the database writes it: what stands between the slashes. */
export const hostOf = (url: string): string => (url.split('/')[2] ?? '').toLowerCase();
