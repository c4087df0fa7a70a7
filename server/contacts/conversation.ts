import { changeConversation, type ConversationChange, type ConversationEvent } from '../rules/conversation.ts';
import type { MessageType, Mode, Purpose, Status } from '../rules/message.ts';
import { contactByNumber } from '../store/contact-book.ts';
import {
  insertConversation,
  lockConversation,
  lockConversationById,
  type Pair,
  updateConversation,
} from '../store/conversations.ts';
import type { Database } from '../store/database.ts';
import { insertEvents } from '../store/events.ts';
import type { ConversationRow } from '../store/schema-contacts.ts';

/** A text of a contact, as far as a conversation is concerned. */
export interface InboundText extends Pair {
  /** False for what the server answers by itself: consent, HELP, replies that a wait takes. */
  readonly needsPerson: boolean;
  readonly at: Date;
}

/** Notes a text from a contact in its conversation, in the transaction of the caller. Answers the conversation's id. */
export async function noteInbound(database: Database, newId: () => string, text: InboundText): Promise<string | null> {
  const { needsPerson, at, ...pair } = text;
  const noted = await changePair(database, newId, pair, { type: 'inbound', needsPerson }, at);
  return noted?.id ?? null;
}

/** What a new outbound text must tell for it to find its conversation. */
export interface OutboundText {
  readonly mode: Mode;
  readonly from: string;
  readonly contact: string;
  readonly status: Status;
  readonly message_type: MessageType;
  readonly purpose: Purpose;
  readonly conversation_id: string | null;
  readonly created_at: Date;
}

/**
 * Gives the texts that a person wrote their conversation, in the transaction that stores them, and makes one where there
 * is none yet. Texts of systems stay as they are: they are shown in the conversation that there is, and make none.
 */
export async function noteOutbound<Text extends OutboundText>(
  database: Database,
  newId: () => string,
  texts: readonly Text[],
): Promise<Text[]> {
  const conversationOf = new Map<Text, string | null>();
  // Always in the same order: two transactions that lock in different orders would wait for each other.
  for (const text of texts.filter(isWritten).sort(byPair)) {
    const change = { type: 'outbound', isConversational: true } as const;
    const pair = { mode: text.mode, ourNumber: text.from, contact: text.contact };
    const noted = text.conversation_id
      ? await changeById(database, text.mode, text.conversation_id, [change], text.created_at)
      : await changePair(database, newId, pair, change, text.created_at);
    conversationOf.set(text, noted?.id ?? null);
  }
  if (conversationOf.size === 0) return [...texts];
  return texts.map((text) => {
    const conversation_id = conversationOf.get(text);
    return conversation_id === undefined ? text : { ...text, conversation_id };
  });
}

/** A name cannot be replied to, so there is nothing to converse about. */
const isWritten = ({ message_type, purpose, status, from }: OutboundText) =>
  message_type === 'conversational' && purpose === 'text' && status !== 'rejected' && /^\+?\d+$/.test(from);

const byPair = (a: OutboundText, b: OutboundText) => (keyOf(a) < keyOf(b) ? -1 : 1);
const keyOf = ({ mode, from, contact }: OutboundText) => `${mode} ${from} ${contact}`;

/** The conversation of a pair after a change, in the transaction of the caller; null = there is none, and none is made. */
async function changePair(
  database: Database,
  newId: () => string,
  pair: Pair,
  change: ConversationChange,
  at: Date,
): Promise<ConversationRow | null> {
  for (;;) {
    const before = await lockConversation(database, pair);
    if (before) return changeLocked(database, before, [change], at);
    const first = changeConversation(null, change, at);
    if (!first) return null;
    const row = newRow(newId(), pair, first.conversation, at);
    if (!(await insertConversation(database, row))) continue;
    await tellConversation(database, row, first.events, at);
    return row;
  }
}

function newRow(id: string, pair: Pair, conversation: Omit<ConversationRow, keyof Fresh>, at: Date): ConversationRow {
  const { mode, ourNumber: our_number, contact } = pair;
  return { ...conversation, id, mode, our_number, contact, tags: [], created_at: at, updated_at: at };
}

type Fresh = Pick<ConversationRow, 'id' | 'mode' | 'our_number' | 'contact' | 'tags' | 'created_at' | 'updated_at'>;

/** The same for one that is known by its id; null = this mode has no such conversation. */
export async function changeById(
  database: Database,
  mode: Mode,
  id: string,
  changes: readonly ConversationChange[],
  at: Date,
  retag?: Retag,
): Promise<ConversationRow | null> {
  const before = await lockConversationById(database, mode, id);
  return before && changeLocked(database, before, changes, at, retag);
}

/** What becomes of its tags. */
export type Retag = (tags: readonly string[]) => readonly string[];

/** Writes what changes make of a conversation that is locked, and tells of it. */
export async function changeLocked(
  database: Database,
  before: ConversationRow,
  changes: readonly ConversationChange[],
  at: Date,
  retag: Retag = (tags) => tags,
): Promise<ConversationRow> {
  const events: ConversationEvent[] = [];
  let after: ConversationRow = { ...before, tags: [...retag(before.tags)] };
  let isChanged = JSON.stringify(after.tags) !== JSON.stringify(before.tags);
  for (const change of changes) {
    const step = changeConversation(after, change, at);
    if (!step) continue;
    after = { ...after, ...step.conversation };
    events.push(...step.events);
    isChanged ||= step.isChanged;
  }
  if (!isChanged) return before;
  after = { ...after, updated_at: at };
  await updateConversation(database, after);
  await tellConversation(database, after, events, at);
  return after;
}

async function tellConversation(
  database: Database,
  row: ConversationRow,
  types: readonly ConversationEvent[],
  at: Date,
): Promise<void> {
  if (types.length === 0) return;
  const contact = await contactByNumber(database, row.mode, row.contact);
  const data = {
    conversation_id: row.id,
    contact: { number: row.contact, owner: contact?.owner ?? null },
    our_number: row.our_number,
    status: row.status,
    assignee: row.assignee,
    tags: row.tags,
    snoozed_until: row.snoozed_until,
    last_message_at: row.last_message_at,
  };
  await insertEvents(
    database,
    types.map((type) => ({ type, mode: row.mode, message_id: null, sequence: 0, data, created_at: at })),
  );
}
