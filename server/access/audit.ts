import type { Clock } from '../clock.ts';
import { CHAIN_START, chainHash, type ChainFacts } from '../rules/hash-chain.ts';
import type { Mode } from '../rules/message.ts';
import { maskNumber } from '../rules/phone-number.ts';
import { appendAudit, auditAfter, type AuditFilter, auditHead, listAudit, lockAudit } from '../store/audit.ts';
import type { Database } from '../store/database.ts';
import type { AuditRow } from '../store/schema-contacts.ts';

/** Who did what: append-only, each entry chained to the one before it. Sends are not in it; their rows tell of them. */
export interface Audit {
  /**
   * Appends one entry, in the transaction of the caller where there is one. Then it has to be the last thing in it:
   * what is locked after the end of this chain may be locked by somebody who waits for it.
   */
  record(entry: AuditEntry): Promise<void>;
  /** How a number is written into an entry: masked, with the first 8 octets of its HMAC. */
  nameOf(number: string): string;
  list(mode: Mode, filter: AuditFilter, limit: number): Promise<AuditRow[]>;
  /** Reads the whole chain and checks every link. */
  verify(): Promise<AuditCheck>;
}

export type { AuditRow };

export interface AuditEntry {
  readonly mode: Mode;
  readonly actor: AuditActor;
  /** `<what>.<verb>`, for instance `opt_out.create`; reads in HIPAA mode are `<what>.get` and `<what>.list`. */
  readonly action: string;
  /** Ids; a number only as `nameOf` writes it. */
  readonly target: string | null;
  readonly details: Readonly<Record<string, ChainFacts>>;
}

export interface AuditActor {
  readonly type: 'api_key' | 'agent' | 'system';
  readonly id: string;
  readonly ip?: string;
}

export type AuditCheck =
  | { readonly ok: true; readonly entries: number }
  /** The first entry that is not what it must be; 0 = the end of the chain is missing. */
  | { readonly ok: false; readonly brokenAt: number };

export interface AuditOptions {
  readonly database: Database;
  readonly numberHmac: (number: string) => Buffer;
  readonly clock: Clock;
}

export function createAudit({ database, numberHmac, clock }: AuditOptions): Audit {
  return {
    record: (entry) =>
      database.transaction(async () => {
        const head = await lockAudit(database, CHAIN_START);
        const row = { ...entry, sequence: head.sequence + 1, created_at: new Date(clock.now()) };
        await appendAudit(database, { ...row, prev_hash: head.hash, hash: hashOf(head.hash, row) });
      }),
    nameOf: (number) => `${maskNumber(number)} hmac:${numberHmac(number).toString('hex', 0, 8)}`,
    list: (mode, filter, limit) => listAudit(database, mode, filter, limit),
    verify: () => verify(database),
  };
}

type Hashed = Omit<AuditEntry, 'actor' | 'details'> & {
  readonly actor: unknown;
  readonly details: unknown;
  readonly sequence: number;
  readonly created_at: Date;
};

/** What is written as jsonb is read back with its members in another order; canonical JSON does not mind. */
function hashOf(previous: Buffer, { mode, actor, action, target, details, sequence, created_at }: Hashed): Buffer {
  const facts = { mode, action, target, sequence, created_at: created_at.toISOString() };
  return chainHash(previous, { ...facts, actor: actor as ChainFacts, details: details as ChainFacts });
}

const CHUNK = 500;

async function verify(database: Database): Promise<AuditCheck> {
  // The end is read first: what is appended meanwhile comes after it.
  const head = await auditHead(database);
  const last = head?.sequence ?? 0;
  let previous: Buffer = CHAIN_START;
  let sequence = 0;
  while (sequence < last) {
    const rows = await auditAfter(database, sequence, Math.min(CHUNK, last - sequence));
    for (const row of rows) {
      sequence += 1;
      if (!isSound(row, sequence, previous)) return { ok: false, brokenAt: sequence };
      previous = row.hash;
    }
    if (rows.length === 0) return { ok: false, brokenAt: sequence + 1 };
  }
  if (head && !head.hash.equals(previous)) return { ok: false, brokenAt: sequence };
  const [beyond] = head ? [] : await auditAfter(database, 0, 1);
  return beyond ? { ok: false, brokenAt: 0 } : { ok: true, entries: sequence };
}

function isSound(row: AuditRow, sequence: number, previous: Buffer): boolean {
  if (Number(row.sequence) !== sequence || !row.prev_hash.equals(previous)) return false;
  return row.hash.equals(hashOf(previous, { ...row, sequence }));
}
