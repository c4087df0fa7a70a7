import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../../server/clock.ts';
import { notFound } from './answer.ts';
import { openChannels } from './channels.ts';
import { createExchange, type Exchange, type Noted } from './exchange.ts';
import { createFaults } from './faults.ts';
import { createLimits } from './limits.ts';
import { openOAuth } from './oauth.ts';
import { openPortal, type Portal } from './portal.ts';
import { createRouter } from './router.ts';
import { isWanted } from './subscriptions.ts';
import { openUsers } from './users.ts';
import { openCaller, openDeliveries } from './webhooks.ts';
import { openWorkflows } from './workflows.ts';

export type { Change } from './changes.ts';
export type { Exchange, Noted } from './exchange.ts';
export { type Fault, FAULTS } from './faults.ts';
export type { Portal } from './portal.ts';
export type { Stored } from './records.ts';

export interface FakeHubSpotOptions {
  readonly clock: Clock;
  /** Calls of one account in ten seconds, 110 when left out. */
  readonly burstMax?: number;
  /** Searches of one account in a second, 5 when left out. */
  readonly searchMax?: number;
  /** Calls of one account in a day, 1,000,000 when left out. */
  readonly dailyMax?: number;
  readonly searchLagMs?: number;
  /** How long access tokens live, 1,800 s when left out. */
  readonly tokenSeconds?: number;
  /** Hears of everything that was asked and answered, before the answer is sent. */
  readonly onExchange?: (exchange: Exchange) => void;
}

export interface PortalSettings {
  /** What the tier of the account allows; everything when left out. */
  readonly scopes?: readonly string[];
  readonly searchLagMs?: number;
}

export type FakeHubSpot = Awaited<ReturnType<typeof startFakeHubSpot>>;

/**
 * HubSpot on this machine: strict about versions, tokens, scopes, limits and what records need, and as unpleasant as the
 * real one: webhooks come twice and in another order, search lags behind, answers get lost. Its time is that of `clock`.
 */
export async function startFakeHubSpot(options: FakeHubSpotOptions) {
  const { clock, burstMax = 110, searchMax = 5, dailyMax = 1_000_000, searchLagMs, tokenSeconds, onExchange } = options;
  const secret = () => randomBytes(18).toString('hex');
  const app = { id: 4_711, clientId: 'fake-client-id', clientSecret: secret(), developerKey: secret() };
  const portals = new Map<number, Portal>();
  const portal = (id: number): Portal => {
    const found = portals.get(id);
    if (!found) throw notFound(`There is no account ${id}`);
    return found;
  };
  let lastId = 100_000;
  const nextId = () => String((lastId += 1));
  const requests: Noted[] = [];
  const faults = createFaults();
  const limits = createLimits({ clock, burstMax, searchMax, dailyMax });
  const caller = openCaller({ clock, clientSecret: app.clientSecret, appId: app.id });
  const deliveries = openDeliveries({ caller, path: '/connectors/hubspot/webhooks/crm', isWanted });
  const oauth = openOAuth({ clock, clientId: app.clientId, clientSecret: app.clientSecret, portal, tokenSeconds });
  const channels = openChannels({ clock, app, portal, nextId, caller });
  const workflows = openWorkflows(caller);
  const users = openUsers(caller, app.id);
  const route = createRouter({ clock, portals, portal, oauth, limits, channels, workflows });
  const listening = await listen(
    createExchange({ clock, requests, faults, limits, route, scopesOf: oauth.scopesOf, onExchange }),
  );

  return {
    ...listening,
    app,
    /** Of a server that takes this for HubSpot. */
    settings: {
      HUBSPOT_CLIENT_ID: app.clientId,
      HUBSPOT_CLIENT_SECRET: app.clientSecret,
      HUBSPOT_API_URL: listening.url,
      HUBSPOT_APP_URL: listening.url,
    },
    portals,
    portal,
    oauth,
    faults,
    requests,
    deliveries,
    /** Inboxes and the channel of the app. */
    channels,
    completions: workflows.completions,
    runAction: workflows.runAction,
    waitFor: workflows.wait,
    isWaiting: workflows.isWaiting,
    install: users.install,
    cardFetch: users.cardFetch,
    call: caller.call,
    /** Where the app is reached; `publicOrigin`: how HubSpot is told to call it. */
    connect: (origin: string, publicOrigin = origin) => caller.connect(origin, publicOrigin),
    addPortal(id: number, settings: PortalSettings = {}): Portal {
      const lag = settings.searchLagMs ?? searchLagMs;
      const known = { id, clock, scopes: settings.scopes, searchLagMs: lag, nextId };
      const added = openPortal({ ...known, onChange: (change) => deliveries.add(change) });
      portals.set(id, added);
      return added;
    },
  };
}

async function listen(exchange: ReturnType<typeof createExchange>) {
  const server = createServer((request, response) => {
    exchange(request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
