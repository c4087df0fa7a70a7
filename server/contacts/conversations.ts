import type { Clock } from '../clock.ts';
import type { ConversationChange } from '../rules/conversation.ts';
import type { Message, Mode } from '../rules/message.ts';
import { insertNote, listNotes } from '../store/conversation-notes.ts';
import {
  conversationById,
  type ConversationFilter,
  listConversations,
  lockHeldTexts,
  lockSnoozed,
  makeDue,
  type NamedConversation,
  textsOfConversation,
} from '../store/conversations.ts';
import type { Database } from '../store/database.ts';
import type { ConversationNoteRow } from '../store/schema-contacts.ts';
import { changeById, changeLocked } from './conversation.ts';

/** What people do with conversations, one for each pair of our number and a contact. */
export interface Conversations {
  list(mode: Mode, filter: ConversationFilter, limit: number): Promise<NamedConversation[]>;
  /** Null when this mode has no such conversation. */
  find(mode: Mode, id: string): Promise<NamedConversation | null>;
  /** What is left out stays as it is. Null when this mode has no such conversation. */
  change(mode: Mode, id: string, wanted: WantedChange): Promise<NamedConversation | null>;
  /** Every text between the two, the newest first, below an id. */
  texts(conversation: NamedConversation, belowId: string | null, limit: number): Promise<Message[]>;
  addNote(conversationId: string, note: NewNote): Promise<ConversationNoteRow>;
  /** The newest first. */
  notes(conversationId: string, behind: Parameters<typeof listNotes>[2], limit: number): Promise<ConversationNoteRow[]>;
  /** Opens the conversations whose snooze is over; called every few seconds. Answers how many. */
  wakeSnoozed(): Promise<number>;
}

export type { ConversationFilter, ConversationNoteRow, NamedConversation };

export interface WantedChange {
  readonly status?: ConversationChange & { readonly type: 'open' | 'snooze' | 'close' };
  readonly assignee?: string | null;
  /** In place of those that it has. */
  readonly tags?: readonly string[];
}

export interface NewNote {
  readonly author: string | null;
  readonly body: string;
}

export interface ConversationsOptions {
  readonly database: Database;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly onEvents: () => void;
}

export function createConversations({ database, newId, clock, onEvents }: ConversationsOptions): Conversations {
  const now = () => new Date(clock.now());
  const find = async (mode: Mode, id: string) => (await conversationById(database, mode, id)) ?? null;
  return {
    find,
    list: (mode, filter, limit) => listConversations(database, mode, filter, limit),
    async change(mode, id, wanted) {
      const changed = await database.transaction(async () => {
        const known = await find(mode, id);
        if (!known) return null;
        await changeAsWanted(database, known, wanted, now());
        return find(mode, id);
      });
      onEvents();
      return changed;
    },
    texts: (conversation, belowId, limit) => textsOfConversation(database, conversation, belowId, limit),
    async addNote(conversationId, { author, body }) {
      const note = { id: newId(), conversation_id: conversationId, author, body, created_at: now() };
      await insertNote(database, note);
      return note;
    },
    notes: (conversationId, behind, limit) => listNotes(database, conversationId, behind, limit),
    async wakeSnoozed() {
      let woken = 0;
      for (let more = true; more;) {
        const count = await wakeSome(database, now());
        woken += count;
        more = count === CHUNK;
      }
      return woken;
    },
  };
}

/** Every transaction locks the texts of a contact before the conversation, as a text that says STOP does. */
async function changeAsWanted(
  database: Database,
  { id, mode, contact }: NamedConversation,
  { status, assignee, tags }: WantedChange,
  at: Date,
): Promise<void> {
  const held = status?.type === 'close' ? await lockHeldTexts(database, mode, contact) : [];
  const changes: ConversationChange[] = [];
  if (assignee !== undefined) changes.push({ type: 'assign', assignee });
  if (status) changes.push(status);
  await changeById(database, mode, id, changes, at, (before) => tags ?? before);
  await makeDue(database, held, at);
}

const CHUNK = 100;

function wakeSome(database: Database, now: Date): Promise<number> {
  return database.transaction(async () => {
    const asleep = await lockSnoozed(database, now, CHUNK);
    for (const row of asleep) await changeLocked(database, row, [{ type: 'wake' }], now);
    return asleep.length;
  });
}
