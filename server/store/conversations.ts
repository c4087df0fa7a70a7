import { supportExpectedUntil } from '../rules/conversation.ts';
import type { Message, Mode } from '../rules/message.ts';
import { numberPrefix } from './contact-book.ts';
import type { Database } from './database.ts';
import type { ContactRow, ConversationRow } from './schema-contacts.ts';

/** What makes a conversation: there is one for each. */
export interface Pair {
  readonly mode: Mode;
  readonly ourNumber: string;
  readonly contact: string;
}

/** A conversation with what is known of its contact. */
export type NamedConversation = ConversationRow & Partial<Pick<ContactRow, 'name' | 'language' | 'owner'>>;

/** Keeps it until the end of the transaction. */
export async function lockConversation(
  database: Database,
  { mode, ourNumber, contact }: Pair,
): Promise<ConversationRow | null> {
  const [row] = await database.query<ConversationRow>({
    name: 'lock_conversation',
    text: 'select * from conversations where mode = $1 and our_number = $2 and contact = $3 for update',
    values: [mode, ourNumber, contact],
  });
  return row ?? null;
}

/** The same by its id. */
export async function lockConversationById(
  database: Database,
  mode: Mode,
  id: string,
): Promise<ConversationRow | null> {
  const [row] = await database.query<ConversationRow>({
    text: 'select * from conversations where mode = $1 and id = $2 for update',
    values: [mode, id],
  });
  return row ?? null;
}

/** False when the pair has a conversation already; then the transaction that made it has ended. */
export async function insertConversation(database: Database, row: ConversationRow): Promise<boolean> {
  const inserted = await database.kysely
    .insertInto('conversations')
    .values(row)
    .onConflict((conflict) => conflict.columns(['mode', 'our_number', 'contact']).doNothing())
    .returning('id')
    .execute();
  return inserted.length > 0;
}

/** Of a row that the caller has locked. */
export async function updateConversation(database: Database, row: ConversationRow): Promise<void> {
  const { id, mode: _mode, our_number: _ours, contact: _contact, created_at: _created, ...changed } = row;
  await database.kysely.updateTable('conversations').set(changed).where('id', '=', id).execute();
}

export async function conversationById(
  database: Database,
  mode: Mode,
  id: string,
): Promise<NamedConversation | undefined> {
  const [row] = await database.query<NamedConversation>({
    text: `${named} where v.mode = $1 and v.id = $2`,
    values: [mode, id],
  });
  return row;
}

const named = `select v.*, c.name, c.language, c.owner from conversations v
  left join contacts c on c.mode = v.mode and c.number = v.contact`;

export interface ConversationFilter {
  readonly status: ConversationRow['status'] | null;
  /** Empty = nobody; null = whoever. */
  readonly assignee: string | null;
  readonly contact: string | null;
  readonly tag: string | null;
  readonly ourNumber: string | null;
  /** The beginning of the contact's number or of a word of their name. */
  readonly search: string | null;
  /** Where the page before ended. */
  readonly behind: { readonly at: Date; readonly id: string } | null;
}

/** Conversations of a mode, that with the newest text first. */
export function listConversations(
  database: Database,
  mode: Mode,
  { status, assignee, contact, tag, ourNumber, search, behind }: ConversationFilter,
  limit: number,
): Promise<NamedConversation[]> {
  return database.query<NamedConversation>({
    text: `${named}
      where v.mode = $1 and ($2::text is null or v.status = $2)
        and ($3::text is null or coalesce(v.assignee, '') = $3)
        and ($4::text is null or v.contact = $4) and ($5::text is null or $5 = any(v.tags))
        and ($6::text is null or v.our_number = $6)
        and ($7::text is null or starts_with(v.contact, $8) or position(' ' || lower($7) in ' ' || lower(c.name)) > 0)
        and ($9::timestamptz is null or v.last_message_at < $9 or (v.last_message_at = $9 and v.id > $10))
      order by v.last_message_at desc, v.id limit $11`,
    values: [
      mode,
      status,
      assignee,
      contact,
      tag,
      ourNumber,
      search,
      search === null ? null : numberPrefix(search),
      behind?.at ?? null,
      behind?.id ?? null,
      limit,
    ],
  });
}

/** The texts between a contact and one of our numbers, newest first, those included that nobody wrote in the conversation. */
export function textsOfConversation(
  database: Database,
  { id, mode, our_number, contact }: Pick<ConversationRow, 'id' | 'mode' | 'our_number' | 'contact'>,
  belowId: string | null,
  limit: number,
): Promise<Message[]> {
  return database.query<Message>({
    text: `select * from messages
      where mode = $1 and contact = $2 and ($5::uuid is null or id < $5)
        and (conversation_id = $3 or case direction when 'inbound' then "to" else "from" end = $4)
      order by id desc limit $6`,
    values: [mode, contact, id, our_number, belowId, limit],
  });
}

/** Locks snoozed conversations whose time is over; those that somebody is changing are passed by. */
export function lockSnoozed(database: Database, now: Date, limit: number): Promise<ConversationRow[]> {
  return database.query<ConversationRow>({
    text: `select * from conversations where status = 'snoozed' and snoozed_until <= $1
      order by snoozed_until limit $2 for update skip locked`,
    values: [now, limit],
  });
}

/**
 * Until when promotional texts to these contacts wait, because a person may be waiting for help; null, or no entry: they
 * need not. Of several conversations with one contact the longest counts.
 */
export async function supportUntil(
  database: Database,
  mode: Mode,
  contacts: readonly string[],
  now: Date,
): Promise<Map<string, Date | null>> {
  const rows = await database.query<ConversationRow>({
    name: 'support_expected',
    text: `select * from conversations where mode = $1 and contact = any($2::text[]) and status <> 'closed'`,
    values: [mode, contacts],
  });
  const untils = new Map<string, Date | null>();
  for (const row of rows) {
    const until = supportExpectedUntil(row);
    const longest = untils.get(row.contact) ?? null;
    if (until && until > now && (longest === null || until > longest)) untils.set(row.contact, until);
  }
  return untils;
}

/** Locks the texts that wait for the end of a conversation with a contact. */
export async function lockHeldTexts(database: Database, mode: Mode, contact: string): Promise<string[]> {
  const rows = await database.query<{ id: string }>({
    text: `select id from messages
      where mode = $1 and contact = $2 and due_at is not null and status = 'held' and hold_reason = 'conversation'
      order by id for update`,
    values: [mode, contact],
  });
  return rows.map(({ id }) => id);
}

/** The sweep judges them anew at once. */
export async function makeDue(database: Database, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return;
  await database.query({ text: 'update messages set due_at = $2 where id = any($1::uuid[])', values: [ids, now] });
}
