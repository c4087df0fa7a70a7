import type { Mode, Warning } from '../rules/message.ts';
import type { TextPart } from '../rules/reassembly.ts';
import type { Database } from './database.ts';

/** Parts of inbound texts that wait for the others. Whoever changes a set holds the lock of its source. */

export interface SetKey {
  readonly smscId: string;
  readonly from: string;
  readonly to: string;
  readonly reference: number;
  readonly total: number;
  readonly bits: 8 | 16;
}

/** A text of several parts, and those that have come. */
export interface HeldSet extends SetKey {
  readonly id: string;
  readonly mode: Mode;
  readonly parts: readonly HeldPart[];
}

export interface HeldPart extends TextPart {
  readonly warnings: readonly Warning[];
}

/**
 * Lets one delivery under a key after the other, until the end of the transaction, whichever server takes it. Two parts
 * of a source at once could each miss the other; two equal texts could each be taken for new.
 */
export async function lockInbound(database: Database, key: string): Promise<void> {
  await database.query({
    name: 'lock_inbound',
    text: `select pg_advisory_xact_lock(hashtextextended('inbound:' || $1, 0))`,
    values: [key],
  });
}

/** The key of all parts from one number. */
export const sourceKey = ({ smscId, from }: Pick<SetKey, 'smscId' | 'from'>) => `${smscId} ${from}`;

export async function heldSet(database: Database, key: SetKey): Promise<HeldSet | null> {
  const rows = await database.query<HeldRow>({
    name: 'held_set',
    text: `${HELD} where s.smsc_id = $1 and s."from" = $2 and s."to" = $3 and s.reference = $4 and s.total = $5
      and s.bits = $6 order by p.number`,
    values: [key.smscId, key.from, key.to, key.reference, key.total, key.bits],
  });
  return setOf(database, rows);
}

/** Null when it was completed or given out meanwhile, or is not due at `now`. */
export async function dueSet(database: Database, id: string, now: Date): Promise<HeldSet | null> {
  const rows = await database.query<HeldRow>({
    text: `${HELD} where s.id = $1 and s.due_at <= $2 order by p.number`,
    values: [id, now],
  });
  return setOf(database, rows);
}

/** Keeps a part, with its set where it is the first of it; the set is due at `dueAt` if nothing completes it. */
export async function keepPart(
  database: Database,
  key: SetKey & { readonly mode: Mode },
  part: HeldPart,
  now: Date,
  dueAt: Date,
): Promise<void> {
  await database.query({
    name: 'keep_part',
    text: `with kept as (
        insert into inbound_sets (smsc_id, mode, "from", "to", reference, total, bits, parts, octets, first_at, due_at)
        values ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $10)
        on conflict (smsc_id, "from", "to", reference, total, bits)
        do update set parts = inbound_sets.parts + 1, octets = inbound_sets.octets + excluded.octets
        returning id)
      insert into inbound_parts (set_id, number, body, encoding, octets, warnings)
      select id, $11::smallint, $12, $13, $14::bytea, $15::jsonb from kept`,
    values: [
      key.smscId,
      key.mode,
      key.from,
      key.to,
      key.reference,
      key.total,
      key.bits,
      sizeOf(part),
      now,
      dueAt,
      part.number,
      database.bodies.seal(part.body),
      part.encoding,
      part.octets && database.bodies.sealOctets(part.octets),
      JSON.stringify(part.warnings),
    ],
  });
}

export async function dropSet(database: Database, id: string): Promise<void> {
  await database.query({ name: 'drop_set', text: 'delete from inbound_sets where id = $1', values: [id] });
}

/** What may wait for its other parts. */
export interface HeldLimits {
  readonly parts: number;
  readonly octets: number;
}

/** Makes the oldest sets of a source due at once, until what is left is within the limits. */
export async function limitSource(
  database: Database,
  source: { readonly smscId: string; readonly from: string },
  limits: HeldLimits,
  now: Date,
): Promise<void> {
  await database.query({
    name: 'limit_source',
    text: limited('smsc_id = $4 and "from" = $5'),
    values: [now, limits.parts, limits.octets, source.smscId, source.from],
  });
}

/** The same for all sources together. */
export async function limitAll(database: Database, limits: HeldLimits, now: Date): Promise<void> {
  await database.query({ text: limited('true'), values: [now, limits.parts, limits.octets] });
}

export type DueSet = Pick<HeldSet, 'id' | 'smscId' | 'from'>;

/** Sets whose time is over, the oldest first. Not locked: `dueSet` asks again under the lock. */
export function dueSets(database: Database, now: Date, limit: number): Promise<DueSet[]> {
  return database.query<DueSet>({
    name: 'due_sets',
    text: `select id, smsc_id as "smscId", "from" from inbound_sets where due_at <= $1 order by due_at, id limit $2`,
    values: [now, limit],
  });
}

type HeldRow = Omit<HeldSet, 'parts'> & HeldPart;

const HELD = `select s.id, s.mode, s.smsc_id as "smscId", s."from", s."to", s.reference, s.total, s.bits,
    p.number, p.body, p.encoding, p.octets, p.warnings
  from inbound_sets s join inbound_parts p on p.set_id = s.id`;

const limited = (which: string) => `with newest_first as (
    select id, sum(parts) over older as parts, sum(octets) over older as octets
    from inbound_sets where due_at > $1 and ${which}
    window older as (order by first_at desc, id desc))
  update inbound_sets s set due_at = $1 from newest_first n
  where n.id = s.id and (n.parts > $2 or n.octets > $3)`;

function setOf({ bodies }: Database, rows: readonly HeldRow[]): HeldSet | null {
  const [first] = rows;
  if (!first) return null;
  const { id, mode, smscId, from, to, reference, total, bits } = first;
  return {
    id,
    mode,
    smscId,
    from,
    to,
    reference,
    total,
    bits,
    parts: rows.map((row) => partOf({ ...row, octets: row.octets && bodies.openOctets(row.octets) })),
  };
}

const partOf = ({ number, body, encoding, octets, warnings }: HeldRow): HeldPart => ({
  number,
  body,
  encoding,
  octets,
  warnings,
});

const sizeOf = (part: HeldPart) => Math.max(part.octets?.length ?? 0, Buffer.byteLength(part.body));
