import type { Connector, ConnectorOptions } from '../seam/connector.ts';
import { followEvents } from '../seam/follow.ts';
import { takeTheLead } from '../seam/lead.ts';
import { migrate, storageOf } from '../seam/storage.ts';
import { type Runner, runTasks } from '../seam/tasks.ts';
import { createSendAction } from './actions/send-sms.ts';
import { createSenderOptions } from './actions/senders.ts';
import { createClient } from './api/client.ts';
import { createPlainClient } from './api/plain.ts';
import { createTransport } from './api/transport.ts';
import { disconnectRoute } from './auth/disconnect.ts';
import { createInstall } from './auth/install.ts';
import { createTokens, type Sealing } from './auth/tokens.ts';
import { cardRoutes } from './cards/routes.ts';
import { eraseEverywhere } from './people/erase.ts';
import { createIngest } from './events/ingest.ts';
import { EVENT_TYPES, isWanted, takeEvents } from './events/texts.ts';
import { json } from './http/reply.ts';
import { createHandler, type Route } from './http/routes.ts';
import type { HubSpotSettings } from './settings.ts';
import { settingsRoutes } from './settings-page/routes.ts';
import { MIGRATIONS } from './store/tables.ts';
import { createWork, FAIR } from './work.ts';

export interface HubSpotOptions extends ConnectorOptions<HubSpotSettings> {
  /** Seals the tokens of accounts under a sub-key of the server's SECRET_KEY. */
  readonly secrets: Sealing;
}

/** The HubSpot connector: records of HubSpot send texts, and what comes back is in HubSpot again. */
export async function start(options: HubSpotOptions): Promise<Connector> {
  const { sdk, pool, settings, clock, log, secrets } = options;
  await migrate(pool, 'hubspot', MIGRATIONS);
  const storage = storageOf(pool);
  const { apiUrl, callsPer10Seconds, clientId, publicUrl } = settings;
  const transport = createTransport({ apiUrl, callsPer10Seconds, clock, tokens: () => tokens });
  const plain = createPlainClient({ transport, clientId, clientSecret: settings.clientSecrets[0] ?? '' });
  const tokens = createTokens({ storage, secrets, plain: () => plain, clock, log });
  await tokens.checkKeys();
  const client = createClient(transport);

  let runner: Runner | null = null;
  const onTask = () => runner?.poke();
  const doTask = createWork({ storage, client, plain, sdk, clock, log });
  let isConnected = () => false;
  const lead = takeTheLead({
    pool,
    name: 'hubspot',
    clock,
    log,
    begin() {
      const tasks = runTasks({ storage, clock, log, doTask, fair: FAIR });
      runner = tasks;
      const follower = followEvents({
        sdk,
        storage,
        name: 'hubspot',
        types: EVENT_TYPES,
        clock,
        log,
        isWanted,
        take: takeEvents(clock),
        onTaken: onTask,
      });
      isConnected = follower.isConnected;
      return Promise.resolve(async () => {
        runner = null;
        isConnected = () => false;
        await Promise.all([follower.stop(), tasks.stop()]);
      });
    },
  });

  const health: Connector['health'] = () => {
    if (!lead.isLeading()) return { state: 'standby', detail: 'Another process does the work.' };
    return isConnected()
      ? { state: 'up', detail: null }
      : { state: 'degraded', detail: 'The events of the server cannot be followed now.' };
  };

  const install = createInstall({ settings, storage, plain, tokens, clock, log, onTask });
  const ingest = createIngest({ storage, clock, onTask });
  const sendAction = createSendAction({ storage, client, sdk, clock, onTask });
  const senderOptions = createSenderOptions(sdk);
  const routes: readonly Route[] = [
    { method: 'GET', path: 'health', signature: 'none', handle: () => Promise.resolve(json(health())) },
    { method: 'GET', path: 'install', signature: 'none', handle: () => install.begin() },
    {
      method: 'GET',
      path: 'oauth/callback',
      signature: 'none',
      handle: ({ query, cookies }) => install.finish(query, cookies),
    },
    { method: 'POST', path: 'webhooks/crm', signature: 'v3', handle: ({ body }) => ingest(body) },
    { method: 'POST', path: 'actions/send-sms', signature: 'v2', handle: ({ body }) => sendAction(body) },
    { method: 'POST', path: 'actions/options/senders', signature: 'v2', handle: senderOptions },
    disconnectRoute({ storage, plain, sdk, clock }),
    ...cardRoutes({ storage, client, sdk, clock }),
    ...settingsRoutes({ storage, client, plain, sdk, clock, log }),
  ];
  return {
    handler: createHandler({ secrets: settings.clientSecrets, publicUrl, clock, log, routes }),
    health,
    erase: (number) => eraseEverywhere({ storage, clock, onTask }, number),
    stop: () => lead.stop(),
  };
}
