import { NEVER } from './ambiguity.ts';
import type { Encoding } from './encoding.ts';
import type { Message, MessageError, MessageType, Mode, Status, Warning } from './message.ts';
import { money } from './money.ts';
import type { SmartReplacement } from './smart-encoding.ts';

/**
 * A text as the API shows it. The first five fields are the product's oldest promise and stay first, in this
 * order. Timestamps are RFC 3339 in UTC with milliseconds; money is decimal strings, null while none is kept.
 * The body is not part of it: it is shown only to keys that may see bodies.
 */
export interface MessageView {
  readonly status: Status;
  readonly message_id: string;
  readonly to: string;
  readonly remaining_balance: string | null;
  readonly message_price: string | null;
  readonly object: 'message';
  readonly from: string;
  readonly direction: 'outbound' | 'inbound';
  readonly message_type: MessageType;
  readonly mode: Mode;
  readonly encoding: Encoding;
  readonly segments: number;
  readonly flash: boolean;
  readonly smart_replacements: readonly SmartReplacement[];
  readonly currency: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  readonly schedule_for: string | null;
  readonly expires_at: string | null;
  readonly client_ref: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly warnings: readonly Warning[];
  readonly created_at: string;
  readonly links: { readonly self: string; readonly events: string };
  readonly status_updated_at: string;
  readonly sent_at: string | null;
  readonly delivered_at: string | null;
  readonly segments_delivered: number;
  readonly smsc_id: string | null;
  readonly error: MessageError | null;
  readonly attempts: number;
  /** True once an attempt ended without an answer: the recipient may have got the text twice. */
  readonly ambiguous: boolean;
  readonly late: boolean;
  readonly receipt: 'missing' | null;
  readonly latency_ms: LatencyMs;
  /** True for an inbound text of which parts never came; `missing_parts` says which. */
  readonly incomplete: boolean;
  readonly missing_parts: readonly number[] | null;
  readonly in_reply_to: string | null;
  readonly hold_reason: string | null;
  /** When a held text is looked at again; null = when somebody decides. */
  readonly held_until: string | null;
  readonly topic: string | null;
  readonly conversation_id: string | null;
  readonly sent_by: string | null;
  readonly batch_id: string | null;
  readonly campaign_id: string | null;
  readonly variant: string | null;
  readonly tags: readonly string[];
  readonly template: { readonly id: string; readonly version: number } | null;
  readonly priority: 'low' | 'normal' | 'high';
}

/** Milliseconds of the last attempt; null is "not measured (yet)", never a guess. */
export interface LatencyMs {
  /** From acceptance to the moment it was taken for sending. */
  readonly queue: number | null;
  /** From there to the carrier's answer. */
  readonly submit: number | null;
  /** From the carrier's answer to the receipt that says delivered. */
  readonly network: number | null;
}

/** `claimed_at` comes with a text that was read from storage, and is the start of its last attempt. */
export function messageView(message: Message & { readonly claimed_at?: Date | null }): MessageView {
  const self = `/v1/messages/${message.id}`;
  return {
    status: message.status,
    message_id: message.id,
    to: message.to,
    // Of the moment of the answer: whoever answers adds it.
    remaining_balance: null,
    message_price: message.price === null ? null : money(message.price),
    object: 'message',
    from: message.from,
    direction: message.direction,
    message_type: message.message_type,
    mode: message.mode,
    encoding: message.encoding,
    segments: message.segments,
    flash: message.flash,
    smart_replacements: message.smart_replacements,
    currency: message.currency,
    country: message.country,
    schedule_for: timestamp(message.schedule_for),
    expires_at: timestamp(message.expires_at),
    client_ref: message.client_ref,
    metadata: message.metadata,
    warnings: message.warnings,
    created_at: message.created_at.toISOString(),
    links: { self, events: `${self}/events` },
    status_updated_at: message.status_updated_at.toISOString(),
    sent_at: timestamp(message.sent_at),
    delivered_at: timestamp(message.delivered_at),
    segments_delivered: message.segments_delivered,
    smsc_id: message.smsc_id,
    error: message.error,
    attempts: message.attempts,
    ambiguous: message.ambiguous,
    late: message.late,
    receipt: message.receipt,
    latency_ms: latencyMs(message),
    incomplete: message.missing_parts !== null,
    missing_parts: message.missing_parts,
    in_reply_to: message.in_reply_to,
    hold_reason: message.hold_reason,
    held_until:
      message.status === 'held' && message.due_at && message.due_at < NEVER ? timestamp(message.due_at) : null,
    topic: message.topic,
    conversation_id: message.conversation_id,
    sent_by: message.sent_by,
    batch_id: message.batch_id,
    campaign_id: message.campaign_id,
    variant: message.variant,
    tags: message.tags ?? [],
    template: message.template,
    priority: message.priority ?? 'normal',
  };
}

function latencyMs(message: Message & { readonly claimed_at?: Date | null }): LatencyMs {
  const claimedAt = message.claimed_at ?? null;
  return {
    queue: between(message.created_at, claimedAt),
    submit: between(claimedAt, message.sent_at),
    network: between(message.sent_at, message.delivered_at),
  };
}

/** A later attempt starts after the answer to an earlier one: that difference is no duration. */
function between(start: Date | null, end: Date | null): number | null {
  if (!start || !end) return null;
  const ms = end.getTime() - start.getTime();
  return ms < 0 ? null : ms;
}

function timestamp(date: Date | null): string | null {
  return date ? date.toISOString() : null;
}
