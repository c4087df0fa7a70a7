import type { Task, TaskOutcome } from '../../seam/tasks.ts';
import type { SlackClient } from '../egress/client.ts';
import type { Pace } from '../egress/pace.ts';
import { remedyFor } from '../egress/slack-errors.ts';
import type { RunTokens } from './run-tokens.ts';
import type { StepDonePayload } from './run-step.ts';

export interface EndStepOptions {
  readonly client: Pick<SlackClient, 'interactive'>;
  readonly pace: Pace;
  readonly runTokens: RunTokens;
}

/** Slack knows already, or does not wait any more. */
const OVER = new Set(['execution_not_in_running_state', 'function_execution_not_found']);

const PAUSE_MS = 30_000;

/** Tells Slack how a run of the step has ended, so that the workflow goes on. It may be told twice. */
export async function endStep({ client, pace, runTokens }: EndStepOptions, task: Task): Promise<TaskOutcome> {
  // What runStep has written.
  const { run, end } = task.payload as StepDonePayload;
  const method = end.type === 'sent' ? 'functions.completeSuccess' : 'functions.completeError';
  const waitMs = pace.take(method, '');
  if (waitMs > 0) return { type: 'wait', ms: waitMs, reason: 'the pace of Slack' };
  const token = runTokens.find(run);
  const result = await client.interactive(method, {
    function_execution_id: run,
    ...(end.type === 'sent' ? { outputs: end.outputs } : { error: end.error }),
    ...(token === null ? {} : { token }),
  });
  if (result.type === 'unknown') return { type: 'failed', reason: result.reason };
  if (result.type === 'limited') {
    pace.block(method, '', result.retryAfterMs);
    return { type: 'wait', ms: result.retryAfterMs, reason: 'Slack asked for a pause' };
  }
  runTokens.forget(run);
  if (result.type === 'ok' || OVER.has(result.error)) return { type: 'done' };
  // The token of the run is over: that of the app is tried next, and that waits for somebody to mend it.
  if (remedyFor(result.error) === 'pause')
    return token === null
      ? { type: 'wait', ms: PAUSE_MS, reason: result.error }
      : { type: 'failed', reason: result.error };
  return { type: 'give_up', reason: result.error };
}
