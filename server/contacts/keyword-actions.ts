import { createHash } from 'node:crypto';
import { payload } from '../events/payload.ts';
import type { RuleAction } from '../rules/keyword-rules.ts';
import type { Mode } from '../rules/message.ts';
import type { Intent } from '../rules/opt-out.ts';
import { uuidv7 } from '../rules/uuid.ts';
import { optOutsOf } from '../store/opt-outs.ts';
import { insertDeliveries, selectMessages } from '../store/webhooks.ts';
import { mayAnswer } from './answers.ts';
import { ownerOf } from './contact-book.ts';
import { changeById } from './conversation.ts';
import { type InternalTextOptions, sendInternal } from './internal-text.ts';
import type { Ledger } from './ledger.ts';
import { askRules } from './keyword-rules-book.ts';

/** A stored text of a contact that is no matter of consent. */
export interface RuledText {
  readonly id: string;
  readonly mode: Mode;
  readonly contact: string;
  readonly ourNumber: string;
  readonly smscId: string;
  readonly conversationId: string | null;
  /** `review` = it may be an opt-out: then rules tag and assign, and answer nothing. */
  readonly intent: Intent['type'] | null;
  readonly body: string;
  readonly at: Date;
}

export interface KeywordRuleOptions extends InternalTextOptions {
  readonly ledger: Pick<Ledger, 'numberHmac'>;
}

/** Carries out the keyword rules that a text sets off, in the transaction of the caller. */
export async function applyKeywordRules(options: KeywordRuleOptions, text: RuledText): Promise<void> {
  const { actions } = await askRules(options.database, text);
  const wanted = actions.map(({ action }) => action);
  await changeConversation(options, text, wanted);
  await reply(options, text, wanted);
  await callWebhooks(options, text, wanted);
}

type Actions = readonly RuleAction[];

/** The rule that is asked first has the say on who looks after it. */
async function changeConversation({ database }: InternalTextOptions, text: RuledText, actions: Actions): Promise<void> {
  const tags = actions.flatMap((action) => (action.type === 'tag' ? [action.tag.trim()] : []));
  const assign = actions.find((action) => action.type === 'assign');
  if (text.conversationId === null || (tags.length === 0 && !assign)) return;
  const changes = assign ? [{ type: 'assign', assignee: assign.agent.trim() } as const] : [];
  await changeById(database, text.mode, text.conversationId, changes, text.at, withTags(tags));
}

const withTags = (tags: readonly string[]) => (before: readonly string[]) => {
  const added = [...new Set(tags)].filter((tag) => !before.includes(tag));
  return [...before, ...added.slice(0, Math.max(0, TAGS_MAX - before.length))];
};

/** As many as a conversation may have by the API. */
const TAGS_MAX = 20;

async function reply(options: KeywordRuleOptions, text: RuledText, actions: Actions): Promise<void> {
  const answer = actions.find((action) => action.type === 'reply');
  if (!answer || !(await isReachable(options, text))) return;
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
    body: answer.text,
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

async function isReachable({ database, ledger }: KeywordRuleOptions, text: RuledText): Promise<boolean> {
  const { mode, contact } = text;
  // Names and short codes are no phones.
  if (!PHONE_NUMBER.test(contact)) return false;
  const optOuts = await optOutsOf(database, mode, contact, ledger.numberHmac(contact));
  return !optOuts.some(({ topic }) => topic === '*');
}

const PHONE_NUMBER = /^\+\d{7,15}$/;

/** Each URL gets what an endpoint gets for the text: signed with the organisation's secret, tried again, checked at each try. */
async function callWebhooks({ database }: InternalTextOptions, text: RuledText, actions: Actions): Promise<void> {
  const urls = new Set(actions.flatMap((action) => (action.type === 'webhook' ? [action.url] : [])));
  if (urls.size === 0) return;
  const [message] = await selectMessages(database, [text.id], []);
  if (!message) return;
  const { mode, at } = text;
  const contact = { number: text.contact, owner: await ownerOf(database, mode, text.contact) };
  const event = {
    type: RECEIVED,
    mode,
    message_id: text.id,
    sequence: message.sequence,
    data: { contact },
    created_at: at,
  };
  const body = payload(event, message);
  if (body === null) return;
  const deliveries = [...urls].map((url) => ({
    id: deliveryId(text, url),
    endpoint_id: null,
    mode,
    url,
    event_type: RECEIVED,
    message_id: text.id,
    payload: body,
    attempts: 0,
    next_attempt_at: at,
  }));
  await insertDeliveries(database, deliveries, at);
}

const RECEIVED = 'message.received';

/** One for each text and URL. */
function deliveryId({ id, at }: RuledText, url: string): string {
  return uuidv7(at.getTime(), createHash('sha256').update(`${id}:${url}`).digest());
}
