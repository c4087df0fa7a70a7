import type { Database } from './database.ts';

/** Receipts that no segment is known for yet: they may be earlier than the answer to their submit_sm. */
export interface EarlyReceipt<Receipt> {
  readonly id: string;
  readonly receipt: Receipt;
  readonly received_at: Date;
}

export async function keepEarly(
  database: Database,
  receipts: readonly { readonly smscId: string; readonly carrierId: string }[],
  now: Date,
): Promise<void> {
  if (receipts.length === 0) return;
  await database.query({
    text: `insert into early_receipts (smsc_id, carrier_id, receipt, received_at)
      select *, $4::timestamptz from unnest($1::text[], $2::text[], $3::jsonb[])`,
    values: [
      receipts.map(({ smscId }) => smscId),
      receipts.map(({ carrierId }) => carrierId),
      receipts.map((receipt) => JSON.stringify(database.bodies.sealStrings(receipt, QUOTING))),
      now,
    ],
  });
}

/** The newest first: one that belongs to a text is matched within moments, what stays is never asked for. */
export function earlyReceipts<Receipt>(database: Database, limit: number): Promise<EarlyReceipt<Receipt>[]> {
  return database.query<EarlyReceipt<Receipt>>({
    text: 'select id, receipt, received_at from early_receipts order by id desc limit $1',
    values: [limit],
  });
}

export async function dropEarly(database: Database, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await database.query({ text: 'delete from early_receipts where id = any($1)', values: [ids] });
}

/**
 * Carriers write receipts for texts of others, too; after a day nobody will ask for one. The newest `EARLY_MAX` stay at
 * most, whatever a carrier sends.
 */
export async function forgetEarly(database: Database, now: Date): Promise<void> {
  await database.query({
    text: `delete from early_receipts where received_at < $1::timestamptz - interval '24 hours'
      or id <= (select id from early_receipts order by id desc offset ${EARLY_MAX} limit 1)`,
    values: [now],
  });
}

/** The words of the carrier, which may quote the beginning of a text. */
const QUOTING = new Set(['raw']);

const EARLY_MAX = 100_000;
