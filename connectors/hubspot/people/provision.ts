import type { HubSpotClient, NewProperty } from '../api/client.ts';
import { HubSpotError } from '../api/errors.ts';
import type { PlainClient } from '../api/plain.ts';
import type { Storage } from '../../seam/storage.ts';
import { setPortalPlace } from '../store/portals.ts';
import { CONTACT_PROPERTIES, PROPERTY_GROUP, TICKET_PROPERTIES } from './properties.ts';

export interface ProvisionOptions {
  readonly storage: Storage;
  readonly client: HubSpotClient;
  readonly plain: PlainClient;
}

/** Prepares an account. Each step may have been done before: it can be broken off and begun again anywhere. */
export async function provision({ storage, client, plain }: ProvisionOptions, portalId: number): Promise<void> {
  await setPortalPlace(storage, portalId, await plain.account(portalId));
  const kinds: readonly (readonly [string, readonly NewProperty[]])[] = [
    ['contacts', CONTACT_PROPERTIES],
    ['tickets', TICKET_PROPERTIES],
  ];
  for (const [type, properties] of kinds) {
    await unlessThere(() => client.createGroup(portalId, type, PROPERTY_GROUP.name, PROPERTY_GROUP.label));
    for (const property of properties)
      await unlessThere(() => client.createProperty(portalId, type, PROPERTY_GROUP.name, property));
  }
}

async function unlessThere(make: () => Promise<void>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (!(error instanceof HubSpotError) || error.kind !== 'conflict') throw error;
  }
}
