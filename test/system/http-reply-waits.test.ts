import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type HttpAnswer, sendable, startApi, type TestApi } from '../support/http-api.ts';

const TO = '+14155550123';
const FROM = '+15005550100';
const CALLBACK = 'https://n8n.example/webhook-waiting/17?signature=abc';

let api: TestApi;

beforeAll(async () => {
  api = await startApi({
    checkUrl: (url) => (url.includes('//10.') ? { ok: false, reason: 'address_not_allowed' } : { ok: true }),
  });
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(async () => {
  api.accepted.length = 0;
  for (const table of ['reply_waits', 'messages', 'events']) {
    await api.database.query({ text: `delete from ${table}`, values: [] });
  }
});

const create = (more: object = {}, key = api.keys.test) =>
  api.call('/v1/reply-waits', { method: 'POST', json: { to: TO, from: FROM, match: ['YES', 'NO'], ...more }, key });
const at = (id: unknown) => `/v1/reply-waits/${String(id)}`;
const dataOf = ({ json }: HttpAnswer) => json['data'] as Record<string, unknown>[];

describe('a reply wait', () => {
  test('is made, shown without the address that could answer it, and found again', async () => {
    const made = await create({ callback_url: CALLBACK, timeout_seconds: 60 });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      object: 'reply_wait',
      state: 'waiting',
      to: TO,
      from: FROM,
      message_id: null,
      match: ['YES', 'NO'],
      reply: null,
      callback: { host: 'n8n.example', attempts: 0, last_status: null },
    });
    expect(made.text).not.toContain('signature');
    const { created_at, expires_at } = made.json;
    expect(Date.parse(String(expires_at)) - Date.parse(String(created_at))).toBe(60_000);
    const found = await api.call(at(made.json['id']));
    expect(found.json).toEqual(made.json);
  });

  test('takes its ends from the text that it names, and waits a day for anything when nothing else is said', async () => {
    const { id } = await api.store({ to: TO, contact: TO, from: FROM });
    const made = await api.call('/v1/reply-waits', { method: 'POST', json: { message_id: id } });
    expect(made.json).toMatchObject({
      to: TO,
      from: FROM,
      message_id: id,
      match: { type: 'free_text' },
      callback: null,
    });
    const { created_at, expires_at } = made.json;
    expect(Date.parse(String(expires_at)) - Date.parse(String(created_at))).toBe(86_400_000);
  });

  test('is answered by the reply that came since its text; a free text is shown to those who may see texts', async () => {
    const { id } = await api.store({ to: TO, contact: TO, from: FROM, created_at: new Date(Date.now() - 1_000) });
    const reply = { direction: 'inbound', status: 'received', from: TO, to: FROM, contact: TO } as const;
    const { id: replyId } = await api.store({ ...reply, body: 'The blue one', created_at: new Date() });
    const made = await api.call('/v1/reply-waits', { method: 'POST', json: { message_id: id } });
    expect(made.json).toMatchObject({ state: 'matched', reply: { message_id: replyId, value: 'The blue one' } });
    const reader = await api.keyWith('test', ['messages:read']);
    expect((await api.call(at(made.json['id']), { key: reader })).json).toMatchObject({
      reply: { message_id: replyId, value: null },
    });
  });

  test('is canceled once, and belongs to the mode of its key', async () => {
    const { json } = await create();
    expect((await api.call(at(json['id']), { key: api.keys.live })).status).toBe(404);
    expect((await api.call(at(json['id']), { method: 'DELETE', key: api.keys.live })).status).toBe(404);
    const canceled = await api.call(at(json['id']), { method: 'DELETE' });
    expect(canceled).toMatchObject({ status: 200, json: { state: 'canceled', reason: 'requested' } });
    expect((await api.call(at(json['id']), { method: 'DELETE' })).json).toEqual(canceled.json);
    for (const id of ['17', crypto.randomUUID()]) expect((await api.call(at(id))).status).toBe(404);
  });

  test('is listed, the newest first, page by page', async () => {
    const ids = [];
    for (let count = 0; count < 3; count++) ids.unshift((await create()).json['id']);
    await create({ to: '+14155550199' });
    await api.call(at(ids[0]), { method: 'DELETE' });
    const first = await api.call(`/v1/reply-waits?to=${encodeURIComponent(TO)}&limit=2`);
    const next = await api.call(
      `/v1/reply-waits?to=${encodeURIComponent(TO)}&limit=2&cursor=${String(first.json['next_cursor'])}`,
    );
    expect(new Set([...dataOf(first), ...dataOf(next)].map(({ id }) => id))).toEqual(new Set(ids));
    const canceled = await api.call('/v1/reply-waits?state=canceled');
    expect(dataOf(canceled)).toMatchObject([{ id: ids[0] }]);
    expect((await api.call('/v1/reply-waits?state=done')).status).toBe(400);
  });

  test('needs the scope to send, and to read', async () => {
    const [sender, reader] = [
      await api.keyWith('test', ['messages:send']),
      await api.keyWith('test', ['messages:read']),
    ];
    expect((await create({}, reader)).status).toBe(403);
    const { json } = await create({}, sender);
    expect((await api.call(at(json['id']), { key: sender })).status).toBe(403);
    expect((await api.call(at(json['id']), { key: reader, method: 'DELETE' })).status).toBe(403);
    expect((await api.call(at(json['id']), { key: sender, method: 'DELETE' })).status).toBe(200);
  });

  test.each([
    ['nobody to answer', { to: null }, 'to'],
    ['a number that is none', { to: '12' }, 'to'],
    ['a sender that cannot be answered', { from: 'CartBoss' }, 'from'],
    ['a sender that is none', { from: '[]' }, 'from'],
    ['a text that is not there', { message_id: '0197a1b2-c3d4-7e5f-8a90-123456789abc' }, 'message_id'],
    ['an id that is none', { message_id: 'wt_17' }, 'message_id'],
    ['a callback inside the network', { callback_url: 'https://10.0.0.1/' }, 'callback_url'],
    ['a callback that is no address', { callback_url: 'n8n' }, 'callback_url'],
    ['no time', { timeout_seconds: 0 }, 'timeout_seconds'],
    ['too much time', { timeout_seconds: 3_000_000 }, 'timeout_seconds'],
    ['a word that opts out', { match: ['YES', 'stop'] }, 'match.1'],
    ['a word that asks for help', { match: { type: 'approval', decline: ['help'] } }, 'match.decline.0'],
    ['the same word twice', { match: ['Yes', 'yes'] }, 'match.1'],
    ['one word for yes and no', { match: { type: 'approval', approve: ['si'], decline: ['Si'] } }, 'match.decline.0'],
    ['no words', { match: [] }, 'match'],
    ['one choice', { match: { type: 'choice', choices: ['a'] } }, 'match.choices'],
    ['a reminder of a novel', { match: { type: 'approval', reminder: 'a'.repeat(481) } }, 'match.reminder'],
    ['a type that is none', { match: { type: 'regex', pattern: '.' } }, 'match'],
    ['a field that is none', { timeout: 60 }, 'timeout'],
  ])('is refused with %s', async (_, more, param) => {
    const answer = await create(more);
    expect(answer).toMatchObject({ status: 400, json: { param } });
    expect(await api.database.query({ text: 'select 1 from reply_waits', values: [] })).toEqual([]);
  });
});

describe('expect_reply', () => {
  const send = (expect_reply: unknown) => api.send({ ...sendable, expect_reply });

  test('goes with the text to where it is accepted', async () => {
    expect((await send({ match: ['YES', 'NO'], timeout_seconds: 60, callback_url: CALLBACK })).status).toBe(202);
    expect((await send({})).status).toBe(202);
    expect((await send(null)).status).toBe(202);
    expect(api.accepted.map(({ request }) => request.expect_reply)).toEqual([
      { match: ['YES', 'NO'], timeout_seconds: 60, callback_url: CALLBACK },
      { match: { type: 'free_text' }, timeout_seconds: 86_400, callback_url: null },
      undefined,
    ]);
  });

  test.each([
    [{ callback_url: 'https://10.0.0.1/' }, 'expect_reply.callback_url'],
    [{ match: ['STOP'] }, 'expect_reply.match.0'],
    [{ match: 'YES' }, 'expect_reply.match'],
    [{ timeout: 60 }, 'timeout'],
    ['YES', 'expect_reply'],
  ])('%j is refused', async (given, param) => {
    expect(await send(given)).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST', param } });
    expect(api.accepted).toEqual([]);
  });

  test('is answered with the wait', async () => {
    const verdict = { wait_id: crypto.randomUUID(), expires_at: '2026-11-21T12:00:00.000Z' };
    const { messageView } = await import('../../server/rules/message-view.ts');
    const message = messageView(await api.store());
    const other = await startApi({
      accept: () => Promise.resolve({ verdict: { ok: true, message, expect_reply: verdict }, replayed: false }),
    });
    const answer = await other.send({ ...sendable, expect_reply: {} });
    expect(answer.json).toMatchObject({ message_id: message.message_id, expect_reply: verdict });
    await other[Symbol.asyncDispose]();
  });
});
