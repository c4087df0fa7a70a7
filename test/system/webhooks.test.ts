import { describe, expect, test } from 'vitest';
import { verify } from '../../server/events/sign.ts';
import type { Webhooks } from '../../server/events/webhooks.ts';
import type { Mode } from '../../server/rules/message.ts';
import type { WebhookDeliveryRow } from '../../server/store/schema.ts';
import type { Received } from '../support/http-sink.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import {
  newMessage,
  organisationSecret,
  passTime,
  recordEvent,
  recordEvents,
  webhookHarness,
} from '../support/webhooks.ts';

async function endpoint(webhooks: Webhooks, url: string, event_types = ['*'], mode: Mode = 'test') {
  const created = await webhooks.endpoints.create(mode, { url, event_types });
  if (!created.ok) throw new Error(created.reason);
  return created;
}

const idOf = (request: Received | undefined) => request?.headers['webhook-id'];
const dataOf = ({ body }: Received) => (JSON.parse(body) as { data: Record<string, unknown> }).data;
const nowSeconds = () => Math.floor(Date.now() / 1000);
const allOf = (state: string) => (rows: WebhookDeliveryRow[]) =>
  rows.length > 0 && rows.every((row) => row.state === state) && rows;

describe('a delivery', () => {
  test('is signed with the secret of its endpoint, and no other secret verifies it', async () => {
    const { database, sink, start } = await webhookHarness();
    const webhooks = start();
    const { secret } = await endpoint(webhooks, `${sink.url}/hook`);
    const message = await recordEvent(database, 'message.sent');
    webhooks.poke();
    const [request] = await sink.received(1);
    if (!request) throw new Error('nothing arrived');
    expect(verify(request.headers, request.body, secret, nowSeconds())).toEqual({ ok: true });
    expect(verify(request.headers, request.body, organisationSecret, nowSeconds()).ok).toBe(false);
    expect(request).toMatchObject({ method: 'POST', path: '/hook' });
    expect(request.headers['content-type']).toBe('application/json');
    expect(dataOf(request)).toMatchObject({ message_id: message.id, status: 'sent', sequence: 1 });
  });

  test('goes to the status_callback of its text, signed with the secret of the organisation', async () => {
    const { database, sink, start } = await webhookHarness();
    const webhooks = start();
    await recordEvent(database, 'message.queued', newMessage({ status_callback: `${sink.url}/status` }));
    webhooks.poke();
    const [request] = await sink.received(1);
    expect(request?.path).toBe('/status');
    expect(verify(request?.headers ?? {}, request?.body ?? '', organisationSecret, nowSeconds())).toEqual({ ok: true });
  });

  test('happens even when nobody pokes', async () => {
    const { database, sink, start } = await webhookHarness();
    await endpoint(start(), sink.url);
    await recordEvent(database, 'message.sent');
    expect(await sink.received(1)).toHaveLength(1);
  });

  test('of each of 1,200 events happens once', async () => {
    const { database, sink, start, deliveries } = await webhookHarness();
    const webhooks = start();
    await endpoint(webhooks, sink.url);
    const message = await recordEvent(database, 'message.queued');
    await recordEvents(
      database,
      Array.from({ length: 1_199 }, () => 'message.sent'),
      message,
    );
    webhooks.poke();
    await sink.received(1_200);
    const rows = await until(async () => allOf('delivered')(await deliveries()));
    expect(rows).toHaveLength(1_200);
    expect(new Set(sink.requests.map(idOf)).size).toBe(1_200);
    expect(sink.requests).toHaveLength(1_200);
  });

  test('is not needed for an event to be counted, and each is counted once', async () => {
    const { database, start } = await webhookHarness();
    const counted: string[] = [];
    const webhooks = start({ observe: ({ type, mode }) => counted.push(`${type} ${mode}`) });
    const message = await recordEvent(database, 'message.queued');
    webhooks.poke();
    await until(() => counted.length === 1);
    await recordEvents(database, ['message.sent'], message);
    webhooks.poke();
    await until(() => counted.length >= 2);
    expect(counted).toEqual(['message.queued test', 'message.sent test']);
  });

  test('never makes more than fifty at once', async () => {
    let open = 0;
    let most = 0;
    const { database, sink, start } = await webhookHarness((response) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        response.end();
      }, 20);
    });
    const webhooks = start();
    await endpoint(webhooks, sink.url);
    await recordEvents(
      database,
      Array.from({ length: 100 }, () => 'message.sent'),
      await recordEvent(database, 'message.queued'),
    );
    webhooks.poke();
    await sink.received(101);
    expect(most).toBeLessThanOrEqual(50);
  });
});

describe('test and live', () => {
  test('events of one mode never reach an endpoint of the other', async () => {
    const { database, sink, start, deliveries } = await webhookHarness();
    const webhooks = start();
    await endpoint(webhooks, `${sink.url}/test`, ['*'], 'test');
    await endpoint(webhooks, `${sink.url}/live`, ['*'], 'live');
    const test = await recordEvent(database, 'message.sent', newMessage({ mode: 'test' }));
    const live = await recordEvent(database, 'message.sent', newMessage({ mode: 'live' }));
    webhooks.poke();
    await until(async () => (await deliveries()).length === 2 && allOf('delivered')(await deliveries()));
    const seen = sink.requests.map((request) => [request.path, dataOf(request)['message_id'], dataOf(request)['mode']]);
    expect(seen).toHaveLength(2);
    expect(seen).toContainEqual(['/live', live.id, 'live']);
    expect(seen).toContainEqual(['/test', test.id, 'test']);
  });
});

describe('a receiver in trouble', () => {
  test('R132: that answers 500 gets the same webhook-id again, newly signed, and then no more', async () => {
    const clock = virtualClock();
    const { database, sink, start, deliveries } = await webhookHarness((response, _request, index) => {
      response.writeHead(index === 0 ? 500 : 200).end();
    }, clock);
    const webhooks = start();
    const { secret } = await endpoint(webhooks, sink.url);
    await recordEvent(database, 'message.sent');
    webhooks.poke();
    const first = await until(async () => (await deliveries()).find((row) => row.last_status === 500));
    expect(first).toMatchObject({ state: 'pending', attempts: 1, next_attempt_at: new Date(clock.now() + 5_000) });
    await passTime(clock, 4_999);
    expect(sink.requests).toHaveLength(1);
    await passTime(clock, 1_001);
    const [before, after] = await sink.received(2);
    const last = await until(async () => (await deliveries()).find((row) => row.state === 'delivered'));
    expect(last).toMatchObject({ attempts: 2, last_status: 200 });
    expect(idOf(after)).toBe(idOf(before));
    expect(after?.body).toBe(before?.body);
    expect(after?.headers['webhook-timestamp']).not.toBe(before?.headers['webhook-timestamp']);
    expect(verify(after?.headers ?? {}, after?.body ?? '', secret, clock.now() / 1000)).toEqual({ ok: true });
  });

  test('that answers 410 is disabled, and later events are not for it', async () => {
    const { database, sink, start, deliveries } = await webhookHarness((response, request) => {
      response.writeHead(request.path === '/gone' ? 410 : 200).end();
    });
    const webhooks = start();
    const gone = await endpoint(webhooks, `${sink.url}/gone`);
    await endpoint(webhooks, `${sink.url}/there`, ['message.*']);
    await recordEvent(database, 'message.queued');
    webhooks.poke();
    await until(async () => (await deliveries()).find((row) => row.state === 'failed'));
    const listed = await webhooks.endpoints.list('test');
    expect(listed.find(({ id }) => id === gone.endpoint.id)?.enabled).toBe(false);
    await recordEvent(database, 'message.sent');
    webhooks.poke();
    await until(() => sink.requests.filter((request) => request.path === '/there').length === 2);
    expect(sink.requests.filter((request) => request.path === '/gone')).toHaveLength(1);
  });

  test('that was disabled or deleted gets nothing of what was still waiting', async () => {
    const clock = virtualClock();
    const { database, sink, start, deliveries } = await webhookHarness(
      (response) => response.writeHead(500).end(),
      clock,
    );
    const webhooks = start();
    const disabled = await endpoint(webhooks, `${sink.url}/disabled`);
    const deleted = await endpoint(webhooks, `${sink.url}/deleted`);
    await recordEvent(database, 'message.sent');
    webhooks.poke();
    await until(async () => (await deliveries()).filter((row) => row.last_status === 500).length === 2);
    await database.kysely
      .updateTable('webhook_endpoints')
      .set({ enabled: false })
      .where('id', '=', disabled.endpoint.id)
      .execute();
    await webhooks.endpoints.remove('test', deleted.endpoint.id);
    await passTime(clock, 6_000);
    const rows = await until(async () => allOf('failed')(await deliveries()));
    expect(new Set(rows.map((row) => row.last_error))).toEqual(new Set(['endpoint_deleted', 'endpoint_disabled']));
    expect(sink.requests).toHaveLength(2);
  });

  test('that redirects is not followed and is tried again later', async () => {
    const { database, sink, start, deliveries } = await webhookHarness((response) => {
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    const webhooks = start();
    await endpoint(webhooks, `${sink.url}/hook`);
    await recordEvent(database, 'message.sent');
    webhooks.poke();
    const row = await until(async () => (await deliveries()).find((each) => each.last_status === 307));
    expect(row.state).toBe('pending');
    expect(sink.requests.map((request) => request.path)).toEqual(['/hook']);
  });

  test('whose address is no longer allowed is not called', async () => {
    const { database, sink, start, deliveries } = await webhookHarness();
    const webhooks = start();
    await recordEvent(database, 'message.sent', newMessage({ status_callback: 'http://169.254.169.254/latest' }));
    webhooks.poke();
    const row = await until(async () => (await deliveries()).find((each) => each.last_error !== null));
    expect(row).toMatchObject({ state: 'pending', last_error: 'address_not_allowed', last_status: null });
    expect(sink.requests).toHaveLength(0);
  });

  test('leaves no number, body, path or query in the log', async () => {
    const { database, sink, start, logged } = await webhookHarness((response) => response.writeHead(500).end());
    const webhooks = start();
    await endpoint(webhooks, `${sink.url}/hook-path?token=hidden-token`);
    await recordEvent(database, 'message.received', newMessage({ direction: 'inbound', body: 'hidden-body' }));
    webhooks.poke();
    const line = await until(() => logged.find((each) => each.includes('a webhook attempt failed')));
    expect(line).toContain(`"host":"127.0.0.1:${sink.port}"`);
    expect(line).toContain('"status":500');
    for (const hidden of ['hidden', 'hook-path', '14155550123', '15005550100', 'whsec'])
      expect(logged.join()).not.toContain(hidden);
  });
});

describe('endpoints', () => {
  test('are listed by mode, newest first, without their secret, and are deleted by their own mode only', async () => {
    const clock = virtualClock();
    const { sink, start } = await webhookHarness(undefined, clock);
    const { endpoints } = start();
    const first = await endpoints.create('test', { url: sink.url, event_types: ['message.*'], description: 'first' });
    await clock.advance(1);
    const second = await endpoints.create('test', { url: sink.url, event_types: ['*'] });
    if (!first.ok || !second.ok) throw new Error('refused');
    expect(first.endpoint.id).toMatch(/^we_[0-9a-f]{16}$/);
    expect(first.endpoint).toMatchObject({
      mode: 'test',
      description: 'first',
      enabled: true,
      event_types: ['message.*'],
    });
    expect(await endpoints.list('test')).toEqual([second.endpoint, first.endpoint]);
    expect(JSON.stringify(await endpoints.list('test'))).not.toContain('secret');
    expect(await endpoints.list('live')).toEqual([]);
    expect(await endpoints.remove('live', first.endpoint.id)).toBe(false);
    expect(await endpoints.remove('test', first.endpoint.id)).toBe(true);
    expect(await endpoints.remove('test', first.endpoint.id)).toBe(false);
    expect(await endpoints.list('test')).toEqual([second.endpoint]);
  });

  test('at a forbidden address are refused with the reason, and nothing is stored', async () => {
    const { start } = await webhookHarness();
    const { endpoints } = start();
    const refused = await endpoints.create('live', { url: 'https://169.254.169.254/', event_types: ['*'] });
    expect(refused).toEqual({ ok: false, reason: 'address_not_allowed' });
    expect(await endpoints.list('live')).toEqual([]);
  });

  test('are at most a hundred per mode', async () => {
    const { database, sink, start } = await webhookHarness();
    const { endpoints } = start();
    await endpoint({ endpoints } as Webhooks, sink.url);
    await database.query({
      text: `insert into webhook_endpoints select 'we_' || n, mode, url, event_types, description, enabled, secret, created_at
        from webhook_endpoints, generate_series(2, 100) n`,
      values: [],
    });
    const one = { url: sink.url, event_types: ['*'] };
    expect(await endpoints.create('test', one)).toEqual({ ok: false, reason: 'too_many_endpoints' });
    expect(await endpoints.create('live', one)).toMatchObject({ ok: true });
  });

  test('have their secret stored sealed, not in the clear', async () => {
    const { database, sink, start } = await webhookHarness();
    const { secret } = await endpoint(start(), sink.url);
    const [row] = await database.kysely.selectFrom('webhook_endpoints').select('secret').execute();
    expect(row?.secret.includes(secret.slice(6, 20))).toBe(false);
  });
});
