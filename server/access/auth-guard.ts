import { isIPv6 } from 'node:net';
import type { Clock } from '../clock.ts';

/**
 * Slows down those who guess: after too many failures from one address (an IPv6 /64 is one) with one key id, or with any,
 * its next failure within the minute is 429 and not 401. A right key is never kept out by the failures of others; the
 * key ids that were right lately are known, and other ids of an address that guesses are not even looked up.
 */
export interface AuthGuard {
  /** Seconds to wait, when this is not even worth looking at; null = look. */
  barred(ip: string, keyId: string): number | null;
  /** Seconds to wait, when this was one failure too many; null = it was not. */
  failed(ip: string, keyId: string): number | null;
  succeeded(keyId: string): void;
}

export const FAILURES_PER_KEY_MAX = 20;
export const FAILURES_PER_ADDRESS_MAX = 100;
const WINDOW_MS = 60_000;
const REMEMBERED_MAX = 10_000;
const GOOD_MAX = 1_000;

interface Failures {
  readonly count: number;
  readonly untilMs: number;
}

export function createAuthGuard(clock: Pick<Clock, 'monotonic'>): AuthGuard {
  const failures = new Map<string, Failures>();
  const good = new Map<string, true>();
  const secondsOver = (name: string, max: number): number | null => {
    const known = failures.get(name);
    const leftMs = known && known.count >= max ? known.untilMs - clock.monotonic() : 0;
    return leftMs > 0 ? Math.ceil(leftMs / 1_000) : null;
  };
  const note = (name: string) => {
    const now = clock.monotonic();
    const known = failures.get(name);
    const isOn = known !== undefined && known.untilMs > now;
    keepNewest(
      failures,
      name,
      isOn ? { ...known, count: known.count + 1 } : { count: 1, untilMs: now + WINDOW_MS },
      REMEMBERED_MAX,
    );
  };

  return {
    barred: (ip, keyId) => (good.has(keyId) ? null : secondsOver(sourceOf(ip), FAILURES_PER_ADDRESS_MAX)),
    failed(ip, keyId) {
      const source = sourceOf(ip);
      const pair = `${source} ${keyId}`;
      const seconds = secondsOver(pair, FAILURES_PER_KEY_MAX) ?? secondsOver(source, FAILURES_PER_ADDRESS_MAX);
      if (seconds !== null) return seconds;
      note(pair);
      note(source);
      return null;
    },
    succeeded(keyId) {
      if (!good.has(keyId)) keepNewest(good, keyId, true, GOOD_MAX);
    },
  };
}

/** Who has one IPv6 address has the whole /64. */
function sourceOf(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip);
  if (mapped) return mapped[1] ?? ip;
  if (!isIPv6(ip)) return ip;
  const [head = '', tail] = ip.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - front.length - back.length }, () => '0');
  return [...front, ...zeros, ...back].slice(0, 4).join(':');
}

/** A Map keeps the order of insertion: the first one is the oldest. */
function keepNewest<Value>(map: Map<string, Value>, name: string, value: Value, max: number): void {
  map.delete(name);
  map.set(name, value);
  const [oldest] = map.keys();
  if (map.size > max && oldest !== undefined) map.delete(oldest);
}
