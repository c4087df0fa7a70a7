import type { Storage } from '../../seam/storage.ts';
import type { SmsClient } from '../../sdk/index.ts';
import type { HubSpotClient } from '../api/client.ts';
import { HubSpotError } from '../api/errors.ts';
import { escapeHtml } from '../../seam/page.ts';
import { inParallel } from '../people/in-parallel.ts';
import { knownZone } from '../rules/hours.ts';
import { addToDigest, type Digest, setDigestRecord } from '../store/digests.ts';
import type { Portal } from '../store/portals.ts';
import { createRecord, findRecord, type Logged } from './communications.ts';

export interface DigestOptions {
  readonly storage: Storage;
  readonly client: HubSpotClient;
  readonly sdk: Pick<SmsClient, 'sms'>;
}

/**
 * A text on the one record of its conversation and day: less noise on the timeline. It is written anew from what the
 * server has, so a text that is told twice is in it once.
 */
export async function logInDigest(
  options: DigestOptions,
  portal: Portal,
  text: Logged,
  mayBeThere: boolean,
): Promise<void> {
  const { storage, client } = options;
  const day = dayOf(text.atMs, portal.timeZone);
  const digest = await storage.transaction((tx) => addToDigest(tx, text, day, text.messageId, new Date(text.atMs)));
  const head = `Texts between ${text.ourNumber} and ${text.contactNumber} on ${day}`;
  const body = `<p><strong>${escapeHtml(head)}</strong></p>${await linesOf(options, digest, portal.timeZone)}`;
  if (digest.communicationId !== null && (await isRewritten(client, text.portalId, digest.communicationId, body)))
    return;
  const atMs = digest.texts[0]?.at.getTime() ?? text.atMs;
  const isOurs = (other: string) => other.includes(escapeHtml(head));
  const there = mayBeThere ? await findRecord(client, { ...text, atMs }, isOurs) : null;
  const id = there ?? (await createRecord(client, { ...text, atMs }, body));
  if (id === null) return;
  await setDigestRecord(storage, digest.id, id);
  if (there !== null) await isRewritten(client, text.portalId, there, body);
}

/** False: somebody has deleted the record. */
async function isRewritten(client: HubSpotClient, portalId: number, id: string, body: string): Promise<boolean> {
  try {
    await client.update(portalId, 'communications', id, { hs_communication_body: body });
    return true;
  } catch (error) {
    if (error instanceof HubSpotError && error.kind === 'notFound') return false;
    throw error;
  }
}

const BODY_MAX = 60_000;

/** What does not fit is left out from the beginning of the day. */
async function linesOf({ sdk }: DigestOptions, { texts }: Digest, timeZone: string | null): Promise<string> {
  const lines = await inParallel(texts, async ({ messageId, at }) => {
    const { direction, body, ambiguous } = await sdk.sms.getStatus(messageId);
    const what = `${timeOf(at, timeZone)} ${direction === 'inbound' ? 'received' : 'sent'}${ambiguous ? ' (may have arrived twice)' : ''}`;
    return `<p><strong>${what}</strong><br>${escapeHtml(body ?? '').replaceAll('\n', '<br>')}</p>`;
  });
  let length = 0;
  const fitting = lines.toReversed().filter((line) => (length += line.length) <= BODY_MAX);
  return fitting.toReversed().join('');
}

const inZone = (at: number | Date, zone: string | null, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: knownZone(zone), ...options }).format(at);

/** In the zone of the account: 2026-11-20. */
const dayOf = (atMs: number, timeZone: string | null) =>
  inZone(atMs, timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' });

const timeOf = (at: Date, timeZone: string | null) => inZone(at, timeZone, { hour: '2-digit', minute: '2-digit' });
