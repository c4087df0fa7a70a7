import type { Clock } from '../clock.ts';
import { carryOut, type ConsentOptions } from '../contacts/consent.ts';
import { readIntent } from '../rules/opt-out.ts';
import { parseRecipient } from '../rules/phone-number.ts';
import { segment } from '../rules/segments.ts';
import { insertEvents } from '../store/events.ts';
import { insertMessages, lastOutboundTo } from '../store/messages.ts';
import type { MessageRow } from '../store/schema.ts';
import type { Inbound } from './carrier.ts';
import { blank } from './draft.ts';
import { tell } from './tell.ts';

export interface ReceiveOptions extends ConsentOptions {
  readonly clock: Clock;
  readonly onEvents: () => void;
}

/**
 * Takes a text from a phone. Resolves after the commit; a rejection makes the carrier deliver it again, so a
 * STOP is never lost. Consent is carried out before the text is stored, told or seen by anything else.
 */
export function createReceive(options: ReceiveOptions): (inbound: Inbound) => Promise<void> {
  return async (inbound) => {
    const { database } = options;
    await database.transaction(async () => {
      const message = await rowOf(options, inbound);
      if (message.intent) {
        const { mode, contact: number, to, id: messageId, body, created_at: at } = message;
        await carryOut(options, { intent: message.intent, mode, number, to, messageId, body, at });
      }
      await insertMessages(database, [message]);
      await insertEvents(database, [tell(message, 'received', message.created_at)]);
    });
    options.onEvents();
  };
}

async function rowOf(options: ReceiveOptions, inbound: Inbound): Promise<MessageRow> {
  const now = new Date(options.clock.now());
  const from = normalised(inbound.from);
  // PostgreSQL cannot store U+0000 in text, and a lone surrogate would be replaced in silence.
  const body = inbound.body.replaceAll('\0', '').toWellFormed();
  return {
    ...blank,
    id: options.newId(),
    mode: inbound.mode,
    direction: 'inbound',
    status: 'received',
    from,
    to: normalised(inbound.to),
    contact: from,
    body,
    message_type: 'conversational',
    encoding: inbound.encoding,
    segments: segment(body).parts.length,
    smsc_id: inbound.smscId,
    in_reply_to: await lastOutboundTo(options.database, inbound.mode, from),
    intent: readIntent(body),
    created_at: now,
    status_updated_at: now,
  };
}

/** Carriers write numbers with and without `+`; what is no number (a short code, a name) stays as it is. */
function normalised(address: string): string {
  if (!/^\+?\d{7,}$/.test(address)) return address;
  const international = address.startsWith('+') ? address : `+${address}`;
  const number = parseRecipient(international, { strictness: 'possible', defaultCountry: null });
  return number.ok ? number.e164 : address;
}
