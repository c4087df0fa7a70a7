import { SIGNATURE_WORDS } from './auto-reply-signatures.ts';
import { folded, indexOfPhrase, wordsOf } from './words.ts';

export interface AutomaticReplyQuestion {
  /** What the contact wrote. */
  readonly text: string;
  /** When this contact got its latest automatic replies, of rules, HELP and the like, in any order. */
  readonly repliedAt: readonly Date[];
  /** The last automatic reply to this contact, null if there was none. */
  readonly lastReply: string | null;
  readonly at: Date;
}

export type AutomaticReplyVerdict =
  | { readonly allowed: true }
  /** No automatic reply, and the conversation is flagged for a person. `until`: when the next one may go. */
  | { readonly allowed: false; readonly reason: 'too_many'; readonly until: Date }
  /** A machine wrote it. `matched`: the signature. */
  | { readonly allowed: false; readonly reason: 'automatic_text'; readonly matched: string; readonly language: string }
  /** Our own words came back. */
  | { readonly allowed: false; readonly reason: 'echo' };

/** Two machines that answer each other write dozens of texts in a minute; people rarely get five answers in ten. */
export const AUTOMATIC_REPLIES = { max: 5, windowSeconds: 600 } as const;

/**
 * Whether a rule may answer. The one confirmation of an opt-out is not asked here: it answers once by itself, since
 * an opt-out happens once.
 */
export function mayReplyAutomatically(question: AutomaticReplyQuestion): AutomaticReplyVerdict {
  const { text, repliedAt, lastReply, at } = question;
  const until = fullUntil(repliedAt, at);
  if (until) return { allowed: false, reason: 'too_many', until };
  const signature = automaticSignature(text);
  if (signature) return { allowed: false, reason: 'automatic_text', ...signature };
  const said = folded(text);
  if (lastReply !== null && said !== '' && said === folded(lastReply)) return { allowed: false, reason: 'echo' };
  return { allowed: true };
}

function fullUntil(repliedAt: readonly Date[], at: Date): Date | null {
  const windowMs = AUTOMATIC_REPLIES.windowSeconds * 1_000;
  const recent = repliedAt.map((date) => date.getTime()).filter((time) => time > at.getTime() - windowMs);
  const oldestThatCounts = recent.toSorted((a, b) => b - a)[AUTOMATIC_REPLIES.max - 1];
  return oldestThatCounts === undefined ? null : new Date(oldestThatCounts + windowMs);
}

/** The phrase by which a text shows that a machine wrote it, or null. */
export function automaticSignature(text: string): { readonly matched: string; readonly language: string } | null {
  const words = wordsOf(text.slice(0, LOOKED_AT));
  const found = SIGNATURE_WORDS.find(({ words: phrase, where }) => {
    const place = indexOfPhrase(words, phrase);
    return where === 'start' ? place === 0 : place >= 0;
  });
  return found ? { matched: found.phrase, language: found.language } : null;
}

/** Machines say so early. */
const LOOKED_AT = 500;
