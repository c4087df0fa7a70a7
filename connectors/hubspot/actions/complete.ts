import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import type { TaskOutcome } from '../../seam/tasks.ts';
import { HubSpotError } from '../api/errors.ts';
import type { PlainClient } from '../api/plain.ts';
import { isFinal, type Outcome, outcomeOfStatus } from '../rules/outcome.ts';
import { actionOf, endAction } from '../store/actions.ts';
import { type SendState, sendsOfAction } from '../store/sends.ts';
import { BLOCK_MS, outputsOf } from './send-sms.ts';

export interface CompleteOptions {
  readonly storage: Storage;
  readonly plain: PlainClient;
  readonly clock: Clock;
}

/** An answer is on its way to HubSpot no longer than that. */
const ANSWERING_MS = 60_000;
const AGAIN_MS = 5_000;

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
  // Not answered yet, perhaps: the answer has this looked at again.
  if (!action?.waitsUntil || action.completedAt) return { type: 'done' };
  const sends = await sendsOfAction(storage, portalId, callbackId);
  if (!isOver && sends.some(({ status }) => !isFinal(status))) return { type: 'done' };
  const blocked = action.plan?.blocked.map((one) => one as Outcome) ?? [];
  const refused = (action.plan?.texts.length ?? 0) - sends.length;
  const outcomes = [
    ...blocked,
    ...Array.from({ length: Math.max(0, refused) }, () => 'failed' as const),
    ...sends.map(outcomeOf),
  ];
  const errors = sends.flatMap(({ error }) => error ?? []);
  const outputs = { ...outputsOf(outcomes, sends, errors, action.plan?.leftOut), hs_execution_state: 'SUCCESS' };
  const isHeard = await letGoOn(plain, portalId, callbackId, outputs);
  // A receipt may be faster than our answer: HubSpot knows of nothing that waits until it has that.
  if (!isHeard && clock.now() < action.waitsUntil.getTime() - BLOCK_MS + ANSWERING_MS)
    return { type: 'wait', ms: AGAIN_MS, reason: 'HubSpot does not know the callback yet' };
  return { type: 'done', record: (tx) => endAction(tx, portalId, callbackId, outputs, new Date(clock.now())) };
}

/** No receipt in time: the branch says so. */
const outcomeOf = ({ status, error }: SendState): Outcome =>
  isFinal(status) ? outcomeOfStatus(status, error) : 'expired';

/** False: HubSpot knows of no such callback. */
async function letGoOn(
  plain: PlainClient,
  portalId: number,
  callbackId: string,
  outputFields: Readonly<Record<string, string | number>>,
): Promise<boolean> {
  try {
    await plain.complete(portalId, { callbackId, outputFields });
    return true;
  } catch (error) {
    if (!(error instanceof HubSpotError) || (error.kind !== 'notFound' && error.kind !== 'validation')) throw error;
    return error.kind === 'validation';
  }
}
