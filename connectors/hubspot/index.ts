import type { Connector, ConnectorOptions, Sealing } from '../seam/connector.ts';
import { followEvents } from '../seam/follow.ts';
import { takeTheLead } from '../seam/lead.ts';
import { migrate, storageOf } from '../seam/storage.ts';
import { type Runner, runTasks } from '../seam/tasks.ts';
import { createSendAction } from './actions/send-sms.ts';
import { createSenderOptions } from './actions/senders.ts';
import { createChannelsClient } from './api/channels.ts';
import { createClient } from './api/client.ts';
import { createPlainClient } from './api/plain.ts';
import { createTransport } from './api/transport.ts';
import { disconnectRoute } from './auth/disconnect.ts';
import { createInstall } from './auth/install.ts';
import { createTokens } from './auth/tokens.ts';
import { cardRoutes } from './cards/routes.ts';
import { eraseEverywhere } from './people/erase.ts';
import { createHear } from './channels/hear.ts';
import { type KnownNumbers, knownNumbers } from './channels/known-numbers.ts';
import { createRedirect } from './channels/redirect.ts';
import { createIngest } from './events/ingest.ts';
import { EVENT_TYPES, isWanted, takeEvents } from './events/texts.ts';
import { json } from './http/reply.ts';
import { createHandler, type Route } from './http/routes.ts';
import type { HubSpotSettings } from './settings.ts';
import { numbersRoutes } from './settings-page/numbers.ts';
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
  const { channelId, channelsVersion: version } = settings;
  const channels = channelId === null ? null : createChannelsClient({ transport, version, channelId });

  let runner: Runner | null = null;
  const onTask = () => runner?.poke();
  const doTask = createWork({ storage, client, plain, channels, sdk, clock, log });
  let isConnected = () => false;
  let numbers: KnownNumbers | null = null;
  const lead = takeTheLead({
    pool,
    name: 'hubspot',
    clock,
    log,
    async begin() {
      const inInboxes = channels && (await knownNumbers(storage, clock, log));
      numbers = inInboxes;
      const tasks = runTasks({ storage, clock, log, doTask, fair: FAIR });
      runner = tasks;
      const follower = followEvents({
        sdk,
        storage,
        name: 'hubspot',
        types: EVENT_TYPES,
        clock,
        log,
        isWanted: (event) => isWanted(event) || inInboxes?.has(event.data['from']) === true,
        take: takeEvents(clock),
        onTaken: onTask,
      });
      isConnected = follower.isConnected;
      return async () => {
        runner = null;
        numbers = null;
        inInboxes?.stop();
        isConnected = () => false;
        await Promise.all([follower.stop(), tasks.stop()]);
      };
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
    ...numbersRoutes({ storage, channels, sdk, clock, log, onNumbers: async () => numbers?.refresh() }),
    ...channelRoutes(),
  ];
  function channelRoutes(): readonly Route[] {
    if (!channels || channelId === null) return [];
    const { appId, appUrl } = settings;
    const hear = createHear({ storage, appId, channelId, clock, onTask });
    const redirect = createRedirect({ storage, channels, sdk, clock, log, appUrl });
    const connect = { path: 'channel/connect', signature: 'none' } as const;
    return [
      { method: 'POST', path: 'webhooks/channel', signature: 'v3', handle: ({ body }) => hear(body) },
      { ...connect, method: 'GET', handle: ({ query }) => redirect.ask(query) },
      { ...connect, method: 'POST', handle: ({ body }) => redirect.connect(body) },
    ];
  }

  return {
    handler: createHandler({ secrets: settings.clientSecrets, publicUrl, clock, log, routes }),
    health,
    erase: (number) => eraseEverywhere({ storage, clock, onTask }, number),
    stop: () => lead.stop(),
  };
}
