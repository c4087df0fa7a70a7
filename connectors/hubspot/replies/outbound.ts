import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import type { SmsClient } from '../../sdk/index.ts';
import type { HubSpotClient } from '../api/client.ts';
import { HubSpotError } from '../api/errors.ts';
import { isFinal } from '../rules/outcome.ts';
import { threadOf } from '../store/channels.ts';
import { currentConversation } from '../store/conversations.ts';
import type { Portal } from '../store/portals.ts';
import { countRefused, hasTexted, type Send } from '../store/sends.ts';
import { logText } from './communications.ts';
import { logInDigest } from './digest.ts';
import { taskForOwner } from './failure-task.ts';

export interface OutboundOptions {
  readonly storage: Storage;
  readonly client: HubSpotClient;
  readonly sdk: Pick<SmsClient, 'sms'>;
  readonly clock: Clock;
}

/** What became of a text that a record of this account asked for: on the timeline when it left, in properties, as a task. */
export async function tellOfText(
  options: OutboundOptions,
  portal: Portal,
  send: Send,
  atMs: number,
  isRepeated: boolean,
): Promise<void> {
  if (send.contactId === '') return;
  if (send.status === 'sent' && portal.settings.log !== 'off') await logSent(options, portal, send, atMs, isRepeated);
  if (!send.isForeign) await noteStatus(options, portal, send, atMs);
  if (isFailure(send) && portal.settings.failure_tasks) await taskForOwner(options.client, send, atMs, isRepeated);
}

/** What nobody can mend by calling the customer, an opt-out, is no failure. */
const isFailure = ({ status, error }: Send) =>
  isFinal(status) &&
  !['delivered', 'canceled'].includes(status) &&
  error !== 'OPTED_OUT' &&
  error !== 'CONSENT_REQUIRED';

async function logSent(
  options: OutboundOptions,
  portal: Portal,
  send: Send,
  atMs: number,
  isRepeated: boolean,
): Promise<void> {
  const { storage, sdk } = options;
  const { portalId, messageId, ourNumber, contactNumber, contactId, ownerId } = send;
  const { body, ambiguous } = await sdk.sms.getStatus(messageId);
  const open = await currentConversation(storage, { portalId, ourNumber, contactNumber });
  const thread = await threadOf(storage, { portalId, ourNumber, contactNumber });
  const ticketId = send.objectType === 'ticket' ? send.objectId : (open?.ticketId ?? thread?.ticketId ?? null);
  const dealId = send.objectType === 'deal' ? send.objectId : null;
  const logged = {
    portalId: portal.portalId,
    messageId,
    direction: 'sent' as const,
    ourNumber,
    contactNumber,
    body: body ?? '',
    isAmbiguous: ambiguous,
    atMs,
  };
  const shown = { ...logged, ownerId, contactId, ticketId, dealId };
  if (portal.settings.log === 'daily') await logInDigest(options, portal, shown, isRepeated);
  else await logText(options, shown, isRepeated);
}

async function noteStatus(
  { storage, client }: OutboundOptions,
  { portalId }: Portal,
  send: Send,
  atMs: number,
): Promise<void> {
  const dead = await deadNumber(storage, client, send);
  const properties: Record<string, string> = { sms_last_status: send.status, ...dead };
  if (send.status === 'sent') {
    properties['sms_last_outbound_at'] = new Date(atMs).toISOString();
    const seconds = await firstTextSeconds(storage, client, portalId, send, atMs);
    if (seconds !== null) properties['sms_first_text_seconds'] = String(seconds);
  }
  try {
    await client.update(portalId, 'contacts', send.contactId, properties);
  } catch (error) {
    if (!(error instanceof HubSpotError) || error.kind !== 'notFound') throw error;
  }
}

/** Once may be a mistake of a network. Whoever has opted out stays that; a text that arrives takes it back. */
async function deadNumber(
  storage: Storage,
  client: HubSpotClient,
  { portalId, contactId, contactNumber, status, error }: Send,
): Promise<Readonly<Record<string, string>>> {
  const isDead = isFinal(status) && error === 'INVALID_NUMBER';
  if (!isDead && status !== 'delivered') return {};
  if ((await countRefused(storage, portalId, contactNumber, 'INVALID_NUMBER')) < DEAD_AFTER) return {};
  const [contact] = await client.read(portalId, 'contacts', [contactId], ['sms_consent_status']);
  const known = contact?.properties['sms_consent_status'] ?? '';
  if (isDead) return known === 'opted_out' ? {} : { sms_consent_status: 'invalid_number' };
  return known === 'invalid_number' ? { sms_consent_status: 'unknown' } : {};
}

const DEAD_AFTER = 2;

/** How long a new contact waited for the first text: the speed to lead. */
async function firstTextSeconds(
  storage: Storage,
  client: HubSpotClient,
  portalId: number,
  send: Send,
  atMs: number,
): Promise<number | null> {
  if (await hasTexted(storage, portalId, send.contactId, send.messageId)) return null;
  const [contact] = await client.read(portalId, 'contacts', [send.contactId], ['createdate', 'sms_first_text_seconds']);
  const createdMs = Date.parse(contact?.properties['createdate'] ?? '');
  if (Number.isNaN(createdMs) || contact?.properties['sms_first_text_seconds']) return null;
  return Math.max(0, Math.round((atMs - createdMs) / 1_000));
}
