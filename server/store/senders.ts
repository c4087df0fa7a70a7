import type { Mode } from '../rules/message.ts';
import type { Sender, SenderPool } from '../rules/sender.ts';
import type { Database } from './database.ts';
import type { SenderPoolRow, SenderRow } from './schema.ts';

export function selectSenders(database: Database): Promise<SenderRow[]> {
  return database.kysely.selectFrom('senders').selectAll().orderBy('created_at', 'desc').orderBy('id').execute();
}

/** False: the mode has this sender already. */
export async function insertSender(database: Database, sender: Sender, now: Date): Promise<boolean> {
  const { countries, purpose, smsc_ids } = sender;
  const row = {
    ...sender,
    countries: [...countries],
    purpose: [...purpose],
    smsc_ids: [...smsc_ids],
    created_at: now,
  };
  const rows = await database.kysely
    .insertInto('senders')
    .values(row)
    .onConflict((conflict) => conflict.columns(['mode', 'value']).doNothing())
    .returning('id')
    .execute();
  return rows.length > 0;
}

/** Everything but its id, mode and value. False: there is none. */
export async function updateSender(database: Database, sender: Sender): Promise<boolean> {
  const { id, mode, value: _, countries, purpose, smsc_ids, ...rest } = sender;
  const { numUpdatedRows } = await database.kysely
    .updateTable('senders')
    .set({ ...rest, countries: [...countries], purpose: [...purpose], smsc_ids: [...smsc_ids] })
    .where('id', '=', id)
    .where('mode', '=', mode)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function deleteSender(database: Database, mode: Mode, id: string): Promise<boolean> {
  const { numDeletedRows } = await database.kysely
    .deleteFrom('senders')
    .where('id', '=', id)
    .where('mode', '=', mode)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export function selectPools(database: Database): Promise<SenderPoolRow[]> {
  return database.kysely.selectFrom('sender_pools').selectAll().orderBy('created_at', 'desc').orderBy('id').execute();
}

/** False: the mode has a pool of this name already. A new default takes the place of the old one. */
export function insertPool(database: Database, pool: SenderPool, now: Date): Promise<boolean> {
  return database.transaction(async () => {
    if (pool.is_default) {
      await database.kysely
        .updateTable('sender_pools')
        .set({ is_default: false })
        .where('mode', '=', pool.mode)
        .execute();
    }
    const rows = await database.kysely
      .insertInto('sender_pools')
      .values({ ...pool, sender_ids: [...pool.sender_ids], created_at: now })
      .onConflict((conflict) => conflict.columns(['mode', 'name']).doNothing())
      .returning('id')
      .execute();
    return rows.length > 0;
  });
}

export async function deletePool(database: Database, mode: Mode, id: string): Promise<boolean> {
  const { numDeletedRows } = await database.kysely
    .deleteFrom('sender_pools')
    .where('id', '=', id)
    .where('mode', '=', mode)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Which of these senders a contact was texted from last; null when from none of them. */
export async function lastSenderOf(
  database: Database,
  mode: Mode,
  contact: string,
  values: readonly string[],
): Promise<string | null> {
  const [row] = await database.query<{ from: string }>({
    name: 'last_sender_of',
    text: `select "from" from messages
      where mode = $1 and contact = $2 and direction = 'outbound' and "from" = any($3::text[])
      order by id desc limit 1`,
    values: [mode, contact, values],
  });
  return row?.from ?? null;
}
