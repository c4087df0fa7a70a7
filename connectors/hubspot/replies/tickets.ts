import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import type { HubSpotClient, HubSpotRecord, PipelineStage } from '../api/client.ts';
import { errorOfOurs, HubSpotError } from '../api/errors.ts';
import { TICKET_KEY } from '../people/properties.ts';
import type { PortalSettings } from '../portal-settings.ts';
import {
  claimConversation,
  closeConversation,
  type Conversation,
  currentConversation,
  forgetTicket,
  lastConversation,
  openConversation,
  type Pair,
} from '../store/conversations.ts';

export interface TicketsOptions {
  readonly storage: Storage;
  readonly client: HubSpotClient;
  readonly clock: Clock;
}

export interface TicketWanted extends Pair {
  readonly settings: PortalSettings;
  readonly contact: HubSpotRecord | null;
  readonly subject: string;
  readonly content: string;
}

const TICKET_TO_CONTACT = 16;
const DAY_MS = 86_400_000;

/**
 * The one open ticket of two numbers. Its row is claimed before HubSpot is asked; the id of the row is a property that no
 * two tickets may share. Whoever finds a claim looks for the ticket by it, and makes it only when there is none: a process
 * that dies between the two leaves one ticket.
 */
export async function ticketFor(options: TicketsOptions, wanted: TicketWanted): Promise<string> {
  const stages = await options.client.stages(wanted.portalId, 'tickets');
  const last = await lastConversation(options.storage, wanted);
  if (last?.state === 'claimed') return claimedTicket(options, wanted, last, stages);
  return (last && (await continued(options, wanted, last, stages))) ?? newTicket(options, wanted, stages);
}

/** Somebody may have closed the ticket or opened it again, and HubSpot may not have told. Null: it is over, or gone. */
async function continued(
  options: TicketsOptions,
  wanted: TicketWanted,
  last: Conversation,
  stages: readonly PipelineStage[],
): Promise<string | null> {
  const { storage, client, clock } = options;
  const { portalId, settings } = wanted;
  const [ticket] = await client.read(portalId, 'tickets', [last.ticketId ?? ''], TICKET_FIELDS);
  if (!ticket) {
    await forgetTicket(storage, portalId, last.ticketId ?? '', new Date(clock.now()));
    return null;
  }
  const stage = ticket.properties['hs_pipeline_stage'] ?? '';
  if (!stages.some(({ id, isClosed }) => id === stage && isClosed)) {
    await moveOn(options, wanted, ticket, stages);
  } else {
    const closedAtMs = closedAtOf(ticket, last, clock);
    const first = firstStage(settings, stages, ticket.properties['hs_pipeline'] ?? '');
    if (!first || clock.now() - closedAtMs >= settings.reopen_days * DAY_MS) {
      await closeConversation(storage, last.id, new Date(closedAtMs));
      return null;
    }
    await client.update(portalId, 'tickets', ticket.id, { hs_pipeline_stage: first.id });
  }
  await openConversation(storage, last.id, ticket.id);
  return ticket.id;
}

const TICKET_FIELDS = ['hs_pipeline', 'hs_pipeline_stage', 'closed_date', 'hs_lastmodifieddate'] as const;

/** What HubSpot says first, then what it told; it was closed before it was changed last. */
function closedAtOf({ properties }: HubSpotRecord, { closedAt }: Conversation, clock: Clock): number {
  const [closed, changed] = ['closed_date', 'hs_lastmodifieddate'].map((name) => Date.parse(properties[name] ?? ''));
  return [closed, closedAt?.getTime(), changed].find((ms) => ms !== undefined && !Number.isNaN(ms)) ?? clock.now();
}

/** Somebody waited for this reply. */
async function moveOn(
  { client }: TicketsOptions,
  { portalId, settings }: TicketWanted,
  ticket: HubSpotRecord,
  stages: readonly PipelineStage[],
): Promise<void> {
  const { ticket_stage_waiting: waiting, ticket_stage_replied: replied } = settings;
  const { hs_pipeline: pipeline, hs_pipeline_stage: stage } = ticket.properties;
  const isThere = stages.some(({ id, pipelineId }) => id === replied && pipelineId === pipeline);
  if (waiting === null || replied === null || stage !== waiting || !isThere) return;
  await client.update(portalId, 'tickets', ticket.id, { hs_pipeline_stage: replied });
}

async function newTicket(
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

async function claimedTicket(
  options: TicketsOptions,
  wanted: TicketWanted,
  { id }: Conversation,
  stages: readonly PipelineStage[],
): Promise<string> {
  const there = await findByKey(options.client, wanted.portalId, id);
  if (there === null) return createTicket(options, wanted, id, stages);
  await openConversation(options.storage, id, there);
  return there;
}

async function findByKey(client: HubSpotClient, portalId: number, key: string): Promise<string | null> {
  try {
    return (await client.readByUnique(portalId, 'tickets', TICKET_KEY, key)).id;
  } catch (error) {
    if (error instanceof HubSpotError && error.kind === 'notFound') return null;
    throw error;
  }
}

async function createTicket(
  options: TicketsOptions,
  wanted: TicketWanted,
  key: string,
  stages: readonly PipelineStage[],
): Promise<string> {
  const { storage, client } = options;
  const { settings } = wanted;
  const stage = firstStage(settings, stages);
  if (!stage) throw noStage();
  const needed = {
    subject: wanted.subject,
    hs_pipeline: stage.pipelineId,
    hs_pipeline_stage: stage.id,
    [TICKET_KEY]: key,
  };
  const owner = wanted.contact?.properties['hubspot_owner_id'] || ownerOfNumber(wanted);
  const full = { ...needed, content: wanted.content, ...(owner ? { hubspot_owner_id: owner } : {}) };
  const id = await createOrFind(client, wanted, full, key).catch((error: unknown) => {
    // An account may have rules of its own for what a ticket says: then with what HubSpot itself needs, once.
    if (error instanceof HubSpotError && error.kind === 'validation') return createOrFind(client, wanted, needed, key);
    throw error;
  });
  await openConversation(storage, key, id);
  return id;
}

async function createOrFind(
  client: HubSpotClient,
  { portalId, contact }: TicketWanted,
  properties: Readonly<Record<string, string>>,
  key: string,
): Promise<string> {
  const associations = contact ? [{ toId: contact.id, typeId: TICKET_TO_CONTACT }] : [];
  try {
    return (await client.create(portalId, 'tickets', properties, associations)).id;
  } catch (error) {
    if (!(error instanceof HubSpotError) || error.kind !== 'conflict') throw error;
    const there = error.existingId ?? (await findByKey(client, portalId, key));
    if (there === null) throw error;
    return there;
  }
}

/** Whoever has the number that was written to. */
const ownerOfNumber = ({ settings, ourNumber }: TicketWanted): string | undefined =>
  Object.entries(settings.owner_senders).find(([, number]) => number === ourNumber)?.[0];

/** Ids differ from account to account: the chosen stage if it still exists, else the first that is open. */
function firstStage(
  { ticket_stage_new: chosen, ticket_pipeline: wanted }: PortalSettings,
  stages: readonly PipelineStage[],
  /** The ticket is in this one, which has stages of its own; empty = it is in none yet. */
  pipeline = '',
): PipelineStage | undefined {
  const open = stages.filter(({ isClosed, pipelineId }) => !isClosed && (pipeline === '' || pipelineId === pipeline));
  const inWanted = open.find(({ pipelineId }) => wanted === null || pipelineId === wanted);
  return open.find(({ id }) => id === chosen) ?? inWanted ?? open[0];
}

const noStage = () => errorOfOurs('validation', 'no pipeline has an open stage');
