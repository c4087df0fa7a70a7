import type { Mode } from '../rules/message.ts';
import { multiInsert } from './columns.ts';
import type { Database } from './database.ts';

export interface OptOutLinkRow {
  readonly token: string;
  readonly mode: Mode;
  readonly number: string;
  /** What the recipient was texted from. */
  readonly sender: string;
  readonly created_at: Date;
}

const insert = multiInsert<OptOutLinkRow>(
  'opt_out_links',
  { token: 'text', mode: 'text', number: 'text', sender: 'text', created_at: 'timestamptz' },
  'on conflict do nothing',
);

/** A recipient keeps the same page for ever. */
export async function storeLinks(database: Database, links: readonly OptOutLinkRow[]): Promise<void> {
  if (links.length === 0) return;
  await database.query(insert([...links].sort((a, b) => (a.token < b.token ? -1 : 1))));
}

export async function linkByToken(database: Database, token: string): Promise<OptOutLinkRow | undefined> {
  const [link] = await database.query<OptOutLinkRow>({
    text: 'select * from opt_out_links where token = $1',
    values: [token],
  });
  return link;
}
