import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sendOfEvent } from '../../connectors/hubspot/actions/send-text.ts';
import { takeForChannels } from '../../connectors/hubspot/channels/follow-texts.ts';
import { numberOf } from '../../connectors/hubspot/store/numbers.ts';
import { portalOfId } from '../../connectors/hubspot/store/portals.ts';
import { PORTAL, SHOP } from '../support/hubspot-acts.ts';
import { connectedWorld, register } from '../support/hubspot-world.ts';

const world = await connectedWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { hubspot, portal, storage, sdk } = world;
const { channels } = hubspot;

let last = 400;
const freshNumber = () => `+14155550${(last += 1)}`;
const { ask, ticketsOf } = world;
const choose = (mode: string, inboxId: string | null = null, number = SHOP) =>
  ask('PUT', 'settings/numbers', { number, mode, inboxId });
const ours = () => numberOf(storage, PORTAL, SHOP);
const account = () => {
  const found = [...channels.accounts.values()].find(
    ({ deliveryIdentifier, archived }) => deliveryIdentifier.value === SHOP && !archived,
  );
  if (!found) throw new Error('The number is not connected.');
  return found;
};
/** A contact whom search finds. */
const person = async (properties: Readonly<Record<string, string>> = {}) => {
  const number = freshNumber();
  const contact = world.contact({ firstname: 'Kim', mobilephone: number, ...properties });
  await world.clock.advance(3_500);
  return { number, contact };
};
const threadOf = (number: string) => world.until(() => channels.threadsWith(number)[0]);
const textsWith = (number: string) => channels.threadsWith(number).flatMap((thread) => channels.textsIn(thread));
/** A contact has written, and it is in the inbox. */
async function conversation(properties: Readonly<Record<string, string>> = {}) {
  const { number, contact } = await person(properties);
  await world.texts(number, 'Where is my order?');
  const thread = await threadOf(number);
  await world.settled();
  return { number, contact, thread };
}
const deliver = async (how: Parameters<typeof channels.deliver>[0] = {}) => {
  const statuses = await channels.deliver(how);
  await world.settled();
  return statuses;
};
const noticeOf = async () => (await portalOfId(storage, PORTAL))?.notice ?? '';

beforeAll(async () => {
  await world.configure({ default_sender: SHOP });
});
beforeEach(async () => {
  await world.settled();
  channels.waiting.length = 0;
});

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

describe('what an agent writes in an inbox', () => {
  test('R164: is texted once, however often HubSpot tells of it, and is SENT there when the carrier has it', async () => {
    const { number, contact, thread } = await conversation();
    const message = channels.write(thread, 'It leaves today.');
    message.status = { statusType: 'UNKNOWN' };
    await deliver({ copies: 3 });
    await world.until(() => message.status.statusType === 'SENT');
    expect(await world.phone(number)).toEqual(['It leaves today.']);
    await world.until(() => contact.properties['sms_last_status'] === 'delivered');
    await world.settled();
    expect(message.status).toEqual({ statusType: 'SENT' });
    expect(textsWith(number)).toHaveLength(2);
    const [text] = await sdk.sandbox.messages(number);
    expect(text).toBeDefined();
  });

  test('is texted, too, when HubSpot names the contact and not the number, and tells of several things at once', async () => {
    const { number, thread } = await conversation();
    channels.write(thread, 'One');
    channels.write(thread, 'Two');
    const events = channels.waiting.splice(0).map(({ event }) => JSON.stringify(event));
    const bare = `[${events.join(',')}]`.replaceAll(/"deliveryIdentifier":\{[^}]*\}/g, '"deliveryIdentifier":null');
    expect(bare).not.toContain(number);
    expect((await hubspot.call('POST', '/connectors/hubspot/webhooks/channel', bare)).status).toBe(200);
    await world.until(async () => (await world.phone(number)).length === 2);
    expect((await world.phone(number)).toSorted()).toEqual(['One', 'Two']);
  });

  test('is commented on for the agents, once, when nobody knows whether it arrived twice', async () => {
    const { number, contact, thread } = await conversation();
    const message = channels.write(thread, 'Once, I hope');
    await deliver();
    const sent = await world.until(async () => {
      for await (const event of sdk.events.list({ types: ['message.sent'] }))
        if (event.data['to'] === number) return event;
      return null;
    });
    const doubtful = { ...sent, data: { ...sent.data, ambiguous: true } };
    const send = await sendOfEvent(storage, doubtful.data, doubtful.sequence);
    expect(send).toMatchObject({ source: 'channel', objectId: message.id, contactId: contact.id });
    for (const id of ['1-1', '1-2'])
      await storage.transaction((tx) => takeForChannels(tx, { ...doubtful, id }, send, world.clock));
    await world.until(() => thread.comments.length === 1);
    await world.settled();
    expect(thread.comments).toEqual([expect.stringContaining('may have arrived once more')]);
  });

  test('is told as FAILED when its receipt says so, with what the carrier said', async () => {
    const { thread } = await conversation();
    const failing = '+15005550002';
    const other = { ...thread, id: 'x', number: failing };
    const message = channels.write(other, 'Hello?');
    await deliver();
    await world.until(() => message.status.statusType === 'FAILED');
    expect(JSON.stringify(message.status)).toMatch(/errorMessage":"[A-Z]/);
  });

  test('to somebody who has opted out is FAILED with the reason, and nobody is texted', async () => {
    const { number, contact, thread } = await conversation();
    await world.texts(number, 'STOP');
    await world.until(() => contact.properties['sms_opt_out'] === 'true');
    // That it is confirmed is the last that they hear.
    await world.until(async () => (await world.phone(number)).length === 1);
    const message = channels.write(thread, 'But wait!');
    await deliver();
    await world.until(() => message.status.statusType === 'FAILED');
    expect(JSON.stringify(message.status)).toContain('opted out');
    expect(await world.phone(number)).toHaveLength(1);
  });

  test('to somebody of whose opt-out HubSpot has not heard is refused once, with one reason', async () => {
    const { number, contact, thread } = await conversation();
    await world.texts(number, 'STOP');
    await world.until(() => contact.properties['sms_opt_out'] === 'true');
    portal.update('contacts', contact.id, { sms_opt_out: '' });
    hubspot.deliveries.waiting.length = 0;
    const message = channels.write(thread, 'But wait!');
    await deliver();
    await world.until(() => message.status.statusType === 'FAILED');
    await world.settled();
    const told = hubspot.requests.filter(({ method, path }) => method === 'PATCH' && path.endsWith(`/${message.id}`));
    expect(told).toHaveLength(1);
  });

  test('to a contact whose opt-out is ticked in HubSpot only is FAILED before the server knows of it', async () => {
    const { number, contact, thread } = await conversation();
    portal.update('contacts', contact.id, { sms_opt_out: 'true' });
    hubspot.deliveries.waiting.length = 0;
    const message = channels.write(thread, 'Hello!');
    await deliver();
    await world.until(() => message.status.statusType === 'FAILED');
    expect(await world.phone(number)).toEqual([]);
  });

  test.each([
    ['with a file', 'See this', [{ type: 'FILE', fileId: '1', fileUsageType: 'IMAGE' }], 'Files and pictures'],
    ['without text', '  ', [], 'no text'],
  ])('%s is refused in words, and nothing is sent', async (_what, text, attachments, reason) => {
    const { number, thread } = await conversation();
    const message = channels.write(thread, text, attachments);
    await deliver();
    await world.until(() => message.status.statusType === 'FAILED');
    expect(JSON.stringify(message.status)).toContain(reason);
    expect(await world.phone(number)).toEqual([]);
  });

  test('and deletes before we tell what became of it is forgotten, and what HubSpot was too busy for is told later', async () => {
    const { number, thread } = await conversation();
    const [gone, late] = [channels.write(thread, 'Never mind'), channels.write(thread, 'This one')];
    late.status = { statusType: 'UNKNOWN' };
    channels.remove(gone);
    hubspot.faults.add(/^PATCH .*\/messages\//, { type: 'answer', status: 503, raw: '<html>' }, 2);
    await deliver();
    await world.eventually(() => late.status.statusType === 'SENT');
    expect((await world.phone(number)).toSorted()).toEqual(['Never mind', 'This one']);
    const open = `select reason from tasks where kind = 'channel_status' and (done_at is null or given_up)`;
    expect(await storage.query(open)).toEqual([]);
  });

  test('is taken from HubSpot only: a wrong, missing, old or v2 signature, and a changed body, are 401', async () => {
    const { number, thread } = await conversation();
    channels.write(thread, 'Forged');
    const [told] = channels.waiting.splice(0);
    const body = JSON.stringify(told?.event);
    const path = '/connectors/hubspot/webhooks/channel';
    for (const tampering of [
      { signature: 'none' as const },
      { signature: 'wrong' as const },
      { signature: 'v1' as const },
      { signature: 'v2' as const },
      { timestamp: String(world.clock.now() - 301_000) },
      { sentBody: body.replace('Forged', 'Farmed') },
    ])
      expect((await hubspot.call('POST', path, body, tampering)).status).toBe(401);
    expect((await hubspot.call('POST', path, '{"type":1}')).status).toBe(400);
    expect((await hubspot.call('POST', path, body.replace(`"${PORTAL}"`, '"77"'))).status).toBe(200);
    await world.settled();
    expect(await world.phone(number)).toEqual([]);
  });
});

describe('a text that somebody else sends to the same person', () => {
  test('from a card is in the conversation, and its echo is not sent again, even when HubSpot tells of it first', async () => {
    const { number, contact } = await person();
    hubspot.faults.add(/^POST .*\/messages$/, { type: 'reset_after' });
    const body = 'Your order is ready.';
    const about = { objectTypeId: '0-1', objectId: contact.id, contactId: contact.id, from: SHOP, body };
    expect(await ask('POST', 'card/send', { ...about, clientRef: 'ref-echo-1' })).toMatchObject({ status: 200 });
    await world.until(() => textsWith(number).length === 1);
    // The answer to our own message was lost: nobody knows yet that HubSpot tells of that one.
    expect(await channels.deliver({ copies: 2 })).toEqual([200, 200]);
    await world.settled();
    await world.clock.advance(5_000);
    await world.settled();
    await deliver();
    expect(textsWith(number).map(({ direction, text }) => [direction, text])).toEqual([['OUTGOING', body]]);
    expect(await world.phone(number)).toEqual([body]);
  });

  test('by the API is in it too, where there is a conversation; a campaign opens none', async () => {
    const [{ number }, { number: stranger }] = [await conversation(), await person()];
    for (const to of [number, stranger]) await sdk.sms.send({ to, from: SHOP, body: 'We open at nine.' });
    await world.until(() => textsWith(number).length === 2);
    await deliver({ copies: 2 });
    expect(textsWith(number).map(({ direction }) => direction)).toEqual(['INCOMING', 'OUTGOING']);
    expect(channels.threadsWith(stranger)).toEqual([]);
    expect(await world.phone(number)).toEqual(['We open at nine.']);
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
