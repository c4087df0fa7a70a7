import { beforeEach, describe, expect, test } from 'vitest';
import { RECIPIENT, type World, world } from '../support/world.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const ASK = { body: 'Acme news? Reply Y to confirm or STOP to opt out.', topic: 'news' } as const;
const asks_opt_in = { topic: 'news', language: 'en' } as const;

let w: World;
let clock: ReturnType<typeof virtualClock>;

beforeEach(async () => {
  clock = virtualClock();
  w = await world({ clock });
});

const topics = async () => (await w.contacts.consents.status('live', RECIPIENT)).topics;
const open = () => w.database.query({ text: 'select * from opt_in_requests', values: [] });
const ask = async (changes: object = {}) => {
  const id = await w.send({ ...ASK, asks_opt_in, ...changes });
  clock.jump(1_000);
  return id;
};

describe('a request to confirm an opt-in', () => {
  test('is an opt-in once it is confirmed, with both texts as evidence', async () => {
    const id = await ask();
    expect(await topics()).toEqual({});
    await w.inbound('Y');
    expect(await topics()).toEqual({ news: 'opted_in' });
    const [entry] = await w.contacts.consents.events('live', RECIPIENT, '0', 10);
    const [, reply] = await w.messages();
    expect(entry).toMatchObject({
      action: 'opt_in',
      topic: 'news',
      source: 'double_opt_in',
      channel: 'sms',
      method: 'keyword',
      language: 'en',
      message_id: reply?.id,
      evidence: { text: 'Y', disclosure: ASK.body, request_message_id: id },
    });
    expect(await w.eventTypes(reply?.id ?? '')).toEqual(['contact.opted_in', 'message.received']);
    expect(await w.contacts.ledger.verify('live')).toMatchObject({ ok: true, entries: 1 });
    await w.inbound('Y');
    expect(await w.contacts.consents.events('live', RECIPIENT, '0', 10)).toHaveLength(1);
    expect(await open()).toEqual([]);
  });

  test('takes no wait for a reply its answer, and no wait takes its own', async () => {
    const wait = { mode: 'live', messageId: null, contact: RECIPIENT, ourNumber: '+14155550100' } as const;
    const wanted = { ...wait, match: { type: 'approval' }, callbackUrl: null, timeoutSeconds: 600 } as const;
    await w.contacts.replyWaits.create(wanted);
    await ask();
    await w.inbound('yes');
    const waits = () => w.contacts.replyWaits.list('live', { state: null, contact: null, belowId: null }, 5);
    expect(await topics()).toEqual({ news: 'opted_in' });
    expect(await waits()).toMatchObject([{ state: 'waiting' }]);
    await w.inbound('yes');
    expect(await waits()).toMatchObject([{ state: 'matched' }]);
  });

  test.each([
    ['after a day', () => Promise.resolve(clock.jump(86_400_000))],
    [
      'to a text that came after it',
      async () => void (await w.send({ body: 'Your table is ready. Reply Y to keep it.' })),
    ],
    ['after STOP', () => w.inbound('STOP')],
    ['after a text that may be an opt-out', () => w.inbound('who is this?')],
    [
      'after STOP and START, which is no news',
      async () => {
        await w.inbound('STOP');
        await w.inbound('START');
      },
    ],
  ])('is not confirmed by a yes %s', async (_when, happens) => {
    await ask();
    await happens();
    clock.jump(1_000);
    await w.inbound('Y');
    expect((await topics())['news']).not.toBe('opted_in');
  });

  test.each(['N', 'yes but not now', 'ok', 'later'])('is not confirmed by %j, and stays open', async (words) => {
    await ask();
    await w.inbound(words);
    expect(await topics()).toEqual({});
    expect(await open()).toHaveLength(1);
  });

  test('of somebody else is not confirmed', async () => {
    await ask();
    await w.inbound('Y', '+14155550177');
    expect(await topics()).toEqual({});
    expect((await w.contacts.consents.status('live', '+14155550177')).topics).toEqual({});
  });

  test('to who has opted out is refused, and asks nothing', async () => {
    await w.inbound('STOP');
    const { verdict } = await w.accept({ ...ASK, asks_opt_in });
    expect(verdict).toMatchObject({ ok: false, refusal: { code: 'OPTED_OUT' } });
    expect(await open()).toEqual([]);
  });

  test('from a name is refused: nobody can reply to it', async () => {
    const { verdict } = await w.accept({ ...ASK, asks_opt_in, from: 'ACME', to: '+447700900123' });
    expect(verdict).toMatchObject({ ok: false, refusal: { code: 'SENDER_NOT_ALLOWED', param: 'from' } });
    expect(await w.messages()).toEqual([]);
  });

  test('is forgotten when it is over, and with the number', async () => {
    await ask();
    const forget = w.contacts.duties.filter(({ everyMs }) => everyMs === 3_600_000);
    for (const { run } of forget) await run();
    expect(await open()).toHaveLength(1);
    clock.jump(86_400_000);
    for (const { run } of forget) await run();
    expect(await open()).toEqual([]);
    await ask();
    await w.contacts.privacy.request('live', 'erase', RECIPIENT);
    await w.contacts.privacy.runDue();
    expect(await open()).toEqual([]);
  });

  test('never wins against a STOP of the same moment, and they never lock each other up', async () => {
    const numbers = Array.from({ length: 8 }, (_, index) => `+1415555014${index}`);
    for (const to of numbers) await ask({ to });
    await Promise.all(numbers.flatMap((number) => [w.inbound('Y', number), w.inbound('STOP', number)]));
    for (const number of numbers) {
      expect(await w.contacts.consents.status('live', number)).toMatchObject({ status: 'opted_out' });
    }
    expect(await w.contacts.ledger.verify('live')).toMatchObject({ ok: true });
    expect(await open()).toEqual([]);
  });
});
