import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { expect } from 'vitest';
import type { Connector } from '../../connectors/seam/connector.ts';
import { openPool, type Storage, storageOf } from '../../connectors/seam/storage.ts';
import { SmsClient } from '../../connectors/sdk/index.ts';
import { start } from '../../connectors/slack/index.ts';
import { slackSettings } from '../../connectors/slack/settings.ts';
import { BOT, type FakeSlack, startFakeSlack } from '../../connectors/slack/testing/fake-slack/index.ts';
import type { Message } from '../../connectors/slack/testing/fake-slack/workspace.ts';
import { secretBox } from '../../server/access/secrets.ts';
import { readConfig } from '../../server/config.ts';
import { type Server, startServer } from '../../server/main.ts';
import { migratedDatabase } from './database.ts';
import { serverSettings } from './server-settings.ts';
import { until } from './until.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

export const SUPPORT = 'C0000SUPPORT';
export const SALES = 'C00000SALES0';
export const ANA = 'U0000000ANA';
export const BEN = 'U0000000BEN';
/** Ours. */
export const SHOP = '+15005550100';

/** The connector on a stand-in for Slack and a clock that is moved, beside a whole server with a simulated carrier. */
export interface SlackWorld extends AsyncDisposable {
  readonly server: Server;
  readonly sdk: SmsClient;
  /** The client of the connector. */
  readonly own: SmsClient;
  readonly slack: FakeSlack;
  readonly clock: VirtualClock;
  readonly storage: Storage;
  /** Where Slack would tell it of events. */
  readonly appUrl: string;
  connector: Connector;
  /** Asks again, and moves the clock in between. */
  until<Found>(found: () => Promise<Found> | Found, stepMs?: number): Promise<Exclude<Found, false | null | undefined>>;
  /** A contact writes; answers their root once it is posted. */
  texts(from: string, body: string): Promise<void>;
  root(from: string, channel?: string): Promise<Message>;
  /** What is written below a root, without the root. */
  below(root: string, channel?: string): Message[];
  /** What came to the phone of a contact. */
  phone(number: string): Promise<string[]>;
  /** Waits until so many have come, and fails unless they are these. */
  arrives(number: string, ...bodies: readonly string[]): Promise<void>;
  reply(channel: string, ts: string): Promise<{ readonly state: string; readonly reason: string | null } | null>;
  /** Stops the connector and starts it again, as after the end of its process. */
  restart(settings?: Readonly<Record<string, string>>): Promise<void>;
}

const AWAKE = { quiet_from_hour: 0, quiet_to_hour: 0 };

export async function slackWorld(
  options: object = {},
  settings: Readonly<Record<string, string>> = {},
): Promise<SlackWorld> {
  const connection = await migratedDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'smsbridge-slack-'));
  const server = await startServer(readConfig(serverSettings(connection, folder)), pino({ level: 'silent' }));
  const sdk = new SmsClient({ baseUrl: server.url, apiKey: server.firstKeys?.test ?? '' });
  // What the connector may do in the server is all that it may do here; tests may do more.
  const { key: apiKey } = await sdk.keys.create({ name: 'Slack', preset: 'slack' });
  const own = new SmsClient({ baseUrl: server.url, apiKey });
  // The server dates what it tells by the time of day.
  const clock = virtualClock(Date.now());
  const slack = await startFakeSlack({ clock });
  for (const id of [ANA, BEN]) slack.workspace.addUser(id);
  for (const id of [SUPPORT, SALES]) slack.workspace.addChannel(id, { members: [ANA, BEN, BOT.userId] });

  const pool = openPool(connection, 'slack', () => undefined);
  const storage = storageOf(pool);
  const secrets = secretBox([randomBytes(32).toString('base64')]);
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const open = (changes: Readonly<Record<string, string>> = {}) => {
    const config = readConfig({
      ...('SLACK_APP_TOKEN' in changes ? {} : { SLACK_SIGNING_SECRET: slack.signingSecret }),
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_CHANNEL: SUPPORT,
      SLACK_API_URL: slack.apiUrl,
      SLACK_OPTIONS: JSON.stringify({ ...AWAKE, ...options }),
      ...settings,
      ...changes,
    });
    const parsed = slackSettings(config, new URL(appUrl).origin);
    if (!parsed) throw new Error('The connector is not configured.');
    return start({ sdk: own, pool, settings: parsed, clock, log, secrets });
  };
  const http = createServer((request, response) => world.connector.handler(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const appUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}/connectors/slack/events`;
  slack.connect(appUrl);

  const moving = <Found>(found: () => Promise<Found> | Found, stepMs = 100) =>
    until(async () => {
      await clock.advance(stepMs);
      return found();
    });
  const messages = (channel: string) => [...(slack.workspace.channels.get(channel)?.messages.values() ?? [])];
  const world: SlackWorld = {
    server,
    sdk,
    own,
    slack,
    clock,
    storage,
    appUrl,
    connector: await open(),
    until: moving,
    async texts(from, body) {
      await until(async () => (await sdk.sandbox.answer({ from, to: SHOP, body })).delivered);
    },
    root: (from, channel = SUPPORT) =>
      moving(async () => {
        const [thread] = await storage.query<{ root_ts: string | null }>(
          `select root_ts from threads where contact_number = $1 and channel = $2 order by created_at desc limit 1`,
          [from, channel],
        );
        return messages(channel).find(({ ts }) => ts === thread?.root_ts);
      }),
    below: (root, channel = SUPPORT) =>
      messages(channel).filter(({ ts, thread_ts }) => thread_ts === root && ts !== root),
    async phone(number) {
      const texts = await sdk.sandbox.messages(number);
      return texts.filter(({ direction }) => direction === 'to_phone').map(({ body }) => body);
    },
    async arrives(number, ...bodies) {
      await moving(async () => (await world.phone(number)).length >= bodies.length);
      expect(await world.phone(number)).toEqual(bodies);
    },
    async reply(channel, ts) {
      const [row] = await storage.query<{ state: string; reason: string | null }>(
        'select state, reason from replies where channel = $1 and ts = $2',
        [channel, ts],
      );
      return row ?? null;
    },
    async restart(changes) {
      await world.connector.stop();
      world.connector = await open(changes);
    },
    async [Symbol.asyncDispose]() {
      const stopping = world.connector.stop();
      await clock.advance(5_000);
      await stopping;
      await slack.stop();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await pool.end();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  // Hears what happens from now on.
  await moving(async () => (await storage.query('select 1 from cursors')).length > 0);
  return world;
}
