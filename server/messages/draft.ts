import { type MagicNumber, magicNumber } from '../rules/magic-numbers.ts';
import type { Mode } from '../rules/message.ts';
import { parseRecipient, parseSender, RECIPIENT_FAULTS, SENDER_FAULTS } from '../rules/phone-number.ts';
import { SEND_WINDOW_FAULTS, sendWindowHours } from '../rules/send-window.ts';
import { queueSeconds, waitsUntil } from '../rules/text-life.ts';
import type { MessageRow } from '../store/schema.ts';
import type { Caller, Refusal, SendRequest } from './accept-types.ts';
import type { Senders } from './senders.ts';

/** What the rules make of a request before anything is stored: a row to be, or a refusal that leaves no trace. */
export type Draft =
  | { readonly ok: true; readonly message: MessageRow; readonly magic: MagicNumber | null }
  | { readonly ok: false; readonly refusal: Refusal };

export interface DraftSettings {
  readonly numberValidation: Readonly<Record<Mode, 'valid' | 'possible'>>;
  readonly defaultCountry: string | null;
  readonly defaultSender: string | null;
  readonly pools?: Pick<Senders, 'defaultPool' | 'isPool'>;
  /** How long a text may wait for a carrier; left out or 0 = as long as it lives. */
  readonly queueTtlSeconds?: number;
}

/** How far ahead a text may be planned. */
const SCHEDULE_MAX_MS = 366 * 86_400_000;

/** Why a text cannot be planned for then; null = it can. */
export function scheduleFault(at: Date, now: number): Refusal | null {
  if (at.getTime() > now && at.getTime() <= now + SCHEDULE_MAX_MS) return null;
  const detail = '`schedule_for` is from now on to 366 days ahead.';
  return { code: 'SCHEDULE_OUT_OF_RANGE', detail, param: 'schedule_for' };
}

export function draft(request: SendRequest, caller: Caller, settings: DraftSettings, id: string, now: number): Draft {
  const { schedule_for: at } = request;
  const fault = at && scheduleFault(at, now);
  if (fault) return { ok: false, refusal: fault };
  const window = request.send_window ? sendWindowHours(request.send_window, ['UTC']) : null;
  if (window && !window.ok) return refuse('INVALID_REQUEST', SEND_WINDOW_FAULTS[window.fault], 'send_window');
  if (request.priority === 'high' && request.message_type === 'promotional') {
    return refuse('INVALID_REQUEST', 'Promotional texts cannot have `priority` high.', 'priority');
  }
  const magic = caller.mode === 'test' ? magicNumber(request.to) : null;
  const recipient = parseRecipient(request.to, {
    strictness: settings.numberValidation[caller.mode],
    defaultCountry: request.default_country ?? settings.defaultCountry,
  });
  if (!recipient.ok) return refuse('INVALID_NUMBER', `\`to\`: ${RECIPIENT_FAULTS[recipient.reason]}`, 'to');
  if (magic?.behaviour === 'invalid_number') {
    return refuse('INVALID_NUMBER', 'The sandbox treats this number as invalid.', 'to');
  }
  if (magic?.behaviour === 'insufficient_balance') {
    return refuse('INSUFFICIENT_BALANCE', 'The sandbox answers this number as if the balance were used up.');
  }
  const from = request.from ?? settings.pools?.defaultPool(caller.mode) ?? settings.defaultSender;
  if (from === null) {
    return refuse('INVALID_REQUEST', '`from` is missing and the server has no DEFAULT_SENDER.', 'from');
  }
  // Which sender of a pool it is, depends on what is stored.
  const isPool = settings.pools?.isPool(caller.mode, from) ?? false;
  const sender = isPool ? ({ ok: true, value: from } as const) : parseSender(from);
  if (!sender.ok) return refuse('INVALID_REQUEST', `\`from\`: ${SENDER_FAULTS[sender.reason]}`, 'from');
  const message = outbound({
    id,
    now,
    mode: caller.mode,
    from: sender.value,
    to: recipient.e164,
    body: request.body,
    // Decided when its carrier is known.
    encoding: 'GSM-7',
    segments: 1,
    validitySeconds: request.validity_period,
    queueSeconds: queueSeconds(request.validity_period, settings.queueTtlSeconds ?? 0),
  });
  return {
    ok: true,
    magic,
    message: {
      ...message,
      message_type: request.message_type,
      on_ambiguous: request.on_ambiguous,
      flash: request.flash,
      topic: request.topic,
      schedule_for: request.schedule_for,
      quiet_hours: request.quiet_hours,
      country: recipient.country,
      status_callback: request.status_callback,
      client_ref: request.client_ref,
      metadata: request.metadata,
      warnings: request.warnings,
      conversation_id: request.conversation_id ?? null,
      sent_by: request.sent_by ?? null,
      batch_id: request.batch_id ?? null,
      campaign_id: request.campaign_id ?? null,
      variant: request.variant ?? null,
      tags: request.tags ?? null,
      template: request.template ?? null,
      send_window: request.send_window ?? null,
      priority: request.priority === 'normal' ? null : (request.priority ?? null),
      on_failure: request.on_failure ?? null,
      api_key_id: caller.keyId,
    },
  };
}

/** A new outbound text that is ready to be sent, with everything optional empty. */
export function outbound(text: {
  readonly id: string;
  readonly now: number;
  readonly mode: Mode;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly encoding: MessageRow['encoding'];
  readonly segments: number;
  readonly validitySeconds: number;
  readonly queueSeconds?: number | null;
}): MessageRow {
  const createdAt = new Date(text.now);
  const life = { validity_seconds: text.validitySeconds, queue_seconds: text.queueSeconds ?? null };
  const expiresAt = waitsUntil(life, createdAt);
  return {
    ...blank,
    id: text.id,
    mode: text.mode,
    direction: 'outbound',
    status: 'queued',
    from: text.from,
    to: text.to,
    contact: text.to,
    body: text.body,
    message_type: 'transactional',
    encoding: text.encoding,
    segments: text.segments,
    due_at: expiresAt,
    expires_at: expiresAt,
    ...life,
    created_at: createdAt,
    status_updated_at: createdAt,
  };
}

/** The columns that a new text of either direction leaves empty. */
export const blank = {
  purpose: 'text',
  on_ambiguous: 'default',
  segments_delivered: 0,
  flash: false,
  smart_replacements: [],
  reference: null,
  submit_count: null,
  country: null,
  smsc_id: null,
  due_at: null,
  expires_at: null,
  claimed_by: null,
  claimed_at: null,
  attempts: 0,
  retries: 0,
  doubts: 0,
  attempts_elsewhere: 0,
  tried: null,
  ambiguous: false,
  sequence: 1,
  hold_reason: null,
  error: null,
  receipt: null,
  late: false,
  status_callback: null,
  client_ref: null,
  metadata: null,
  warnings: [],
  api_key_id: null,
  missing_parts: null,
  in_reply_to: null,
  intent: null,
  topic: null,
  schedule_for: null,
  validity_seconds: 86_400,
  queue_seconds: null,
  quiet_hours: null,
  send_before: null,
  conversation_id: null,
  sent_by: null,
  batch_id: null,
  campaign_id: null,
  variant: null,
  tags: null,
  template: null,
  send_window: null,
  priority: null,
  on_failure: null,
  price: null,
  currency: null,
  prepaid: false,
  sent_at: null,
  delivered_at: null,
} as const;

function refuse(code: Refusal['code'], detail: string, param?: string): Draft {
  return { ok: false, refusal: param === undefined ? { code, detail } : { code, detail, param } };
}
