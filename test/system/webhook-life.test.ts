import { describe, expect, test } from 'vitest';
import { verify } from '../../server/events/sign.ts';
import type { Webhooks } from '../../server/events/webhooks.ts';
import type { Mode } from '../../server/rules/message.ts';
import { until } from '../support/until.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';
import { newMessage, passTime, recordEvent, recordEvents, webhookHarness } from '../support/webhooks.ts';

const DAY_MS = 86_400_000;
const SENT = ['message.sent'];

async function endpoint(webhooks: Webhooks, url: string, event_types = SENT, mode: Mode = 'test') {
  const created = await webhooks.endpoints.create(mode, { url, event_types });
  if (!created.ok) throw new Error(created.reason);
  return created;
}
const one = async (webhooks: Webhooks, id: string) => {
  const found = (await webhooks.endpoints.list('test')).find((each) => each.id === id);
  if (!found) throw new Error('there is no such endpoint');
  return found;
};
const seconds = (clock: VirtualClock) => Math.floor(clock.now() / 1_000);

describe('R121: an endpoint', () => {
  test('R121: gets what it asks for after a change, at its new address, also what waited for the old one', async () => {
    const clock = virtualClock();
    const { database, sink, start } = await webhookHarness(
      (response, { path }) => response.writeHead(path === '/old' ? 500 : 200).end(),
      clock,
    );
    const webhooks = start();
    const { endpoint: before } = await endpoint(webhooks, `${sink.url}/old`);
    await recordEvent(database, 'message.sent');
    webhooks.poke();
    await sink.received(1);
    const wanted = { url: `${sink.url}/new`, event_types: ['message.delivered'], description: 'moved' };
    expect(await webhooks.endpoints.update('live', before.id, wanted)).toEqual({ ok: false, reason: 'unknown' });
    expect(await webhooks.endpoints.update('test', before.id, { url: 'ftp://x' })).toMatchObject({ ok: false });
    const updated = await webhooks.endpoints.update('test', before.id, wanted);
    expect(updated).toMatchObject({ ok: true, endpoint: wanted });
    await passTime(clock, 6_000);
    expect(sink.requests.map(({ path }) => path)).toEqual(['/old', '/new']);
    await recordEvent(database, 'message.sent');
    await recordEvent(database, 'message.delivered');
    await passTime(clock, 2_000);
    expect(sink.requests.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual([
      'message.sent',
      'message.sent',
      'message.delivered',
    ]);
  });

  test('signs with the old and the new secret for the overlap, then with the new one alone', async () => {
    const clock = virtualClock();
    const { database, sink, start } = await webhookHarness(undefined, clock);
    const webhooks = start();
    const { endpoint: made, secret: old } = await endpoint(webhooks, sink.url);
    const rotated = await webhooks.endpoints.rotate('test', made.id, 60);
    if (!rotated) throw new Error('not rotated');
    expect(rotated.previousUntil).toEqual(new Date(clock.now() + 60_000));
    const fits = (index: number, secret: string) => {
      const request = sink.requests[index];
      return verify(request?.headers ?? {}, request?.body ?? '', secret, seconds(clock)).ok;
    };
    await recordEvent(database, 'message.sent');
    await passTime(clock, 2_000);
    expect([fits(0, old), fits(0, rotated.secret)]).toEqual([true, true]);
    await passTime(clock, 60_000);
    await recordEvent(database, 'message.sent');
    await passTime(clock, 2_000);
    expect([fits(1, old), fits(1, rotated.secret)]).toEqual([false, true]);
    expect(await webhooks.endpoints.rotate('live', made.id, 60)).toBeNull();
    expect((await webhooks.endpoints.rotate('test', made.id, 0))?.previousUntil).toBeNull();
  });

  test('R131: can be tried out with an event of no consequence', async () => {
    const { sink, start } = await webhookHarness((response) => response.writeHead(418).end('I am a teapot'));
    const webhooks = start();
    const { endpoint: made, secret } = await endpoint(webhooks, sink.url);
    const delivery = await webhooks.endpoints.test('test', made.id);
    const [request] = await sink.received(1);
    expect(verify(request?.headers ?? {}, request?.body ?? '', secret, Math.floor(Date.now() / 1_000)).ok).toBe(true);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ type: 'webhook_endpoint.test' });
    const tried = await until(async () => {
      const found = await webhooks.deliveries.find('test', delivery?.id ?? '');
      return found?.last_status === 418 && found;
    });
    expect(tried).toMatchObject({ state: 'pending', attempts: 1, last_response: 'I am a teapot', last_error: null });
    expect(tried.last_duration_ms).toBeGreaterThanOrEqual(0);
    expect(tried.last_attempt_at).toBeInstanceOf(Date);
    await webhooks.endpoints.update('test', made.id, { enabled: false });
    expect(await webhooks.endpoints.test('test', made.id)).toBeNull();
  });
});

describe('R132: an endpoint that fails', () => {
  test('R132: for five days and nothing else is turned off, with an event and a warning', async () => {
    const clock = virtualClock();
    const { database, sink, start, logged } = await webhookHarness((response) => response.writeHead(500).end(), clock);
    const webhooks = start();
    const { endpoint: made } = await endpoint(webhooks, sink.url);
    const fail = async () => {
      const before = sink.requests.length;
      await recordEvent(database, 'message.sent');
      await passTime(clock, 2_000);
      await until(() => sink.requests.length > before);
    };
    await fail();
    await fail();
    await until(async () => (await one(webhooks, made.id)).failing_since);
    clock.jump(5 * DAY_MS - 20_000);
    await fail();
    expect((await one(webhooks, made.id)).enabled).toBe(true);
    // Whatever is tried next ends it: a new event, or one that is told again.
    clock.jump(20_000);
    await recordEvent(database, 'message.sent');
    await passTime(clock, 2_000);
    const off = await until(async () => {
      const found = await one(webhooks, made.id);
      return !found.enabled && found;
    });
    expect(off.disabled_reason).toBe('failing');
    const rows = await database.query<{ data: unknown }>({
      text: `select data from events where type = 'webhook_endpoint.disabled'`,
      values: [],
    });
    expect(rows).toEqual([{ data: { endpoint_id: made.id, reason: 'failing', host: `127.0.0.1:${sink.port}` } }]);
    expect(logged.filter((line) => line.includes('a webhook endpoint was disabled'))).toHaveLength(1);
    const on = await webhooks.endpoints.update('test', made.id, { enabled: true });
    expect(on).toMatchObject({ ok: true, endpoint: { enabled: true, failing_since: null, disabled_reason: null } });
  });

  test('begins anew with every success', async () => {
    const clock = virtualClock();
    let status = 500;
    const { database, sink, start } = await webhookHarness((response) => response.writeHead(status).end(), clock);
    const webhooks = start();
    const { endpoint: made } = await endpoint(webhooks, sink.url);
    await recordEvents(database, ['message.sent', 'message.sent'], await recordEvent(database, 'message.queued'));
    webhooks.poke();
    await until(async () => (await one(webhooks, made.id)).failing_since);
    status = 200;
    await passTime(clock, 6_000);
    await until(async () => (await one(webhooks, made.id)).failing_since === null);
  });

  test('does not keep others waiting, however much waits for it', async () => {
    const hang = await webhookHarness((_response) => undefined);
    const { database, start } = hang;
    const alive = await webhookHarness();
    const allowed = await import('../../server/events/safe-fetch.ts');
    const safeFetch = allowed.createSafeFetch({
      allowlist: [`127.0.0.1:${hang.sink.port}`, `127.0.0.1:${alive.sink.port}`],
      allowLoopback: () => true,
    });
    const webhooks = start({ safeFetch });
    await endpoint(webhooks, `${hang.sink.url}/hangs`);
    const types = Array.from({ length: 300 }, () => 'message.sent');
    await recordEvents(database, types, await recordEvent(database, 'message.queued'));
    webhooks.poke();
    await hang.sink.received(40);
    await endpoint(webhooks, `${alive.sink.url}/answers`, ['message.delivered']);
    const deliver = Array.from({ length: 30 }, () => 'message.delivered');
    await recordEvents(database, deliver, await recordEvent(database, 'message.queued'));
    webhooks.poke();
    expect(await alive.sink.received(30)).toHaveLength(30);
    expect(hang.sink.requests.length).toBeLessThanOrEqual(40);
    safeFetch.close();
  });
});

describe('deliveries', () => {
  test('are listed by endpoint and state, the newest first, and sent again under the same id', async () => {
    const clock = virtualClock();
    let status = 410;
    const { database, sink, start } = await webhookHarness((response) => response.writeHead(status).end(), clock);
    const webhooks = start();
    const { endpoint: made } = await endpoint(webhooks, sink.url);
    await recordEvent(database, 'message.sent');
    await passTime(clock, 2_000);
    const any = { state: null, belowId: null };
    const failed = await until(
      async () => (await webhooks.deliveries.list('test', made.id, { ...any, state: 'failed' }, 10))?.[0],
    );
    expect(failed).toMatchObject({ state: 'failed', last_status: 410, attempts: 1 });
    expect(await webhooks.deliveries.list('test', made.id, { ...any, state: 'delivered' }, 10)).toEqual([]);
    expect(await webhooks.deliveries.list('live', made.id, any, 10)).toBeNull();
    expect(await webhooks.deliveries.resend('live', failed.id)).toEqual({ ok: false, reason: 'unknown' });
    status = 200;
    await webhooks.endpoints.update('test', made.id, { enabled: true });
    expect(await webhooks.deliveries.resend('test', failed.id)).toMatchObject({
      ok: true,
      delivery: { state: 'pending', attempts: 0 },
    });
    await passTime(clock, 2_000);
    expect(sink.requests.map(({ headers }) => headers['webhook-id'])).toEqual([failed?.id, failed?.id]);
    await database.kysely.updateTable('webhook_deliveries').set({ payload: '{}' }).execute();
    expect(await webhooks.deliveries.resend('test', failed.id)).toEqual({ ok: false, reason: 'emptied' });
  });

  test('that an endpoint missed are made up for: those that failed, and those of the time it was off', async () => {
    const clock = virtualClock();
    let status = 410;
    const { database, sink, start } = await webhookHarness((response) => response.writeHead(status).end(), clock);
    const webhooks = start();
    const { endpoint: made } = await endpoint(webhooks, sink.url);
    const at = () => newMessage({ created_at: new Date(clock.now()) });
    const early = await recordEvent(database, 'message.sent', at());
    await passTime(clock, 2_000);
    clock.jump(60_000);
    const since = new Date(clock.now());
    const missed = [
      await recordEvent(database, 'message.sent', at()),
      await recordEvent(database, 'message.sent', at()),
    ];
    await recordEvent(database, 'message.delivered', at());
    await passTime(clock, 2_000);
    expect(sink.requests).toHaveLength(1);
    status = 200;
    await webhooks.endpoints.update('test', made.id, { enabled: true });
    expect(await webhooks.deliveries.recover('live', made.id, since, new Date(clock.now()))).toBeNull();
    const recovered = await webhooks.deliveries.recover('test', made.id, since, new Date(clock.now()));
    expect(recovered).toMatchObject({ deliveries: 2, complete: true });
    await passTime(clock, 2_000);
    const told = () =>
      sink.requests.slice(1).map(({ body }) => (JSON.parse(body) as { data: { message_id: string } }).data.message_id);
    expect(told().toSorted()).toEqual(missed.map(({ id }) => id).toSorted());
    const again = await webhooks.deliveries.recover('test', made.id, new Date(0), new Date(clock.now()));
    expect(again?.deliveries).toBe(1);
    await passTime(clock, 2_000);
    expect(told()[2]).toBe(early.id);
  });
});
