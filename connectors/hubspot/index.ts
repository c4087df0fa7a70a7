import type { Connector, ConnectorHealth, ConnectorOptions, Sealing } from '../seam/connector.ts';
import { migrate, storageOf } from '../seam/storage.ts';
import { openClients } from './api/clients.ts';
import { countUnreadable, type Unreadable } from './events/unreadable.ts';
import { createHandler } from './http/routes.ts';
import { type Leader, openLeader } from './leader.ts';
import { eraseEverywhere } from './people/erase.ts';
import { routesOf } from './routes.ts';
import type { HubSpotSettings } from './settings.ts';
import { MIGRATIONS } from './store/tables.ts';

export interface HubSpotOptions extends ConnectorOptions<HubSpotSettings> {
  /** Seals the tokens of accounts under a sub-key of the server's SECRET_KEY. */
  readonly secrets: Sealing;
}

/** The HubSpot connector: records of HubSpot send texts, and what comes back is in HubSpot again. */
export async function start({ secrets, pool, ...options }: HubSpotOptions): Promise<Connector> {
  await migrate(pool, 'hubspot', MIGRATIONS);
  const storage = storageOf(pool);
  const clients = openClients({ ...options, storage, secrets });
  await clients.tokens.checkKeys();
  const leader = openLeader({ ...options, ...clients, storage, pool });
  const { settings, clock, log } = options;
  const { clientSecrets, publicUrl } = settings;
  const unreadable = countUnreadable(options);
  const health = () => healthOf(leader, unreadable);
  const routes = routesOf({ ...options, ...clients, storage, leader, unreadable, health });
  return {
    handler: createHandler({ secrets: clientSecrets, publicUrl, clock, log, routes }),
    health,
    erase: (number) => eraseEverywhere({ storage, clock, onTask: leader.onTask }, number),
    stop: leader.stop,
  };
}

function healthOf(leader: Leader, unreadable: Unreadable): ConnectorHealth {
  const { left_out, ...known } = leader.health();
  return { ...known, left_out: { ...left_out, webhooks: unreadable.count() } };
}
