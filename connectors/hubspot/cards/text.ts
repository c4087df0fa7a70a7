import type { Clock } from '../../../server/clock.ts';
import { SmsApiError, type SmsClient } from '../../sdk/index.ts';
import type { Storage } from '../../seam/storage.ts';
import { sendText, type TextToSend } from '../actions/send-text.ts';
import type { PreviewAnswer, SendAnswer, SendRequest, TextAbout } from '../app/src/app/packages/ask/shapes.ts';
import { senderFor } from '../people/senders.ts';
import { codeOf } from '../rules/outcome.ts';
import type { Asker } from './asked.ts';
import { type Found, objectNameOf, type PeopleOptions, personOf, WHY_NOT } from './people.ts';

export interface TextOptions extends PeopleOptions {
  readonly sdk: Pick<SmsClient, 'numbers' | 'sms'>;
  readonly storage: Storage;
  readonly clock: Clock;
}

/** What would become of a text. Nothing is stored or sent. */
export async function previewText(options: TextOptions, asker: Asker, about: TextAbout): Promise<PreviewAnswer> {
  const found = await personOf(options, asker.portal, about, about.contactId);
  const { recipient } = found;
  if (!recipient.ok) return refusedPreview(about.body, WHY_NOT[recipient.reason]);
  const from = senderOf(asker, about.from, found);
  return previewOf(options.sdk, { to: recipient.number, from, body: about.body, type: 'conversational' });
}

/** Nothing is known of a text that cannot even be asked about. */
const refusedPreview = (text: string, reason: string): PreviewAnswer => ({
  allowed: false,
  reason,
  waits: false,
  sendAt: null,
  from: '',
  segments: 0,
  encoding: '',
  remaining: 0,
  text,
  hints: [],
});

export type PreviewOf = Pick<TextToSend, 'to' | 'from' | 'body' | 'type' | 'variables'>;

/** The server's own verdict, in the words of a card. */
export async function previewOf({ sms }: Pick<SmsClient, 'sms'>, text: PreviewOf): Promise<PreviewAnswer> {
  const { to, from, body, type, variables } = text;
  try {
    const seen = await sms.preview({ to, from, body, message_type: type, ...(variables ? { variables } : {}) });
    const { verdict, segments, encoding, remaining, final_body, lint, warnings } = seen;
    return {
      allowed: verdict.allowed,
      reason: verdict.detail,
      waits: verdict.allowed && verdict.status !== 'queued',
      sendAt: verdict.send_at,
      from: seen.from.resolved,
      segments,
      encoding,
      remaining,
      text: final_body,
      hints: [...lint, ...warnings].map(({ message }) => message),
    };
  } catch (error) {
    // What cannot even be asked about: no carrier, a text that is too long, a sender that may not be used.
    if (!(error instanceof SmsApiError) || error.retryable || error.status < 400) throw error;
    return refusedPreview(body, `${error.detail} ${error.action}`.trim());
  }
}

/** Hands a text over. The same `clientRef` of the same person is one text: HubSpot itself repeats what it had no answer to. */
export async function sendAbout(options: TextOptions, asker: Asker, request: SendRequest): Promise<SendAnswer> {
  const { portal, userId } = asker;
  const found = await personOf(options, portal, request, request.contactId);
  const { recipient } = found;
  if (!recipient.ok) return { ok: false, code: recipient.reason.toUpperCase(), reason: WHY_NOT[recipient.reason] };
  const origin = {
    portalId: portal.portalId,
    source: 'card' as const,
    objectType: objectNameOf(request.objectTypeId),
    objectId: request.objectId,
    callbackId: null,
    ruleId: null,
  };
  // Written to this contact by a person.
  const text = textTo(found, recipient.number, request, senderOf(asker, request.from, found), 'conversational');
  const key = `hubspot:${portal.portalId}:card:${userId}:${request.clientRef}`;
  const result = await sendText(options, origin, text, key, new Date(options.clock.now()));
  if (result.type === 'refused') return { ok: false, code: codeOf(result.outcome), reason: result.detail };
  if (result.type === 'repeated')
    return { ok: false, code: 'REPEATED', reason: 'Another text was sent under this reference.' };
  const { messageId, status, segments } = result;
  if (status === 'rejected') return { ok: false, code: 'REJECTED', reason: 'The server has refused the text.' };
  return { ok: true, messageId, status, segments };
}

export const senderOf = ({ portal }: Asker, chosen: string | null, { contact }: Found): string | null =>
  senderFor(portal.settings, chosen ?? '', contact.properties['hubspot_owner_id'] || null);

export function textTo(
  { contact }: Found,
  to: string,
  { body }: { readonly body: string },
  from: string | null,
  type: TextToSend['type'],
): TextToSend {
  return { contactId: contact.id, ownerId: contact.properties['hubspot_owner_id'] || null, to, from, body, type };
}
