import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import type { TaskOutcome } from '../../seam/tasks.ts';
import type { SmsClient } from '../../sdk/index.ts';
import type { HubSpotClient, HubSpotRecord } from '../api/client.ts';
import { hearHubSpot, hearMerge } from '../consent/mirror.ts';
import { CONTACT_FIELDS } from '../people/properties.ts';
import { stagePropertyOf } from '../rules/stage-rule.ts';
import { noteStage } from '../stages/run.ts';
import { closeByTicket, forgetTicket, moveTicket, reopenByTicket } from '../store/conversations.ts';
import { eraseNumber } from '../store/erase.ts';
import { forgetContact, moveContact, numbersOfContact } from '../store/people.ts';
import { ownNamesOf, type Portal } from '../store/portals.ts';
import type { CrmEvent } from './ingest.ts';

export interface CrmOptions {
  readonly storage: Storage;
  readonly client: HubSpotClient;
  readonly sdk: SmsClient;
  readonly clock: Clock;
}

/** What a change in HubSpot means for texts. */
export async function handleCrmEvent(options: CrmOptions, portal: Portal, event: CrmEvent): Promise<TaskOutcome> {
  if (event.object === 'contact') return contactChanged(options, portal, event);
  if (event.object !== 'deal' && event.object !== 'ticket') return { type: 'done' };
  if (event.type === 'propertyChange' && event.property === stagePropertyOf(event.object))
    return stageChanged(options, event);
  return event.object === 'ticket' ? ticketChanged(options, event) : { type: 'done' };
}

async function stageChanged(options: CrmOptions, event: CrmEvent): Promise<TaskOutcome> {
  const { storage, client } = options;
  const note = await noteStage(options, event);
  if (event.object !== 'ticket') return { type: 'done', record: note };
  const { portalId, objectId: ticketId, value, occurredAtMs } = event;
  // What it says may be over already: a reply looks again.
  const stage = (await client.stages(portalId, 'tickets')).find(({ id }) => id === value);
  if (stage?.isClosed === true) await closeByTicket(storage, portalId, ticketId, new Date(occurredAtMs));
  if (stage?.isClosed === false) await reopenByTicket(storage, portalId, ticketId);
  return { type: 'done', record: note };
}

async function ticketChanged({ storage, clock }: CrmOptions, event: CrmEvent): Promise<TaskOutcome> {
  const { portalId, objectId, mergedInto, merged } = event;
  if (event.type === 'merge' && mergedInto !== null) await moveTicket(storage, portalId, merged, mergedInto);
  if (event.type === 'deletion') await forgetTicket(storage, portalId, objectId, new Date(clock.now()));
  return { type: 'done' };
}

async function contactChanged(options: CrmOptions, portal: Portal, event: CrmEvent): Promise<TaskOutcome> {
  // Owners are read when a text is sent.
  if (event.property === 'hubspot_owner_id') return { type: 'done' };
  switch (event.type) {
    case 'privacyDeletion':
      return eraseContact(options, portal.portalId, event.objectId);
    case 'deletion':
      // The opt-out stays with the number, whoever has it. Whose number it was is kept: a privacy deletion is told as this
      // and as that, in any order.
      return { type: 'done' };
    case 'merge':
      return contactsMerged(options, portal, event);
    default:
      return compareConsent(options, portal, event);
  }
}

async function contactsMerged(options: CrmOptions, portal: Portal, event: CrmEvent): Promise<TaskOutcome> {
  const { portalId } = portal;
  const into = event.mergedInto ?? event.objectId;
  await moveContact(options.storage, portalId, event.merged, into);
  const contact = await readContact(options.client, portalId, into);
  if (contact) await hearMerge(options, portal, contact, event.occurredAtMs);
  return { type: 'done' };
}

async function compareConsent(options: CrmOptions, portal: Portal, event: CrmEvent): Promise<TaskOutcome> {
  const contactId = event.objectId;
  const contact = await readContact(options.client, portal.portalId, contactId);
  if (!contact) return { type: 'done' };
  const isNewNumber = event.property === 'phone' || event.property === 'mobilephone';
  if (isNewNumber) await forgetContact(options.storage, portal.portalId, contactId);
  // Where ours has another name, this one is not about our texts.
  const isOurs =
    event.property === 'sms_opt_out' && !(await ownNamesOf(options.storage, portal.portalId))['sms_opt_out'];
  const value = isOurs ? event.value : null;
  const tickIsAbout = isNewNumber ? 'none' : value === null ? 'all_unless_explained' : 'all';
  await hearHubSpot(options, portal, contact, { value, tickIsAbout, atMs: event.occurredAtMs });
  return { type: 'done' };
}

async function readContact(client: HubSpotClient, portalId: number, id: string): Promise<HubSpotRecord | null> {
  return (await client.read(portalId, 'contacts', [id], CONTACT_FIELDS))[0] ?? null;
}

/** Everything about the person goes, here and on the server, which goes on honouring their opt-out without knowing who it was. */
export async function eraseContact(
  { storage, sdk }: Pick<CrmOptions, 'storage' | 'sdk'>,
  portalId: number,
  contactId: string,
): Promise<TaskOutcome> {
  for (const number of await numbersOfContact(storage, portalId, contactId)) {
    await sdk.privacy.erase(number);
    await eraseNumber(storage, portalId, number);
  }
  await forgetContact(storage, portalId, contactId);
  return { type: 'done' };
}
