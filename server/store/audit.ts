import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';
import type { AuditRow } from './schema-contacts.ts';

/** The append-only table of who did what, and the end of its chain. */

export interface AuditHead {
  readonly sequence: number;
  readonly hash: Buffer;
}

/** Locks the end of the chain until the transaction ends. Nothing may be locked after it: it is always the last lock. */
export async function lockAudit(database: Database, start: Buffer): Promise<AuditHead> {
  const [head] = await database.query<{ sequence: string; hash: Buffer }>({
    text: `insert into audit_chain (sequence, hash) values (0, $1)
      on conflict (one) do update set one = true returning sequence, hash`,
    values: [start],
  });
  if (!head) throw new Error('The audit chain could not be locked.');
  return { sequence: Number(head.sequence), hash: head.hash };
}

export type NewAuditRow = Omit<AuditRow, 'sequence'> & { readonly sequence: number };

/** Appends one entry and moves the end of the chain to it. The chain is locked. */
export async function appendAudit(database: Database, row: NewAuditRow): Promise<void> {
  const { sequence, mode, actor, action, target, details, created_at, prev_hash, hash } = row;
  await database.query({
    text: `insert into audit_log (sequence, mode, actor, action, target, details, created_at, prev_hash, hash)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    values: [
      sequence,
      mode,
      JSON.stringify(actor),
      action,
      target,
      JSON.stringify(details),
      created_at,
      prev_hash,
      hash,
    ],
  });
  await database.query({ text: 'update audit_chain set sequence = $1, hash = $2', values: [sequence, hash] });
}

export async function auditHead(database: Database): Promise<AuditHead | null> {
  const [head] = await database.query<{ sequence: string; hash: Buffer }>({
    text: 'select sequence, hash from audit_chain',
    values: [],
  });
  return head ? { sequence: Number(head.sequence), hash: head.hash } : null;
}

/** Entries in their order, from after the sequence `after`. */
export function auditAfter(database: Database, after: number, limit: number): Promise<AuditRow[]> {
  return database.query<AuditRow>({
    text: 'select * from audit_log where sequence > $1 order by sequence limit $2',
    values: [after, limit],
  });
}

export interface AuditFilter {
  /** A whole action, or all of a kind: `smsc.*`. */
  readonly action: string | null;
  readonly after: Date | null;
  /** Where the page before ended. */
  readonly belowSequence: string | null;
}

/** The newest first. */
export function listAudit(database: Database, mode: Mode, filter: AuditFilter, limit: number): Promise<AuditRow[]> {
  const { action, after, belowSequence } = filter;
  const kind = action?.endsWith('.*') ? action.slice(0, -1) : null;
  return database.query<AuditRow>({
    text: `select * from audit_log
      where mode = $1 and ($2::bigint is null or sequence < $2) and ($3::text is null or action = $3)
        and ($4::text is null or starts_with(action, $4)) and ($5::timestamptz is null or created_at >= $5)
      order by sequence desc limit $6`,
    values: [mode, belowSequence, kind === null ? action : null, kind, after, limit],
  });
}
