import type { Mode } from '../rules/message.ts';
import type { Intent } from '../rules/opt-out.ts';
import { optOutsOf } from '../store/opt-outs.ts';
import { mayAnswer } from './answers.ts';
import { changeById } from './conversation.ts';
import { type InternalTextOptions, sendInternal } from './internal-text.ts';
import type { Ledger } from './ledger.ts';

/** A stored text of a contact that is no matter of consent. */
export interface HeardText {
  readonly id: string;
  readonly mode: Mode;
  readonly contact: string;
  readonly ourNumber: string;
  readonly smscId: string;
  readonly conversationId: string | null;
  /** `review` = it may be an opt-out: then nothing is answered. */
  readonly intent: Intent['type'] | null;
  readonly body: string;
  readonly at: Date;
}

export interface AutomaticReplyOptions extends InternalTextOptions {
  readonly ledger: Pick<Ledger, 'numberHmac'>;
}

/** Answers a text of a contact by machine, in the transaction of the caller, unless machines may be talking to each other. */
export async function replyAutomatically(options: AutomaticReplyOptions, text: HeardText, body: string): Promise<void> {
  if (text.intent !== null || !(await isReachable(options, text))) return;
  const { database } = options;
  const { mode, conversationId, at } = text;
  if (!(await mayAnswer({ database }, { mode, number: text.contact, body: text.body, at }))) {
    if (conversationId !== null) await changeById(database, mode, conversationId, [], at, withTags([STOPPED_TAG]));
    return;
  }
  await sendInternal(options, {
    purpose: 'auto_reply',
    mode: text.mode,
    from: text.ourNumber,
    to: text.contact,
    smscId: text.smscId,
    body,
    inReplyTo: text.id,
    conversationId: text.conversationId,
    validitySeconds: REPLY_VALIDITY_SECONDS,
    at: text.at,
  });
  const noted = { type: 'outbound', isConversational: false } as const;
  if (conversationId !== null) await changeById(database, mode, conversationId, [noted], at);
}

/** Two machines may be talking to each other: a person has to look, and finds the conversation by it. */
export const STOPPED_TAG = 'auto-replies-stopped';

/** An answer that comes an hour late answers nothing. */
const REPLY_VALIDITY_SECONDS = 3_600;

async function isReachable({ database, ledger }: AutomaticReplyOptions, text: HeardText): Promise<boolean> {
  const { mode, contact } = text;
  // Names and short codes are no phones.
  if (!PHONE_NUMBER.test(contact)) return false;
  const optOuts = await optOutsOf(database, mode, contact, ledger.numberHmac(contact));
  return !optOuts.some(({ topic }) => topic === '*');
}

const PHONE_NUMBER = /^\+\d{7,15}$/;

export const withTags = (tags: readonly string[]) => (before: readonly string[]) => {
  const added = [...new Set(tags)].filter((tag) => !before.includes(tag));
  return [...before, ...added.slice(0, Math.max(0, TAGS_MAX - before.length))];
};

/** As many as a conversation may have by the API. */
const TAGS_MAX = 20;
