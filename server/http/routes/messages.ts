import { changeBody } from '../contract-messages.ts';
import { SEND_PATH } from '../contract-message-routes.ts';
import { fillRequest } from '../fill-text.ts';
import type { Answer, Call, KeyHandlers } from '../handlers.ts';
import { fingerprint, parseIdempotencyKey } from '../idempotency-key.ts';
import { parse, type Parsed } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { type Fault, invalid, notFound } from '../problem.ts';
import { rateFault, withOwnSender } from '../key-limits.ts';
import { isDryRun, isStrict, parseSendRequest } from '../send-request.ts';
import { sendFault } from '../send-faults.ts';
import type { Idempotency, UnfilledRequest } from '../../messages/accept-types.ts';
import type { Edited } from '../../messages/edit.ts';
import type { MessageEvent } from '../../messages/read.ts';
import type { Message } from '../../rules/message.ts';
import { messageView } from '../../rules/message-view.ts';
import { partView } from '../../rules/part-view.ts';
import { history } from './history.ts';
import { answerPreview } from './preview.ts';

type Operations =
  | 'sendMessage'
  | 'sendSms'
  | 'sendSmsCompatible'
  | 'listMessages'
  | 'getMessage'
  | 'changeMessage'
  | 'cancelMessage'
  | 'listMessageEvents';

export function messageRoutes(ports: Ports): Pick<KeyHandlers, Operations> {
  const { messages, edits } = ports;
  const sendMessage = (call: Call) => {
    const parsed = parseSendRequest(call.json, isStrict(call.headers['prefer']));
    return parsed.ok ? answerSend(ports, call, parsed.value, SEND_PATH) : parsed;
  };
  const byAlias = async (call: Call) => withHeaders(await sendMessage(call), DEPRECATED);
  return {
    sendMessage,
    sendSms: byAlias,
    sendSmsCompatible: byAlias,
    listMessages: history(ports, storedView),
    async getMessage({ key, params }) {
      const id = uuidOf(params['message_id']);
      const message = id === null ? null : await messages.message(key.mode, id);
      if (!message) return { fault: notFound };
      const [parts, remaining] = await Promise.all([
        messages.parts(message.id),
        ports.money.balance.remaining(key.mode),
      ]);
      const showsText = key.scopes.has(SEES_BODIES) && !isSecret(message);
      const body = { ...storedView(message, key, remaining), parts: parts.map((part) => partView(part, showsText)) };
      return { status: 200, body };
    },
    async changeMessage({ key, params, json }) {
      const parsed = parse(changeBody, json);
      if (!parsed.ok) return parsed;
      const { schedule_for: at, body } = parsed.value;
      if (at === undefined && body === undefined) return { fault: invalid('body', 'must have schedule_for or body') };
      const id = uuidOf(params['message_id']);
      if (id === null) return { fault: notFound };
      const scheduleFor = at === undefined ? {} : { scheduleFor: at === null ? null : new Date(at) };
      const edited = await edits.change(key.mode, id, { ...scheduleFor, ...(body === undefined ? {} : { body }) });
      return answerEdit(ports, edited, key);
    },
    async cancelMessage({ key, params }) {
      const id = uuidOf(params['message_id']);
      return id === null ? { fault: notFound } : answerEdit(ports, await edits.cancel(key.mode, id), key);
    },
    async listMessageEvents({ key, params }) {
      const id = uuidOf(params['message_id']);
      const events = id === null ? null : await messages.events(key.mode, id);
      if (id === null || !events) return { fault: notFound };
      const data = events.map((event) => eventView(event, id, key));
      return { status: 200, body: { data, has_more: false, next_cursor: null } };
    },
  };
}

/** Hands a request to the one way that texts are accepted, and answers what became of it, or would. */
export async function answerSend(ports: Ports, call: Call, unfilled: UnfilledRequest, path: string): Promise<Answer> {
  const { accept, rateLimits } = ports;
  const { key } = call;
  const filled = await fillRequest(ports, key.mode, unfilled);
  if (!filled.ok) return filled;
  const request = withOwnSender(filled.value, key, ports);
  if (isDryRun(call.json)) return answerPreview(ports, call, request);
  const fault = sendFault(ports, request, call);
  if (fault) return { fault };
  // What was asked for, not what a template made of it: that may have changed when the request is repeated.
  const idempotency = idempotencyOf(call, unfilled, path);
  if (!idempotency.ok) return idempotency;
  const full = await rateFault(ports, key, 1);
  if (full) return { fault: full };
  const { verdict, replayed } = await accept(request, { keyId: key.id, mode: key.mode }, idempotency.value);
  if (replayed || !verdict.ok) rateLimits.giveBack(key, 1);
  const headers = replayed ? REPLAYED : {};
  if (!verdict.ok) return { fault: { ...verdict.refusal, headers } };
  const { message, expect_reply } = verdict;
  return { status: 202, body: expect_reply ? { ...message, expect_reply } : message, headers };
}

async function answerEdit({ money: { balance } }: Ports, edited: Edited, key: Call['key']): Promise<Answer> {
  if (!edited.ok) return { fault: edited.refusal };
  return { status: 200, body: storedView(edited.message, key, await balance.remaining(key.mode)) };
}

/** RFC 9745 and RFC 8288: these addresses are kept for those who come from another API. */
const DEPRECATED = { Deprecation: '@1795132800', Link: `<${SEND_PATH}>; rel="successor-version"` };

function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  if (!('fault' in answer)) return { ...answer, headers: { ...answer.headers, ...headers } };
  const fault: Fault = { ...answer.fault, headers: { ...answer.fault.headers, ...headers } };
  return { fault };
}

const REPLAYED = { 'Idempotent-Replayed': 'true' };

function idempotencyOf({ headers }: Call, request: UnfilledRequest, path: string): Parsed<Idempotency | null> {
  const parsed = parseIdempotencyKey(headers['idempotency-key']);
  if (!parsed.ok) return parsed;
  if (parsed.value === null) return { ok: true, value: null };
  return { ok: true, value: { key: parsed.value, path, fingerprint: fingerprint(request) } };
}

/** What is no UUID is nobody's id; asking PostgreSQL for it would be an error. */
export function uuidOf(text: string | undefined): string | null {
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text ?? '');
  return isUuid && text !== undefined ? text.toLowerCase() : null;
}

const SEES_BODIES = 'messages:content';

/** A one-time code is nobody's business but its recipient's. */
const isSecret = ({ message_type, direction }: Message) => message_type === 'otp' && direction === 'outbound';

/** `redacted_at` comes with a text that was read from storage. */
export function storedView(
  message: Message & { readonly redacted_at?: Date | null | undefined },
  key: Call['key'],
  remaining_balance: string | null,
) {
  const { conversation_id, sent_by } = message;
  const isShown = key.scopes.has(SEES_BODIES) && !message.redacted_at && !isSecret(message);
  const body = isShown ? message.body : null;
  return { ...messageView(message), remaining_balance, conversation_id, sent_by, body };
}

function eventView(event: MessageEvent, messageId: string, key: Call['key']) {
  const hidden = 'body' in event.data && !key.scopes.has(SEES_BODIES);
  return {
    id: event.id,
    object: 'event',
    type: event.type,
    sequence: event.sequence,
    mode: key.mode,
    message_id: messageId,
    created_at: event.createdAt.toISOString(),
    data: hidden ? { ...event.data, body: null } : event.data,
  };
}
