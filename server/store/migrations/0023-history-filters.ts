import { type Kysely, sql } from 'kysely';

/**
 * The filters of the history that no index served: our side of a text, references, error codes. An index on `contact`
 * serves the other side. The error of a text changes with few of its status changes, and those are rare.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create index messages_from_ours on messages (mode, "from", id) where direction = 'outbound'`,
  `create index messages_to_ours on messages (mode, "to", id) where direction = 'inbound'`,
  `create index messages_by_reference on messages (mode, client_ref, id) where client_ref is not null`,
  `create index messages_by_error on messages (mode, (error ->> 'code'), id) where error is not null`,
];
