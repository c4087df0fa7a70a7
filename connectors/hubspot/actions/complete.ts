import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import type { TaskOutcome } from '../../seam/tasks.ts';
import { HubSpotError } from '../api/errors.ts';
import type { PlainClient } from '../api/plain.ts';
import { isFinal, type Outcome, outcomeInTheEnd } from '../rules/outcome.ts';
import { actionOf, endAction } from '../store/actions.ts';
import { sendsOfAction } from '../store/sends.ts';
import { outputsOf } from './send-sms.ts';

export interface CompleteOptions {
  readonly storage: Storage;
  readonly plain: PlainClient;
  readonly clock: Clock;
}

/**
 * Lets a workflow that waits go on: when every text has come to its end, or (`isOver`) shortly before HubSpot stops
 * waiting. Whether it was let go on before is HubSpot's to say: a second time is refused, and that is fine.
 */
export async function complete(
  options: CompleteOptions,
  portalId: number,
  callbackId: string,
  isOver: boolean,
): Promise<TaskOutcome> {
  const { storage, plain, clock } = options;
  const action = await actionOf(storage, portalId, callbackId);
  // A receipt may come before HubSpot has our answer; nothing to complete then.
  if (!action?.answer && !isOver) return { type: 'wait', ms: 1_000, reason: 'not answered yet' };
  if (!action?.waitsUntil || action.completedAt) return { type: 'done' };
  const sends = await sendsOfAction(storage, portalId, callbackId);
  if (!isOver && sends.some(({ status }) => !isFinal(status))) return { type: 'done' };
  const blocked = action.plan?.blocked.map((one) => one as Outcome) ?? [];
  const refused = (action.plan?.texts.length ?? 0) - sends.length;
  const outcomes = [
    ...blocked,
    ...Array.from({ length: Math.max(0, refused) }, () => 'failed' as const),
    ...sends.map(({ status, error }) => outcomeInTheEnd(status, error)),
  ];
  const outputs = outputsOf(
    outcomes,
    sends,
    sends.flatMap(({ error }) => error ?? []),
    action.plan?.leftOut,
  );
  await letGoOn(plain, portalId, callbackId, { ...outputs, hs_execution_state: 'SUCCESS' });
  return { type: 'done', record: (tx) => endAction(tx, portalId, callbackId, new Date(clock.now())) };
}

async function letGoOn(
  plain: PlainClient,
  portalId: number,
  callbackId: string,
  outputFields: Readonly<Record<string, string | number>>,
): Promise<void> {
  try {
    await plain.complete(portalId, { callbackId, outputFields });
  } catch (error) {
    const isGone = error instanceof HubSpotError && (error.kind === 'notFound' || error.kind === 'validation');
    if (!isGone) throw error;
  }
}
