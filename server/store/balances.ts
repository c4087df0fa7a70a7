import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';
import type { BalanceEntryRow } from './schema.ts';

/**
 * A balance is one row per mode and a ledger of entries. Only a reserve changes the row, and it does so in one statement
 * at the end of its transaction. Everything else adds an entry and locks nothing; such entries are counted now and then.
 * What is not counted yet is added whenever a balance is read.
 */

/** The sum of those entries that the row does not have yet. */
const uncounted = (column: 'amount' | 'reserved') => `coalesce((select sum(e.${column}) from balance_entries e
  where e.mode = b.mode and not e.counted and e.${column} <> 0 and (e.txid, e.id) > (b.txid, b.id)), 0)`;

/** What is left, as a decimal. It reads few entries, however many wait to be counted. */
export async function readRemaining(database: Database, mode: Mode): Promise<string> {
  const [row] = await database.query<{ remaining: string }>({
    name: 'read-remaining',
    text: `select b.remaining + ${uncounted('amount')} as remaining from balances b where b.mode = $1`,
    values: [mode],
  });
  if (!row) throw new Error('A mode has no balance.');
  return row.remaining;
}

/** Decimals. */
export async function readBalance(
  database: Database,
  mode: Mode,
): Promise<{ readonly remaining: string; readonly reserved: string }> {
  const [row] = await database.query<{ remaining: string; reserved: string }>({
    text: `select b.remaining + ${uncounted('amount')} as remaining, b.reserved + ${uncounted('reserved')} as reserved
      from balances b where b.mode = $1`,
    values: [mode],
  });
  if (!row) throw new Error('A mode has no balance.');
  return row;
}

/** Waits for whoever reserves, and keeps others waiting until the end of the transaction. */
export async function lockBalance(database: Database, mode: Mode): Promise<void> {
  await database.query({ text: 'select from balances where mode = $1 for update', values: [mode] });
}

export interface ReserveRow {
  readonly message_id: string;
  readonly amount: string;
}

export interface Reserve {
  readonly mode: Mode;
  readonly rows: readonly ReserveRow[];
  /** The sum of the amounts. */
  readonly total: string;
  /** The caller has locked the balance and knows that it suffices, with what is not counted yet. */
  readonly isCovered: boolean;
}

/** What is left, as a decimal, and whether balance.low was told. */
export interface Taken {
  readonly remaining: string;
  readonly isLow: boolean;
}

/** One statement for any number of texts. Null: the row alone does not suffice, and nothing was reserved. */
export async function reserve(
  database: Database,
  { mode, rows, total, isCovered }: Reserve,
  now: Date,
): Promise<Taken | null> {
  const [taken] = await database.query<Taken>({
    name: 'reserve',
    text: `with taken as (
        update balances set remaining = remaining - $2::numeric, reserved = reserved + $2::numeric
        where mode = $1 and ($3 or remaining >= $2::numeric) returning *
      ), written as (
        insert into balance_entries (mode, type, amount, reserved, message_id, counted, created_at)
        select $1, 'reserve', -t.amount, t.amount, t.message_id, true, $6::timestamptz
        from unnest($4::uuid[], $5::numeric[]) as t(message_id, amount), taken
      )
      select b.remaining + ${uncounted('amount')} as remaining, b.is_low as "isLow" from taken b`,
    values: [mode, total, isCovered, rows.map((row) => row.message_id), rows.map(({ amount }) => amount), now],
  });
  return taken ?? null;
}

/** Adds to a balance that the caller has locked. */
export async function addPlayMoney(database: Database, mode: Mode, amount: string, now: Date): Promise<void> {
  await database.query({
    text: `with added as (update balances set remaining = remaining + $2::numeric, is_low = false where mode = $1)
      insert into balance_entries (mode, type, amount, reserved, reference, counted, created_at)
      values ($1, 'top_up', $2, 0, 'play money', true, $3)`,
    values: [mode, amount, now],
  });
}

export async function markLow(database: Database, mode: Mode): Promise<void> {
  await database.query({ text: 'update balances set is_low = true where mode = $1', values: [mode] });
}

export async function nextEntryId(database: Database): Promise<string> {
  const [row] = await database.query<{ id: string }>({
    text: `select nextval(pg_get_serial_sequence('balance_entries', 'id')) as id`,
    values: [],
  });
  if (!row) throw new Error('The ledger gave no id.');
  return row.id;
}

export async function insertTopUp(database: Database, entry: BalanceEntryRow): Promise<void> {
  const { mode, id, amount, reference, created_at } = entry;
  await database.query({
    text: `insert into balance_entries (mode, id, type, amount, reserved, reference, created_at)
      overriding system value values ($1, $2, 'top_up', $3, 0, $4, $5)`,
    values: [mode, id, amount, reference, created_at],
  });
}

/** So that balance.low is told again. What is not counted yet is counted here, too. */
export async function clearLow(database: Database, mode: Mode, lowBelow: string): Promise<void> {
  await database.query({
    text: `update balances b set is_low = false
      where mode = $1 and is_low and b.remaining + ${uncounted('amount')} >= $2::numeric`,
    values: [mode, lowBelow],
  });
}

export async function uncountedModes(database: Database): Promise<Mode[]> {
  const rows = await database.query<{ mode: Mode }>({
    name: 'uncounted-modes',
    text: `select b.mode from balances b where exists (select from balance_entries e
      where e.mode = b.mode and not e.counted and (e.txid, e.id) > (b.txid, b.id)) order by b.mode`,
    values: [],
  });
  return rows.map(({ mode }) => mode);
}

/**
 * Counts entries into the row that the caller has locked: those of transactions older than every running one, so that
 * none can appear behind the place that is noted. Answers how many; call again while it is `limit`.
 */
export async function countEntries(
  database: Database,
  mode: Mode,
  lowBelow: string | null,
  limit: number,
): Promise<number> {
  const [row] = await database.query<{ count: string }>({
    text: `with news as (
        select e.txid, e.id, e.amount, e.reserved from balance_entries e join balances b on b.mode = e.mode
        where e.mode = $1 and not e.counted and (e.txid, e.id) > (b.txid, b.id)
          and e.txid < pg_snapshot_xmin(pg_current_snapshot())
        order by e.txid, e.id limit $3
      ), sums as (
        select sum(amount) as amount, sum(reserved) as reserved, count(*) as count from news
      ), last as (
        select txid, id from news order by txid desc, id desc limit 1
      ), counted as (
        update balances b set remaining = b.remaining + sums.amount, reserved = b.reserved + sums.reserved,
          txid = last.txid, id = last.id, is_low = b.is_low and b.remaining + sums.amount < $2::numeric
        from sums, last where b.mode = $1
      )
      select count from sums`,
    values: [mode, lowBelow ?? '0', limit],
  });
  return Number(row?.count ?? 0);
}

/** Newest first, from below an id. */
export function selectEntries(
  database: Database,
  mode: Mode,
  belowId: string | null,
  limit: number,
): Promise<BalanceEntryRow[]> {
  return database.query<BalanceEntryRow>({
    text: `select mode, id, type, amount, reserved, message_id, reference, created_at from balance_entries
      where mode = $1 and ($2::bigint is null or id < $2) order by id desc limit $3`,
    values: [mode, belowId, limit],
  });
}

/** What is counted and older goes; the balance stays as it is. Answers how many; call again while it is `limit`. */
export async function deleteEntries(database: Database, mode: Mode, before: Date, limit: number): Promise<number> {
  const rows = await database.query({
    text: `delete from balance_entries where mode = $1 and id in (
        select e.id from (select * from balance_entries where mode = $1 order by id limit $3) e
        join balances b on b.mode = e.mode
        where e.created_at < $2 and (e.counted or (e.txid, e.id) <= (b.txid, b.id))) returning 1`,
    values: [mode, before, limit],
  });
  return rows.length;
}
