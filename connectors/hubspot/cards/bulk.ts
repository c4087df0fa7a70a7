import { createHash } from 'node:crypto';
import { sendText, type TextToSend } from '../actions/send-text.ts';
import type { BulkAnswer, BulkRequest, BulkRow, BulkSendRequest } from '../app/src/app/packages/ask/shapes.ts';
import { inParallel } from '../people/in-parallel.ts';
import { codeOf } from '../rules/outcome.ts';
import type { Asker } from './asked.ts';
import { findContacts, type Found, nameOf, WHY_NOT } from './people.ts';
import { previewOf, senderOf, type TextOptions, textTo } from './text.ts';

/** Who of the contacts would get a text, and who is blocked and why. Nothing is stored or sent. */
export function previewBulk(options: TextOptions, asker: Asker, request: BulkRequest): Promise<BulkAnswer> {
  return eachOf(options, asker, request, async (text, base) => {
    const { allowed, reason, waits, segments, text: read } = await previewOf(options.sdk, text);
    const state = !allowed ? ('blocked' as const) : waits ? ('later' as const) : ('ready' as const);
    return { ...base, state, code: null, reason, segments, text: read };
  });
}

/** Hands the text over for each contact. The same `clientRef` reaches a number once, whatever is repeated. */
export function sendBulk(options: TextOptions, asker: Asker, request: BulkSendRequest): Promise<BulkAnswer> {
  const { portalId } = asker.portal;
  return eachOf(options, asker, request, async (text, base) => {
    const origin = {
      portalId,
      source: 'bulk' as const,
      objectType: 'contact',
      objectId: text.contactId,
      callbackId: null,
      ruleId: null,
    };
    const number = createHash('sha256').update(text.to).digest('base64url').slice(0, 22);
    const key = `hubspot:${portalId}:bulk:${asker.userId}:${request.clientRef}:${number}`;
    const result = await sendText(options, origin, text, key, new Date(options.clock.now()));
    if (result.type === 'refused') return { ...base, code: codeOf(result.outcome), reason: result.detail };
    if (result.type === 'repeated') return { ...base, state: 'ready', reason: 'It was handed over before.' };
    const { status, segments } = result;
    if (status === 'rejected')
      return { ...base, code: 'REJECTED', reason: 'The server has refused the text.', segments };
    const state = status === 'held' || status === 'scheduled' ? ('later' as const) : ('ready' as const);
    return { ...base, state, segments, text: null };
  });
}

async function eachOf(
  options: TextOptions,
  asker: Asker,
  request: BulkRequest,
  work: (text: TextToSend, base: BulkRow) => Promise<BulkRow>,
): Promise<BulkAnswer> {
  const ids = [...new Set(request.contactIds)];
  const found = await findContacts(options, asker.portal, ids);
  const seen = new Set<string>();
  const gone = ids.filter((id) => !found.some(({ contact }) => contact.id === id));
  const first = found.map((one) => {
    const number = one.recipient.number;
    const isTwin = number !== null && seen.has(number);
    if (one.recipient.ok) seen.add(one.recipient.number);
    return { one, isTwin };
  });
  const rows = await inParallel(first, ({ one, isTwin }) => {
    const { recipient } = one;
    const base = blockedRow(one);
    if (!recipient.ok) return Promise.resolve(base);
    if (isTwin) return Promise.resolve({ ...base, code: 'SAME_NUMBER', reason: SAME_NUMBER });
    const text = textTo(one, recipient.number, request, senderOf(asker, request.from, one), request.messageType);
    return work(withVariables(text, one), base);
  });
  return { rows: [...rows, ...gone.map(goneRow)] };
}

const SAME_NUMBER = 'Another selected contact has the same number.';

const NOTHING = { state: 'blocked', segments: 0, text: null } as const;

function blockedRow({ contact, recipient }: Found): BulkRow {
  const row = { contactId: contact.id, name: nameOf(contact), number: recipient.number, ...NOTHING };
  if (recipient.ok) return { ...row, code: null, reason: null };
  return { ...row, code: recipient.reason.toUpperCase(), reason: WHY_NOT[recipient.reason] };
}

const goneRow = (contactId: string): BulkRow => ({
  contactId,
  name: `Contact ${contactId}`,
  number: null,
  ...NOTHING,
  code: 'RECORD_GONE',
  reason: 'HubSpot does not know this contact any more.',
});

/** A text without {{ }} is sent as it is. What a contact lacks, the server names and does not send. */
function withVariables(text: TextToSend, { contact }: Found): TextToSend {
  if (!text.body.includes('{{')) return text;
  const { firstname, lastname, company, email } = contact.properties;
  const fields = { firstname, lastname, company, email };
  const variables = Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value ? [[`contact.${name}`, value]] : [])),
  );
  return { ...text, variables };
}
