import { DEFAULT_ENCODING, type EncodingProfile } from '../rules/encoding.ts';
import { type Segmented, segment } from '../rules/segments.ts';
import { type SmartReplacement, toGsm7 } from '../rules/smart-encoding.ts';
import type { MessageRow } from '../store/schema.ts';
import type { Refusal, SendRequest } from './accept-types.ts';

/** The text that will be sent: `body` is the one of the request but for `replacements`. */
export type Encoded =
  | {
      readonly ok: true;
      readonly body: string;
      readonly text: Segmented;
      readonly replacements: readonly SmartReplacement[];
    }
  | { readonly ok: false; readonly refusal: Refusal };

export type EncodeRequest = Pick<SendRequest, 'body' | 'encoding' | 'smart_encoding' | 'max_segments' | 'flash'>;

/** What a carrier takes; undefined = the default. */
export type EncodingOf = (smscId: string) => EncodingProfile | undefined;

/** A text with what its planned carrier makes of its body. */
export function encodeFor(
  message: MessageRow,
  request: EncodeRequest,
  encodingOf?: EncodingOf,
): { readonly ok: true; readonly message: MessageRow } | { readonly ok: false; readonly refusal: Refusal } {
  const encoded = encodeBody(request, message.smsc_id === null ? undefined : encodingOf?.(message.smsc_id));
  if (!encoded.ok) return encoded;
  const { body, text, replacements } = encoded;
  const { encoding, segments } = text;
  return { ok: true, message: { ...message, body, encoding, segments, smart_replacements: replacements } };
}

/** How many SMS a body takes at the planned carrier of a text. */
export function segmentsFor(message: MessageRow, request: EncodeRequest, encodingOf?: EncodingOf): number {
  const profile = message.smsc_id === null ? undefined : encodingOf?.(message.smsc_id);
  return written(request, profile ?? DEFAULT_ENCODING).text.segments;
}

/** Encodes and cuts a text, or says why it is refused. */
export function encodeBody(request: EncodeRequest, profile: EncodingProfile = DEFAULT_ENCODING): Encoded {
  const { body, replacements, text } = written(request, profile);
  if (request.encoding === 'gsm7' && text.encoding === 'UCS-2') {
    const detail = '`encoding` is gsm7 and the text has characters outside GSM-7.';
    return { ok: false, refusal: { code: 'INVALID_REQUEST', detail, param: 'encoding' } };
  }
  if (text.segments > request.max_segments) {
    const detail = `The text takes ${text.segments} segments (${text.encoding}); ${request.max_segments} is the limit.`;
    return { ok: false, refusal: { code: 'BODY_TOO_LONG', detail, param: 'body' } };
  }
  return { ok: true, body, text, replacements };
}

/** Typographic characters are replaced only where that keeps the text out of UCS-2. */
function written(request: EncodeRequest, profile: EncodingProfile) {
  const wish = { encoding: request.encoding, flash: request.flash };
  const text = segment(request.body, profile, wish);
  const asGiven = { body: request.body, replacements: [], text };
  if (!request.smart_encoding || request.encoding === 'ucs2' || text.encoding !== 'UCS-2') return asGiven;
  const smart = toGsm7(request.body);
  if (!smart) return asGiven;
  const smartText = segment(smart.text, profile, wish);
  if (smartText.encoding === 'UCS-2') return asGiven;
  return { body: smart.text, replacements: smart.replacements, text: smartText };
}
