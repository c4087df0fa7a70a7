import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RULE_LIMITS } from '../../server/rules/keyword-rule-faults.ts';
import { type HttpAnswer, startApi, type TestApi } from '../support/http-api.ts';

const RULE = {
  name: 'Opening hours',
  match: { type: 'contains', keywords: ['hours', 'open'] },
  actions: [{ type: 'reply', text: 'We are open from 9 to 5.' }],
};
const WEBHOOK = { type: 'webhook', url: 'https://internal.example/hook' };

let api: TestApi;

beforeAll(async () => {
  api = await startApi({
    checkUrl: (url) => (url === WEBHOOK.url ? { ok: false, reason: 'address_not_allowed' } : { ok: true }),
  });
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => api.database.query({ text: 'delete from keyword_rules', values: [] }));

let key: string;
beforeAll(async () => {
  key = await api.keyWith('test', ['rules:read', 'rules:write']);
});

const call = (method: string, path: string, json?: unknown) =>
  api.call(path, { method, key, ...(json === undefined ? {} : { json }) });
const create = (more: object = {}) => call('POST', '/v1/rules', { ...RULE, ...more });
const at = ({ json }: HttpAnswer) => `/v1/rules/${String(json['id'])}`;
const names = async () => ((await call('GET', '/v1/rules')).json['data'] as { name: string }[]).map(({ name }) => name);

describe('R005: a rule', () => {
  test('is kept with everything that was left out filled in', async () => {
    const created = await create();
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({
      object: 'rule',
      mode: 'test',
      enabled: true,
      priority: 0,
      stop: false,
      match: { type: 'contains', keywords: ['hours', 'open'], language: null, to: [] },
      when: { has_open_wait: null, within_hours_of_outbound: null },
    });
    const read = await call('GET', at(created));
    expect(read.json).toEqual(created.json);
  });

  test('is changed in what is given, and nothing else', async () => {
    const created = await create({ priority: 3, when: { within_hours_of_outbound: 2 } });
    const changed = await call('PATCH', at(created), { enabled: false, match: { type: 'any' } });
    const { updated_at: _before, ...before } = created.json;
    const match = { type: 'any', keywords: [], language: null, to: [] };
    expect(changed.json).toMatchObject({ ...before, enabled: false, match });
    expect((await call('GET', at(created))).json).toEqual(changed.json);
  });

  test('is gone once it is deleted', async () => {
    const created = await create();
    expect((await call('DELETE', at(created))).status).toBe(204);
    for (const method of ['GET', 'DELETE']) expect((await call(method, at(created))).status).toBe(404);
    expect((await call('PATCH', at(created), { priority: 1 })).status).toBe(404);
  });

  test('is listed in the order of asking', async () => {
    await create({ name: 'b' });
    await create({ name: 'a' });
    await create({ name: 'c', priority: 9 });
    expect(await names()).toEqual(['c', 'a', 'b']);
  });

  test('has a name of its own in its mode', async () => {
    const first = await create();
    expect(await create()).toMatchObject({ status: 400, json: { param: 'name' } });
    const second = await create({ name: 'Other' });
    expect(await call('PATCH', at(second), { name: RULE.name })).toMatchObject({
      status: 400,
      json: { param: 'name' },
    });
    expect((await call('PATCH', at(first), { name: RULE.name })).status).toBe(200);
  });

  test('belongs to the mode of the key', async () => {
    const created = await create();
    const live = await api.keyWith('live', ['rules:read', 'rules:write']);
    expect((await api.call(at(created), { key: live })).status).toBe(404);
    expect((await api.call('/v1/rules', { key: live })).json['data']).toEqual([]);
    expect((await api.call('/v1/rules', { method: 'POST', key: live, json: RULE })).status).toBe(201);
  });

  test('needs the scope for what is done', async () => {
    const reader = await api.keyWith('test', ['rules:read']);
    expect(await api.call('/v1/rules', { method: 'POST', key: reader, json: RULE })).toMatchObject({
      status: 403,
      json: { scope: 'rules:write' },
    });
    const sender = await api.keyWith('test', ['messages:send']);
    expect((await api.call('/v1/rules', { key: sender })).status).toBe(403);
  });

  test.each([
    ['a reserved word', { match: { type: 'exact', keywords: ['hours', 'Stop'] } }, 'match.keywords.1'],
    ['no keyword', { match: { type: 'exact' } }, 'match.keywords'],
    ['keywords for every text', { match: { type: 'any', keywords: ['a'] } }, 'match.keywords'],
    ['no action', { actions: [] }, 'actions'],
    ['two replies', { actions: [RULE.actions[0], RULE.actions[0]] }, 'actions'],
    ['an address of an internal network', { actions: [WEBHOOK] }, 'actions.0.url'],
    ['an address that is none', { actions: [{ type: 'webhook', url: 'ftp://files.example' }] }, 'actions.0.url'],
    ['an unknown action', { actions: [{ type: 'delete' }] }, 'actions.0.type'],
    ['a priority out of range', { priority: 100_000 }, 'priority'],
    ['hours out of range', { when: { within_hours_of_outbound: 0 } }, 'when.within_hours_of_outbound'],
    ['a field that there is not', { regex: '(a+)+$' }, 'regex'],
  ])('with %s is refused, and the answer says where', async (_, change, param) => {
    const answer = await create(change);
    expect(answer).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST', param } });
    expect(await names()).toEqual([]);
  });

  test('cannot be changed into one that would be refused', async () => {
    const created = await create();
    const stop = { match: { type: 'exact', keywords: ['STOP'] } };
    expect(await call('PATCH', at(created), stop)).toMatchObject({ status: 400, json: { param: 'match.keywords.0' } });
    expect(await call('PATCH', at(created), { actions: [WEBHOOK] })).toMatchObject({ status: 400 });
    expect((await call('GET', at(created))).json).toEqual(created.json);
  });

  test('is one of a limited number, however many are added at once', async () => {
    const { rules } = RULE_LIMITS;
    await api.database.query({
      text: `insert into keyword_rules select 'rule_' || lpad(n::text, 16, '0'), 'test', 'rule ' || n, 0, true,
        '{"match":{"type":"any","keywords":[],"language":null,"to":[]},"when":{"has_open_wait":null,"within_hours_of_outbound":null},"actions":[],"stop":false}',
        now(), now() from generate_series(1, $1) n`,
      values: [rules - 2],
    });
    const added = await Promise.all(Array.from({ length: 5 }, (_, n) => create({ name: `added ${n}` })));
    expect(added.filter(({ status }) => status === 201)).toHaveLength(2);
    expect(await names()).toHaveLength(rules);
  });
});

describe('the test of rules', () => {
  const asked = (body: string) => call('POST', '/v1/rules/test', { from: '+14155550123', to: '+14155550100', body });

  test('says which rule fires, what it does, and why the others do not', async () => {
    const fires = await create();
    const other = await create({ name: 'Prices', match: { type: 'exact', keywords: ['price'] } });
    const answer = await asked('When are you OPEN?');
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      intent: { type: 'none' },
      reply_wait: null,
      matched: [fires.json['id']],
      actions: [{ rule_id: fires.json['id'], action: RULE.actions[0] }],
      explanation: [
        { rule_id: fires.json['id'], outcome: 'matched', keyword: 'open' },
        { rule_id: other.json['id'], outcome: 'no_keyword' },
      ],
    });
  });

  test('shows that texts about consent reach no rule', async () => {
    await create({ match: { type: 'any' } });
    const answer = await asked('please stop texting me');
    expect(answer.json).toMatchObject({
      intent: { type: 'opt_out' },
      actions: [],
      explanation: [{ outcome: 'reserved' }],
    });
  });

  test('refuses a contact that is no number', async () => {
    const json = { from: 'Ann', to: '+14155550100', body: 'hours' };
    expect(await call('POST', '/v1/rules/test', json)).toMatchObject({ status: 400, json: { param: 'from' } });
  });
});
