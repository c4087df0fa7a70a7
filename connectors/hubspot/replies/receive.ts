import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import type { SmsClient } from '../../sdk/index.ts';
import type { ChannelsClient } from '../api/channels.ts';
import type { HubSpotClient, HubSpotRecord } from '../api/client.ts';
import { errorOfOurs, HubSpotError } from '../api/errors.ts';
import { findContacts } from '../people/match.ts';
import { addPublish } from '../channels/publish.ts';
import { modeOf, type NumberMode } from '../rules/number-mode.ts';
import { threadOf } from '../store/channels.ts';
import { currentConversation } from '../store/conversations.ts';
import { numberOf } from '../store/numbers.ts';
import { rememberContact } from '../store/people.ts';
import { sendersOf } from '../people/senders.ts';
import { connectedPortals, type Portal, setNotice } from '../store/portals.ts';
import { lastSendTo } from '../store/sends.ts';
import { logText } from './communications.ts';
import { logInDigest } from './digest.ts';
import { NO_TICKETS, SEARCH_LAG_MS, type TicketWanted } from './new-ticket.ts';
import { ticketFor } from './tickets.ts';

export interface ReplyOptions {
  readonly storage: Storage;
  readonly client: HubSpotClient;
  readonly sdk: Pick<SmsClient, 'numbers' | 'sms'>;
  /** Null: no number is in an inbox. */
  readonly channels: ChannelsClient | null;
  readonly clock: Clock;
}

export interface Received {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly receivedAtMs: number;
  /** STOP, START, HELP and what reads like them: a word for the server, not for an agent. */
  readonly isKeyword: boolean;
  /** HubSpot did not take it into the inbox. */
  readonly isTicket?: boolean;
}

const SUBJECT_MAX = 60;
const PREVIEW_MAX = 1_000;

/**
 * A reply: on the timeline of who wrote it, on the ticket of the conversation or in the inbox that its number is connected
 * to, and in a property that workflows start on.
 */
export async function receiveReply(
  options: ReplyOptions,
  portal: Portal,
  text: Received,
  isRepeated: boolean,
): Promise<void> {
  const { storage, client } = options;
  const { portalId, settings } = portal;
  const contact = await whoWrote(options, portal, text, isRepeated);
  const pair = { portalId, ourNumber: text.to, contactNumber: text.from };
  const isOurs = contact !== null || (await takesStrangers(options, portal, text.to));
  const mode = text.isTicket ? 'ticket' : await modeFor(options, portal, text.to);
  const wantsTicket = mode === 'ticket' && !text.isKeyword && isOurs;
  const last = await lastSendTo(storage, text.to, text.from);
  const dealId = last?.portalId === portalId && last.objectType === 'deal' ? last.objectId : null;
  const subject = `Text from ${nameOf(contact) ?? text.from}: ${oneLine(text.body)}`;
  const wanted = { ...pair, portal, contact, dealId, subject, content: text.body };
  const ticketId = wantsTicket
    ? await ticketOrNotice(options, wanted, contact !== null && settings.log !== 'off')
    : ((await threadOf(storage, pair))?.ticketId ?? null);
  if (mode === 'channel' && isOurs) {
    const known = { contactId: contact?.id ?? null, contactName: nameOf(contact), needsThread: text.isKeyword };
    const shown = { direction: 'INCOMING' as const, messageId: text.messageId, body: text.body };
    const task = { ...pair, ...shown, ...known, atMs: text.receivedAtMs };
    await addPublish(storage, task, new Date(options.clock.now()));
  }
  if (settings.log !== 'off') {
    const ownerId = contact?.properties['hubspot_owner_id'] || null;
    const logged = {
      ...pair,
      messageId: text.messageId,
      direction: 'received' as const,
      body: text.body,
      isAmbiguous: false,
      atMs: text.receivedAtMs,
    };
    const shown = { ...logged, ownerId, contactId: contact?.id ?? null, ticketId, dealId };
    if (settings.log === 'daily') await logInDigest(options, portal, shown, isRepeated);
    else await logText(options, shown, isRepeated);
  }
  if (!contact) return;
  await client.update(portalId, 'contacts', contact.id, {
    sms_last_inbound_at: new Date(text.receivedAtMs).toISOString(),
    sms_last_inbound_text: cut(text.body, PREVIEW_MAX),
  });
}

/**
 * An account may ask more of a ticket than we know, or have no stage for it, and somebody is told. The reply is shown
 * without one; a reply that would be shown nowhere (`isShown` is false) waits until a ticket is taken.
 */
async function ticketOrNotice(options: ReplyOptions, wanted: TicketWanted, isShown: boolean): Promise<string | null> {
  const { storage } = options;
  try {
    return await ticketFor(options, wanted);
  } catch (error) {
    const isRefused = error instanceof HubSpotError && (error.kind === 'validation' || error.kind === 'scope');
    if (!isRefused) throw error;
    await setNotice(storage, wanted.portalId, `${NO_TICKETS}: ${error.reason}. ${WITHOUT_TICKETS}`);
    if (!isShown) throw errorOfOurs('transient', `no ticket: ${error.reason}`, NO_TICKET_PAUSE_MS);
    return null;
  }
}

const NO_TICKET_PAUSE_MS = 900_000;
const WITHOUT_TICKETS =
  'Replies of contacts are on their timeline only; what is on no timeline waits for its ticket for three days. Change what HubSpot asks of a ticket, or the stage in these settings.';

/**
 * Of several accounts one gets what people write whom none of them knows: the one that has the number in an inbox, the one
 * that texts from it, else the first.
 */
async function takesStrangers(options: ReplyOptions, portal: Portal, ourNumber: string): Promise<boolean> {
  const taking: { readonly one: Portal; readonly mode: NumberMode }[] = [];
  for (const one of await connectedPortals(options.storage)) {
    const mode = await modeFor(options, one, ourNumber);
    if (mode !== 'off') taking.push({ one, mode });
  }
  const chosen =
    taking.find(({ mode }) => mode === 'channel') ??
    taking.find(({ one }) => sendersOf(one.settings).includes(ourNumber)) ??
    taking[0];
  return chosen?.one.portalId === portal.portalId;
}

async function modeFor({ storage, channels }: ReplyOptions, portal: Portal, ourNumber: string): Promise<NumberMode> {
  const own = await numberOf(storage, portal.portalId, ourNumber);
  return modeOf({
    chosen: own?.mode ?? null,
    isConnected: channels !== null && own !== null && own.accountId !== null && own.isAuthorized,
    makesTickets: portal.settings.tickets === 'on',
  });
}

/** Several contacts may share a number: the one of the open ticket, who was texted last, who has an open deal, who was changed last. */
async function whoWrote(
  options: ReplyOptions,
  portal: Portal,
  text: Received,
  isRepeated: boolean,
): Promise<HubSpotRecord | null> {
  const { storage, client } = options;
  const { portalId, settings } = portal;
  const found = await findContacts(options, portal, text.from, false);
  const open = await currentConversation(storage, { portalId, ourNumber: text.to, contactNumber: text.from });
  const last = await lastSendTo(storage, text.to, text.from);
  const byId = (id: string | undefined) => found.find((contact) => contact.id === id);
  const known = byId(open?.contactId) ?? byId(last?.portalId === portalId ? last.contactId : undefined);
  const chosen = known ?? (await withOpenDeal(client, portalId, found)) ?? found[0];
  if (chosen || !settings.create_contacts || text.isKeyword) return chosen ?? null;
  // It may have been made before, and search does not know yet.
  if (isRepeated && options.clock.now() - text.receivedAtMs < SEARCH_LAG_MS) throw notFoundYet();
  const created = await createContact(client, portalId, text.from);
  await rememberContact(storage, portalId, text.from, created.id, new Date(options.clock.now()));
  return created;
}

/** A marketing contact costs money, and nobody chose to have one. Not every account lets an app say that. */
async function createContact(client: HubSpotClient, portalId: number, phone: string): Promise<HubSpotRecord> {
  try {
    return await client.create(portalId, 'contacts', { phone, hs_marketable_status: 'false' });
  } catch (error) {
    if (!(error instanceof HubSpotError) || error.kind !== 'validation') throw error;
    return client.create(portalId, 'contacts', { phone });
  }
}

const notFoundYet = () => errorOfOurs('transient', 'the contact may have been made', SEARCH_LAG_MS);

async function withOpenDeal(
  client: HubSpotClient,
  portalId: number,
  contacts: readonly HubSpotRecord[],
): Promise<HubSpotRecord | null> {
  if (contacts.length < 2) return null;
  const ids = contacts.map(({ id }) => id);
  const linked = await client.linked(portalId, 'contacts', ids, 'deals');
  const dealIds = [...new Set([...linked.values()].flat())].slice(0, DEALS_MAX);
  if (dealIds.length === 0) return null;
  const [stages, deals] = await Promise.all([
    client.stages(portalId, 'deals'),
    client.read(portalId, 'deals', dealIds, ['dealstage']),
  ]);
  const closed = new Set(stages.flatMap(({ id, isClosed }) => (isClosed ? [id] : [])));
  const open = new Set(
    deals.filter(({ properties }) => !closed.has(properties['dealstage'] ?? '')).map(({ id }) => id),
  );
  return contacts.find(({ id }) => linked.get(id)?.some((deal) => open.has(deal))) ?? null;
}

const DEALS_MAX = 100;

function nameOf(contact: HubSpotRecord | null): string | null {
  const name = [contact?.properties['firstname'], contact?.properties['lastname']].filter((part) => !!part).join(' ');
  return name === '' ? null : name;
}

function oneLine(body: string): string {
  const line = body.replaceAll(/\s+/g, ' ').trim();
  return line.length > SUBJECT_MAX ? `${cut(line, SUBJECT_MAX)}…` : line;
}

/** Never in the middle of a character. */
const cut = (text: string, max: number): string => text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '');
