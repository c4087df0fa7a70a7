import type { Message } from './message.ts';

/**
 * What becomes of a text whose last attempt ended without an answer: the carrier may have taken it, and SMPP has
 * no way to ask. A one-time code or an order update is worth a possible duplicate; a promotion is not, it waits
 * for a person. After the third try without a clear answer any text waits: a carrier that takes texts and never
 * says so would deliver the same one over and over. Either way the text stays flagged `ambiguous`.
 *
 * `tries` are the attempts that counted, this one included.
 */
export function afterUnknown(
  message: Pick<Message, 'message_type' | 'on_ambiguous'>,
  tries: number,
): 'resend' | 'hold' {
  if (message.on_ambiguous === 'hold' || tries > MAX_TRIES) return 'hold';
  if (message.on_ambiguous === 'resend') return 'resend';
  return message.message_type === 'promotional' ? 'hold' : 'resend';
}

const MAX_TRIES = 3;

/** Why a text is held; a person decides in the review queue. */
export const HELD_AMBIGUOUS = 'ambiguous';

/** `due_at` of a text that only a person can release: still ours, and never due by itself. */
export const NEVER = new Date('9999-12-31T00:00:00Z');
