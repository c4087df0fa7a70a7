import type { Clock } from '../../../../server/clock.ts';
import { Refusal } from './answer.ts';

export interface LimitOptions {
  readonly clock: Clock;
  /** Calls of one account in ten seconds. */
  readonly burstMax: number;
  /** Searches of one account in a second. */
  readonly searchMax: number;
  /** Calls of one account in a day. */
  readonly dailyMax: number;
}

const DAY_MS = 86_400_000;

/** developers.hubspot.com, "API usage guidelines": the limits, how they are refused, and which answers tell of them. */
export function createLimits({ clock, burstMax, searchMax, dailyMax }: LimitOptions) {
  const calls = new Map<string, { startMs: number; count: number }>();
  const windowOf = (key: string, windowMs: number) => {
    const now = clock.now();
    const window = calls.get(key);
    const current = window && now - window.startMs < windowMs ? window : { startMs: now, count: 0 };
    calls.set(key, current);
    return current;
  };
  const isOver = (key: string, max: number, windowMs: number) => (windowOf(key, windowMs).count += 1) > max;
  const refuse = (policyName: string, message: string) =>
    new Refusal(429, 'RATE_LIMITS', message, { errorType: 'RATE_LIMIT', policyName });
  return {
    take(portalId: number, isSearch: boolean): void {
      if (isSearch && isOver(`search ${portalId}`, searchMax, 1_000))
        throw refuse('SECONDLY', 'You have reached your secondly limit.');
      if (isOver(`day ${portalId}`, dailyMax, DAY_MS)) throw refuse('DAILY', 'You have reached your daily limit.');
      if (isOver(`all ${portalId}`, burstMax, 10_000))
        throw refuse('TEN_SECONDLY_ROLLING', 'You have reached your ten_secondly_rolling limit.');
    },
    /** Answers to a search have none, and with OAuth the daily ones are left out. */
    headersOf(portalId: number | null, path: string): Record<string, string> {
      if (portalId === null || path.endsWith('/search')) return {};
      const left = burstMax - windowOf(`all ${portalId}`, 10_000).count;
      return {
        'X-HubSpot-RateLimit-Max': String(burstMax),
        'X-HubSpot-RateLimit-Remaining': String(Math.max(0, left)),
        'X-HubSpot-RateLimit-Interval-Milliseconds': '10000',
      };
    },
  };
}
