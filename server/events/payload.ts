import type { Message } from '../rules/message.ts';
import type { EventRow } from '../store/schema.ts';

/** What an event became when it is told to others; the change in `data` wins over the row, which has moved on. */
export type EventSource = Pick<EventRow, 'type' | 'mode' | 'message_id' | 'sequence' | 'data' | 'created_at'>;

/** Standard Webhooks 1.0 recommends to stay below 20 KB. */
export const PAYLOAD_BYTES_MAX = 20_000;

/**
 * The JSON that is signed and sent: `{ type, timestamp, data }`. Null when the text that the event speaks about
 * is no longer there.
 */
export function payload(event: EventSource, message: Message | null): string | null {
  const data = event.type.startsWith('message.') ? message && messageData(event, message) : otherData(event);
  return data && fit({ type: event.type, timestamp: event.created_at.toISOString(), data });
}

/** The payload of a text, with the words of all that were written in a row with it. */
export function burstPayload(json: string, { body, ids }: { readonly body: string; readonly ids: readonly string[] }) {
  // What we wrote ourselves.
  const { data, ...told } = JSON.parse(json) as Payload;
  const { body_truncated: _cut, ...rest } = data;
  return fit({ ...told, data: { ...rest, body, combined: ids } });
}

/**
 * The payload in HIPAA mode: what happened to which text and when, in ids alone. Who may see more asks the API for it,
 * which notes who did (45 CFR 164.312(b), 164.502(b)).
 */
export function thinPayload(json: string): string {
  const { data, ...told } = JSON.parse(json) as Payload;
  const kept = Object.entries(data).filter(([name]) => name.endsWith('_id') || name.endsWith('_at') || THIN.has(name));
  return JSON.stringify({ ...told, data: Object.fromEntries(kept) });
}

const THIN = new Set([
  'object',
  'direction',
  'status',
  'mode',
  'sequence',
  'message_type',
  'topic',
  'source',
  'reason',
  'combined',
]);

type Data = Readonly<Record<string, unknown>>;

interface Payload {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Data;
}

function messageData(event: EventSource, message: Message): Data {
  const change = event.data;
  return {
    message_id: message.id,
    object: 'message',
    direction: message.direction,
    status: change['status'] ?? event.type.slice('message.'.length),
    from: message.from,
    to: message.to,
    ...(message.direction === 'inbound' ? inboundData(event, message) : outboundData(event, message)),
    segments: message.segments,
    encoding: message.encoding,
    message_type: message.message_type,
    mode: message.mode,
    country: message.country,
    sequence: event.sequence,
    created_at: message.created_at,
  };
}

function inboundData({ data: change }: EventSource, message: Message): Data {
  return {
    body: message.body,
    received_at: message.created_at,
    incomplete: message.missing_parts !== null,
    missing_parts: message.missing_parts,
    conversation_id: message.conversation_id,
    in_reply_to: message.in_reply_to,
    intent: message.intent ?? NO_INTENT,
    contact: change['contact'] ?? { number: message.contact, owner: null },
    ...(change['expected_reply'] ? { expected_reply: change['expected_reply'] } : {}),
  };
}

function outboundData({ type, data: change }: EventSource, message: Message): Data {
  const wasSent = AFTER_SENT.has(type);
  return {
    client_ref: message.client_ref,
    metadata: message.metadata,
    conversation_id: message.conversation_id,
    sent_by: message.sent_by,
    error: change['error'] ?? null,
    // Once ambiguous a text stays so, therefore the row may say more than the event and never less.
    ambiguous: change['ambiguous'] ?? message.ambiguous,
    ...(change['late'] === true ? { late: true } : {}),
    ...(change['hold_reason'] ? { hold_reason: change['hold_reason'] } : {}),
    ...(FAILED.has(type) && message.on_failure ? { on_failure: message.on_failure } : {}),
    ...(message.batch_id ? { batch_id: message.batch_id } : {}),
    ...(message.campaign_id ? { campaign_id: message.campaign_id } : {}),
    ...(message.variant ? { variant: message.variant } : {}),
    ...(message.tags ? { tags: message.tags } : {}),
    in_reply_to: message.in_reply_to,
    sent_at: change['sent_at'] ?? (wasSent ? message.sent_at : null),
    delivered_at: change['delivered_at'] ?? (type === 'message.delivered' ? message.delivered_at : null),
  };
}

const NO_INTENT = { type: 'none', tier: null, matched: null };
const AFTER_SENT = new Set(['message.sent', 'message.delivered', 'message.undelivered', 'message.expired']);

/** What was to be done when a text does not arrive, told with its end. */
const FAILED = new Set(['message.failed', 'message.undelivered', 'message.expired', 'message.rejected']);

/** For instance contact.opted_out: number, source, keyword, message_id. */
function otherData(event: EventSource): Data {
  return { ...event.data, object: event.type.split('.')[0], message_id: event.message_id, mode: event.mode };
}

/** Nearly every payload is far below the limit; the flags tell a receiver to fetch the text instead. */
function fit(payload: Payload): string {
  let json = JSON.stringify(payload);
  let { data } = payload;
  for (const shorten of SHORTER) {
    if (Buffer.byteLength(json) < PAYLOAD_BYTES_MAX) break;
    data = { ...data, ...shorten(data) };
    json = JSON.stringify({ ...payload, data });
  }
  return json;
}

/** An escaped character takes up to 6 bytes in JSON, so that many characters always leave room for the rest. */
const BODY_CHARACTERS_MAX = 1_600;

const SHORTER: readonly ((data: Data) => Data)[] = [
  ({ body }) => (typeof body === 'string' && body.length > BODY_CHARACTERS_MAX ? cut(body) : {}),
  ({ metadata }) => (metadata ? { metadata: null, metadata_truncated: true } : {}),
  ({ error }) => (isObject(error) ? { error: { ...error, upstream: undefined } } : {}),
];

function cut(body: string): Data {
  const end = isHighSurrogate(body.charCodeAt(BODY_CHARACTERS_MAX - 1)) ? BODY_CHARACTERS_MAX - 1 : BODY_CHARACTERS_MAX;
  return { body: body.slice(0, end), body_truncated: true };
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
