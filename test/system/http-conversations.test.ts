import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { noteInbound } from '../../server/contacts/conversation.ts';
import { type HttpAnswer, newId, startApi, type TestApi } from '../support/http-api.ts';
import { sampleInbound } from '../support/sample-message.ts';

const OURS = '+15005550100';
const PHONE = '+14155550123';
const SOON = new Date(Date.now() + 3_600_000).toISOString();

let api: TestApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

beforeEach(async () => {
  api.accepted.length = 0;
  for (const table of ['conversation_notes', 'conversations', 'contacts', 'messages', 'events']) {
    await api.database.query({ text: `delete from ${table}`, values: [] });
  }
});

/** A text from a phone, `agoSeconds` ago. */
async function hears(contact = PHONE, agoSeconds = 0, ourNumber = OURS): Promise<string> {
  const at = new Date(Date.now() - agoSeconds * 1_000);
  const pair = { mode: 'test', ourNumber, contact } as const;
  const id = await api.database.transaction(() => noteInbound(api.database, newId, { ...pair, needsPerson: true, at }));
  await api.store({ ...sampleInbound({ from: contact, to: ourNumber, contact }), id: newId(), conversation_id: id });
  return id ?? '';
}

const at = (id: string, rest = '') => `/v1/conversations/${id}${rest}`;
const patch = (id: string, json: unknown) => api.call(at(id), { method: 'PATCH', json });
const post = (path: string, json: unknown, headers = {}) => api.call(path, { method: 'POST', json, headers });
const dataOf = ({ json }: HttpAnswer) => json['data'] as Record<string, unknown>[];
const list = async (query: string) => dataOf(await api.call(`/v1/conversations?${query}`)).map(({ id }) => id);

describe('a conversation', () => {
  test('is shown with its contact', async () => {
    const id = await hears();
    const contact = { name: 'Ann Smith', language: 'fr-CA', owner: 'bob' };
    await api.call(`/v1/contacts/${PHONE}`, { method: 'PUT', json: contact });
    const answer = await api.call(at(id));
    expect(answer).toMatchObject({
      status: 200,
      json: { id, status: 'open', our_number: OURS, contact: { number: PHONE, ...contact } },
    });
  });

  test('that there is not, or that belongs to the other mode, is not found', async () => {
    const id = await hears();
    expect(await api.call(at(id), { key: api.keys.live })).toMatchObject({ status: 404 });
    for (const path of [newId(), 'x', "' or 1=1"]) {
      expect((await api.call(at(encodeURIComponent(path)))).status).toBe(404);
      expect((await api.call(at(encodeURIComponent(path), '/messages'))).status).toBe(404);
      expect((await post(at(encodeURIComponent(path), '/messages'), { body: 'Hi' })).status).toBe(404);
    }
    expect(api.accepted).toEqual([]);
  });

  test('is assigned, tagged, snoozed, opened and closed', async () => {
    const id = await hears();
    const assigned = await patch(id, { assignee: 'ann', tags: ['vip', 'vip', 'order'] });
    expect(assigned.json).toMatchObject({ status: 'open', assignee: 'ann', tags: ['vip', 'order'] });
    expect((await patch(id, { status: 'snoozed', snoozed_until: SOON })).json).toMatchObject({
      status: 'snoozed',
      snoozed_until: SOON,
      assignee: 'ann',
    });
    expect((await patch(id, { status: 'open', assignee: null })).json).toMatchObject({
      status: 'open',
      snoozed_until: null,
      assignee: null,
    });
    expect((await patch(id, { status: 'closed' })).json).toMatchObject({ status: 'closed', tags: ['vip', 'order'] });
    expect((await patch(id, {})).json).toMatchObject({ status: 'closed' });
  });

  test.each([
    ['a snooze without an end', { status: 'snoozed' }, 'snoozed_until'],
    ['a snooze that is over', { status: 'snoozed', snoozed_until: '2020-01-01T00:00:00Z' }, 'snoozed_until'],
    ['an end without a snooze', { snoozed_until: SOON }, 'snoozed_until'],
    ['another status', { status: 'pending' }, 'status'],
    ['a tag without a name', { tags: [''] }, 'tags.0'],
    ['too many tags', { tags: Array.from({ length: 21 }, String) }, 'tags'],
    ['a field that there is not', { asignee: 'ann' }, 'asignee'],
  ])('is not changed by %s', async (_, json, param) => {
    const id = await hears();
    expect(await patch(id, json)).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST', param } });
    expect((await api.call(at(id))).json).toMatchObject({ status: 'open', tags: [] });
  });

  test('is changed by keys that may', async () => {
    const id = await hears();
    const key = await api.keyWith('test', ['conversations:read']);
    expect(await api.call(at(id), { key })).toMatchObject({ status: 200 });
    const tries = [
      api.call(at(id), { key, method: 'PATCH', json: { status: 'closed' } }),
      api.call(at(id, '/messages'), { key, method: 'POST', json: { body: 'Hi' } }),
      api.call(at(id, '/notes'), { key, method: 'POST', json: { body: 'Hi' } }),
    ];
    for (const answer of await Promise.all(tries)) {
      expect(answer).toMatchObject({ status: 403, json: { scope: 'conversations:write' } });
    }
  });
});

describe('the list of conversations', () => {
  test('begins with the newest text and goes on page by page', async () => {
    const ids: string[] = [];
    for (let ago = 0; ago < 5; ago++) ids.push(await hears(`+1415555010${ago}`, ago * 60));
    const first = await api.call('/v1/conversations?limit=3&status=open');
    const next = String(first.json['next_cursor']);
    const second = await api.call(`/v1/conversations?limit=3&status=open&cursor=${next}`);
    expect([...dataOf(first), ...dataOf(second)].map(({ id }) => id)).toEqual(ids);
    expect(second.json).toMatchObject({ has_more: false, next_cursor: null });
    expect(first.headers.get('link')).toContain('rel="next"');
    expect(await api.call(`/v1/conversations?limit=3&cursor=${next}`)).toMatchObject({ json: { param: 'cursor' } });
  });

  test('is narrowed by status, assignee, contact, tag and number', async () => {
    const [a, b] = [await hears(PHONE, 10), await hears('+14155550124', 20, '+15005550101')];
    await patch(a, { assignee: 'ann', tags: ['vip'] });
    await patch(b, { status: 'closed' });
    expect(await list('status=closed')).toEqual([b]);
    expect(await list('assignee=ann')).toEqual([a]);
    expect(await list('assignee=')).toEqual([b]);
    expect(await list(`contact=${encodeURIComponent(PHONE)}`)).toEqual([a]);
    expect(await list('tag=vip')).toEqual([a]);
    expect(await list('tag=vi')).toEqual([]);
    expect(await list('our_number=+15005550101')).toEqual([b]);
    expect(await list('status=open&tag=vip&assignee=ann')).toEqual([a]);
    expect(await api.call('/v1/conversations?contact=x')).toMatchObject({ json: { code: 'INVALID_NUMBER' } });
  });

  test('finds people by the beginning of their number or of a name of theirs, and takes no wildcards', async () => {
    const [ann, bob] = [await hears(PHONE, 10), await hears('+447700900123', 20)];
    await api.call(`/v1/contacts/${PHONE}`, { method: 'PUT', json: { name: 'Ann O’Hara' } });
    await api.call('/v1/contacts/+447700900123', { method: 'PUT', json: { name: '100% Bob' } });
    const found = (q: string) => list(`q=${encodeURIComponent(q)}`);
    expect(await found('ann')).toEqual([ann]);
    expect(await found('o’h')).toEqual([ann]);
    expect(await found('nn')).toEqual([]);
    expect(await found('%')).toEqual([]);
    expect(await found('100%')).toEqual([bob]);
    expect(await found('+1 (415) 555')).toEqual([ann]);
    expect(await found('4477')).toEqual([bob]);
    expect(await found('_')).toEqual([]);
  });
});

describe('the texts of a conversation', () => {
  test('come newest first, page by page, whoever sent them', async () => {
    const id = await hears();
    const sent = await api.store({ from: OURS, to: PHONE });
    await hears();
    const first = await api.call(at(id, '/messages?limit=2'));
    const second = await api.call(at(id, `/messages?limit=2&cursor=${String(first.json['next_cursor'])}`));
    const texts = [...dataOf(first), ...dataOf(second)];
    expect(texts.map(({ direction }) => direction)).toEqual(['inbound', 'outbound', 'inbound']);
    expect(texts[1]).toMatchObject({ message_id: sent.id, body: sent.body, conversation_id: null });
    expect(texts[2]).toMatchObject({ conversation_id: id });
  });

  test('are shown without their words to keys that may not see those', async () => {
    const id = await hears();
    const key = await api.keyWith('test', ['conversations:read']);
    expect(dataOf(await api.call(at(id, '/messages'), { key }))).toMatchObject([{ body: null, from: PHONE }]);
  });
});

describe('a reply', () => {
  test('is accepted like every text: to the contact, from our number, with the one who wrote it', async () => {
    const id = await hears();
    const answer = await post(
      at(id, '/messages'),
      { body: 'We are on it.', sent_by: 'ann', client_ref: 'r-1' },
      { 'Idempotency-Key': 'k-1' },
    );
    expect(answer.status).toBe(202);
    expect(api.accepted).toMatchObject([
      {
        request: {
          to: PHONE,
          from: OURS,
          body: 'We are on it.',
          message_type: 'conversational',
          conversation_id: id,
          sent_by: 'ann',
          client_ref: 'r-1',
        },
        caller: { mode: 'test' },
        idempotency: { key: 'k-1', path: at(id, '/messages') },
      },
    ]);
  });

  test('that only asks what would become of it is not sent', async () => {
    const id = await hears();
    await post(at(id, '/messages'), { body: 'We are on it.', dry_run: true });
    expect(api.accepted).toEqual([]);
  });

  test.each([
    ['nothing to say', {}, 'body'],
    ['another recipient', { body: 'Hi', to: '+14155550199' }, 'to'],
    ['another sender', { body: 'Hi', from: '+14155550199' }, 'from'],
    ['another type', { body: 'Hi', message_type: 'promotional' }, 'message_type'],
  ])('with %s is refused', async (_, json, param) => {
    const id = await hears();
    expect(await post(at(id, '/messages'), json)).toMatchObject({ status: 400, json: { param } });
    expect(api.accepted).toEqual([]);
  });
});

describe('notes', () => {
  test('are kept for colleagues, the newest first, and never sent', async () => {
    const id = await hears();
    for (const body of ['one', 'two', 'three']) {
      const added = await post(at(id, '/notes'), { body, author: 'ann' });
      expect(added.status).toBe(201);
    }
    const first = await api.call(at(id, '/notes?limit=2'));
    const second = await api.call(at(id, `/notes?limit=2&cursor=${String(first.json['next_cursor'])}`));
    expect([...dataOf(first), ...dataOf(second)].map(({ body }) => body)).toEqual(['three', 'two', 'one']);
    expect(dataOf(first)[0]).toMatchObject({ conversation_id: id, author: 'ann', object: 'note' });
    expect(api.accepted).toEqual([]);
    expect(await post(at(id, '/notes'), { body: '' })).toMatchObject({ status: 400, json: { param: 'body' } });
    expect((await post(at(newId(), '/notes'), { body: 'x' })).status).toBe(404);
  });
});
