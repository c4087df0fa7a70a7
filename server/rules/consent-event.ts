import { chainHash, type ChainFacts } from './hash-chain.ts';

/** What somebody said about consent, and how that is proved. One entry of the ledger; it is never changed. */
export interface ConsentEvent {
  readonly event_id: string;
  readonly mode: 'test' | 'live';
  readonly action: 'opt_in' | 'opt_out' | 'review' | 'confirm';
  /** `*` = everything. */
  readonly topic: string;
  /** Where it was said: `keyword`, `web_form`, `api`, `import`, `agent`, `crm`, `carrier`, `paper`, `verbal` … */
  readonly source: string;
  /** The system that took it, for instance `sms`, `slack`, `hubspot`, `web`; null when nobody said. */
  readonly channel: string | null;
  readonly method: 'written' | 'electronic' | 'verbal' | 'keyword' | null;
  /** Who recorded it; null when the recipient did. */
  readonly actor: ConsentActor | null;
  /** ISO 3166-1 of the law that applies, where it is known. */
  readonly jurisdiction: string | null;
  readonly language: string | null;
  readonly message_id: string | null;
  readonly occurred_at: Date;
  readonly recorded_at: Date;
  readonly expires_at: Date | null;
}

export interface ConsentActor {
  readonly type: 'api_key' | 'agent' | 'system';
  readonly id: string;
}

/** What the chain keeps when an erasure takes the number, the evidence and its salt away. */
export interface Sealed {
  /** Place in the chain of its mode, from 1. */
  readonly sequence: number;
  readonly number_hmac: Uint8Array;
  readonly evidence_hash: Uint8Array;
}

/** The hash of one entry: over everything that an erasure leaves of it, and over the hash of the entry before. */
export function consentHash(previous: Uint8Array, event: ConsentEvent, sealed: Sealed): Buffer {
  const { occurred_at, recorded_at, expires_at, actor, ...said } = event;
  const facts: ChainFacts = {
    ...said,
    actor: actor && { type: actor.type, id: actor.id },
    occurred_at: occurred_at.toISOString(),
    recorded_at: recorded_at.toISOString(),
    expires_at: expires_at?.toISOString() ?? null,
    sequence: sealed.sequence,
    number_hmac: hex(sealed.number_hmac),
    evidence_hash: hex(sealed.evidence_hash),
  };
  return chainHash(previous, facts);
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
