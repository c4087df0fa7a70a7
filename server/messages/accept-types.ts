import type { ErrorCode } from '../rules/error-codes.ts';
import type { MessageType, Mode, Warning } from '../rules/message.ts';
import type { MessageView } from '../rules/message-view.ts';
import type { SendWindow } from '../rules/send-window.ts';
import type { TemplateVariables } from '../rules/template.ts';
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
  readonly batch_id?: string;
  readonly campaign_id?: string;
  readonly variant?: string;
  readonly tags?: readonly string[];
  /** Set once the text was made of it. */
  readonly template?: { readonly id: string; readonly version: number };
  readonly send_window?: SendWindow;
  readonly priority?: 'low' | 'normal' | 'high';
  readonly on_failure?: Readonly<Record<string, string>>;
  /** ISO 3166-1 of a recipient without a country code; left out = as the server is set. */
  readonly default_country?: string;
  /** It asks the recipient to confirm that they want texts: their yes is recorded as an opt-in to this topic. */
  readonly asks_opt_in?: { readonly topic: string; readonly language: string | null };
}

/** A request whose text is still to be made: of a template, of variables, or of neither. */
export interface UnfilledRequest extends Omit<SendRequest, 'body'> {
  /** Null = the template says it. */
  readonly body: string | null;
  readonly template_id?: string;
  readonly variables?: TemplateVariables;
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
