import { cut, inLine } from '../rules/plain-words.ts';
import type { Reply } from '../store/replies.ts';
import { actions, type Button, context, section, words } from './blocks.ts';
import type { Content } from './card.ts';

/** What only the author of a reply sees. */

const PREVIEW_MAX = 300;

export type HoldReason =
  | 'claimed'
  | 'quiet_hours'
  | 'segments'
  | 'late'
  | 'new_inbound'
  | 'looks_internal'
  | 'mention'
  | 'struck'
  | 'slack_link'
  | 'custom_emoji'
  | 'files'
  | 'ambiguous';

/** Something that the author may not have meant, or not have known. */
export interface Doubt<Key extends string = string> {
  /** Tells one from another: who has confirmed this one has not confirmed the next. */
  readonly key: Key;
  /** As mrkdwn of ours. */
  readonly says: string;
}

const saysOf = (doubts: readonly Doubt[]) => doubts.map(({ says }) => says).join(' ');

type Asked = Pick<Reply, 'channel' | 'ts' | 'text'>;
export const valueOf = ({ channel, ts }: Pick<Reply, 'channel' | 'ts'>) => `${channel}:${ts}`;

export function undoAsk(reply: Asked, seconds: number): Content {
  const text = `Sending as SMS in ${seconds} s. Delete your message or press Cancel to stop it; edit it to change the text.`;
  return {
    text,
    blocks: [section(text), actions([{ id: 'undo', label: 'Cancel', value: valueOf(reply), style: 'danger' }])],
  };
}

/** One click decides about all that is said; `morning` is when the contact's day begins. */
export function holdAsk(
  reply: Asked,
  doubts: readonly Doubt[],
  morning: { readonly label: string } | null = null,
): Content {
  const detail = saysOf(doubts);
  const value = valueOf(reply);
  const buttons: Button[] = [
    { id: 'hold_send', label: 'Send to customer', value, style: 'primary' },
    ...(morning ? [{ id: 'hold_morning', label: `Send at ${morning.label}`, value } as const] : []),
    { id: 'hold_keep', label: 'Keep internal', value },
  ];
  const text = `Not sent yet: ${detail}`;
  return {
    text,
    blocks: [section(`✋ *Not sent yet.* ${detail}`), words(cut(reply.text, PREVIEW_MAX)), actions(buttons)],
  };
}

export function correctionAsk(reply: Asked, newText: string, doubts: readonly Doubt[] = []): Content {
  const asks = 'The SMS has left and cannot be changed. Send the new text as a correction?';
  const text = doubts.length === 0 ? asks : `${asks} ✋ ${saysOf(doubts)}`;
  return {
    text,
    blocks: [
      section(text),
      words(cut(newText, PREVIEW_MAX)),
      actions([{ id: 'correct', label: 'Send correction', value: valueOf(reply) }]),
    ],
  };
}

/** `mrkdwn` is a sentence of ours, with the words of others escaped. */
export const saying = (mrkdwn: string): Content => ({ text: mrkdwn, blocks: [section(mrkdwn)] });

export const failureAsk = (reply: Asked, why: string): Content => ({
  text: `Not sent: ${why}`,
  blocks: [
    section(`❌ *Not sent.* ${why}`),
    words(cut(reply.text, PREVIEW_MAX)),
    context('Nothing has reached the customer.'),
  ],
});

/** It has left, and the carrier or the server says what became of it; `says` is one of our words for that. */
export const outcomeAsk = (reply: Asked, says: string, why: string, mayRetry: boolean): Content => ({
  text: `SMS ${says}: ${why}`,
  blocks: [
    section(`❌ *SMS ${says}.* ${why}`),
    words(cut(reply.text, PREVIEW_MAX)),
    ...(mayRetry ? [actions([{ id: 'retry', label: 'Retry', value: valueOf(reply) }])] : []),
  ],
});

/** For everybody in the thread: somebody has to say what was meant. */
export function reviewAsk(key: string, threadId: string, reviewId: string, matched: string | null): Content {
  const heard = matched === null ? '' : ` (“${inLine(matched, 40)}”)`;
  const text = `This may be meant as an opt-out${heard}. Promotional texts wait until somebody decides.`;
  const value = `${threadId}:${reviewId}`;
  return {
    text,
    blocks: [
      section(`⚠️ ${text}`, key),
      actions([
        { id: 'review_opt_out', label: 'It is an opt-out', value, style: 'danger' },
        { id: 'review_not', label: 'It is not', value },
      ]),
    ],
  };
}
