import type { Clock } from '../../../../server/clock.ts';
import { Refusal } from './answer.ts';

export function createLimits(clock: Clock, burstMax: number, searchMax: number) {
  const calls = new Map<string, { startMs: number; count: number }>();
  const isOver = (key: string, max: number, windowMs: number) => {
    const now = clock.now();
    const window = calls.get(key);
    const current = window && now - window.startMs < windowMs ? window : { startMs: now, count: 0 };
    calls.set(key, current);
    current.count += 1;
    return current.count > max;
  };
  const refuse = (policyName: string, message: string, headers: Record<string, string>) =>
    new Refusal(429, 'RATE_LIMITS', message, { errorType: 'RATE_LIMIT', policyName }, headers);
  return {
    take(portalId: number, isSearch: boolean): void {
      if (isSearch && isOver(`search ${portalId}`, searchMax, 1_000))
        throw refuse('SECONDLY', 'You have reached your secondly limit.', {});
      if (!isOver(`all ${portalId}`, burstMax, 10_000)) return;
      const headers = {
        'X-HubSpot-RateLimit-Max': String(burstMax),
        'X-HubSpot-RateLimit-Remaining': '0',
        'X-HubSpot-RateLimit-Interval-Milliseconds': '10000',
      };
      throw refuse('TEN_SECONDLY_ROLLING', 'You have reached your ten_secondly_rolling limit.', headers);
    },
  };
}
