import type { Clock } from '../../../server/clock.ts';

/** Keeps calls below Slack's limits (docs.slack.dev, "Rate limits"), so that it never has to say 429. */
export interface Pace {
  /** Milliseconds until the next call of this kind; 0 = now, and it is counted. */
  take(method: string, channel: string): number;
  /** The same without counting it. */
  look(method: string, channel: string): number;
  /** Slack said no all the same: nothing of this kind for so long. */
  block(method: string, channel: string, ms: number): void;
}

/** About one post a second and channel; a little more than a second, because clocks differ. */
const POST_EVERY_MS = 1_050;

/** Calls per minute and workspace, with some left for others who use the token. */
const PER_MINUTE: ReadonlyMap<string, number> = new Map([
  ['chat.update', 45],
  ['chat.delete', 45],
  ['reactions.add', 45],
  // One limit for both.
  ['conversations.replies', 35],
  ['conversations.replies before sending', 12],
  ['conversations.history', 40],
  ['chat.postEphemeral', 90],
  ['functions.completeSuccess', 45],
  ['functions.completeError', 45],
  ['users.info', 90],
  ['views.publish', 90],
]);

interface Bucket {
  tokens: number;
  at: number;
  blockedUntil: number;
}

export function createPace(clock: Clock): Pace {
  const buckets = new Map<string, Bucket>();
  const bucketOf = (method: string, channel: string) => {
    const isPost = method === 'chat.postMessage';
    const key = isPost ? `${method} ${channel}` : method;
    const max = isPost ? 1 : (PER_MINUTE.get(method) ?? 20);
    const bucket = buckets.get(key) ?? { tokens: max, at: clock.monotonic(), blockedUntil: 0 };
    buckets.set(key, bucket);
    return { bucket, max, perTokenMs: isPost ? POST_EVERY_MS : 60_000 / max };
  };
  const look = (method: string, channel: string) => {
    const { bucket, max, perTokenMs } = bucketOf(method, channel);
    const now = clock.monotonic();
    bucket.tokens = Math.min(max, bucket.tokens + (now - bucket.at) / perTokenMs);
    bucket.at = now;
    const waitMs = Math.max(bucket.blockedUntil - now, (1 - bucket.tokens) * perTokenMs);
    // Fractions of a millisecond add up to a token that is nearly there.
    return waitMs > 0.5 ? Math.ceil(waitMs) : 0;
  };
  return {
    look,
    take(method, channel) {
      const waitMs = look(method, channel);
      if (waitMs === 0) bucketOf(method, channel).bucket.tokens -= 1;
      return waitMs;
    },
    block(method, channel, ms) {
      bucketOf(method, channel).bucket.blockedUntil = clock.monotonic() + ms;
    },
  };
}
