import type { ErrorCode } from '../rules/error-codes.ts';
import type { MessageType, Mode, Warning } from '../rules/message.ts';
import type { MessageView } from '../rules/message-view.ts';
import type { ReplyMatch } from '../rules/reply-wait.ts';

/** A send request after the contract: defaults filled in, nothing trusted about the numbers yet. */
export interface SendRequest {
  readonly to: string;
  readonly from: string | null;
  readonly body: string;
  readonly message_type: MessageType;
  readonly on_ambiguous: 'default' | 'resend' | 'hold';
  /** Seconds the text may live, counted from acceptance. */
  readonly validity_period: number;
  readonly status_callback: string | null;
  readonly client_ref: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly warnings: readonly Warning[];
  readonly encoding: 'auto' | 'gsm7' | 'ucs2';
  /** Typographic characters may be replaced to keep the text out of UCS-2. */
  readonly smart_encoding: boolean;
  /** A text that takes more is refused. */
  readonly max_segments: number;
  readonly flash: boolean;
  /** What the recipient may have consented to; null = nothing in particular. */
  readonly topic: string | null;
  /** Null = at once. */
  readonly schedule_for: Date | null;
  /** Null = as the server is set. */
  readonly quiet_hours: 'hold' | 'reject' | 'ignore' | null;
  /** The conversation that it is written in; a conversational text from a number finds its own. */
  readonly conversation_id?: string;
  /** The person who wrote it, as the front end names them. */
  readonly sent_by?: string | null;
  /** Left out = nobody waits for a reply. */
  readonly expect_reply?: ExpectReply;
  /** It asks the recipient to confirm that they want texts: their yes is recorded as an opt-in to this topic. */
  readonly asks_opt_in?: { readonly topic: string; readonly language: string | null };
}

/** What may be answered to a text, and who is told. */
export interface ExpectReply {
  readonly match: ReplyMatch;
  readonly timeout_seconds: number;
  readonly callback_url: string | null;
}

/** Who asks: a key, which sees its own mode only. */
export interface Caller {
  readonly keyId: string;
  readonly mode: Mode;
}

/** `fingerprint` is the SHA-256 of the request as canonical JSON. */
export interface Idempotency {
  readonly key: string;
  readonly path: string;
  readonly fingerprint: Buffer;
}

/** Why a request was refused; `extra` are members of the problem document (RFC 9457 §3.2). */
export interface Refusal {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly param?: string;
  readonly action?: string;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** The wait for the reply to a text, as the answer to its request shows it. */
export interface ExpectedReplyView {
  readonly wait_id: string;
  /** RFC 3339. */
  readonly expires_at: string;
}

export type Verdict =
  | { readonly ok: true; readonly message: MessageView; readonly expect_reply?: ExpectedReplyView }
  | { readonly ok: false; readonly refusal: Refusal };

/** `replayed`: the verdict of an earlier request with the same Idempotency-Key. */
export interface Accepted {
  readonly verdict: Verdict;
  readonly replayed: boolean;
}
