import type { Clock } from '../../../server/clock.ts';
import type { HubSpotRecord, PipelineStage } from '../api/client.ts';
import {
  closeConversation,
  type Conversation,
  forgetTicket,
  lastConversation,
  openConversation,
} from '../store/conversations.ts';
import { claimedTicket, firstStage, newTicket, type TicketsOptions, type TicketWanted } from './new-ticket.ts';

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
  const goesOn = last && (await continued(options, wanted, last, stages));
  return goesOn ?? newTicket(options, wanted, stages);
}

/** Somebody may have closed the ticket or opened it again, and HubSpot may not have told. Null: it is over, or gone. */
async function continued(
  options: TicketsOptions,
  wanted: TicketWanted,
  last: Conversation,
  stages: readonly PipelineStage[],
): Promise<string | null> {
  const { storage, client, clock } = options;
  const { portalId, settings } = wanted.portal;
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
  { portal: { portalId, settings } }: TicketWanted,
  ticket: HubSpotRecord,
  stages: readonly PipelineStage[],
): Promise<void> {
  const { ticket_stage_waiting: waiting, ticket_stage_replied: replied } = settings;
  const { hs_pipeline: pipeline, hs_pipeline_stage: stage } = ticket.properties;
  const isThere = stages.some(({ id, pipelineId }) => id === replied && pipelineId === pipeline);
  if (waiting === null || replied === null || stage !== waiting || !isThere) return;
  await client.update(portalId, 'tickets', ticket.id, { hs_pipeline_stage: replied });
}
