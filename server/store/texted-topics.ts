import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';

/** The topics of what a number was texted from one of our senders; null stands for texts without one. */
export async function topicsTextedFrom(
  database: Database,
  mode: Mode,
  number: string,
  sender: string,
): Promise<(string | null)[]> {
  const rows = await database.query<{ topic: string | null }>({
    text: `select distinct topic from messages
      where mode = $1 and contact = $2 and "from" = $3 and direction = 'outbound' and purpose = 'text'
        and status <> 'rejected'
      order by topic limit 100`,
    values: [mode, number, sender],
  });
  return rows.map(({ topic }) => topic);
}
