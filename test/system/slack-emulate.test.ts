import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connector } from '../../connectors/seam/connector.ts';
import { openPool, type Storage, storageOf } from '../../connectors/seam/storage.ts';
import { SmsClient } from '../../connectors/sdk/index.ts';
import { createSlackClient } from '../../connectors/slack/egress/client.ts';
import { findPosted } from '../../connectors/slack/egress/find-posted.ts';
import { start } from '../../connectors/slack/index.ts';
import { slackSettings } from '../../connectors/slack/settings.ts';
import { systemClock } from '../../server/clock.ts';
import { readConfig } from '../../server/config.ts';
import { startServer } from '../../server/main.ts';
import { migratedDatabase } from '../support/database.ts';
import { type Caller, emulatedSlack, type EmulatedSlack } from '../support/emulated-slack.ts';
import { serverSettings } from '../support/server-settings.ts';
import { until } from '../support/until.ts';

const SHOP = '+15005550100';
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

let slack: EmulatedSlack;
let sdk: SmsClient;
let storage: Storage;
let connector: Connector;
let open: () => Promise<Connector>;
const running = new AsyncDisposableStack();

beforeAll(async () => {
  slack = running.use(await emulatedSlack());
  const connection = await migratedDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'smsbridge-slack-'));
  running.defer(() => rm(folder, { recursive: true, force: true }));
  const server = await startServer(readConfig(serverSettings(connection, folder)), pino({ level: 'silent' }));
  running.defer(() => server.stop());
  sdk = new SmsClient({ baseUrl: server.url, apiKey: server.firstKeys?.test ?? '' });
  const pool = openPool(connection, 'slack', () => undefined);
  running.defer(() => pool.end());
  storage = storageOf(pool);
  const settings = slackSettings(
    readConfig({
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_CHANNEL: slack.channels.support,
      SLACK_API_URL: slack.apiUrl,
      SLACK_ROUTING: JSON.stringify({ rules: [{ keyword: 'buy', channel: slack.channels.sales }] }),
      SLACK_OPTIONS: JSON.stringify({ undo_seconds: 1, quiet_from_hour: 0, quiet_to_hour: 0 }),
    }),
  );
  if (!settings) throw new Error('The connector is not configured.');
  open = () => start({ sdk, pool, settings, clock: systemClock, log });
  connector = await open();
  running.defer(() => connector.stop());
  const http = createServer((request, response) => connector.handler(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  running.defer(() => {
    http.closeAllConnections();
    http.close();
  });
  slack.subscribe(`http://127.0.0.1:${(http.address() as AddressInfo).port}/connectors/slack/events`);
  await until(() => connector.health().state === 'up');
});
afterAll(() => running.disposeAsync());

let count = 0;
const newContact = () => `+1415555${String(600 + ++count).padStart(4, '0')}`;
const texts = (from: string, body: string) =>
  until(async () => (await sdk.sandbox.answer({ from, to: SHOP, body })).delivered);
const phone = async (number: string) =>
  (await sdk.sandbox.messages(number)).filter(({ direction }) => direction === 'to_phone').map(({ body }) => body);
const arrives = async (contact: string, ...bodies: string[]) => {
  await until(async () => (await phone(contact)).length >= bodies.length);
  expect(await phone(contact)).toEqual(bodies);
};
const roots = async (channel: string) => (await slack.call('bot', 'conversations.history', { channel })).messages ?? [];
const below = async (channel: string, ts: string) =>
  ((await slack.call('bot', 'conversations.replies', { channel, ts })).messages ?? []).filter((one) => one.ts !== ts);
const write = async (as: Caller, text: string, thread_ts: string, channel = slack.channels.support) => {
  const { ts, error } = await slack.call(as, 'chat.postMessage', { channel, text, thread_ts });
  if (ts === undefined) throw new Error(error);
  return ts;
};
const stateOf = (ts: string, state: string) =>
  until(
    async () => (await storage.query('select 1 from replies where ts = $1 and state = $2', [ts, state])).length > 0,
  );
const hasReaction = (root: string, ts: string, name: string, channel = slack.channels.support) =>
  until(async () =>
    (await below(channel, root)).find((one) => one.ts === ts)?.reactions?.some((reaction) => reaction.name === name),
  );

async function conversation(body = 'Hello', channel = slack.channels.support) {
  const contact = newContact();
  await texts(contact, body);
  const root = await until(async () => (await roots(channel)).find(({ text }) => text.includes(contact)));
  return { contact, root: root.ts };
}

describe('on a Slack that other people wrote', () => {
  test('a text becomes a card, an answer a text, and the tick comes with the receipt', async () => {
    const { contact, root } = await conversation('Where is my <order> & co?');
    const ts = await write('ana', 'It is on its way &amp; warm.', root);
    await arrives(contact, 'It is on its way & warm.');
    await hasReaction(root, ts, 'white_check_mark');
    await texts(contact, 'Thank you! <!channel>');
    await until(async () =>
      (await below(slack.channels.support, root)).some(({ text }) => text === 'Thank you! &lt;!channel&gt;'),
    );
    await until(async () =>
      (await roots(slack.channels.support)).some((one) => JSON.stringify(one).includes('delivered')),
    );
    // What the app writes comes back to it, there without any mark of an app.
    const kept = await storage.query<{ ts: string }>('select ts from replies order by ts');
    expect(kept.map((row) => row.ts)).toEqual([ts]);
  });

  test('notes stay inside, the deleted is not sent, the edited is sent as it is then, and who is second is asked', async () => {
    const { contact, root } = await conversation();
    const note = await write('ana', '// she is angry', root);
    const gone = await write('ana', 'Wrong!', root);
    await stateOf(gone, 'pending');
    await slack.call('ana', 'chat.delete', { channel: slack.channels.support, ts: gone });
    const changed = await write('ana', 'Your ordr.', root);
    await slack.call('ana', 'chat.update', { channel: slack.channels.support, ts: changed, text: 'Your order.' });
    await stateOf(gone, 'canceled');
    await stateOf(note, 'internal');
    await hasReaction(root, note, 'lock');
    await arrives(contact, 'Your order.');
    const second = await write('ben', 'And mine.', root);
    await stateOf(second, 'held');
    expect(await phone(contact)).toEqual(['Your order.']);
  });

  test('nothing is sent after an opt-out', async () => {
    const { contact, root } = await conversation();
    await texts(contact, 'STOP');
    await until(async () =>
      (await roots(slack.channels.support)).some((one) => JSON.stringify(one).includes('Opted out')),
    );
    const ts = await write('ana', 'Are you sure?', root);
    await stateOf(ts, 'refused');
    await hasReaction(root, ts, 'no_entry');
    expect((await phone(contact)).filter((body) => body.includes('sure'))).toEqual([]);
  });

  test('texts come in order, about one a second, and each can be found by its key', async () => {
    const { contact, root } = await conversation();
    const bodies = ['one', 'two', 'three'];
    for (const body of bodies) await texts(contact, body);
    await until(async () => (await below(slack.channels.support, root)).length === bodies.length);
    const shown = await below(slack.channels.support, root);
    expect(shown.map(({ text }) => text)).toEqual(bodies);
    const { bulk } = createSlackClient(slack.botToken, slack.apiUrl);
    const keyed = shown as readonly { ts: string; blocks?: readonly { block_id?: string }[] }[];
    for (const { ts, blocks } of keyed) {
      const key = blocks?.[0]?.block_id ?? 'none';
      const place = { channel: slack.channels.support, rootTs: root, key, text: null };
      const people = { self: () => Promise.reject(new Error('The words are not needed.')) };
      expect(await findPosted({ call: bulk, storage, people }, { ...place, since: new Date() })).toEqual({
        type: 'found',
        ts,
      });
    }
  });

  test('what was written while nobody listened is found after the next start', async () => {
    const { contact, root } = await conversation();
    await connector.stop();
    const missed = await write('ana', 'Nobody heard this.', root);
    connector = await open();
    await stateOf(missed, 'sent');
    await arrives(contact, 'Nobody heard this.');
  });

  test('a conversation whose channel is archived goes on in that for everything', async () => {
    const { contact } = await conversation('I want to buy it', slack.channels.sales);
    await slack.call('ana', 'conversations.archive', { channel: slack.channels.sales });
    await texts(contact, 'Is anybody there?');
    const moved = await until(async () =>
      (await roots(slack.channels.support)).find(({ text }) => text.includes(contact)),
    );
    // Whoever answers before they can have read that is asked.
    await until(
      async () => (await storage.query('select 1 from posts where is_text and ts > $1', [moved.ts])).length > 0,
    );
    await write('ana', 'Here we are.', moved.ts);
    await arrives(contact, 'Here we are.');
  });
});
