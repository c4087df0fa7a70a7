import type { TaskOutcome } from '../../seam/tasks.ts';
import type { Call, Method, SlackResult } from './client.ts';
import type { Pace } from './pace.ts';
import { remedyFor } from './slack-errors.ts';

/** What Slack has said, where it has said anything. */
export type Answered = Exclude<SlackResult, { type: 'limited' | 'unknown' }>;

/** One call within the limits; `next` says what its answer means. */
export type Calling = (
  call: Call,
  method: Method,
  given: Readonly<Record<string, unknown>>,
  next: (result: Answered) => Promise<TaskOutcome> | TaskOutcome,
) => Promise<TaskOutcome>;

/** While nothing works, each lane knocks this often. */
export const PAUSE_MS = 30_000;

export function createCalling(pace: Pace): Calling {
  return async (call, method, given, next) => {
    const channel = typeof given['channel'] === 'string' ? given['channel'] : '';
    const waitMs = pace.take(method, channel);
    if (waitMs > 0) return { type: 'wait', ms: waitMs, reason: 'the pace of Slack' };
    const result = await call(method, given);
    if (result.type === 'limited') pace.block(method, channel, result.retryAfterMs);
    if (result.type === 'ok') return next(result);
    return result.type === 'refused' && remedyFor(result.error) !== 'pause' ? next(result) : failed(result);
  };
}

/** What has to be done all the same is tried again: as a wait, where somebody has said or will know until when. */
export function failed(result: Exclude<SlackResult, { type: 'ok' }>): TaskOutcome {
  if (result.type === 'limited') return { type: 'wait', ms: result.retryAfterMs, reason: 'Slack asked for a pause' };
  if (result.type === 'unknown') return { type: 'failed', reason: result.reason, isOutage: true };
  if (remedyFor(result.error) === 'pause') return { type: 'wait', ms: PAUSE_MS, reason: result.error };
  return { type: 'failed', reason: result.error, isOutage: true };
}

export const endUnlessOk = (result: Answered): TaskOutcome =>
  result.type === 'ok' ? { type: 'done' } : { type: 'give_up', reason: result.error };

/** Nothing in a text may link, unfold or ping. */
export const PLAIN = { link_names: false, parse: 'none' };
export const QUIET = { unfurl_links: false, unfurl_media: false, ...PLAIN };
