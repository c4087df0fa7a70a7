import type { Mode } from '../rules/message.ts';

/** The seam towards any carrier: what `submit` needs of one, and what one hands to `receipt` and `receive`. */
export interface Carrier {
  /** The account's name in the API (`smsc_id`). */
  readonly id: string;
  readonly mode: Mode;
  isUp(): boolean;
  /**
   * Waits until at least one slot of the send window is free and hands out at most `max` of them.
   * An empty list means that the carrier is stopping: claim nothing more.
   */
  reserve(max: number): Promise<Slot[]>;
  start(): void;
  /** Refuses new reservations, waits for the answers of what is under way (at most 10 s), unbinds and closes. */
  stop(): Promise<void>;
}

/** The right to have one submit_sm unanswered. Use it for the parts of one text in turn, then release it. */
export interface Slot {
  submit(part: Part): Promise<Outcome>;
  release(): void;
}

/** One submit_sm: a whole text or one segment of it. */
export interface Part {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** Concatenation (3GPP TS 23.040, 9.2.3.24.1); null for a text of one segment. */
  readonly concatenation: { readonly reference: number; readonly total: number; readonly number: number } | null;
  /** How long the carrier may keep trying, in seconds. */
  readonly validitySeconds: number;
}

export type Outcome =
  | { readonly kind: 'accepted'; readonly carrierId: string }
  | {
      readonly kind: 'refused';
      readonly class: RefusalClass;
      /** SMPP 3.4 §5.1.3, for instance 0x0000000B. */
      readonly commandStatus: number;
      readonly name: string;
    }
  /** It was written and never answered: the carrier may have taken it. */
  | { readonly kind: 'unknown'; readonly reason: 'timeout' | 'link_lost' }
  /** It never left this process. */
  | { readonly kind: 'unsent'; readonly reason: string };

/** throttle: slow down, not an attempt; retry: later; permanent: never; failover: another route, then never; link: the link's fault, the text is untouched. */
export type RefusalClass = 'throttle' | 'retry' | 'permanent' | 'failover' | 'link';

/** A delivery receipt (SMPP 3.4 Appendix B or TLVs). */
export interface Receipt {
  readonly smscId: string;
  /** As the carrier wrote it: a string, never a number. Null when the receipt names none. */
  readonly carrierId: string | null;
  readonly state: 'delivered' | 'undelivered' | 'expired' | 'rejected' | 'enroute' | 'unknown';
  /** The carrier's own error text (`err:`), null when absent. */
  readonly error: string | null;
  /** The number the text had gone to, as the carrier writes it. */
  readonly recipient: string;
  readonly raw: string;
}

/** A text from a phone. */
export interface Inbound {
  readonly smscId: string;
  readonly mode: Mode;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly encoding: 'GSM-7' | 'UCS-2';
}

/** What a carrier hands over. A promise that rejects makes the carrier deliver again later. */
export interface CarrierEvents {
  receipt(receipt: Receipt): Promise<void>;
  inbound(text: Inbound): Promise<void>;
}
