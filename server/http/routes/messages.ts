import { SEND_PATH } from '../contract.ts';
import type { Call, KeyHandlers } from '../handlers.ts';
import { fingerprint, parseIdempotencyKey } from '../idempotency-key.ts';
import type { Parsed } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { type Fault, notFound } from '../problem.ts';
import { parseSendRequest } from '../send-request.ts';
import { urlFault } from '../url-fault.ts';
import type { Idempotency, SendRequest } from '../../messages/accept-types.ts';
import type { MessageEvent } from '../../messages/read.ts';
import type { Message } from '../../rules/message.ts';
import { messageView } from '../../rules/message-view.ts';
import { partView } from '../../rules/part-view.ts';
import { history } from './history.ts';

type Operations = 'sendMessage' | 'listMessages' | 'getMessage' | 'listMessageEvents';

export function messageRoutes(ports: Ports): Pick<KeyHandlers, Operations> {
  const { accept, messages, checkUrl } = ports;
  return {
    async sendMessage(call) {
      const { key, json } = call;
      const parsed = parseSendRequest(json, isStrict(call.headers['prefer']));
      if (!parsed.ok) return parsed;
      const fault = callbackFault(checkUrl, parsed.value, call);
      if (fault) return { fault };
      const idempotency = idempotencyOf(call, parsed.value);
      if (!idempotency.ok) return idempotency;
      const { verdict, replayed } = await accept(parsed.value, { keyId: key.id, mode: key.mode }, idempotency.value);
      const headers = replayed ? REPLAYED : {};
      if (!verdict.ok) return { fault: { ...verdict.refusal, headers } };
      return { status: 202, body: verdict.message, headers };
    },
    listMessages: history(ports, storedView),
    async getMessage({ key, params }) {
      const id = messageId(params['message_id']);
      const message = id === null ? null : await messages.message(key.mode, id);
      if (!message) return { fault: notFound };
      const parts = await messages.parts(message.id);
      const showsText = key.scopes.has(SEES_BODIES);
      const body = { ...storedView(message, key), parts: parts.map((part) => partView(part, showsText)) };
      return { status: 200, body };
    },
    async listMessageEvents({ key, params }) {
      const id = messageId(params['message_id']);
      const events = id === null ? null : await messages.events(key.mode, id);
      if (id === null || !events) return { fault: notFound };
      const data = events.map((event) => eventView(event, id, key));
      return { status: 200, body: { data, has_more: false, next_cursor: null } };
    },
  };
}

const REPLAYED = { 'Idempotent-Replayed': 'true' };

/** RFC 7240 §2: `Prefer: handling=strict`, among others. */
function isStrict(prefer: string | readonly string[] | undefined): boolean {
  const text = [prefer ?? []].flat().join(',');
  return /(^|[,;])\s*handling\s*=\s*"?strict"?\s*($|[,;])/i.test(text);
}

function callbackFault(checkUrl: Ports['checkUrl'], request: SendRequest, { key }: Call): Fault | null {
  if (request.status_callback === null) return null;
  const checked = checkUrl(request.status_callback, key.mode);
  return checked.ok ? null : urlFault('status_callback', checked.reason);
}

function idempotencyOf({ headers }: Call, request: SendRequest): Parsed<Idempotency | null> {
  const parsed = parseIdempotencyKey(headers['idempotency-key']);
  if (!parsed.ok) return parsed;
  if (parsed.value === null) return { ok: true, value: null };
  return { ok: true, value: { key: parsed.value, path: SEND_PATH, fingerprint: fingerprint(request) } };
}

/** What is no UUID is nobody's id; asking PostgreSQL for it would be an error. */
function messageId(text: string | undefined): string | null {
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text ?? '');
  return isUuid && text !== undefined ? text.toLowerCase() : null;
}

const SEES_BODIES = 'messages:content';

function storedView(message: Message, key: Call['key']) {
  return { ...messageView(message), body: key.scopes.has(SEES_BODIES) ? message.body : null };
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
