import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { createTurns } from '../messages/turns.ts';
import { type ConsentEvent, consentHash } from '../rules/consent-event.ts';
import { CHAIN_START, type ChainFacts, saltedHash } from '../rules/hash-chain.ts';
import type { Mode } from '../rules/message.ts';
import {
  appendToChain,
  chainAfter,
  chainHead,
  dropUnchained,
  lockChain,
  lockUnchained,
  type NewConsentEvent,
} from '../store/consent-ledger.ts';
import type { Database } from '../store/database.ts';
import type { ConsentEventRow } from '../store/schema-contacts.ts';

/** The append-only record of who agreed to what, each entry chained to the one before it. */
export interface Ledger {
  /**
   * Appends what was said, in the transaction of the caller; answers the event ids, in the same order. It locks the
   * end of the chain, so it comes before anything else that the transaction locks.
   */
  append(mode: Mode, said: readonly NewConsent[]): Promise<string[]>;
  /**
   * For whoever is going to append: one after the other waits here for the end of the chain, and takes no connection of
   * the database meanwhile. Many who opt out at once would otherwise keep everybody else from the database.
   */
  inTurn<Result>(mode: Mode, work: () => Promise<Result>): Promise<Result>;
  /** HMAC-SHA256 of an E.164 number: what is kept of it after an erasure. */
  numberHmac(number: string): Buffer;
  /** Reads a whole chain and checks every link. */
  verify(mode: Mode): Promise<ChainCheck>;
  /** Chains the entries of versions that had no chain. Run once at the start. */
  chainOldEntries(): Promise<void>;
}

export type NewConsent = Omit<ConsentEvent, 'event_id' | 'mode' | 'recorded_at'> & {
  readonly number: string;
  /** Exact words, form, address, actor … whatever proves it; at most some KB. */
  readonly evidence: Readonly<Record<string, ChainFacts>>;
};

export type ChainCheck =
  | { readonly ok: true; readonly entries: number }
  /** The first entry whose hash, place or predecessor is not what it must be; 0 = the end of the chain is missing. */
  | { readonly ok: false; readonly brokenAt: number };

export interface LedgerOptions {
  readonly database: Database;
  /** 32 bytes; the same for ever. */
  readonly numberKey: Buffer;
  readonly newId: () => string;
  readonly clock: Clock;
}

export function createLedger({ database, numberKey, newId, clock }: LedgerOptions): Ledger {
  const turns = createTurns();
  const numberHmac = (number: string) => createHmac('sha256', numberKey).update(number).digest();

  /** The links that `entries` become behind the end of the chain. */
  async function link(mode: Mode, entries: readonly (ConsentEvent & NewConsent)[]): Promise<void> {
    const head = await lockChain(database, mode, CHAIN_START);
    let { hash: previous, sequence } = head;
    const links = entries.map(({ number, evidence, ...event }): NewConsentEvent => {
      sequence += 1;
      const salt = randomBytes(16);
      const sealed = { sequence, number_hmac: numberHmac(number), evidence_hash: saltedHash(salt, evidence) };
      const hash = consentHash(previous, event, sealed);
      const row = { ...event, ...sealed, number, evidence, salt, prev_hash: previous, hash };
      previous = hash;
      return row;
    });
    await appendToChain(database, mode, links);
  }

  return {
    numberHmac,
    inTurn: (mode, work) => turns(mode, work),
    async append(mode, said) {
      const recorded_at = new Date(clock.now());
      const entries = said.map((one) => ({ ...one, event_id: newId(), mode, recorded_at }));
      await link(mode, entries);
      return entries.map(({ event_id }) => event_id);
    },
    verify: (mode) => verify(database, mode, numberHmac),
    async chainOldEntries() {
      for (const mode of ['test', 'live'] as const) {
        for (let more = true; more;) {
          more = await database.transaction(async () => {
            const old = await lockUnchained(database, mode, CHUNK);
            if (old.length === 0) return false;
            await link(
              mode,
              old.map((row) => entryOf(row, newId())),
            );
            await dropUnchained(
              database,
              old.map(({ id }) => id),
            );
            return true;
          });
        }
      }
    },
  };
}

const CHUNK = 500;

function entryOf(row: ConsentEventRow, id: string): ConsentEvent & NewConsent {
  return {
    ...eventOf(row),
    event_id: row.event_id ?? id,
    recorded_at: row.recorded_at ?? row.occurred_at,
    number: row.number ?? '',
    evidence: (row.evidence ?? {}) as Record<string, ChainFacts>,
  };
}

function eventOf(row: ConsentEventRow): ConsentEvent {
  return {
    event_id: row.event_id ?? '',
    mode: row.mode,
    action: row.action,
    topic: row.topic,
    source: row.source,
    channel: row.channel,
    method: row.method,
    actor: row.actor as ConsentEvent['actor'],
    jurisdiction: row.jurisdiction,
    language: row.language,
    message_id: row.message_id,
    occurred_at: row.occurred_at,
    recorded_at: row.recorded_at ?? row.occurred_at,
    expires_at: row.expires_at,
  };
}

async function verify(database: Database, mode: Mode, hmacOf: Ledger['numberHmac']): Promise<ChainCheck> {
  // The end is read first: what is appended meanwhile comes after it.
  const head = await chainHead(database, mode);
  let previous: Buffer = CHAIN_START;
  let sequence = 0;
  const last = head?.sequence ?? 0;
  while (sequence < last) {
    const links = await chainAfter(database, mode, sequence, CHUNK);
    for (const row of links) {
      sequence += 1;
      const isOfNumber = row.number === null || row.number_hmac?.equals(hmacOf(row.number)) === true;
      if (!isOfNumber || !isSound(row, sequence, previous)) return { ok: false, brokenAt: sequence };
      if (sequence === last) {
        return head?.hash.equals(row.hash ?? CHAIN_START) === true
          ? { ok: true, entries: last }
          : { ok: false, brokenAt: sequence };
      }
      previous = row.hash ?? CHAIN_START;
    }
    if (links.length === 0) return { ok: false, brokenAt: sequence + 1 };
  }
  const [beyond] = await chainAfter(database, mode, sequence, 1);
  return head === null && beyond ? { ok: false, brokenAt: 0 } : { ok: true, entries: sequence };
}

/** Number and evidence may be gone; while they are there they must be what was hashed. */
function isSound(row: ConsentEventRow, sequence: number, previous: Buffer): boolean {
  const { number_hmac, evidence_hash, prev_hash, hash, salt, evidence } = row;
  if (Number(row.sequence) !== sequence || !number_hmac || !evidence_hash || !prev_hash || !hash) return false;
  if (!prev_hash.equals(previous)) return false;
  if (salt && !saltedHash(salt, evidence as ChainFacts).equals(evidence_hash)) return false;
  return consentHash(previous, eventOf(row), { sequence, number_hmac, evidence_hash }).equals(hash);
}
