import type { Clock } from '../../server/clock.ts';
import type { ConnectorHealth, ConnectorLog } from '../seam/connector.ts';
import type { Storage } from '../seam/storage.ts';
import type { SmsClient } from '../sdk/index.ts';
import { createSendAction } from './actions/send-sms.ts';
import { createSenderOptions } from './actions/senders.ts';
import type { Clients } from './api/clients.ts';
import { disconnectRoute } from './auth/disconnect.ts';
import { createInstall } from './auth/install.ts';
import { cardRoutes } from './cards/routes.ts';
import { createHear } from './channels/hear.ts';
import { createRedirect } from './channels/redirect.ts';
import { createIngest } from './events/ingest.ts';
import type { Unreadable } from './events/unreadable.ts';
import { json } from './http/reply.ts';
import type { Route } from './http/routes.ts';
import type { Leader } from './leader.ts';
import type { HubSpotSettings } from './settings.ts';
import { numbersRoutes } from './settings-page/numbers.ts';
import { settingsRoutes } from './settings-page/routes.ts';

export interface AddressesOptions extends Clients {
  readonly settings: HubSpotSettings;
  readonly storage: Storage;
  readonly sdk: SmsClient;
  readonly clock: Clock;
  readonly log: ConnectorLog;
  readonly leader: Leader;
  readonly unreadable: Unreadable;
  readonly health: () => ConnectorHealth;
}

/** Every address of the connector, below /connectors/hubspot/. */
export function routesOf(options: AddressesOptions): readonly Route[] {
  const { leader, health } = options;
  return [
    { method: 'GET', path: 'health', signature: 'none', handle: () => Promise.resolve(json(health())) },
    ...installRoutes({ ...options, onTask: leader.onTask }),
    ...calledRoutes({ ...options, onTask: leader.onTask }),
    disconnectRoute(options),
    ...cardRoutes(options),
    ...settingsRoutes(options),
    ...numbersRoutes({ ...options, onNumbers: leader.onNumbers }),
    ...channelRoutes(options),
  ];
}

type Telling = AddressesOptions & { readonly onTask: () => void };

function installRoutes(options: Telling): readonly Route[] {
  const install = createInstall(options);
  return [
    { method: 'GET', path: 'install', signature: 'none', handle: () => install.begin() },
    {
      method: 'GET',
      path: 'oauth/callback',
      signature: 'none',
      handle: ({ query, cookies }) => install.finish(query, cookies),
    },
  ];
}

/** What HubSpot calls by itself. */
function calledRoutes(options: Telling): readonly Route[] {
  const ingest = createIngest(options);
  const sendAction = createSendAction(options);
  return [
    { method: 'POST', path: 'webhooks/crm', signature: 'v3', handle: ({ body }) => ingest(body) },
    { method: 'POST', path: 'actions/send-sms', signature: 'v2', handle: ({ body }) => sendAction(body) },
    {
      method: 'POST',
      path: 'actions/options/senders',
      signature: 'v2',
      handle: createSenderOptions(options.sdk),
    },
  ];
}

function channelRoutes({ channels, settings, leader, ...options }: AddressesOptions): readonly Route[] {
  const { appId, appUrl, channelId } = settings;
  if (!channels || channelId === null) return [];
  const hear = createHear({ ...options, appId, channelId, onTask: leader.onTask });
  const redirect = createRedirect({ ...options, channels, appUrl });
  const connect = { path: 'channel/connect', signature: 'none' } as const;
  return [
    { method: 'POST', path: 'webhooks/channel', signature: 'v3', handle: ({ body }) => hear(body) },
    { ...connect, method: 'GET', handle: ({ query }) => redirect.ask(query) },
    { ...connect, method: 'POST', handle: ({ body }) => redirect.connect(body) },
  ];
}
