import { homeOf, isSameRecipient } from './carrier-id.ts';
import type { Message } from './message.ts';
import { messageReference as referenceOf } from './message-reference.ts';
import { DEFAULT_RETRY_POLICY, intervalMs, type RetryPlan } from './retry.ts';
import { isWrittenAs } from './written-number.ts';

export type AfterUnknown =
  | { readonly action: 'hold' }
  /** Not before `delayMs`: until then a late answer or a receipt may prove that the carrier has it. */
  | { readonly action: 'resend'; readonly delayMs: number };

/**
 * What becomes of a text whose last attempt ended without an answer: the carrier may have taken it, and SMPP has
 * no way to ask. A one-time code or an order update is worth a possible duplicate, after a wait in which the doubt may
 * still be removed; a promotion is not, it waits for a person. Who asks for `resend` by name gets it without the wait.
 * After the third resend without a clear answer any text waits for a person: a carrier that takes texts and never says
 * so would deliver the same one over and over. Either way the text stays flagged `ambiguous`.
 *
 * `tries` are the attempts that counted, this one included.
 */
export function afterUnknown(
  message: Pick<Message, 'message_type' | 'on_ambiguous'>,
  tries: number,
  plan: RetryPlan = DEFAULT_RETRY_POLICY.ambiguous,
): AfterUnknown {
  const delayMs = intervalMs(plan, tries);
  if (message.on_ambiguous === 'hold' || delayMs === null) return { action: 'hold' };
  if (message.on_ambiguous === 'resend') return { action: 'resend', delayMs: 0 };
  return message.message_type === 'promotional' ? { action: 'hold' } : { action: 'resend', delayMs };
}

/** A submit_sm without an answer, and the text that it is of. */
export interface InDoubt {
  readonly message_id: string;
  readonly part: number;
  readonly attempt: number;
  readonly smsc_id: string;
  /** E.164. */
  readonly to: string;
  readonly from: string;
  /** When its attempt began. */
  readonly created_at: Date;
}

/** A receipt whose id nobody knows. */
export interface UnknownReceipt {
  readonly smscId: string;
  /** As the carrier writes it. */
  readonly recipient: string;
  readonly sender?: string;
  /** Whose national form the numbers may be in, as far as the carrier's profile says. */
  readonly country?: string | null;
  readonly messageReference?: number;
  readonly receivedAt: Date;
}

/**
 * The submit_sm that a receipt with an unknown id proves to have been taken, or null. The receipt has to name the
 * recipient and the sender, to be younger than the attempt, and to leave no choice between two texts: a wrong guess
 * would lose a text, no guess costs a possible duplicate. Of one text the lowest part is meant: every attempt writes
 * its parts in turn and only after the one before was taken, so the parts below any that was taken were taken too.
 * One that names a user_message_reference means the submit_sm with that reference to that recipient, and no other.
 */
export function provenBy<Found extends InDoubt>(receipt: UnknownReceipt, candidates: readonly Found[]): Found | null {
  const possible = candidates.filter(
    (one) =>
      one.smsc_id === receipt.smscId &&
      isSameRecipient(receipt, one) &&
      (receipt.messageReference === undefined
        ? isSameSender(receipt, one)
        : receipt.messageReference === referenceOf(one.message_id, one.attempt, one.part)) &&
      one.created_at <= receipt.receivedAt &&
      receipt.receivedAt.getTime() - one.created_at.getTime() <= PROOF_MAX_MS,
  );
  if (new Set(possible.map((one) => one.message_id)).size !== 1) return null;
  return possible.reduce((first, one) => (isBefore(one, first) ? one : first));
}

function isBefore(one: InDoubt, other: InDoubt): boolean {
  return one.part === other.part ? one.attempt < other.attempt : one.part < other.part;
}

/** Numbers with and without `+`, or in their national form; names in any case. */
function isSameSender(receipt: UnknownReceipt, { from }: InDoubt): boolean {
  const { sender = '' } = receipt;
  if (!from.startsWith('+')) return sender !== '' && from.toLowerCase() === sender.toLowerCase();
  return isWrittenAs(sender, from, homeOf(receipt, from));
}

/** As long as a receipt may still change a text. */
const PROOF_MAX_MS = 72 * 3_600_000;

/** Why a text is held; a person decides in the review queue. */
export const HELD_AMBIGUOUS = 'ambiguous';

/** `due_at` of a text that only a person can release: still ours, and never due by itself. */
export const NEVER = new Date('9999-12-31T00:00:00Z');
