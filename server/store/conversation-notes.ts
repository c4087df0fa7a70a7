import type { Database } from './database.ts';
import type { ConversationNoteRow } from './schema-contacts.ts';

export async function insertNote(database: Database, note: ConversationNoteRow): Promise<void> {
  await database.kysely
    .insertInto('conversation_notes')
    .values({ ...note, body: database.bodies.seal(note.body) })
    .execute();
}

/** Notes of a conversation, the newest first, from behind a place. */
export function listNotes(
  database: Database,
  conversationId: string,
  behind: { readonly at: Date; readonly id: string } | null,
  limit: number,
): Promise<ConversationNoteRow[]> {
  return database.query<ConversationNoteRow>({
    text: `select * from conversation_notes
      where conversation_id = $1 and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
      order by created_at desc, id desc limit $4`,
    values: [conversationId, behind?.at ?? null, behind?.id ?? null, limit],
  });
}
