import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { verify } from '../../server/events/sign.ts';
import { claimCallbacks, finishCallback } from '../../server/store/reply-wait-callbacks.ts';
import { OTHER_PHONE, OURS, PHONE } from '../support/inbox.ts';
import { callbackSecret, n8n, replyDesk } from '../support/reply-waits.ts';
import { until } from '../support/until.ts';

const FREE_TEXT = { type: 'free_text' } as const;

let desk: Awaited<ReturnType<typeof replyDesk>>;

beforeAll(async () => {
  desk = await replyDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(() => desk.reset());

/** The states of the conversations: an open one waits for a person. */
async function conversations(): Promise<readonly string[]> {
  const rows = await desk.database.kysely.selectFrom('conversations').select('status').execute();
  return rows.map(({ status }) => status);
}

const ids = () => desk.requests.map(({ headers }) => headers['webhook-id']);

describe('a callback', () => {
  test('gets the reply, signed, with what it was read as, and has it when it answers JSON', async () => {
    desk.start();
    const messageId = crypto.randomUUID();
    const id = await desk.wait({ callbackUrl: `${desk.url}/waiting/17?signature=abc` });
    await desk.database.query({ text: 'update reply_waits set message_id = $1', values: [messageId] });
    await desk.take({ body: 'Yes!' });
    expect(await desk.becomes(id, 'delivered')).toMatchObject({ last_status: 200, next_attempt_at: null, attempts: 1 });
    const [request] = desk.requests;
    const [text] = await desk.texts();
    expect(request?.path).toBe('/waiting/17?signature=abc');
    expect(request?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(request?.body ?? '')).toEqual({
      type: 'reply.matched',
      timestamp: text?.created_at.toISOString(),
      data: {
        wait_id: id,
        message_id: text?.id,
        in_reply_to: messageId,
        from: PHONE,
        body: 'Yes!',
        value: 'YES',
        received_at: text?.created_at.toISOString(),
      },
    });
    const now = Number(request?.headers['webhook-timestamp']);
    expect(verify(request?.headers ?? {}, request?.body ?? '', callbackSecret, now)).toEqual({ ok: true });
    expect(await conversations()).not.toContain('open');
  });

  test('that does not understand the reply (422) gets the next one, under another id', async () => {
    desk.answer(n8n.unclear, n8n.taken);
    desk.start();
    const id = await desk.wait({ match: FREE_TEXT });
    await desk.take({ body: 'maybe' });
    await desk.comes(async () => (await desk.find(id)).last_status === 422);
    expect(await desk.find(id)).toMatchObject({ state: 'waiting', reply_id: null, value: null, attempts: 0 });
    expect(await conversations()).toEqual(['open']);
    await desk.take({ body: 'YES' });
    await desk.becomes(id, 'delivered');
    expect(desk.news().map(({ data }) => data['body'])).toEqual(['maybe', 'YES']);
    expect(new Set(ids()).size).toBe(2);
  });

  test('that does not understand the reply gets a better one that came while it was asked', async () => {
    desk.answer((response) => void desk.take({ body: 'I mean yes' }).then(() => n8n.unclear(response)), n8n.taken);
    desk.start();
    const id = await desk.wait({ match: FREE_TEXT });
    await desk.take({ body: 'hm' });
    expect(await desk.becomes(id, 'delivered')).toMatchObject({ value: 'I mean yes' });
    expect(desk.news().map(({ data }) => data['body'])).toEqual(['hm', 'I mean yes']);
  });

  test('of a workflow that is not parked yet (409) is asked again, each time later, with the same octets', async () => {
    const at: number[] = [];
    const noted = (given: (typeof n8n)['taken']) => (response: ServerResponse) => {
      at.push(desk.clock.now());
      given(response);
    };
    desk.answer(...[n8n.notParked, n8n.notParked, n8n.notParked, n8n.taken].map(noted));
    desk.start();
    const id = await desk.wait();
    await desk.take({ body: 'YES' });
    expect(await desk.becomes(id, 'delivered')).toMatchObject({ attempts: 4 });
    expect(new Set(ids()).size).toBe(1);
    expect(new Set(desk.requests.map(({ body }) => body)).size).toBe(1);
    const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    [50, 100, 200].forEach((delay, index) => expect(gaps[index]).toBeGreaterThanOrEqual(delay));
  });

  test('that is down is asked again until it is up', async () => {
    const broken = (response: ServerResponse) => void response.destroy();
    desk.answer(broken, broken, broken, n8n.down, n8n.taken);
    desk.start();
    const id = await desk.wait();
    await desk.take({ body: 'YES' });
    const { attempts } = await desk.becomes(id, 'delivered');
    // A kept connection that breaks is made again within the same attempt.
    expect(attempts).toBeGreaterThanOrEqual(4);
    expect(new Set(ids()).size).toBe(1);
  });

  test('is asked again after its wait would have timed out: the reply came in time', async () => {
    desk.answer(n8n.down, n8n.down, n8n.taken);
    desk.start();
    const id = await desk.wait({ timeoutSeconds: 2 });
    await desk.take({ body: 'YES' });
    const wait = await desk.becomes(id, 'delivered');
    expect(wait.finished_at?.getTime()).toBeGreaterThan(wait.expires_at.getTime());
    expect((await desk.replyEvents()).map(({ type }) => type)).toEqual(['reply.matched']);
  });

  test.each([
    ['has finished (a web page)', n8n.finished, 'finished', 200],
    ['refuses the signature (401)', n8n.wrongSignature, 'unauthorized', 401],
    ['is deleted (404)', n8n.deleted, 'deleted', 404],
  ] as const)('of a workflow that %s is asked once, and a person gets the reply', async (_, given, reason, status) => {
    desk.answer(given);
    desk.start();
    const id = await desk.wait();
    await desk.take({ body: 'YES' });
    expect(await conversations()).not.toContain('open');
    expect(await desk.becomes(id, 'gone')).toMatchObject({ reason, last_status: status, value: 'YES' });
    expect(await conversations()).toEqual(['open']);
    await desk.take({ body: 'YES' });
    await desk.clock.advance(5_000);
    expect(desk.requests).toHaveLength(1);
    expect(desk.logged.join()).toContain(reason);
    expect(desk.logged.join()).not.toMatch(/signature|resume|4155550123/);
  });

  test('hears that time is over, and that the recipient has opted out', async () => {
    desk.start();
    const late = await desk.wait({ timeoutSeconds: 1, contact: OTHER_PHONE });
    const canceled = await desk.wait();
    await desk.take({ body: 'STOP' });
    await desk.comes(() => desk.requests.length === 2);
    const nothing = { message_id: null, body: null, value: null, received_at: null };
    const news = desk.news().sort((a, b) => (a.type < b.type ? -1 : 1));
    expect(news).toMatchObject([
      { type: 'reply.canceled', data: { wait_id: canceled, from: PHONE, reason: 'opted_out', ...nothing } },
      { type: 'reply.timed_out', data: { wait_id: late, from: OTHER_PHONE, ...nothing } },
    ]);
    await desk.comes(async () => (await desk.find(late)).last_status === 200);
    expect(await desk.find(late)).toMatchObject({ state: 'timed_out', next_attempt_at: null });
    expect(await desk.find(canceled)).toMatchObject({ state: 'canceled', reason: 'opted_out' });
  });

  test('of a wait that its owner cancels hears nothing', async () => {
    const [open, answered] = [await desk.wait({ contact: OTHER_PHONE }), await desk.wait()];
    await desk.take({ body: 'YES' });
    for (const id of [open, answered]) await desk.waits.cancel('live', id);
    desk.start();
    await desk.take({ body: 'YES', from: OTHER_PHONE });
    await until(() => desk.clock.pending() > 0);
    await desk.clock.advance(3_000);
    expect(desk.requests).toEqual([]);
    expect(await desk.find(open)).toMatchObject({ state: 'canceled', reason: 'requested', reply_id: null });
    expect(await desk.find(answered)).toMatchObject({ state: 'canceled', reason: 'requested' });
  });

  test('inside our own network is never called', async () => {
    desk.start();
    const id = await desk.wait({ callbackUrl: 'https://10.0.0.1/resume' });
    await desk.take({ body: 'YES' });
    expect(await desk.comes(async () => (await desk.find(id)).attempts >= 2)).toBe(true);
    expect(desk.logged.join()).toContain('address_not_allowed');
    expect(desk.requests).toEqual([]);
  });
});

describe('a server that dies', () => {
  test('between the commit of a reply and its POST loses nothing', async () => {
    const id = await desk.wait();
    await desk.take({ body: 'YES' });
    desk.start();
    await desk.becomes(id, 'delivered');
    expect(desk.requests).toHaveLength(1);
  });

  test('in the middle of a POST leaves it to the next one, under the same id', async () => {
    const id = await desk.wait();
    await desk.take({ body: 'YES' });
    const now = desk.clock.now();
    // What a server does before it posts; then it is gone.
    await claimCallbacks(desk.database, 10, new Date(now), new Date(now + 60_000));
    desk.start();
    await until(() => desk.clock.pending() > 0);
    await desk.clock.advance(30_000);
    expect(desk.requests).toEqual([]);
    await desk.clock.advance(31_000);
    expect(await desk.becomes(id, 'delivered')).toMatchObject({ attempts: 2 });
  });

  test('may only have been slow: what the callback took in its first attempt stays taken', async () => {
    const id = await desk.wait();
    await desk.take({ body: 'YES' });
    const claim = (now: number) => claimCallbacks(desk.database, 1, new Date(now), new Date(now + 60_000));
    const [slow] = await claim(desk.clock.now());
    const [other] = await claim(desk.clock.now() + 61_000);
    if (!slow || !other) throw new Error('nothing was due');
    const ended = { status: 200, nextAttemptAt: null, finishedAt: new Date(desk.clock.now()), attempts: 1 };
    const gone = { ...ended, state: 'gone', reason: 'finished' } as const;
    expect(await finishCallback(desk.database, slow, gone)).toBe(false);
    expect(await finishCallback(desk.database, slow, { ...ended, state: 'delivered', reason: null })).toBe(true);
    expect(await finishCallback(desk.database, other, gone)).toBe(false);
    expect(await desk.find(id)).toMatchObject({ state: 'delivered' });
  });

  test('by being stopped gives back what it was posting', async () => {
    desk.answer(() => undefined, n8n.taken);
    const loop = desk.start();
    const id = await desk.wait();
    await desk.take({ body: 'YES' });
    loop.poke();
    await until(() => desk.requests.length === 1);
    const stopping = loop.stop();
    await desk.comes(async () => (await desk.find(id)).attempts === 0);
    await stopping;
    desk.start();
    await desk.becomes(id, 'delivered');
    expect(new Set(ids()).size).toBe(1);
  });

  test('is not alone: servers that look at the same moment never take the same callback', async () => {
    const phones = Array.from({ length: 20 }, (_, index) => `+141555502${String(index).padStart(2, '0')}`);
    for (const contact of phones) await desk.wait({ contact });
    await Promise.all(phones.map((from) => desk.take({ from, body: 'YES' })));
    const now = new Date(desk.clock.now());
    const lease = new Date(now.getTime() + 60_000);
    const atOnce = (at: Date) =>
      Promise.all(Array.from({ length: 8 }, () => claimCallbacks(desk.database, 20, at, lease)));
    // Opens the connections.
    await atOnce(new Date(0));
    const claims = await atOnce(now);
    expect(claims.flat()).toHaveLength(20);
    expect(new Set(claims.flat().map(({ id }) => id)).size).toBe(20);
  });

  test('is not alone: two servers post every reply once', async () => {
    const phones = Array.from({ length: 30 }, (_, index) => `+141555502${String(index).padStart(2, '0')}`);
    for (const contact of phones) await desk.wait({ contact });
    await Promise.all(phones.map((from) => desk.take({ from, to: OURS, body: 'YES' })));
    desk.start();
    desk.start();
    await desk.comes(async () => {
      const open = await desk.database.query({
        text: `select 1 from reply_waits where state <> 'delivered'`,
        values: [],
      });
      return open.length === 0;
    });
    expect(new Set(desk.news().map(({ data }) => data['from'])).size).toBe(30);
    expect(desk.requests).toHaveLength(30);
  });
});
