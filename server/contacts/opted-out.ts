import type { Mode } from '../rules/message.ts';
import type { Database } from '../store/database.ts';

export interface OptOut {
  readonly opted_out_at: Date;
  /** Where the opt-out came from: `keyword`, `sandbox`. */
  readonly source: string;
}

/** Reads the opt-outs of many recipients at once; the answer looks one up. */
export async function optOutsAmong(
  database: Database,
  messages: readonly { readonly mode: Mode; readonly contact: string }[],
): Promise<(message: { readonly mode: Mode; readonly contact: string }) => OptOut | undefined> {
  const rows = await database.query<OptOut & { mode: Mode; number: string }>({
    name: 'opt_outs_among',
    text: `select o.mode, o.number, o.opted_out_at, o.source
      from opt_outs o join (select distinct * from unnest($1::text[], $2::text[])) as asked(mode, number)
        using (mode, number)`,
    values: [messages.map(({ mode }) => mode), messages.map(({ contact }) => contact)],
  });
  if (rows.length === 0) return () => undefined;
  const byNumber = new Map(rows.map((row) => [`${row.mode} ${row.number}`, row]));
  return ({ mode, contact }) => byNumber.get(`${mode} ${contact}`);
}
