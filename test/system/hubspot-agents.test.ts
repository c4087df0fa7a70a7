import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendOfEvent } from '../../connectors/hubspot/actions/send-text.ts';
import { createHear } from '../../connectors/hubspot/channels/hear.ts';
import { takeForChannels } from '../../connectors/hubspot/channels/follow-texts.ts';
import { PORTAL, SHOP } from '../support/hubspot-acts.ts';
import { inboxWorld } from '../support/hubspot-inbox.ts';

const inbox = await inboxWorld();
const { world, channels, person, textsWith, conversation, deliver, choose } = inbox;
afterAll(() => world[Symbol.asyncDispose]());
const { hubspot, portal, storage, sdk, ask } = world;
beforeAll(async () => {
  await choose('channel', '9002');
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

  test('is not what another app writes there: that is FAILED with the reason, where the server knows its own app', async () => {
    const { number, thread } = await conversation();
    const message = channels.write(thread, 'From a robot');
    const [told] = channels.waiting.splice(0);
    const { message: shown, ...event } = { message: {}, ...told?.event };
    const client = { clientType: 'INTEGRATION', integrationAppId: hubspot.app.id + 1 };
    const body = JSON.stringify({ ...event, message: { ...shown, client } });
    const known = { appId: String(hubspot.app.id), channelId: thread.account.channelId };
    const hear = createHear({ storage, clock: world.clock, onTask: () => undefined, ...known });
    expect(await hear(Buffer.from(body))).toMatchObject({ status: 200 });
    await world.until(() => message.status.statusType === 'FAILED');
    expect(JSON.stringify(message.status)).toContain('Another app wrote this');
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

  test.each([
    ['names no client, and writes number and words in another way', null],
    ['says that an app wrote it, and not which', { clientType: 'INTEGRATION' }],
    ['says that the app wrote it', { clientType: 'INTEGRATION', integrationAppId: hubspot.app.id }],
  ])('is texted once, while nobody knows its id, when HubSpot %s', async (_how, client) => {
    const { number, contact } = await person();
    hubspot.faults.add(/^POST .*\/messages$/, { type: 'reset_after' });
    const body = 'Your order  is ready.';
    const about = { objectTypeId: '0-1', objectId: contact.id, contactId: contact.id, from: SHOP, body };
    expect(await ask('POST', 'card/send', { ...about, clientRef: `ref-echo-${number.slice(1)}` })).toMatchObject({
      status: 200,
    });
    await world.until(() => textsWith(number).length === 1);
    const [told] = channels.waiting.splice(0);
    const { message, ...event } = { message: {}, ...told?.event };
    const to = `${number.slice(0, 2)} (${number.slice(2, 5)}) ${number.slice(5)}`;
    const recipients = [{ actorId: `V-${contact.id}`, deliveryIdentifier: { type: 'HS_PHONE_NUMBER', value: to } }];
    const written = { ...message, client, recipients, text: 'Your order is ready!', richText: null };
    const other = JSON.stringify({ ...event, message: written });
    expect((await hubspot.call('POST', '/connectors/hubspot/webhooks/channel', other)).status).toBe(200);
    await world.settled();
    await world.clock.advance(5_000);
    await world.settled();
    await deliver();
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

test('nothing that was written, no number and no key is in the log of all this', () => {
  const logged = world.logged();
  for (const secret of ['Where is my order?', 'It leaves today.', '+1415555', SHOP, hubspot.app.developerKey])
    expect(logged).not.toContain(secret);
});
