import type { Message, OptOut, Preview } from './contract.ts';

/** What most workflows need, in at most ten fields. */

export function simpleMessage(message: Message) {
  const { message_id, status, direction, from, to, body, created_at, delivered_at, error, in_reply_to } = message;
  return {
    message_id,
    status,
    direction,
    from,
    to,
    body,
    created_at,
    delivered_at,
    error: error?.message ?? null,
    in_reply_to,
  };
}

export function simplePreview(preview: Preview) {
  const { to, from, final_body, encoding, segments, characters, remaining, message_price, verdict } = preview;
  return {
    to,
    from: from.resolved,
    final_body,
    encoding,
    segments,
    characters,
    remaining,
    message_price,
    allowed: verdict.allowed,
    reason: verdict.detail,
  };
}

export function simpleOptOut({ number, topic, opted_out_at, source, keyword, message_id }: OptOut) {
  return { number, topic, opted_out_at, source, keyword, message_id };
}
