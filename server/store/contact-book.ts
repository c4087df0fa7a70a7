import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';
import type { ContactRow } from './schema-contacts.ts';

export async function contactByNumber(database: Database, mode: Mode, number: string): Promise<ContactRow | undefined> {
  const [row] = await database.query<ContactRow>({
    name: 'contact_by_number',
    text: 'select * from contacts where mode = $1 and number = $2',
    values: [mode, number],
  });
  return row;
}

/** The same, kept until the end of the transaction. */
export async function lockContact(database: Database, mode: Mode, number: string): Promise<ContactRow | undefined> {
  const [row] = await database.query<ContactRow>({
    text: 'select * from contacts where mode = $1 and number = $2 for update',
    values: [mode, number],
  });
  return row;
}

/** Writes a contact as a whole; of one that exists, `created_at` stays. Answers what is stored now. */
export function upsertContact(database: Database, row: ContactRow): Promise<ContactRow> {
  const { mode: _mode, number: _number, created_at: _created, ...changed } = row;
  return database.kysely
    .insertInto('contacts')
    .values(row)
    .onConflict((conflict) => conflict.columns(['mode', 'number']).doUpdateSet(changed))
    .returningAll()
    .executeTakeFirstOrThrow();
}

export interface ContactFilter {
  readonly owner: string | null;
  /** The beginning of the number or of a word of the name. */
  readonly search: string | null;
  /** Where the page before ended. */
  readonly behind: { readonly at: Date; readonly number: string } | null;
}

/** Contacts of a mode, the newest first. */
export function listContacts(
  database: Database,
  mode: Mode,
  { owner, search, behind }: ContactFilter,
  limit: number,
): Promise<ContactRow[]> {
  return database.query<ContactRow>({
    text: `select * from contacts
      where mode = $1 and ($2::text is null or owner = $2)
        and ($3::text is null or starts_with(number, $4) or position(' ' || lower($3) in ' ' || lower(name)) > 0)
        and ($5::timestamptz is null or created_at < $5 or (created_at = $5 and number > $6))
      order by created_at desc, number limit $7`,
    values: [
      mode,
      owner,
      search,
      search === null ? null : numberPrefix(search),
      behind?.at ?? null,
      behind?.number ?? null,
      limit,
    ],
  });
}

/** What people write between the digits of a number is no part of it, and neither is a missing plus sign. */
export function numberPrefix(search: string): string {
  const digits = search.replace(/[\s().-]/g, '');
  return /^\d/.test(digits) ? `+${digits}` : digits;
}

export type KnownPlace = Pick<ContactRow, 'time_zone' | 'state' | 'country' | 'language'>;

/** Where contacts are said to be, by number; of those that are known. */
export async function contactPlaces(
  database: Database,
  mode: Mode,
  numbers: readonly string[],
): Promise<Map<string, KnownPlace>> {
  const rows = await database.query<KnownPlace & Pick<ContactRow, 'number'>>({
    name: 'contact_places',
    text: `select number, time_zone, state, country, language from contacts
      where mode = $1 and number = any($2::text[])`,
    values: [mode, numbers],
  });
  return new Map(rows.map(({ number, ...place }) => [number, place]));
}
