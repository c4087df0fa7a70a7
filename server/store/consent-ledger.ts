import type { Mode } from '../rules/message.ts';
import { multiInsert } from './columns.ts';
import type { Database } from './database.ts';
import type { ConsentEventRow } from './schema-contacts.ts';

/** The append-only table of consent and the last link of its chain, one for each mode. */

export interface ChainHead {
  readonly sequence: number;
  readonly hash: Buffer;
}

/** Locks the end of the chain until the transaction ends: entries are appended one after the other. */
export async function lockChain(database: Database, mode: Mode, start: Buffer): Promise<ChainHead> {
  const [head] = await database.query<{ sequence: string; hash: Buffer }>({
    text: `insert into consent_chains (mode, sequence, hash) values ($1, 0, $2)
      on conflict (mode) do update set mode = excluded.mode returning sequence, hash`,
    values: [mode, start],
  });
  if (!head) throw new Error('The consent chain could not be locked.');
  return { sequence: Number(head.sequence), hash: head.hash };
}

export type NewConsentEvent = Omit<ConsentEventRow, 'id' | 'sequence'> & { readonly sequence: number };

const insert = multiInsert<NewConsentEvent>('consent_events', {
  event_id: 'uuid',
  mode: 'text',
  number: 'text',
  action: 'text',
  topic: 'text',
  source: 'text',
  channel: 'text',
  method: 'text',
  actor: 'jsonb',
  jurisdiction: 'text',
  language: 'text',
  message_id: 'uuid',
  evidence: 'jsonb',
  occurred_at: 'timestamptz',
  recorded_at: 'timestamptz',
  expires_at: 'timestamptz',
  sequence: 'bigint',
  number_hmac: 'bytea',
  salt: 'bytea',
  evidence_hash: 'bytea',
  prev_hash: 'bytea',
  hash: 'bytea',
});

/** Appends entries in their order and moves the end of the chain to the last one. The chain is locked. */
export async function appendToChain(database: Database, mode: Mode, events: readonly NewConsentEvent[]): Promise<void> {
  const last = events.at(-1);
  if (!last) return;
  // Hashed before: the chain is checked by the words themselves.
  const sealed = events.map((event) => ({ ...event, evidence: database.bodies.sealStrings(event.evidence) }));
  await database.query(insert(sealed));
  await database.query({
    text: 'update consent_chains set sequence = $2, hash = $3 where mode = $1',
    values: [mode, last.sequence, last.hash],
  });
}

/** Entries of one number, the oldest first, from after `after` (0 = the first). */
export function eventsOfNumber(
  database: Database,
  mode: Mode,
  number: string,
  after: string,
  limit: number,
): Promise<ConsentEventRow[]> {
  return database.query<ConsentEventRow>({
    text: 'select * from consent_events where mode = $1 and number = $2 and id > $3 order by id limit $4',
    values: [mode, number, after, limit],
  });
}

/** Links of a chain in their order, from after the sequence `after`. */
export function chainAfter(database: Database, mode: Mode, after: number, limit: number): Promise<ConsentEventRow[]> {
  return database.query<ConsentEventRow>({
    text: 'select * from consent_events where mode = $1 and sequence > $2 order by sequence limit $3',
    values: [mode, after, limit],
  });
}

export async function chainHead(database: Database, mode: Mode): Promise<ChainHead | null> {
  const [head] = await database.query<{ sequence: string; hash: Buffer }>({
    text: 'select sequence, hash from consent_chains where mode = $1',
    values: [mode],
  });
  return head ? { sequence: Number(head.sequence), hash: head.hash } : null;
}

/** Entries from before there were chains, the oldest first; locked. */
export function lockUnchained(database: Database, mode: Mode, limit: number): Promise<ConsentEventRow[]> {
  return database.query<ConsentEventRow>({
    text: `select * from consent_events where mode = $1 and sequence is null order by id limit $2 for update`,
    values: [mode, limit],
  });
}

/** Replaces entries from before there were chains by the links made of them. */
export async function dropUnchained(database: Database, ids: readonly string[]): Promise<void> {
  await database.query({
    text: 'delete from consent_events where id = any($1::bigint[]) and sequence is null',
    values: [ids],
  });
}
