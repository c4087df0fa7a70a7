import { createHash } from 'node:crypto';
import { SmsApiError, type SmsClient } from '../../sdk/index.ts';
import type { PortalSettings } from '../portal-settings.ts';
import { outcomeOfRefusal, type Outcome } from '../rules/outcome.ts';
import type { PlannedText } from '../store/actions.ts';
import { addHandover, endHandover, handedOverAs } from '../store/handovers.ts';
import { rememberContact } from '../store/people.ts';
import { originOfSend, recordSend, type Send, type SendOrigin } from '../store/sends.ts';
import type { Queries, Storage } from '../../seam/storage.ts';

/** Where a text comes from; it travels with the text, for whoever reads its events. */
export interface Origin {
  readonly portalId: number;
  readonly source: 'action' | 'rule' | 'card' | 'bulk' | 'channel';
  readonly objectType: string;
  readonly objectId: string;
  readonly callbackId: string | null;
  readonly ruleId: string | null;
}

export interface SendTextOptions {
  readonly sdk: Pick<SmsClient, 'sms'>;
  readonly storage: Storage;
}

export type SendTextResult =
  | { readonly type: 'accepted'; readonly messageId: string; readonly status: string; readonly segments: number }
  /** It was handed over before under this key, with other words: that one counts. */
  | { readonly type: 'repeated' }
  /** Recorded or not, nobody is texted. */
  | { readonly type: 'refused'; readonly outcome: Outcome; readonly detail: string };

export type TextToSend = PlannedText & {
  readonly variables?: Readonly<Record<string, string>>;
  readonly templateId?: string | null;
  /** What the account wants for a text that may not be sent now; left out = it waits. */
  readonly held?: Pick<PortalSettings, 'quiet_hours' | 'frequency_cap'>;
};

/**
 * Hands a text to the server, which asks consent, hours and caps on every path. `key`: the same key is one text, ever.
 * Throws when the server cannot take it now.
 */
export async function sendText(
  { sdk, storage }: SendTextOptions,
  origin: Origin,
  text: TextToSend,
  key: string,
  at: Date,
): Promise<SendTextResult> {
  const { templateId = null, variables, held } = text;
  const known = { ...origin, contactId: text.contactId, ownerId: text.ownerId };
  const ref = createHash('sha256').update(key).digest('hex');
  await addHandover(storage, ref, known, at);
  try {
    const accepted = await sdk.sms.send(
      {
        to: text.to,
        ...(text.from === null ? {} : { from: text.from }),
        ...(templateId === null ? { body: text.body } : { template_id: templateId }),
        ...(variables === undefined ? {} : { variables }),
        message_type: text.type,
        ...(held?.quiet_hours === 'block' ? { quiet_hours: 'reject' as const } : {}),
        metadata: { ...metadataOf(origin, text), hubspot_ref: ref },
      },
      { idempotencyKey: key },
    );
    await storage.transaction(async (tx) => {
      await endHandover(tx, ref, accepted.message_id);
      await recordSend(tx, sendOf(known, accepted), at);
    });
    // A reply may be here before search knows a contact that was just made.
    if (text.contactId !== '' && !text.isForeign)
      await rememberContact(storage, origin.portalId, accepted.to, text.contactId, at);
    if (accepted.status === 'held' && held?.frequency_cap === 'block' && (await isCalledBack(sdk, accepted.message_id)))
      return { type: 'refused', outcome: 'blocked_frequency', detail: HAD_ENOUGH };
    return { type: 'accepted', messageId: accepted.message_id, status: accepted.status, segments: accepted.segments };
  } catch (error) {
    if (!(error instanceof SmsApiError) || error.retryable || error.status === 0) throw error;
    if (error.code === 'IDEMPOTENCY_KEY_REUSED') return { type: 'repeated' };
    return { type: 'refused', outcome: outcomeOfRefusal(error.code), detail: `${error.code}: ${error.detail}` };
  }
}

const HAD_ENOUGH = 'The contact had enough texts lately. Nothing was sent.';

/**
 * The server holds what is too much for somebody until there is room again, days later: whoever branches on the outcome
 * must not be surprised by it then. False: it is held for another reason, or has left.
 */
async function isCalledBack(sms: SendTextOptions['sdk'], messageId: string): Promise<boolean> {
  const { status, hold_reason: reason } = await sms.sms.getStatus(messageId);
  if (status === 'canceled') return true;
  if (status !== 'held' || reason !== 'frequency_cap') return false;
  try {
    await sms.sms.cancel(messageId);
    return true;
  } catch (error) {
    if (error instanceof SmsApiError && error.code === 'NOT_CANCELABLE') return false;
    throw error;
  }
}

/** Strings only, and neither numbers nor names. */
function metadataOf(origin: Origin, text: PlannedText): Record<string, string> {
  return {
    hubspot_portal: String(origin.portalId),
    hubspot_source: origin.source,
    hubspot_object: `${origin.objectType}/${origin.objectId}`,
    hubspot_contact: text.contactId,
    ...(text.ownerId === null ? {} : { hubspot_owner: text.ownerId }),
    ...(origin.callbackId === null ? {} : { hubspot_callback: origin.callbackId }),
    ...(origin.ruleId === null ? {} : { hubspot_rule: origin.ruleId }),
  };
}

interface Accepted {
  readonly message_id: string;
  readonly from: string;
  readonly to: string;
  readonly status: string;
  readonly segments: number;
}

const sendOf = (origin: SendOrigin, accepted: Accepted): Send => ({
  ...origin,
  messageId: accepted.message_id,
  ourNumber: accepted.from,
  contactNumber: accepted.to,
  status: accepted.status,
  sequence: 0,
  error: null,
  segments: accepted.segments,
});

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

type Data = Readonly<Record<string, unknown>>;

function metadataIn({ metadata }: Data): Data {
  return typeof metadata === 'object' && metadata !== null ? (metadata as Data) : {};
}

/** Anybody may write that into the metadata of a text: it says that a look is worth it, and nothing more. */
export const isPerhapsOurs = (data: Data): boolean => metadataIn(data)['hubspot_portal'] !== undefined;

/** What an event of the server says of a text that HubSpot asked for; null for any other, whatever its metadata says. */
export async function sendOfEvent(on: Queries, data: Data, sequence: number): Promise<Send | null> {
  if (!isPerhapsOurs(data)) return null;
  const messageId = text(data['message_id']);
  const ref = text(metadataIn(data)['hubspot_ref']);
  // A version before this one gave its texts no reference.
  const origin = (await handedOverAs(on, messageId, ref)) ?? (await originOfSend(on, messageId));
  if (!origin) return null;
  const error = data['error'];
  const code = typeof error === 'object' && error !== null && 'code' in error ? text(error.code) : null;
  return {
    ...origin,
    messageId,
    ourNumber: text(data['from']),
    contactNumber: text(data['to']),
    status: text(data['status']),
    sequence,
    error: code,
    segments: Number(data['segments'] ?? 1),
  };
}
