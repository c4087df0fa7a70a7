import type { ErrorMeanings } from '../rules/carrier-finding.ts';
import type { IdFormat } from '../rules/carrier-id.ts';
import type { Encoding, EncodingProfile } from '../rules/encoding.ts';
import type { NationalShift } from '../rules/gsm7.ts';
import type { MessageType, Mode, Warning } from '../rules/message.ts';
import type { Arrival } from '../rules/redelivery.ts';

/** The seam towards any carrier: what `submit` needs of one, and what one hands to `receipt` and `receive`. */
export interface Carrier {
  /** The account's name in the API (`smsc_id`). */
  readonly id: string;
  readonly mode: Mode;
  /** How its texts are encoded and cut; absent = the default. */
  readonly encoding?: EncodingProfile;
  /** What the account says about routing; without it all carriers are the same. `cost` is decimal, per segment. */
  readonly routing?: { readonly priority: number; readonly weight: number; readonly cost: string | null };
  /** How it writes ids into receipts; `auto` when left out: every form is tried, and one is learned. */
  readonly messageIdFormat?: IdFormat;
  /** What its own error codes say about a recipient. */
  readonly errorMeanings?: ErrorMeanings;
  isUp(): boolean;
  /** True while an operator lets nothing leave by it; left out by carriers that cannot be paused. */
  isPaused?(): boolean;
  /**
   * Waits until at least one slot of the send window is free and hands out at most `max` of them.
   * An empty list means that the carrier is stopping: claim nothing more.
   */
  reserve(max: number): Promise<Slot[]>;
  start(): void;
  /** Refuses new reservations, waits for the answers of what is under way (at most 10 s), unbinds and closes. */
  stop(): Promise<void>;
}

/** The carriers that this server is connected to; it changes while the server runs. */
export interface Carriers {
  all(): readonly Carrier[];
  get(id: string): Carrier | undefined;
  /** Called for each carrier that is there, and again for each that is added later. */
  onAdded(run: (carrier: Carrier) => void): void;
}

/** The right to have one submit_sm unanswered. Use it for the parts of one text in turn, then release it. */
export interface Slot {
  /** `onLateAnswer` is called at most once, when an answer comes after the outcome had become unknown. */
  submit(part: Part, onLateAnswer?: OnLateAnswer): Promise<Outcome>;
  release(): void;
}

/** A carrier may answer a submit_sm up to 10 minutes after we stopped waiting for it. */
export type OnLateAnswer = (answer: Extract<Outcome, { kind: 'accepted' | 'refused' }>) => void;

/** One submit_sm: a whole text or one segment of it. */
export interface Part {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly encoding: Encoding;
  /** The national tables of a GSM-7 text; absent = the default ones. */
  readonly shift?: NationalShift;
  /** Class 0: the phone shows it at once and does not keep it. */
  readonly flash?: boolean;
  /** Concatenation (3GPP TS 23.040, 9.2.3.24.1); null for a text of one segment. */
  readonly concatenation: { readonly reference: number; readonly total: number; readonly number: number } | null;
  /** How long the carrier may keep trying, in seconds. */
  readonly validitySeconds: number;
  readonly messageType?: MessageType;
  /** Stands for this submit_sm in its receipts, where the carrier takes and returns it: `messageReference`. */
  readonly messageReference?: number;
}

export type Outcome =
  | { readonly kind: 'accepted'; readonly carrierId: string }
  | {
      readonly kind: 'refused';
      readonly class: RefusalClass;
      /** SMPP 3.4 §5.1.3, for instance 0x0000000B. */
      readonly commandStatus: number;
      readonly name: string;
      /** Which plan of retries the class `retry` follows; `retry` when left out. */
      readonly plan?: 'retry' | 'queue_full' | 'unlisted';
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
  /** Who had sent the text, as the carrier writes it; left out by carriers that do not say. */
  readonly sender?: string;
  readonly raw: string;
  /** The TLVs that only receipts have. */
  readonly tlvs?: ReceiptTlvs;
  /** Of the submit_sm that it is for (SMPP 3.4 §5.3.2.17); left out where the carrier is not asked to return it. */
  readonly messageReference?: number;
  /** Whose national form numbers without a country code are in: ISO 3166-1 alpha-2; left out where nobody said. */
  readonly country?: string | null;
}

/** SMPP 3.4 §5.3.2.12, §5.3.2.35, §5.3.2.31; what was not there is left out. */
export interface ReceiptTlvs {
  readonly receipted_message_id?: string;
  readonly message_state?: number;
  /** Three octets in hex. */
  readonly network_error_code?: string;
}

/** A text from a phone, or a part of one. */
export interface Inbound {
  readonly smscId: string;
  readonly mode: Mode;
  readonly from: string;
  readonly to: string;
  /** Whose national form numbers without a country code are in; left out: that of the number it was sent to. */
  readonly country?: string | null;
  /** The carrier calls the number of the phone a national one (SMPP 3.4 §5.2.5). */
  readonly isNational?: boolean;
  readonly body: string;
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** Which part of how many it is, and under which reference of its sender; left out for a whole text. */
  readonly concatenation?: InboundPart | null;
  /**
   * The octets of a part where a character may be cut in two: unpacked septets (GSM-7) or UTF-16BE (UCS-2), as
   * `encoding` says. Left out where each octet is a character.
   */
  readonly octets?: Uint8Array | null;
  /** What is odd about it and does not keep it from being read. */
  readonly warnings?: readonly Warning[];
  /** Where and when it came in; without it a text that is delivered twice arrives twice. */
  readonly arrival?: Arrival;
}

/** 3GPP TS 23.040, 9.2.3.24.1 and 9.2.3.24.8; SMPP 3.4 §5.3.2.22 to 24, whose references have 16 bits. */
export interface InboundPart {
  readonly reference: number;
  readonly bits: 8 | 16;
  readonly total: number;
  /** From 1. */
  readonly number: number;
}

/** What a carrier hands over. A promise that rejects makes the carrier deliver again later. */
export interface CarrierEvents {
  receipt(receipt: Receipt): Promise<void>;
  inbound(text: Inbound): Promise<void>;
}
