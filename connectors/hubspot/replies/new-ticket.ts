import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import type { HubSpotClient, HubSpotRecord, PipelineStage } from '../api/client.ts';
import { errorOfOurs, HubSpotError } from '../api/errors.ts';
import { TICKET_KEY } from '../people/properties.ts';
import type { PortalSettings } from '../portal-settings.ts';
import { recordLink } from '../rules/record-link.ts';
import {
  claimConversation,
  type Conversation,
  currentConversation,
  formerTicket,
  markConversation,
  openConversation,
  type Pair,
} from '../store/conversations.ts';
import { clearNotice, type Portal } from '../store/portals.ts';

export interface TicketsOptions {
  readonly storage: Storage;
  readonly client: HubSpotClient;
  readonly clock: Clock;
}

export interface TicketWanted extends Pair {
  readonly portal: Portal;
  readonly contact: HubSpotRecord | null;
  /** What the contact was texted about last. */
  readonly dealId: string | null;
  readonly subject: string;
  readonly content: string;
}

/** How a notice begins that is over when a ticket is taken. */
export const NO_TICKETS = 'HubSpot refused a ticket';

/** Longer than HubSpot's search lags behind. */
export const SEARCH_LAG_MS = 30_000;

export async function newTicket(
  options: TicketsOptions,
  wanted: TicketWanted,
  stages: readonly PipelineStage[],
): Promise<string> {
  const { storage, clock } = options;
  const id = randomUUID();
  const isOurs = await claimConversation(storage, wanted, id, wanted.contact?.id ?? '', new Date(clock.now()));
  if (isOurs) return createTicket(options, wanted, id, stages);
  const current = await currentConversation(storage, wanted);
  if (!current) throw new Error('The conversation was closed while it was opened.');
  return current.ticketId ?? claimedTicket(options, wanted, current, stages);
}

/** Somebody began to make it, and may have. */
export async function claimedTicket(
  options: TicketsOptions,
  wanted: TicketWanted,
  { id, markedAt }: Conversation,
  stages: readonly PipelineStage[],
): Promise<string> {
  const { storage, client } = options;
  const there =
    markedAt === null
      ? await findByKey(client, wanted.portalId, id)
      : await findByMark(options, wanted.portalId, id, markedAt);
  if (there === null) return createTicket(options, wanted, id, stages);
  await openConversation(storage, id, there);
  return there;
}

/** Null, too, where the account has no such property. */
async function findByKey(client: HubSpotClient, portalId: number, key: string): Promise<string | null> {
  try {
    return (await client.readByUnique(portalId, 'tickets', TICKET_KEY, key)).id;
  } catch (error) {
    if (error instanceof HubSpotError && (error.kind === 'notFound' || error.kind === 'validation')) return null;
    throw error;
  }
}

/** A word of its own in the subject, where a ticket cannot have the key: search finds it, a little later. */
const markOf = (key: string) => key.replaceAll('-', '').slice(0, 12);

async function findByMark({ client, clock }: TicketsOptions, portalId: number, key: string, markedAt: Date) {
  const isTooSoon = clock.now() - markedAt.getTime() < SEARCH_LAG_MS;
  if (isTooSoon) throw errorOfOurs('transient', 'the ticket may have been made', SEARCH_LAG_MS);
  const bySubject = { propertyName: 'subject', operator: 'CONTAINS_TOKEN' as const, value: markOf(key) };
  const [found] = await client.search(portalId, 'tickets', {
    groups: [[bySubject]],
    properties: ['subject'],
    limit: 1,
  });
  return found?.id ?? null;
}

async function createTicket(
  options: TicketsOptions,
  wanted: TicketWanted,
  key: string,
  stages: readonly PipelineStage[],
): Promise<string> {
  const { storage } = options;
  const stage = firstStage(wanted.portal.settings, stages);
  if (!stage) throw errorOfOurs('validation', 'no pipeline has an open stage');
  const before = await formerTicket(storage, wanted);
  const id = await createOrLess(options, { ...wanted, key, stage, before }, { hasKey: true, isFull: true });
  await openConversation(storage, key, id);
  const { portalId, notice } = wanted.portal;
  if (notice?.startsWith(NO_TICKETS) === true) await clearNotice(storage, portalId, notice);
  return id;
}

interface Ticket extends TicketWanted {
  readonly key: string;
  readonly stage: PipelineStage;
  /** The last one of the conversation; null = it is the first. */
  readonly before: string | null;
}

/** How much of a ticket is asked for: an account may have rules of its own for what a ticket says. */
interface Draft {
  readonly hasKey: boolean;
  /** Not only what HubSpot itself needs, and who wrote. */
  readonly isFull: boolean;
}

async function createOrLess(options: TicketsOptions, ticket: Ticket, draft: Draft): Promise<string> {
  const { storage, client, clock } = options;
  if (!draft.hasKey) await markConversation(storage, ticket.key, new Date(clock.now()));
  try {
    return await createOrFind(client, ticket, draft);
  } catch (error) {
    if (!(error instanceof HubSpotError) || error.isOutcomeUnknown) throw error;
    if (!draft.hasKey) await markConversation(storage, ticket.key, null);
    const less = lessOf(draft, error);
    if (less === null) throw error;
    return createOrLess(options, ticket, less);
  }
}

function lessOf({ hasKey, isFull }: Draft, { kind, reason }: HubSpotError): Draft | null {
  if (kind !== 'validation' && kind !== 'notFound' && kind !== 'scope') return null;
  if (hasKey && reason.includes(TICKET_KEY)) return { hasKey: false, isFull };
  if (isFull) return { hasKey, isFull: false };
  return hasKey ? { hasKey: false, isFull } : null;
}

async function createOrFind(client: HubSpotClient, ticket: Ticket, draft: Draft): Promise<string> {
  const { portalId, key } = ticket;
  try {
    return (await client.create(portalId, 'tickets', propertiesOf(ticket, draft), linksOf(ticket, draft))).id;
  } catch (error) {
    if (!(error instanceof HubSpotError) || error.kind !== 'conflict') throw error;
    const there = error.existingId ?? (await findByKey(client, portalId, key));
    if (there === null) throw error;
    return there;
  }
}

function propertiesOf(ticket: Ticket, { hasKey, isFull }: Draft): Record<string, string> {
  const { key, stage, contact, portal, before, subject, content } = ticket;
  const needed = { hs_pipeline: stage.pipelineId, hs_pipeline_stage: stage.id };
  const known = hasKey
    ? { ...needed, subject, [TICKET_KEY]: key }
    : { ...needed, subject: `${subject} (${markOf(key)})` };
  if (!isFull) return known;
  const owner = contact?.properties['hubspot_owner_id'] || ownerOfNumber(ticket);
  const earlier = before === null ? '' : `\n\nThe ticket before this one: ${recordLink(portal, '0-5', before)}`;
  return { ...known, content: content + earlier, ...(owner ? { hubspot_owner_id: owner } : {}) };
}

/** HubSpot's own association types, from tickets (developers.hubspot.com, "Associations", 2026-04). */
const TYPE_IDS = { contact: 16, primaryCompany: 26, deal: 28 } as const;

function linksOf({ contact, dealId }: Ticket, { isFull }: Draft) {
  const links = [
    { toId: contact?.id, typeId: TYPE_IDS.contact },
    { toId: contact?.properties['associatedcompanyid'], typeId: TYPE_IDS.primaryCompany },
    { toId: dealId, typeId: TYPE_IDS.deal },
  ];
  return (isFull ? links : links.slice(0, 1)).flatMap(({ toId, typeId }) => (toId ? [{ toId, typeId }] : []));
}

/** Whoever has the number that was written to. */
const ownerOfNumber = ({ portal, ourNumber }: TicketWanted): string | undefined =>
  Object.entries(portal.settings.owner_senders).find(([, number]) => number === ourNumber)?.[0];

/** Ids differ from account to account: the chosen stage if it still exists, else the first that is open. */
export function firstStage(
  { ticket_stage_new: chosen, ticket_pipeline: wanted }: PortalSettings,
  stages: readonly PipelineStage[],
  /** The ticket is in this one, which has stages of its own; empty = it is in none yet. */
  pipeline = '',
): PipelineStage | undefined {
  const open = stages.filter(({ isClosed, pipelineId }) => !isClosed && (pipeline === '' || pipelineId === pipeline));
  const inWanted = open.find(({ pipelineId }) => wanted === null || pipelineId === wanted);
  return open.find(({ id }) => id === chosen) ?? inWanted ?? open[0];
}
