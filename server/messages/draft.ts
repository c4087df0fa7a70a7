import { type MagicNumber, magicNumber } from '../rules/magic-numbers.ts';
import type { Mode } from '../rules/message.ts';
import { parseRecipient, parseSender, RECIPIENT_FAULTS, SENDER_FAULTS } from '../rules/phone-number.ts';
import { segment } from '../rules/segments.ts';
import type { MessageRow } from '../store/schema.ts';
import type { Caller, Refusal, SendRequest } from './accept-types.ts';

/** What the rules make of a request before anything is stored: a row to be, or a refusal that leaves no trace. */
export type Draft =
  | { readonly ok: true; readonly message: MessageRow; readonly magic: MagicNumber | null }
  | { readonly ok: false; readonly refusal: Refusal };

export interface DraftSettings {
  readonly numberValidation: Readonly<Record<Mode, 'valid' | 'possible'>>;
  readonly defaultCountry: string | null;
  readonly defaultSender: string | null;
}

/** Ten segments are 1,530 GSM-7 characters; a longer text is nearly always a mistake and is always expensive. */
const MAX_SEGMENTS = 10;

export function draft(request: SendRequest, caller: Caller, settings: DraftSettings, id: string, now: number): Draft {
  const magic = caller.mode === 'test' ? magicNumber(request.to) : null;
  const recipient = parseRecipient(request.to, {
    strictness: settings.numberValidation[caller.mode],
    defaultCountry: settings.defaultCountry,
  });
  if (!recipient.ok) return refuse('INVALID_NUMBER', `\`to\`: ${RECIPIENT_FAULTS[recipient.reason]}`, 'to');
  if (magic?.behaviour === 'invalid_number') {
    return refuse('INVALID_NUMBER', 'The sandbox treats this number as invalid.', 'to');
  }
  if (magic?.behaviour === 'insufficient_balance') {
    return refuse('INSUFFICIENT_BALANCE', 'The sandbox answers this number as if the balance were used up.');
  }
  const from = request.from ?? settings.defaultSender;
  if (from === null) {
    return refuse('INVALID_REQUEST', '`from` is missing and the server has no DEFAULT_SENDER.', 'from');
  }
  const sender = parseSender(from);
  if (!sender.ok) return refuse('INVALID_REQUEST', `\`from\`: ${SENDER_FAULTS[sender.reason]}`, 'from');
  const text = segment(request.body);
  if (text.parts.length > MAX_SEGMENTS) {
    const detail = `The text takes ${text.parts.length} segments (${text.encoding}); ${MAX_SEGMENTS} is the limit.`;
    return refuse('BODY_TOO_LONG', detail, 'body');
  }
  const message = outbound({
    id,
    now,
    mode: caller.mode,
    from: sender.value,
    to: recipient.e164,
    body: request.body,
    encoding: text.encoding,
    segments: text.parts.length,
    validitySeconds: request.validity_period,
  });
  return {
    ok: true,
    magic,
    message: {
      ...message,
      message_type: request.message_type,
      on_ambiguous: request.on_ambiguous,
      country: recipient.country,
      status_callback: request.status_callback,
      client_ref: request.client_ref,
      metadata: request.metadata,
      warnings: request.warnings,
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
}): MessageRow {
  const createdAt = new Date(text.now);
  const expiresAt = new Date(text.now + text.validitySeconds * 1_000);
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
    created_at: createdAt,
    status_updated_at: createdAt,
  };
}

/** The columns that a new text of either direction leaves empty. */
export const blank = {
  purpose: 'text',
  on_ambiguous: 'default',
  segments_delivered: 0,
  country: null,
  smsc_id: null,
  due_at: null,
  expires_at: null,
  claimed_by: null,
  claimed_at: null,
  attempts: 0,
  retries: 0,
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
  in_reply_to: null,
  intent: null,
  sent_at: null,
  delivered_at: null,
} as const;

function refuse(code: Refusal['code'], detail: string, param?: string): Draft {
  return { ok: false, refusal: param === undefined ? { code, detail } : { code, detail, param } };
}
