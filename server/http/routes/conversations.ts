import type { z } from 'zod';
import type {
  ConversationNoteRow,
  Conversations,
  NamedConversation,
  WantedChange,
} from '../../contacts/conversations.ts';
import type { Message } from '../../rules/message.ts';
import {
  conversationChangeBody,
  conversationQuery,
  noteBody,
  pageQuery,
  replyBody,
} from '../contract-conversations.ts';
import type { Answer, Call, KeyHandlers } from '../handlers.ts';
import { answerList } from '../list.ts';
import { readNumber } from '../numbers.ts';
import { parse, type Parsed } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { invalid, notFound } from '../problem.ts';
import { parseSendRequest } from '../send-request.ts';
import { answerSend, storedView, uuidOf } from './messages.ts';

type Operations =
  | 'listConversations'
  | 'getConversation'
  | 'changeConversation'
  | 'listConversationMessages'
  | 'replyInConversation'
  | 'listConversationNotes'
  | 'addConversationNote';

export function conversationRoutesOf(ports: Ports): Pick<KeyHandlers, Operations> {
  const { conversations, clock } = ports;
  const withFound = async (call: Call, answer: (found: NamedConversation) => Answer | Promise<Answer>) => {
    const found = await find(conversations, call);
    return found ? answer(found) : { fault: notFound };
  };
  return {
    listConversations: (call) => listConversations(ports, call),
    getConversation: (call) => withFound(call, (found) => ({ status: 200, body: conversationView(found) })),
    async changeConversation(call) {
      const parsed = parse(conversationChangeBody, call.json);
      if (!parsed.ok) return parsed;
      const wanted = wantedChange(parsed.value, new Date(clock.now()));
      if (!wanted.ok) return wanted;
      const id = idOf(call);
      const changed = id === null ? null : await conversations.change(call.key.mode, id, wanted.value);
      return changed ? { status: 200, body: conversationView(changed) } : { fault: notFound };
    },
    listConversationMessages: (call) => withFound(call, (found) => listTexts(ports, call, found)),
    async replyInConversation(call) {
      const parsed = parse(replyBody, call.json);
      if (!parsed.ok) return parsed;
      return withFound(call, (found) => reply(ports, call, found, parsed.value));
    },
    listConversationNotes: (call) => withFound(call, (found) => listNotes(ports, call, found)),
    async addConversationNote(call) {
      const parsed = parse(noteBody, call.json);
      if (!parsed.ok) return parsed;
      const { body, author = null } = parsed.value;
      return withFound(call, async ({ id }) => {
        return { status: 201, body: noteView(await conversations.addNote(id, { body, author })) };
      });
    },
  };
}

const idOf = ({ params }: Call) => uuidOf(params['conversation_id']);

async function find(conversations: Conversations, call: Call): Promise<NamedConversation | null> {
  const id = idOf(call);
  return id === null ? null : conversations.find(call.key.mode, id);
}

function listConversations({ conversations, cursorKey, defaultCountry }: Ports, call: Call): Answer | Promise<Answer> {
  const { key, query } = call;
  const parsed = parse(conversationQuery, { ...query });
  if (!parsed.ok) return parsed;
  const { limit, cursor, ...filters } = parsed.value;
  const contact = filters.contact === undefined ? null : readNumber(filters.contact, defaultCountry, 'contact');
  if (contact && !contact.ok) return contact;
  return answerList<NamedConversation>({
    cursorKey,
    path: '/v1/conversations',
    mode: key.mode,
    filters,
    limit,
    cursor,
    read: (place, size) => {
      const filter = {
        status: filters.status ?? null,
        assignee: filters.assignee ?? null,
        tag: filters.tag ?? null,
        // A plus sign that was not escaped arrives as a space.
        ourNumber: filters.our_number?.replace(/^ (?=\d)/, '+') ?? null,
        search: filters.q?.replace(/^ (?=\d)/, '+') ?? null,
        contact: contact?.number ?? null,
        behind: behind(place),
      };
      return conversations.list(key.mode, filter, size + 1);
    },
    placeOf: (row) => [row.last_message_at.toISOString(), row.id],
    view: conversationView,
  });
}

function behind(place: readonly string[] | null) {
  const [at, id] = place ?? [];
  return at === undefined || id === undefined ? null : { at: new Date(at), id };
}

type Change = z.output<typeof conversationChangeBody>;

function wantedChange({ status, snoozed_until, assignee, tags }: Change, now: Date): Parsed<WantedChange> {
  const wanted = { ...(assignee === undefined ? {} : { assignee }), ...(tags && { tags: [...new Set(tags)] }) };
  const fault = (message: string) => ({ ok: false as const, fault: invalid('snoozed_until', message) });
  if (status !== 'snoozed') {
    if (snoozed_until !== undefined) return fault('goes with the status snoozed only');
    if (status === undefined) return { ok: true, value: wanted };
    return { ok: true, value: { ...wanted, status: { type: status === 'open' ? 'open' : 'close' } } };
  }
  if (snoozed_until === undefined) return fault('is required for the status snoozed');
  const until = new Date(snoozed_until);
  if (until <= now || until.getTime() > now.getTime() + SNOOZE_MS_MAX) return fault('must be within the next year');
  return { ok: true, value: { ...wanted, status: { type: 'snooze', until } } };
}

const SNOOZE_MS_MAX = 366 * 86_400_000;

async function listTexts(
  { conversations, money, cursorKey }: Ports,
  { key, query }: Call,
  conversation: NamedConversation,
): Promise<Answer> {
  const parsed = parse(pageQuery, { ...query });
  if (!parsed.ok) return parsed;
  const remaining = await money.balance.remaining(key.mode);
  return answerList<Message>({
    cursorKey,
    path: `/v1/conversations/${conversation.id}/messages`,
    mode: key.mode,
    filters: {},
    limit: parsed.value.limit,
    cursor: parsed.value.cursor,
    read: (place, size) => conversations.texts(conversation, place?.[0] ?? null, size + 1),
    placeOf: ({ id }) => [id],
    view: (message) => storedView(message, key, remaining),
  });
}

function reply(
  ports: Ports,
  call: Call,
  { id, contact, our_number }: NamedConversation,
  { sent_by, ...said }: z.output<typeof replyBody>,
): Answer | Promise<Answer> {
  const text = { ...said, to: contact, from: our_number, message_type: 'conversational' };
  const parsed = parseSendRequest(text, true);
  if (!parsed.ok) return parsed;
  const request = { ...parsed.value, conversation_id: id, sent_by: sent_by ?? null };
  return answerSend(ports, call, request, `/v1/conversations/${id}/messages`);
}

async function listNotes(
  { conversations, cursorKey }: Ports,
  { key, query }: Call,
  { id }: NamedConversation,
): Promise<Answer> {
  const parsed = parse(pageQuery, { ...query });
  if (!parsed.ok) return parsed;
  return answerList<ConversationNoteRow>({
    cursorKey,
    path: `/v1/conversations/${id}/notes`,
    mode: key.mode,
    filters: {},
    limit: parsed.value.limit,
    cursor: parsed.value.cursor,
    read: (place, size) => conversations.notes(id, behind(place), size + 1),
    placeOf: (note) => [note.created_at.toISOString(), note.id],
    view: noteView,
  });
}

function noteView({ id, conversation_id, author, body, created_at }: ConversationNoteRow) {
  return { id, object: 'note', conversation_id, author, body, created_at: created_at.toISOString() };
}

function conversationView(row: NamedConversation) {
  const iso = (date: Date | null) => date?.toISOString() ?? null;
  return {
    id: row.id,
    object: 'conversation',
    mode: row.mode,
    our_number: row.our_number,
    contact: {
      number: row.contact,
      name: row.name ?? null,
      language: row.language ?? null,
      owner: row.owner ?? null,
    },
    status: row.status,
    assignee: row.assignee,
    tags: row.tags,
    snoozed_until: iso(row.snoozed_until),
    last_inbound_at: iso(row.last_inbound_at),
    last_outbound_at: iso(row.last_outbound_at),
    last_message_at: iso(row.last_message_at),
    closed_at: iso(row.closed_at),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}
