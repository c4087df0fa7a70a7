import type { Arrival, Earlier } from '../rules/redelivery.ts';
import type { Database } from './database.ts';

/** Which deliver_sm were stored lately, so that one that is delivered again is recognised, after a crash too. */
export interface StoredArrival extends Omit<Earlier, 'wasRefused'> {
  readonly id: string;
}

/** The oldest first. `fingerprint` is 32 octets over account, numbers, reference and content. */
export async function storedArrivals(database: Database, fingerprint: Buffer): Promise<StoredArrival[]> {
  const rows = await database.query<ArrivalRow>({
    name: 'stored_arrivals',
    text: `select id, is_part, bind, sequence, arrived_at, bound_at, last_loss_at, stored_at from inbound_arrivals
      where fingerprint = $1 order by id limit ${ALIKE_MAX}`,
    values: [fingerprint],
  });
  return rows.map((row) => ({
    id: row.id,
    bind: row.bind,
    sequence: Number(row.sequence),
    arrivedAtMs: row.arrived_at.getTime(),
    boundAtMs: row.bound_at.getTime(),
    lastLossMs: row.last_loss_at.getTime(),
    storedAtMs: row.stored_at.getTime(),
    isPart: row.is_part,
  }));
}

export async function insertArrival(
  database: Database,
  fingerprint: Buffer,
  arrival: Arrival,
  isPart: boolean,
  now: Date,
): Promise<void> {
  await database.query({
    name: 'insert_arrival',
    text: `insert into inbound_arrivals (fingerprint, is_part, bind, sequence, arrived_at, bound_at, last_loss_at,
        stored_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [fingerprint, isPart, ...columnsOf(arrival), now],
  });
}

/** The stored one is on this bind from now on: it stands for one redelivery after each loss, not for any number. */
export async function moveArrival(database: Database, id: string, arrival: Arrival, now: Date): Promise<void> {
  await database.query({
    name: 'move_arrival',
    text: `update inbound_arrivals set bind = $2, sequence = $3, arrived_at = $4, bound_at = $5, last_loss_at = $6,
        stored_at = $7 where id = $1`,
    values: [id, ...columnsOf(arrival), now],
  });
}

/** Fifteen minutes: a carrier that was away for longer comes with texts that are told twice rather than lost. */
export async function forgetArrivals(database: Database, now: Date): Promise<void> {
  await database.query({
    text: `delete from inbound_arrivals where arrived_at < $1::timestamptz - interval '15 minutes'`,
    values: [now],
  });
}

/** More equal texts than that from one phone in a quarter of an hour are no conversation. */
const ALIKE_MAX = 100;

function columnsOf({ bind, sequence, arrivedAtMs, boundAtMs, lastLossMs }: Arrival): unknown[] {
  return [bind, sequence, new Date(arrivedAtMs), new Date(boundAtMs), new Date(lastLossMs)];
}

interface ArrivalRow {
  readonly id: string;
  readonly is_part: boolean;
  readonly bind: string;
  readonly sequence: string;
  readonly arrived_at: Date;
  readonly bound_at: Date;
  readonly last_loss_at: Date;
  readonly stored_at: Date;
}
