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
  closedConversation,
  type Conversation,
  currentConversation,
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
  const current = await currentConversation(options.storage, wanted);
  if (current?.state === 'claimed') return claimedTicket(options, wanted, current, stages);
  const isOpen = current !== null && (await stillOpen(options, wanted, current, stages));
  if (isOpen && current.ticketId !== null) return current.ticketId;
  return (await reopened(options, wanted, stages)) ?? newTicket(options, wanted, stages);
}

/** Also moves it on: somebody waited for this reply. */
async function stillOpen(
  options: TicketsOptions,
  wanted: TicketWanted,
  current: Conversation,
  stages: readonly PipelineStage[],
): Promise<boolean> {
  const { storage, client, clock } = options;
  const { portalId, settings } = wanted;
  const ticketId = current.ticketId ?? '';
  const [ticket] = await client.read(portalId, 'tickets', [ticketId], ['hs_pipeline_stage', 'lastmodifieddate']);
  const stage = ticket?.properties['hs_pipeline_stage'];
  if (ticket && !stages.some(({ id, isClosed }) => id === stage && isClosed)) {
    const { ticket_stage_waiting: waiting, ticket_stage_replied: replied } = settings;
    if (waiting !== null && replied !== null && stage === waiting)
      await client.update(portalId, 'tickets', ticketId, { hs_pipeline_stage: replied });
    return true;
  }
  const changedMs = Date.parse(ticket?.properties['lastmodifieddate'] ?? '');
  await closeConversation(storage, current.id, new Date(Number.isNaN(changedMs) ? clock.now() : changedMs));
  return false;
}

/** A ticket that was closed lately goes on. */
async function reopened(
  options: TicketsOptions,
  wanted: TicketWanted,
  stages: readonly PipelineStage[],
): Promise<string | null> {
  const { storage, client, clock } = options;
  const since = new Date(clock.now() - wanted.settings.reopen_days * DAY_MS);
  const closed = await closedConversation(storage, wanted, since);
  if (!closed?.ticketId) return null;
  const [ticket] = await client.read(wanted.portalId, 'tickets', [closed.ticketId], ['hs_pipeline']);
  if (!ticket) return null;
  // It may have been moved to another pipeline, which has stages of its own.
  const own = { ...wanted.settings, ticket_pipeline: ticket.properties['hs_pipeline'] ?? null };
  const stage = firstStage(
    own,
    stages.filter(({ pipelineId }) => pipelineId === own.ticket_pipeline),
  );
  if (!stage) return null;
  await client.update(wanted.portalId, 'tickets', closed.ticketId, { hs_pipeline_stage: stage.id });
  await openConversation(storage, closed.id, closed.ticketId);
  return closed.ticketId;
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
function firstStage(settings: PortalSettings, stages: readonly PipelineStage[]): PipelineStage | undefined {
  const open = stages.filter(({ isClosed }) => !isClosed);
  const inPipeline = open.filter(
    ({ pipelineId }) => settings.ticket_pipeline === null || pipelineId === settings.ticket_pipeline,
  );
  return open.find(({ id }) => id === settings.ticket_stage_new) ?? inPipeline[0] ?? open[0];
}

const noStage = () => errorOfOurs('validation', 'no pipeline has an open stage');
