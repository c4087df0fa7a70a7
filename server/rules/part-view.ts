import { withoutText } from './message-errors.ts';

/** One submit_sm of a text as the API shows it: every attempt at every part, with the carrier's own words. */
export interface PartView {
  readonly part: number;
  readonly attempt: number;
  readonly smsc_id: string;
  readonly status: PartStatus;
  /** The id that the carrier gave it; null unless it was accepted. */
  readonly carrier_message_id: string | null;
  /** The answer to submit_sm; null while there is none. */
  readonly command_status: string | null;
  readonly command_status_name: string | null;
  readonly submitted_at: string;
  readonly receipt: ReceiptView | null;
}

/** `unknown`: no answer came, and nothing since has told whether the carrier took it. */
export type PartStatus = 'sent' | 'delivered' | 'undelivered' | 'expired' | 'refused' | 'unknown';

/** The receipt that decided, or the last one so far. */
export interface ReceiptView {
  readonly state: string | null;
  readonly raw: string;
  readonly tlvs: PartTlvs | null;
  readonly received_at: string | null;
}

interface PartTlvs {
  readonly receipted_message_id?: string;
  readonly message_state?: number;
  readonly network_error_code?: string;
}

/** What a stored segment has to say for it. */
export interface Part {
  readonly part: number;
  readonly attempt: number;
  readonly smsc_id: string;
  readonly state: PartStatus;
  readonly carrier_id: string | null;
  readonly command_status: string | null;
  readonly command_status_name: string | null;
  readonly created_at: Date;
  readonly receipt: string | null;
  readonly receipt_state: string | null;
  readonly receipt_tlvs: PartTlvs | null;
  readonly receipt_at: Date | null;
}

/** `showsText`: the key may see bodies, of which carriers quote the beginning in their receipts. */
export function partView(part: Part, showsText: boolean): PartView {
  return {
    part: part.part,
    attempt: part.attempt,
    smsc_id: part.smsc_id,
    status: part.state,
    carrier_message_id: part.carrier_id,
    command_status: part.command_status,
    command_status_name: part.command_status_name,
    submitted_at: part.created_at.toISOString(),
    receipt: part.receipt === null ? null : receiptView(part, showsText ? part.receipt : withoutText(part.receipt)),
  };
}

function receiptView({ receipt_state, receipt_tlvs, receipt_at }: Part, raw: string): ReceiptView {
  return { state: receipt_state, raw, tlvs: receipt_tlvs, received_at: receipt_at?.toISOString() ?? null };
}
