import type { Clock } from '../../../../server/clock.ts';
import { METHODS, type MethodName } from './contract.ts';

export interface RateLimits {
  /** Seconds to wait; null = go on. What is refused costs nothing. */
  refuse(method: MethodName, channel: string): number | null;
}

/** Slack posts about one message a second into a channel and lets a few through at once. */
const CHANNEL_BURST = 4;

/** Slack's limits: per minute, workspace and method, and per second and channel for what is posted. */
export function createRateLimits(clock: Clock): RateLimits {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    refuse(method, channel) {
      const { limit } = METHODS[method];
      if (limit === null) return null;
      const perMs = limit === 'channel' ? 1 / 1_000 : limit / 60_000;
      const max = limit === 'channel' ? CHANNEL_BURST : limit;
      const key = limit === 'channel' ? `${method} ${channel}` : method;
      const now = clock.monotonic();
      const before = buckets.get(key) ?? { tokens: max, at: now };
      const tokens = Math.min(max, before.tokens + (now - before.at) * perMs);
      const isRefused = tokens < 1;
      buckets.set(key, { tokens: isRefused ? tokens : tokens - 1, at: now });
      return isRefused ? Math.max(1, Math.ceil((1 - tokens) / perMs / 1_000)) : null;
    },
  };
}
