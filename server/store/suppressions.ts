import type { Mode } from '../rules/message.ts';
import { multiInsert } from './columns.ts';
import type { Database } from './database.ts';
import type { SuppressionList, SuppressionRow } from './schema-contacts.ts';

const insert = multiInsert<SuppressionRow>(
  'suppressions',
  {
    mode: 'text',
    number: 'text',
    list: 'text',
    reason: 'text',
    source: 'text',
    created_at: 'timestamptz',
    expires_at: 'timestamptz',
  },
  // What had expired begins anew; what stands stays as it is.
  `on conflict (mode, number, list) do update set reason = excluded.reason, source = excluded.source,
      created_at = excluded.created_at, expires_at = excluded.expires_at
    where suppressions.expires_at <= excluded.created_at returning 1`,
);

/** Numbers that are on their list already stay as they are; no number twice in `rows`. Answers how many were new. */
export async function insertSuppressions(database: Database, rows: readonly SuppressionRow[]): Promise<number> {
  if (rows.length === 0) return 0;
  const sorted = [...rows].sort((a, b) => (a.number < b.number ? -1 : 1));
  return (await database.query(insert(sorted))).length;
}

/** Takes a number off one list, or off all of them (null). Answers of how many. */
export async function deleteSuppressions(
  database: Database,
  mode: Mode,
  number: string,
  list: SuppressionList | null,
): Promise<number> {
  const rows = await database.query({
    text: `delete from suppressions where mode = $1 and number = $2 and ($3::text is null or list = $3) returning 1`,
    values: [mode, number, list],
  });
  return rows.length;
}

/** What stands at `now`, the newest first, from behind a place. */
export function listSuppressions(
  database: Database,
  mode: Mode,
  filter: {
    readonly list: SuppressionList | null;
    readonly number: string | null;
    readonly behind: { readonly at: Date; readonly number: string; readonly list: string } | null;
  },
  now: Date,
  limit: number,
): Promise<SuppressionRow[]> {
  const { list, number, behind } = filter;
  return database.query<SuppressionRow>({
    text: `select * from suppressions
      where mode = $1 and ($2::text is null or list = $2) and ($3::text is null or number = $3)
        and (expires_at is null or expires_at > $4)
        and ($5::timestamptz is null or created_at < $5
          or (created_at = $5 and (number > $6 or (number = $6 and list > $7))))
      order by created_at desc, number, list limit $8`,
    values: [mode, list, number, now, behind?.at ?? null, behind?.number ?? null, behind?.list ?? null, limit],
  });
}

/** Takes numbers off the list `invalid` that a carrier has put there. Answers of how many. */
export async function deleteDeadNumbers(
  database: Database,
  numbers: readonly { readonly mode: Mode; readonly number: string }[],
): Promise<number> {
  if (numbers.length === 0) return 0;
  const rows = await database.query({
    text: `delete from suppressions s using unnest($1::text[], $2::text[]) as n(mode, number)
      where s.mode = n.mode and s.number = n.number and s.list = 'invalid' and s.source = 'carrier' returning 1`,
    values: [numbers.map(({ mode }) => mode), numbers.map(({ number }) => number)],
  });
  return rows.length;
}

export async function hasDeadNumbers(database: Database): Promise<boolean> {
  const rows = await database.query({
    text: `select 1 from suppressions where list = 'invalid' and source = 'carrier' limit 1`,
    values: [],
  });
  return rows.length > 0;
}
