import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { portalOfId } from '../../connectors/hubspot/store/portals.ts';
import { PORTAL, SHOP } from '../support/hubspot-acts.ts';
import { inboxWorld } from '../support/hubspot-inbox.ts';
import { register } from '../support/hubspot-world.ts';

const inbox = await inboxWorld();
const { world, channels, person, choose, ours, account, textsWith, conversation, deliver } = inbox;
afterAll(() => world[Symbol.asyncDispose]());
const { hubspot, storage, ask, ticketsOf } = world;
const noticeOf = async () => (await portalOfId(storage, PORTAL))?.notice ?? '';

describe('the numbers of an account', () => {
  test('are shown with what becomes of their replies, and one is connected to an inbox once, however often it is tried', async () => {
    expect(await ask('GET', 'settings/numbers')).toMatchObject({
      status: 200,
      json: {
        unavailable: null,
        inboxes: [
          { value: '9001', label: 'Sales inbox' },
          { value: '9002', label: 'Help desk' },
        ],
        numbers: [{ number: SHOP, mode: 'ticket', inboxId: null }],
      },
    });
    expect(await choose('channel')).toMatchObject({ status: 400, json: { error: { code: 'INVALID_REQUEST' } } });
    expect(await choose('channel', '9999')).toMatchObject({ status: 400 });
    hubspot.faults.add(/^POST .*\/channel-accounts$/, { type: 'reset_after' });
    expect(await choose('channel', '9002')).toMatchObject({ status: 502 });
    // HubSpot asks once more, while the first is still under way.
    const [, answered] = await Promise.all([choose('channel', '9002'), choose('channel', '9002')]);
    expect(answered).toMatchObject({
      status: 200,
      json: { numbers: [{ number: SHOP, mode: 'channel', inboxId: '9002', isTurnedOff: false }] },
    });
    expect(channels.accounts.size).toBe(1);
    expect(await deliver({ copies: 2 })).toEqual([200, 200]);
    expect(await ours()).toMatchObject({ mode: 'channel', accountId: account().id, isAuthorized: true });
    expect(await choose('channel', '9001')).toMatchObject({ status: 400, json: { error: { code: 'OTHER_INBOX' } } });
  });

  test('cannot be connected by an account that lacks the scopes: its page says which, and offers tickets', async () => {
    const scopes = ['oauth', 'crm.objects.contacts.read', 'crm.objects.contacts.write', 'crm.schemas.contacts.read'];
    const rest = ['crm.schemas.contacts.write', 'crm.objects.companies.read', 'crm.objects.deals.read'];
    hubspot.addPortal(2_002, { scopes: [...scopes, ...rest, 'crm.objects.owners.read', 'tickets', 'automation'] });
    expect((await world.install(2_002)).status).toBe(200);
    const asked = (method: string, body?: object) => ask(method, 'settings/numbers', body, 2_002);
    expect((await asked('GET')).json).toMatchObject({
      unavailable: expect.stringContaining('conversations.custom_channels.write'),
      inboxes: [],
    });
    expect((await asked('PUT', { number: SHOP, mode: 'channel', inboxId: '9001' })).status).toBe(400);
    expect((await asked('PUT', { number: SHOP, mode: 'off', inboxId: null })).status).toBe(200);
    await storage.query(`update portals set state = 'uninstalled' where portal_id = 2002`);
  });

  test('the channel is registered once, with what a text can do', async () => {
    const { id, isNew } = await register(hubspot);
    expect(isNew).toBe(false);
    expect(channels.channels.size).toBe(1);
    expect(channels.channels.get(id)?.given).toMatchObject({
      webhookUrl: 'https://sms.example.com/connectors/hubspot/webhooks/channel',
      capabilities: { threadingModel: 'DELIVERY_IDENTIFIER', allowMultipleRecipients: false },
    });
  });
});

describe('a reply to a number in an inbox', () => {
  test('R164: is one message of its contact there, with the ticket of the help desk and none of ours', async () => {
    const { number, contact, thread } = await conversation();
    expect(thread).toMatchObject({ contactId: contact.id, number });
    await world.texts(number, 'Hello? 📦');
    await world.until(() => textsWith(number).length === 2);
    await world.settled();
    expect(textsWith(number).map(({ text, direction }) => [direction, text])).toEqual([
      ['INCOMING', 'Where is my order?'],
      ['INCOMING', 'Hello? 📦'],
    ]);
    expect(ticketsOf(contact).map(({ id }) => id)).toEqual([thread.ticketId]);
    await world.clock.advance(60_000);
    await world.settled();
    const rows = 'select thread_id, ticket_id from channel_threads where contact_number = $1';
    expect(await storage.query(rows, [number])).toEqual([{ thread_id: thread.id, ticket_id: thread.ticketId }]);
  });

  test('R164: is one message, although HubSpot takes it and never answers, and although the process dies then', async () => {
    const { number } = await person();
    hubspot.faults.add(/^POST .*\/messages$/, { type: 'reset_after' }, 2);
    await world.texts(number, 'Anybody?');
    await world.until(() => textsWith(number).length === 1);
    await world.restart();
    await world.settled();
    await world.clock.advance(5_000);
    await world.settled();
    expect(textsWith(number)).toHaveLength(1);
    const published = 'select 1 from channel_messages where contact_number = $1 and channel_message_id is not null';
    await world.until(async () => (await storage.query(published, [number])).length === 1);
  });

  test('waits while HubSpot is down, and is there afterwards, in order', async () => {
    const { number } = await conversation();
    const end = hubspot.faults.outage();
    await world.texts(number, 'One');
    await world.until(async () => {
      const waiting = `select 1 from tasks where kind = 'received' and done_at is null and reason is not null`;
      return (await storage.query(waiting)).length > 0;
    });
    for (let hour = 0; hour < 3; hour += 1) {
      await world.settled();
      await world.clock.advance(3_600_000);
    }
    await world.settled();
    end();
    await world.eventually(() => textsWith(number).length === 2);
    await world.texts(number, 'Two');
    await world.until(() => textsWith(number).length === 3);
    expect(textsWith(number).map(({ text }) => text)).toEqual(['Where is my order?', 'One', 'Two']);
  });

  test('of a keyword begins no conversation, and is shown in one that is there', async () => {
    const { number: quiet } = await person();
    const { number } = await conversation();
    for (const one of [quiet, number]) await world.texts(one, 'STOP');
    // And what the server answers to it.
    await world.until(() => textsWith(number).length === 3);
    await world.until(async () => (await world.phone(quiet)).length === 1);
    await world.settled();
    expect(channels.threadsWith(quiet)).toEqual([]);
  });

  test('that HubSpot does not take is a ticket of ours instead', async () => {
    const { number, contact } = await person();
    hubspot.faults.add(/^POST .*\/messages$/, {
      type: 'answer',
      status: 400,
      json: { category: 'VALIDATION_ERROR', message: 'no' },
    });
    await world.texts(number, 'Take this');
    const ticket = await world.until(() => ticketsOf(contact)[0]);
    expect(ticket.properties['subject']).toBe('Text from Kim: Take this');
    expect(await noticeOf()).toContain('did not take a text');
    expect(channels.threadsWith(number)).toEqual([]);
  });
});

describe('a reply that HubSpot never takes into the inbox', () => {
  test('because it knows of a conflict is a ticket of ours', async () => {
    const { number, contact } = await person();
    const conflict = { category: 'CONFLICT', message: 'There is one.' };
    hubspot.faults.add(/^POST .*\/messages$/, { type: 'answer', status: 409, json: conflict });
    await world.texts(number, 'Take that');
    await world.until(() => ticketsOf(contact).length === 1);
    await world.isShown(contact, 'Take that');
  });

  test('because it fails for three days is a ticket of ours', async () => {
    const { number, contact } = await person();
    const down = { type: 'answer' as const, status: 503, raw: '<html>' };
    const end = hubspot.faults.storm(1, /^POST .*\/custom-channels\/.*\/messages$/, [down], () => 0);
    await world.texts(number, 'Down for days');
    await world.isShown(contact, 'Down for days');
    for (let hour = 0; hour < 74; hour += 12) {
      await world.clock.advance(12 * 3_600_000);
      await world.settled();
    }
    await world.until(() => ticketsOf(contact).length === 1);
    end();
    expect(channels.threadsWith(number)).toEqual([]);
  });
});

describe('a number in the inbox settings of HubSpot', () => {
  test('that is turned off there makes tickets, and conversations again when it is turned on', async () => {
    channels.authorize(account(), false);
    await deliver({ copies: 2 });
    expect(await ours()).toMatchObject({ mode: 'channel', isAuthorized: false });
    expect(await noticeOf()).toContain('turned off');
    const { number, contact } = await person();
    await world.texts(number, 'Ticket please');
    await world.until(() => ticketsOf(contact).length === 1);
    expect(channels.threadsWith(number)).toEqual([]);
    channels.authorize(account(), true);
    await deliver();
    expect(await ours()).toMatchObject({ mode: 'channel', isAuthorized: true });
    expect(await noticeOf()).not.toContain('turned off');
    await world.texts(number, 'Inbox please');
    await world.until(() => textsWith(number).length === 1);
  });

  test('that is switched to tickets here is turned off there', async () => {
    expect(await choose('ticket')).toMatchObject({ status: 200 });
    expect(account().authorized).toBe(false);
    await deliver({ isReversed: true });
    expect(await ours()).toMatchObject({ mode: 'ticket' });
    expect(await choose('channel', '9002')).toMatchObject({ status: 200 });
    await deliver({ isReversed: true });
    expect(account().authorized).toBe(true);
    expect(await ours()).toMatchObject({ mode: 'channel', isAuthorized: true });
  });

  test('that is removed there makes tickets, whether HubSpot tells of it or not, and no reply is lost', async () => {
    const { number, contact } = await person();
    channels.purge(account());
    channels.waiting.length = 0;
    await world.texts(number, 'Still there?');
    await world.until(() => ticketsOf(contact).length === 1);
    expect(await ours()).toMatchObject({ mode: 'ticket', accountId: null });
    expect(await noticeOf()).toContain('removed');
    expect(await choose('channel', '9001')).toMatchObject({ status: 200 });
    channels.purge(account());
    await deliver({ copies: 2, isReversed: true });
    expect(await ours()).toMatchObject({ mode: 'ticket', accountId: null });
  });

  test('is connected from there by an administrator, who types it in; a stranger learns and connects nothing', async () => {
    const [channelId = ''] = [...channels.channels.keys()];
    const begun = new URL(channels.begin(PORTAL, channelId, '9001', hubspot.url));
    const asked = await world.visit(begun.pathname + begun.search);
    const html = await asked.text();
    expect(asked.status).toBe(200);
    expect(html).not.toContain(SHOP);
    const answer = (number: string, changes: Record<string, string> = {}) => {
      const fields = { ...Object.fromEntries(begun.searchParams), number, ...changes };
      return world.submit(begun.pathname, fields);
    };
    expect((await answer('+14155559999')).status).toBe(422);
    expect((await answer(SHOP, { accountToken: 'made-up-token' })).status).toBe(422);
    expect((await answer(SHOP, { redirectUrl: 'https://evil.example.com/' })).status).toBe(400);
    const done = await answer(`${SHOP.slice(0, 2)} (${SHOP.slice(2, 5)}) ${SHOP.slice(5)}`);
    expect([done.status, done.headers.get('location')]).toEqual([302, begun.searchParams.get('redirectUrl')]);
    await deliver();
    expect(await ours()).toMatchObject({ mode: 'channel', inboxId: '9001', accountId: account().id });
    const { number } = await conversation();
    expect(textsWith(number)).toHaveLength(1);
  });
});

describe('npm run hubspot:channel', () => {
  const run = async (changes: Readonly<Record<string, string>>) => {
    const main = join(import.meta.dirname, '../../connectors/hubspot/channels/main.ts');
    const known = { HUBSPOT_API_URL: hubspot.url, HUBSPOT_APP_ID: String(hubspot.app.id) };
    const key = { HUBSPOT_DEVELOPER_KEY: hubspot.app.developerKey, PUBLIC_URL: 'https://sms.example.com' };
    const child = spawn(process.execPath, [main], { env: { ...known, ...key, ...changes } });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output };
  };

  test('prints the setting of the server, the same at every run, and another one for another address', async () => {
    const [id = ''] = [...channels.channels.keys()];
    const again = await run({ HUBSPOT_CHANNELS_VERSION: '2026-03' });
    expect(again).toMatchObject({ code: 0, output: expect.stringContaining(`HUBSPOT_CHANNEL_ID=${id}\n`) });
    const other = await run({ PUBLIC_URL: 'https://other.example.com/' });
    expect(other).toMatchObject({ code: 0, output: expect.stringContaining('is registered') });
    const [, added] = [...channels.channels.values()];
    expect(added?.given['webhookUrl']).toBe('https://other.example.com/connectors/hubspot/webhooks/channel');
  });

  test('says what is missing or refused, and never the key', async () => {
    expect(await run({ HUBSPOT_APP_ID: '' })).toMatchObject({ code: 1, output: expect.stringContaining('are needed') });
    const refused = await run({ HUBSPOT_DEVELOPER_KEY: 'a-key-of-somebody-else' });
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('of the same account?') });
    expect(refused.output).not.toContain('a-key-of-somebody-else');
  });
});

test('nothing that was written, no number and no key is in the log of all this', () => {
  const logged = world.logged();
  for (const secret of ['Where is my order?', 'It leaves today.', '+1415555', SHOP, hubspot.app.developerKey])
    expect(logged).not.toContain(secret);
});
