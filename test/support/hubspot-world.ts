import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { registerChannel } from '../../connectors/hubspot/channels/register.ts';
import { type HubSpotOptions, start } from '../../connectors/hubspot/index.ts';
import { hubspotSettings } from '../../connectors/hubspot/settings.ts';
import {
  type FakeHubSpot,
  type Portal,
  startFakeHubSpot,
} from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import type { Connector } from '../../connectors/seam/connector.ts';
import { openPool, type Storage, storageOf } from '../../connectors/seam/storage.ts';
import { SmsClient } from '../../connectors/sdk/index.ts';
import { secretBox } from '../../server/access/secrets.ts';
import { PRESETS } from '../../server/access/scopes.ts';
import { systemClock } from '../../server/clock.ts';
import { readConfig } from '../../server/config.ts';
import { type Server, startServer } from '../../server/main.ts';
import { migratedDatabase } from './database.ts';
import { hubspotJudge } from './hubspot-judge.ts';
import { actsIn, PORTAL, SHOP, type HubSpotActs, type Moving } from './hubspot-acts.ts';
import { serverSettings } from './server-settings.ts';
import { until } from './until.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

const PUBLIC_URL = 'https://sms.example.com';

/** The connector on a stand-in for HubSpot and a clock that is moved, beside a whole server with a simulated carrier. */
export interface HubSpotWorld extends HubSpotActs, AsyncDisposable {
  readonly server: Server;
  readonly sdk: SmsClient;
  readonly hubspot: FakeHubSpot;
  readonly portal: Portal;
  readonly clock: VirtualClock;
  readonly storage: Storage;
  /** What the connector has logged, as one text. */
  readonly logged: () => string;
  connector: Connector;
  /** Another connector on the same database, as a second process has. */
  another(): Promise<Connector>;
  until: Moving;
  /** An administrator installs the app; answers what they see in the end. */
  install(portalId?: number): Promise<{ readonly status: number; readonly text: string }>;
  /** A request of a browser to the connector. */
  visit(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** The same, of a form. */
  submit(path: string, fields: Readonly<Record<string, string>>): Promise<Response>;
  restart(): Promise<void>;
}

type Settings = Readonly<Record<string, string>>;

/** `ofServer`: settings of the server beside it. */
export async function hubspotWorld(settings: Settings = {}, ofServer: Settings = {}): Promise<HubSpotWorld> {
  const connection = await migratedDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'smsbridge-hubspot-'));
  const serverConfig = { ...serverSettings(connection, folder), DEFAULT_SENDER: SHOP, ...ofServer };
  const server = await startServer(readConfig(serverConfig), pino({ level: 'silent' }));
  const sdk = new SmsClient({ baseUrl: server.url, apiKey: server.firstKeys?.test ?? '' });
  await sdk.sandbox.setFaults({ receipt_delay_ms: 20 });
  // The server dates what it tells by the time of day.
  const clock = virtualClock(Date.now());
  const judge = hubspotJudge();
  const hubspot = await startFakeHubSpot({ clock, burstMax: 2_000, onExchange: judge.onExchange });
  const portal = hubspot.addPortal(PORTAL);
  portal.owners.push({ id: '501', email: 'ana@example.com', userId: 77 });

  const pool = openPool(connection, 'hubspot', () => undefined);
  const storage = storageOf(pool);
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const secrets = secretBox([randomBytes(32).toString('base64')]);
  const config = readConfig({
    ...hubspot.settings,
    HUBSPOT_CHANNEL_ID: (await register(hubspot)).id,
    // What it does at the limit is tested without a server.
    HUBSPOT_CALLS_PER_10_SECONDS: '2000',
    ...settings,
  });
  const parsed = hubspotSettings(config, PUBLIC_URL);
  if (!parsed) throw new Error('The connector is not configured.');
  // What the connector may do in the server is all that it may do here; tests may do more.
  const { key: apiKey } = await sdk.keys.create({ name: 'HubSpot', scopes: [...PRESETS.hubspot, 'privacy:manage'] });
  const own = new SmsClient({ baseUrl: server.url, apiKey });
  const options: HubSpotOptions = { sdk: own, pool, settings: parsed, clock, log, secrets };
  const http = createServer((request, response) => world.connector.handler(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  hubspot.connect(origin, PUBLIC_URL);

  const others: Connector[] = [];
  const stop = async (connector: Connector) => {
    let isStopped = false;
    const stopping = connector.stop().then(() => (isStopped = true));
    // What waits for its turn at HubSpot waits by the clock.
    await moving(() => isStopped, 200);
    await stopping;
  };
  const moving = <Found>(found: () => Promise<Found> | Found, stepMs = 25) =>
    until(async () => {
      await clock.advance(stepMs);
      return found();
    });
  const visit = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(origin + path, { headers, redirect: 'manual' });
  const world: HubSpotWorld = {
    server,
    sdk,
    hubspot,
    portal,
    clock,
    storage,
    logged: () => lines.join(''),
    connector: await start(options),
    async another() {
      const connector = await start(options);
      others.push(connector);
      return connector;
    },
    until: moving,
    ...actsIn({ sdk, hubspot, portal, clock, storage, until: moving }),
    visit,
    submit: (path, fields) =>
      fetch(origin + path, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' }),
    install: (portalId = PORTAL) => hubspot.install(portalId),
    async restart() {
      await stop(world.connector);
      world.connector = await start(options);
    },
    async [Symbol.asyncDispose]() {
      for (const connector of [world.connector, ...others]) await stop(connector);
      await hubspot.stop();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await pool.end();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
      judge.finish();
    },
  };
  // Hears what happens from now on.
  await moving(async () => (await storage.query('select 1 from cursors')).length > 0);
  return world;
}

/** What `npm run hubspot:channel` does. */
export function register(hubspot: FakeHubSpot) {
  const { id, developerKey } = hubspot.app;
  const known = { developerKey, appId: String(id), publicUrl: PUBLIC_URL };
  return registerChannel({ apiUrl: hubspot.url, clock: systemClock, version: '2026-09', ...known });
}

/** An account that is connected and prepared. */
export async function connectedWorld(settings: Settings = {}, serverSettings: Settings = {}): Promise<HubSpotWorld> {
  const world = await hubspotWorld(settings, serverSettings);
  await world.install();
  await world.settled();
  world.hubspot.deliveries.waiting.length = 0;
  world.hubspot.requests.length = 0;
  return world;
}
