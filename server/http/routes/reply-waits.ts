import type { z } from 'zod';
import type { Key } from '../../access/keys.ts';
import type { CreatedWait, ReplyWaitRow, WantedWait } from '../../contacts/reply-waits.ts';
import type { ReplyMatch } from '../../rules/reply-wait.ts';
import { parseSender, SENDER_FAULTS } from '../../rules/phone-number.ts';
import { replyWaitBody, replyWaitQuery } from '../contract-reply-waits.ts';
import type { Answer, Call, KeyHandlers } from '../handlers.ts';
import { answerList } from '../list.ts';
import { readNumber } from '../numbers.ts';
import { parse, type Parsed } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { type Fault, invalid, notFound } from '../problem.ts';
import { urlFault } from '../url-fault.ts';

type Operations = 'createReplyWait' | 'listReplyWaits' | 'getReplyWait' | 'cancelReplyWait';

export function replyWaitRoutesOf(ports: Ports): Pick<KeyHandlers, Operations> {
  const { replyWaits } = ports;
  return {
    async createReplyWait({ key, json }) {
      const parsed = parse(replyWaitBody, json);
      if (!parsed.ok) return parsed;
      const wanted = wantedOf(ports, key, parsed.value);
      if (!wanted.ok) return wanted;
      const created = await replyWaits.create(wanted.value);
      if (created.ok) return { status: 201, body: view(created.wait, key) };
      return { fault: FAULTS[created.reason] };
    },
    listReplyWaits: (call) => list(ports, call),
    async getReplyWait({ key, params }) {
      const id = waitId(params['wait_id']);
      return shown(key, id === null ? undefined : await replyWaits.find(key.mode, id));
    },
    async cancelReplyWait({ key, params }) {
      const id = waitId(params['wait_id']);
      return shown(key, id === null ? undefined : await replyWaits.cancel(key.mode, id));
    },
  };
}

const shown = (key: Key, wait: ReplyWaitRow | undefined): Answer =>
  wait ? { status: 200, body: view(wait, key) } : { fault: notFound };

const FAULTS: Readonly<Record<Extract<CreatedWait, { ok: false }>['reason'], Fault>> = {
  no_text: invalid('message_id', 'must be a text that was sent with a key of this mode'),
  other_contact: invalid('to', 'must be the number that the text went to, or be left out'),
  other_sender: invalid('from', 'must be the sender of the text, or be left out'),
  no_ends: invalid('to', 'is required without message_id, and from too'),
  no_replies: invalid('from', 'must be a number: nobody can reply to a name'),
};

function wantedOf(ports: Ports, key: Key, body: z.output<typeof replyWaitBody>): Parsed<WantedWait> {
  const { to, from, message_id: messageId, callback_url: callbackUrl, timeout_seconds: timeout } = body;
  const contact = to ? readNumber(to, ports.defaultCountry, 'to') : null;
  if (contact && !contact.ok) return contact;
  const sender = from ? parseSender(from) : null;
  if (sender && !sender.ok)
    return { ok: false, fault: invalid('from', `is no sender. ${SENDER_FAULTS[sender.reason]}`) };
  const target = callbackUrl ? ports.checkUrl(callbackUrl, key.mode) : null;
  if (target && !target.ok) return { ok: false, fault: urlFault('callback_url', target.reason) };
  const wanted = {
    mode: key.mode,
    contact: contact?.number ?? null,
    ourNumber: sender?.value ?? null,
    messageId: messageId?.toLowerCase() ?? null,
    match: body.match ?? { type: 'free_text' as const },
    callbackUrl: callbackUrl ?? null,
    timeoutSeconds: timeout ?? undefined,
  };
  return { ok: true, value: wanted };
}

function list({ replyWaits, defaultCountry, cursorKey }: Ports, { key, query }: Call): Answer | Promise<Answer> {
  const parsed = parse(replyWaitQuery, { ...query });
  if (!parsed.ok) return parsed;
  const { limit, cursor, ...filters } = parsed.value;
  const asked = filters.to === undefined ? null : readNumber(filters.to, defaultCountry, 'to');
  if (asked && !asked.ok) return asked;
  return answerList<ReplyWaitRow>({
    cursorKey,
    path: '/v1/reply-waits',
    mode: key.mode,
    filters,
    limit,
    cursor,
    read: (place, size) => {
      const filter = { state: filters.state ?? null, contact: asked?.number ?? null, belowId: place?.[0] ?? null };
      return replyWaits.list(key.mode, filter, size + 1);
    },
    placeOf: ({ id }) => [id],
    view: (wait) => view(wait, key),
  });
}

/** What is no UUID is nobody's id; asking PostgreSQL for it would be an error. */
function waitId(text = ''): string | null {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : null;
}

function view(wait: ReplyWaitRow, key: Key) {
  return {
    id: wait.id,
    object: 'reply_wait',
    mode: wait.mode,
    state: wait.state,
    to: wait.contact,
    from: wait.our_number,
    message_id: wait.message_id,
    match: wait.match,
    reply: wait.reply_id === null ? null : { message_id: wait.reply_id, value: valueFor(key, wait) },
    callback: callbackView(wait),
    reason: wait.reason,
    expires_at: wait.expires_at.toISOString(),
    created_at: wait.created_at.toISOString(),
    finished_at: wait.finished_at?.toISOString() ?? null,
  };
}

/** A free text is its own value; other values are words of who asked. */
function valueFor(key: Key, { match, value }: ReplyWaitRow): string | null {
  const { type } = match as Exclude<ReplyMatch, readonly string[]>;
  return type === 'free_text' && !key.scopes.has('messages:content') ? null : value;
}

function callbackView({ callback_url: url, attempts, last_status, next_attempt_at }: ReplyWaitRow) {
  if (url === null) return null;
  const host = URL.canParse(url) ? new URL(url).host : '';
  return { host, attempts, last_status, next_attempt_at: next_attempt_at?.toISOString() ?? null };
}
