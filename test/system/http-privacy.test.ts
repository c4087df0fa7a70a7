import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId, startApi, type TestApi } from '../support/http-api.ts';

const NUMBER = '+14155550123';
let api: TestApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const post = (path: string, json: unknown, key = api.keys.test) => api.call(path, { method: 'POST', json, key });

describe('/v1/privacy', () => {
  test('exports as JSON and as a table, for keys of the mode with the scope', async () => {
    await api.store({ to: NUMBER, contact: NUMBER, body: '=1+1, "quoted"\nand more' });
    await api.store({ to: '+14155550199', contact: '+14155550199', body: 'of somebody else' });
    const asked = await post('/v1/privacy/export', { number: '+1 (415) 555-0123' });
    expect(asked).toMatchObject({ status: 202, json: { kind: 'export', state: 'pending', result: null } });
    const path = asked.headers.get('location') ?? '';
    expect(path).toBe(`/v1/privacy/jobs/${String(asked.json['id'])}`);
    expect((await api.call(`${path}/messages.csv`)).status).toBe(404);
    await api.contacts.privacy.runDue();
    const done = await api.call(path);
    expect(done.json).toMatchObject({ state: 'done', result: { number: NUMBER, messages_total: 1 } });
    expect(Date.parse(String(done.json['expires_at']))).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    const table = await api.call(`${path}/messages.csv`);
    expect(table.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(table.text).toMatch(/^id,created_at,direction,from,to,status,message_type,topic,body\r\n/);
    expect(table.text).toContain(`,${NUMBER},queued,transactional,,"'=1+1, ""quoted""\nand more"\r\n`);
    expect(table.text).not.toContain('somebody else');
    const told = (await api.call('/v1/audit-log')).json['data'] as Record<string, unknown>[];
    expect(told.map(({ action }) => action).slice(0, 3)).toEqual([
      'exported_text.get',
      'privacy_job.get',
      'privacy.export',
    ]);
    expect((await api.call(path, { key: api.keys.live })).status).toBe(404);
    const stranger = await api.keyWith('test', ['messages:read', 'messages:content']);
    expect(await api.call(path, { key: stranger })).toMatchObject({ status: 403, json: { scope: 'privacy:manage' } });
  });

  test('erases, and the log tells of it without the number', async () => {
    const { id } = await api.store({ to: NUMBER, contact: NUMBER, status: 'delivered', due_at: null });
    await post('/v1/privacy/erase', { number: NUMBER });
    await api.contacts.privacy.runDue();
    const text = await api.call(`/v1/messages/${id}`);
    expect(text.json).toMatchObject({ to: expect.stringMatching(/^erased:[0-9a-f]{16}$/), body: null });
    const { text: log } = await api.call('/v1/audit-log?action=privacy.*');
    expect(log).toContain('privacy.erase');
    expect(log).not.toContain(NUMBER.slice(1));
  });

  test('refuses what is no number, and knows no job that there is not', async () => {
    expect(await post('/v1/privacy/erase', { number: 'all' })).toMatchObject({ json: { code: 'INVALID_NUMBER' } });
    expect(await post('/v1/privacy/erase', { number: NUMBER, why: 'x' })).toMatchObject({ status: 400 });
    expect((await api.call('/v1/privacy/jobs/nothing')).status).toBe(404);
    expect((await api.call(`/v1/privacy/jobs/${newId()}`)).status).toBe(404);
  });
});

describe('DELETE /v1/messages/{id}/content', () => {
  const redact = (id: string, key = api.keys.test) => api.call(`/v1/messages/${id}/content`, { method: 'DELETE', key });

  test('takes the body of a final text away, as often as it is asked', async () => {
    const { id } = await api.store({ status: 'delivered', due_at: null, body: 'zebra' });
    expect((await redact(id, api.keys.live)).status).toBe(404);
    expect([(await redact(id)).status, (await redact(id)).status]).toEqual([204, 204]);
    expect((await api.call(`/v1/messages/${id}`)).json).toMatchObject({ status: 'delivered', body: null });
    const [entry] = (await api.call('/v1/audit-log')).json['data'] as unknown[];
    expect(entry).toMatchObject({ action: 'message.redact', target: id });
  });

  test.each(['queued', 'held', 'sent'] as const)('is refused for a text that is %s', async (status) => {
    const { id } = await api.store({ status, ...(status === 'sent' ? { due_at: null } : {}) });
    expect(await redact(id)).toMatchObject({ status: 409, json: { code: 'NOT_FINAL' } });
  });
});
