import { createHash } from 'node:crypto';
import { payload } from '../events/payload.ts';
import type { RuleAction } from '../rules/keyword-rules.ts';
import { uuidv7 } from '../rules/uuid.ts';
import { insertDeliveries, selectMessages } from '../store/webhooks.ts';
import { type AutomaticReplyOptions, type HeardText, replyAutomatically, withTags } from './automatic-reply.ts';
import { ownerOf } from './contact-book.ts';
import { changeById } from './conversation.ts';
import type { InternalTextOptions } from './internal-text.ts';
import { askRules } from './keyword-rules-book.ts';

/** Carries out the keyword rules that a text sets off, in the transaction of the caller. */
export async function applyKeywordRules(options: AutomaticReplyOptions, text: HeardText): Promise<void> {
  const { actions } = await askRules(options.database, text);
  const wanted = actions.map(({ action }) => action);
  await changeConversation(options, text, wanted);
  const answer = wanted.find((action) => action.type === 'reply');
  if (answer) await replyAutomatically(options, text, answer.text);
  await callWebhooks(options, text, wanted);
}

type Actions = readonly RuleAction[];

/** The rule that is asked first has the say on who looks after it. */
async function changeConversation({ database }: InternalTextOptions, text: HeardText, actions: Actions): Promise<void> {
  const tags = actions.flatMap((action) => (action.type === 'tag' ? [action.tag.trim()] : []));
  const assign = actions.find((action) => action.type === 'assign');
  if (text.conversationId === null || (tags.length === 0 && !assign)) return;
  const changes = assign ? [{ type: 'assign', assignee: assign.agent.trim() } as const] : [];
  await changeById(database, text.mode, text.conversationId, changes, text.at, withTags(tags));
}

/** Each URL gets what an endpoint gets for the text: signed with the organisation's secret, tried again, checked at each try. */
async function callWebhooks({ database }: InternalTextOptions, text: HeardText, actions: Actions): Promise<void> {
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
function deliveryId({ id, at }: HeardText, url: string): string {
  return uuidv7(at.getTime(), createHash('sha256').update(`${id}:${url}`).digest());
}
