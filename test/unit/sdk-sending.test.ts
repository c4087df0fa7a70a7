import { expect, test } from 'vitest';
import { SmsClient } from '../../connectors/sdk/index.ts';

/** A client, and what it asked. */
function client(statuses: readonly number[] = [200]) {
  const asked: { call: string; body: unknown; key: string | null }[] = [];
  const fetch: typeof globalThis.fetch = (url, init) => {
    const { pathname } = new URL(url instanceof Request ? url.url : url);
    const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : null;
    asked.push({ call: `${init?.method} ${pathname}`, body, key: new Headers(init?.headers).get('Idempotency-Key') });
    const status = statuses[Math.min(asked.length, statuses.length) - 1] ?? 200;
    const answer = status === 204 ? null : '{"code":"SERVICE_UNAVAILABLE","retryable":true,"data":[]}';
    return Promise.resolve(new Response(answer, { status }));
  };
  const sleep = () => Promise.resolve();
  const made = new SmsClient({ baseUrl: 'http://localhost:8080', apiKey: 'sk_test_key', fetch, sleep });
  const { sms, batches, templates } = made;
  return { sms, batches, templates, asked };
}

test('R036, R037: a batch is tried again under one Idempotency-Key', async () => {
  const { sms, asked } = client([503, 202]);
  const messages = [{ to: '+14155550123', body: 'Hello' }];
  await sms.sendBatch(messages, { dedupe: 'to' });
  expect(asked.map(({ call, body }) => ({ call, body }))).toEqual([
    { call: 'POST /v1/messages/batch', body: { dedupe: 'to', messages } },
    { call: 'POST /v1/messages/batch', body: { dedupe: 'to', messages } },
  ]);
  expect(asked[0]?.key).toMatch(/^[0-9a-f-]{36}$/);
  expect(asked[1]?.key).toBe(asked[0]?.key);
  await sms.sendBatch(messages, { idempotencyKey: 'mine' });
  expect(asked[2]).toMatchObject({ key: 'mine', body: { messages } });
});

test('R036: what has not left is changed and canceled, and batches and templates have their methods', async () => {
  const { sms, batches, templates, asked } = client();
  await sms.cancel('a/b');
  await sms.change('m1', { schedule_for: null });
  await batches.get('b1');
  await batches.pause('b1');
  await batches.resume('b1');
  await batches.cancel('b1');
  await templates.list();
  await templates.get('t1');
  await templates.create({ name: 'n', body: 'b' });
  await templates.update('t1', { name: 'n', body: 'c' });
  await templates.preview('t1', { to: '+14155550123', variables: {} });
  expect(asked.map(({ call }) => call)).toEqual([
    'POST /v1/messages/a%2Fb/cancel',
    'PATCH /v1/messages/m1',
    'GET /v1/batches/b1',
    'POST /v1/batches/b1/pause',
    'POST /v1/batches/b1/resume',
    'POST /v1/batches/b1/cancel',
    'GET /v1/templates',
    'GET /v1/templates/t1',
    'POST /v1/templates',
    'PUT /v1/templates/t1',
    'POST /v1/templates/t1/preview',
  ]);
  const removing = client([204]);
  await removing.templates.remove('t1');
  expect(removing.asked[0]?.call).toBe('DELETE /v1/templates/t1');
});
