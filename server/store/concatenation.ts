import type { Database } from './database.ts';
import type { MessageRow } from './schema.ts';

/** How a text is about to be written. `parts` are submit_sm, `segments` SMS on the air. */
export type Cutting = Pick<MessageRow, 'id' | 'segments' | 'encoding'> & { readonly parts: number };

/**
 * Notes how texts are cut, and gives a concatenation reference to those of several parts that have none: each pair of
 * sender and recipient counts up, so that two texts under way to one phone never share one, also with 8 bits. Pairs
 * may share a counter. Answers the references in the order of `cuttings`; null for a text of one part.
 */
export async function noteCuttings(database: Database, cuttings: readonly Cutting[]): Promise<(number | null)[]> {
  const rows = await database.query<Pick<MessageRow, 'id' | 'reference'>>({
    name: 'note_cuttings',
    text: `with wanted as (
        select w.id, w.segments, w.parts, w.encoding, w.parts > 1 and m.reference is null as needs,
          (hashtextextended(m.mode || ' ' || m."from" || ' ' || m."to", 0) & ${COUNTERS - 1})::integer as counter
        from unnest($1::uuid[], $2::smallint[], $3::smallint[], $4::text[]) as w(id, segments, parts, encoding)
        join messages m on m.id = w.id),
      numbered as (
        select id, counter, row_number() over (partition by counter order by id) as nth,
          count(*) over (partition by counter) as total
        from wanted where needs),
      counted as (
        insert into concatenation_counters as c (counter, last)
        select counter, max(total) from numbered group by counter order by counter
        on conflict (counter) do update set last = c.last + excluded.last
        returning counter, last)
      update messages m set encoding = w.encoding, segments = w.segments, submit_count = nullif(w.parts, w.segments),
        reference = coalesce(m.reference, ((c.last - n.total + n.nth) & 65535)::integer)
      from wanted w left join numbered n on n.id = w.id left join counted c on c.counter = n.counter
      where m.id = w.id
      returning m.id, m.reference`,
    values: [
      cuttings.map(({ id }) => id),
      cuttings.map(({ segments }) => segments),
      cuttings.map(({ parts }) => parts),
      cuttings.map(({ encoding }) => encoding),
    ],
  });
  const byId = new Map(rows.map(({ id, reference }) => [id, reference]));
  return cuttings.map(({ id, parts }) => (parts > 1 ? (byId.get(id) ?? null) : null));
}

/** About 60 MB when all of them are in use. */
const COUNTERS = 1_048_576;
