import type { Encoding } from './encoding.ts';
import type { Intent } from './opt-out.ts';
import type { SendWindow } from './send-window.ts';
import type { SmartReplacement } from './smart-encoding.ts';

/**
 * A text as it is stored and as the API shows it: one name per thing, from the column to the JSON.
 * Timestamps are Dates here and RFC 3339 in JSON.
 */
export interface Message {
  readonly id: string;
  readonly mode: Mode;
  readonly direction: 'outbound' | 'inbound';
  readonly status: Status;
  readonly from: string;
  /** E.164 with `+` for outbound texts. */
  readonly to: string;
  /** The other party: `to` of an outbound text, `from` of an inbound one. */
  readonly contact: string;
  readonly body: string;
  /** What a request asked for is a `text`; the others are made by the server alone. */
  readonly purpose: Purpose;
  readonly message_type: MessageType;
  readonly on_ambiguous: 'default' | 'resend' | 'hold';
  readonly encoding: Encoding;
  /** Class 0: the phone shows it at once and does not keep it. */
  readonly flash: boolean;
  /** What was replaced in the text of the request to keep it out of UCS-2. */
  readonly smart_replacements: readonly SmartReplacement[];
  readonly segments: number;
  readonly segments_delivered: number;
  readonly country: string | null;
  readonly smsc_id: string | null;
  /** When time alone changes this text next (retry, schedule, expiry); null once it left our hands. */
  readonly due_at: Date | null;
  readonly expires_at: Date | null;
  readonly attempts: number;
  /** True once an attempt ended without an answer: the recipient may have got the text twice. */
  readonly ambiguous: boolean;
  /** Changes so far; webhooks carry it as `sequence`. */
  readonly sequence: number;
  readonly hold_reason: string | null;
  readonly error: MessageError | null;
  readonly receipt: 'missing' | null;
  /** A final status that came after another one (expired, then delivered). */
  readonly late: boolean;
  readonly status_callback: string | null;
  readonly client_ref: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly warnings: readonly Warning[];
  /** Numbers of the parts of an inbound text that never came; null for one that is complete. */
  readonly missing_parts: readonly number[] | null;
  readonly in_reply_to: string | null;
  readonly intent: Intent | null;
  /** What the recipient may have consented to; null = nothing in particular. */
  readonly topic: string | null;
  /** When the request wanted it to go; null = at once. */
  readonly schedule_for: Date | null;
  /** How long it may live once it may go. */
  readonly validity_seconds: number;
  /** How long of that it may wait for a carrier; null = all of it. */
  readonly queue_seconds: number | null;
  /** What the request says about quiet hours; null = as the server is set. */
  readonly quiet_hours: 'hold' | 'reject' | 'ignore' | null;
  /** The end of the hours in which it may be sent to the recipient; null = no such hours. */
  readonly send_before: Date | null;
  readonly conversation_id: string | null;
  /** The person who wrote it in a conversation, as the front end names them. */
  readonly sent_by: string | null;
  /** The batch it came in; null = it came alone. */
  readonly batch_id: string | null;
  readonly campaign_id: string | null;
  /** Which of the variants of its campaign it is. */
  readonly variant: string | null;
  readonly tags: readonly string[] | null;
  /** The template and the version of it that the text was made of. */
  readonly template: { readonly id: string; readonly version: number } | null;
  /** When the sender wants it to arrive; null = at any time. */
  readonly send_window: SendWindow | null;
  /** Null = by its type. */
  readonly priority: 'low' | 'high' | null;
  /** Handed back when the text does not arrive. */
  readonly on_failure: Readonly<Record<string, string>> | null;
  /** What it costs, as a decimal of `currency`: the price when it was accepted. Null = no price matched. */
  readonly price: string | null;
  readonly currency: string | null;
  /** Its price was reserved from the balance, and is settled or refunded by the statement that ends it. */
  readonly prepaid: boolean;
  readonly created_at: Date;
  readonly status_updated_at: Date;
  readonly sent_at: Date | null;
  readonly delivered_at: Date | null;
}

/**
 * Answers to STOP and HELP pass an opt-out, and no request can ask for them; the answer to START and what keyword
 * rules reply do not pass one.
 */
export type Purpose = 'text' | 'opt_out_confirmation' | 'help_answer' | 'opt_in_answer' | 'auto_reply';
export type Mode = 'test' | 'live';
export type MessageType = 'transactional' | 'promotional' | 'otp' | 'conversational';
export type Status =
  | 'scheduled'
  | 'held'
  | 'queued'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'undelivered'
  | 'failed'
  | 'rejected'
  | 'expired'
  | 'canceled'
  | 'received';

export interface Warning {
  readonly code: string;
  readonly message: string;
}

/** Why a text did not arrive. `upstream` keeps the carrier's own words. */
export interface MessageError {
  readonly code: string;
  readonly class: 'fix' | 'retry' | 'suppress' | 'review';
  readonly reason?: string;
  readonly message: string;
  readonly upstream?: {
    readonly command_status?: string;
    readonly receipt_state?: string;
    readonly receipt_error?: string;
    readonly raw?: string;
  };
}
