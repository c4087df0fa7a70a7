import { describe, expect, test } from 'vitest';
import { SmsApiError } from '../../connectors/sdk/index.ts';
import { fakeServer, thrownBy } from '../support/fake-fetch.ts';

const unavailable = { status: 503, body: { code: 'SERVICE_UNAVAILABLE', retryable: true } };
const lost = new TypeError('fetch failed');
const text = { to: '+14155550123', body: 'Hello' };

describe('R037: a list', () => {
  const pages = [
    { data: [{ message_id: 'a' }, { message_id: 'b' }], next_cursor: 'c/1' },
    { data: [{ message_id: 'c' }], next_cursor: null },
  ];

  test('is walked through page by page, with its filters on every page', async () => {
    const { client, asked } = fakeServer((_, index) => ({ body: pages[index] }));
    const ids: string[] = [];
    const filter = { to: '+14155550123', created_after: '2026-11-20T00:00:00Z' };
    for await (const { message_id: id } of client.sms.list(filter)) ids.push(id);
    expect(ids).toEqual(['a', 'b', 'c']);
    expect(asked.map(({ search }) => search)).toEqual([
      { ...filter, limit: '200' },
      { ...filter, limit: '200', cursor: 'c/1' },
    ]);
  });

  test('asks for no page that nobody looks at', async () => {
    const { client, asked } = fakeServer((_, index) => ({ body: pages[index] }));
    for await (const { message_id: id } of client.sms.list()) if (id === 'b') break;
    expect(asked).toHaveLength(1);
  });

  test('goes on after a page that could not be had at first', async () => {
    const { client } = fakeServer((_, index) => (index === 1 ? unavailable : { body: pages[index === 0 ? 0 : 1] }));
    const ids: string[] = [];
    for await (const { message_id: id } of client.sms.list()) ids.push(id);
    expect(ids).toEqual(['a', 'b', 'c']);
  });

  test('ends with the reason of its signal', async () => {
    const giveUp = new AbortController();
    const { client } = fakeServer((_, index) => ({ body: pages[index] }));
    const walk = async () => {
      for await (const _ of client.sms.list({}, { signal: giveUp.signal })) giveUp.abort(new Error('enough'));
    };
    expect(await thrownBy(walk())).toEqual(new Error('enough'));
  });
});

describe('R037: a call that may have been carried out', () => {
  test('is said again when that changes nothing', async () => {
    const { client, asked } = fakeServer((_, index) => (index === 0 ? lost : {}));
    await client.optOuts.create({ number: '+14155550123' });
    expect(asked).toHaveLength(2);
  });

  test('is not repeated when it would make a second thing', async () => {
    const { client, asked } = fakeServer(() => lost);
    const decided = client.optOuts.reviews.resolve('r1', 'opt_out');
    expect(await thrownBy(decided)).toMatchObject({ code: 'CONNECTION_FAILED' });
    expect(asked).toHaveLength(1);
  });

  test('is repeated in any case when the server has refused it', async () => {
    const { client, asked } = fakeServer((_, index) => (index === 0 ? unavailable : { body: { key: 'sk_test_new' } }));
    expect(await client.keys.create({ name: 'shop' })).toEqual({ key: 'sk_test_new' });
    expect(asked).toHaveLength(2);
  });

  test('and has taken a thing away, has done so: that it is gone is a fault at the first try alone', async () => {
    const gone = { status: 404, body: { code: 'NOT_FOUND', retryable: false } };
    const { client } = fakeServer((_, index) => (index === 0 ? lost : gone));
    expect(await client.webhooks.remove('we_1')).toBeUndefined();
    expect(await thrownBy(client.webhooks.remove('we_1'))).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('has one Idempotency-Key for all its tries where the server knows one', async () => {
    const { client, asked } = fakeServer((_, index) => (index < 2 ? lost : {}));
    await client.conversations.reply('c1', { body: 'Hello' });
    const keys = asked.map(({ headers }) => headers.get('Idempotency-Key'));
    expect([keys.length, new Set(keys).size]).toEqual([3, 1]);
  });
});

test('R037: a call that is given up is not tried again, and throws the reason', async () => {
  const giveUp = new AbortController();
  const { client, asked } = fakeServer(() => {
    giveUp.abort(new Error('too slow'));
    return lost;
  });
  expect(await thrownBy(client.sms.send(text, { signal: giveUp.signal }))).toEqual(new Error('too slow'));
  expect(asked).toHaveLength(1);
  expect(await thrownBy(client.sms.send(text, { signal: giveUp.signal }))).toEqual(new Error('too slow'));
  expect(asked).toHaveLength(1);
});

test('R037: a pause between two tries ends when the call is given up', async () => {
  const giveUp = new AbortController();
  const client = fakeServer(
    () => {
      queueMicrotask(() => giveUp.abort(new Error('too slow')));
      return { status: 503, body: { code: 'SERVICE_UNAVAILABLE', retryable: true } };
    },
    { sleep: (_, signal) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve())) },
  ).client;
  expect(await thrownBy(client.sms.send(text, { signal: giveUp.signal }))).toEqual(new Error('too slow'));
});

describe('R036: waiting for a status', () => {
  const statuses = (...given: string[]) =>
    fakeServer((_, index) => ({ body: { message_id: 'm1', status: given[Math.min(index, given.length - 1)] } }));

  test('asks with growing pauses until the text has one', async () => {
    const { client, waits } = statuses('queued', 'sent', 'sent', 'delivered');
    expect(await client.sms.waitForStatus('m1', ['delivered', 'undelivered'])).toMatchObject({ status: 'delivered' });
    expect(waits).toEqual([500, 750, 1_125]);
  });

  test('without statuses waits for any end', async () => {
    const { client } = statuses('sent', 'failed');
    expect(await client.sms.waitForStatus('m1')).toMatchObject({ status: 'failed' });
  });

  test('ends at once when the text has come to another end', async () => {
    const { client, asked } = statuses('sent', 'rejected');
    const error = await thrownBy(client.sms.waitForStatus('m1', ['delivered']));
    expect(error).toBeInstanceOf(SmsApiError);
    expect(error).toMatchObject({ code: 'STATUS_NOT_REACHED', retryable: false });
    expect(asked).toHaveLength(2);
  });

  test('is a TIMEOUT when the time is over, after one last look', async () => {
    const { client, waits } = statuses('sent');
    const error = await thrownBy(client.sms.waitForStatus('m1', ['delivered'], { timeoutMs: 1_000 }));
    expect(error).toMatchObject({ code: 'TIMEOUT', retryable: true });
    expect(waits).toEqual([500, 500]);
  });

  test('is given up by its signal', async () => {
    const giveUp = new AbortController();
    const { client } = fakeServer(() => {
      giveUp.abort(new Error('enough'));
      return { body: { message_id: 'm1', status: 'sent' } };
    });
    const waiting = client.sms.waitForStatus('m1', ['delivered'], { signal: giveUp.signal });
    expect(await thrownBy(waiting)).toEqual(new Error('enough'));
  });

  test('does not wait longer for a server that says nothing', async () => {
    const silent: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    const { client } = fakeServer(() => ({}), { fetch: silent });
    const error = await thrownBy(client.sms.waitForStatus('m1', ['delivered'], { timeoutMs: 5 }));
    expect(error).toMatchObject({ code: 'TIMEOUT' });
  });
});
