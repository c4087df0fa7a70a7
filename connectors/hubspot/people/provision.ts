import type { HubSpotClient, KnownProperty, NewProperty } from '../api/client.ts';
import { errorOfOurs, HubSpotError } from '../api/errors.ts';
import type { OwnNames } from '../api/own-names.ts';
import type { PlainClient } from '../api/plain.ts';
import type { Storage } from '../../seam/storage.ts';
import { setOwnNames, setPortalPlace } from '../store/portals.ts';
import { CONTACT_PROPERTIES, PROPERTY_GROUP, TICKET_PROPERTIES } from './properties.ts';

export interface ProvisionOptions {
  readonly storage: Storage;
  readonly client: HubSpotClient;
  readonly plain: PlainClient;
}

/** Prepares an account. Each step may have been done before: it can be broken off and begun again anywhere. */
export async function provision({ storage, client, plain }: ProvisionOptions, portalId: number): Promise<void> {
  await setPortalPlace(storage, portalId, await plain.account(portalId));
  const ofContacts = await makeAll(client, portalId, 'contacts', CONTACT_PROPERTIES);
  // Without the key tickets are made and found all the same.
  const ofTickets = await makeAll(client, portalId, 'tickets', TICKET_PROPERTIES).catch(noneIfRefused);
  await setOwnNames(storage, portalId, { ...ofContacts, ...ofTickets });
}

/** Answers what had to be called otherwise. */
async function makeAll(client: HubSpotClient, portalId: number, type: string, properties: readonly NewProperty[]) {
  const { name: group, label } = PROPERTY_GROUP;
  await unlessThere(() => client.createGroup(portalId, type, group, label));
  const names: Record<string, string> = {};
  for (const property of properties) {
    const name = await make(client, portalId, type, property);
    if (name !== property.name) names[property.name] = name;
  }
  return names satisfies OwnNames;
}

const SUFFIX = '_sms_bridge';

/** An account may have a property of another kind under the name: then it is ours with a suffix. */
async function make(client: HubSpotClient, portalId: number, type: string, property: NewProperty): Promise<string> {
  for (const name of [property.name, property.name + SUFFIX]) {
    const wanted = { ...property, name };
    const isNew = await unlessThere(() => client.createProperty(portalId, type, PROPERTY_GROUP.name, wanted));
    if (isNew || fits(await client.property(portalId, type, name), wanted)) return name;
  }
  throw errorOfOurs('conflict', `${property.name} and ${property.name}${SUFFIX} are properties of another kind`);
}

/** Whether it takes what we write. HubSpot knows a checkbox as an enumeration of two, or as a type of its own. */
function fits(there: KnownProperty | null, { type, fieldType, options = [], isUnique = false }: NewProperty): boolean {
  if (!there || (isUnique && !there.isUnique)) return false;
  if (fieldType === 'booleancheckbox' && there.type === 'bool') return true;
  return there.type === type && options.every((option) => there.options.includes(option));
}

/** False: there was one. */
async function unlessThere(make: () => Promise<void>): Promise<boolean> {
  try {
    await make();
    return true;
  } catch (error) {
    if (!(error instanceof HubSpotError) || error.kind !== 'conflict') throw error;
    return false;
  }
}

function noneIfRefused(error: unknown): OwnNames {
  const isRefused = error instanceof HubSpotError && ['conflict', 'scope', 'validation'].includes(error.kind);
  if (!isRefused) throw error;
  return {};
}
