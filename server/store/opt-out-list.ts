import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';
import type { OptOutRow } from './schema-contacts.ts';

export type ListedOptOut = Pick<
  OptOutRow,
  'number' | 'topic' | 'opted_out_at' | 'source' | 'keyword' | 'message_id' | 'event_id'
>;

/** Opt-outs of a mode, the newest first, from behind a place. */
export function listOptOuts(
  database: Database,
  mode: Mode,
  filter: {
    readonly source: string | null;
    readonly topic: string | null;
    readonly after: Date | null;
    /** Where the page before ended: time, number and topic of its last row. */
    readonly behind: { readonly at: Date; readonly number: string; readonly topic: string } | null;
  },
  limit: number,
): Promise<ListedOptOut[]> {
  const { source, topic, after, behind } = filter;
  return database.query<ListedOptOut>({
    text: `select number, topic, opted_out_at, source, keyword, message_id, event_id from opt_outs
      where mode = $1 and ($2::text is null or source = $2) and ($3::text is null or topic = $3)
        and ($4::timestamptz is null or opted_out_at >= $4)
        and ($5::timestamptz is null or opted_out_at < $5
          or (opted_out_at = $5 and (number > $6 or (number = $6 and topic > $7))))
      order by opted_out_at desc, number, topic limit $8`,
    values: [mode, source, topic, after, behind?.at ?? null, behind?.number ?? null, behind?.topic ?? null, limit],
  });
}
