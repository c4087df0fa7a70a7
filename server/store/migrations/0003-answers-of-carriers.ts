import { type Kysely, sql } from 'kysely';

/** A segment row is from now on one submit_sm with whatever the carrier said about it, refused and unanswered ones too. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Null = not accepted: refused, or no answer came.
  `alter table segments alter column carrier_id drop not null`,
  `alter table segments
    add column command_status text,
    add column command_status_name text,
    add column receipt_state text,
    add column receipt_tlvs jsonb,
    add column receipt_at timestamptz,
    add column in_doubt_of text`,
  // The recipient of a submit_sm without an answer, null for all others: the index holds nothing but the doubts, and
  // no change of a state touches it.
  `create index segments_in_doubt on segments (in_doubt_of) where in_doubt_of is not null`,

  // How a carrier writes ids into receipts, once it has shown it often enough.
  `create table carrier_id_forms (smsc_id text primary key, form text not null, learned_at timestamptz not null)`,
];
