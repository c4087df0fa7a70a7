import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SmsBridge } from '../../nodes/SmsBridge/SmsBridge.node.ts';
import { type ExecuteOptions, type Parameters, run } from './context.ts';
import { nodesServer, type NodesServer } from './server.ts';

let server: NodesServer;
beforeAll(async () => {
  server = await nodesServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const type = new SmsBridge();
const OURS = '+15005550006';
let executions = 0;

const send = (parameters: Parameters, options: Partial<ExecuteOptions> = {}) =>
  run({
    type,
    credentials: { baseUrl: server.url, apiKey: server.keys.test },
    executionId: `send-${(executions += 1)}`,
    parameters: (json) => ({ resource: 'message', operation: 'send', from: by(OURS), ...parameters(json) }),
    ...options,
  });

const by = (value: string) => ({ __rl: true, mode: 'value', value });
const people = (count: number, start = 0) =>
  Array.from({ length: count }, (_, index) => ({
    json: { phone: `+1415555${String(start + index).padStart(4, '0')}`, name: `P${index}` },
  }));
const toEach: Parameters = ({ phone, name }) => ({ to: phone as string, message: `Hello ${name as string}` });

describe('Send', () => {
  test('hands a text over and returns what the server says of it', async () => {
    const { json, items, requests } = await send(() => ({
      to: '+1 (415) 555-0101',
      message: 'Your order is on its way.',
    }));
    expect(json).toEqual([
      {
        message_id: expect.any(String),
        status: 'queued',
        to: '+14155550101',
        segments: 1,
        message_price: '0.0075',
        client_ref: null,
      },
    ]);
    expect(items[0]).toMatchObject({ pairedItem: { item: 0 } });
    expect(await server.texts('+14155550101', 1)).toEqual(['Your order is on its way.']);
    expect(requests).toMatchObject([{ method: 'POST', credential: 'smsBridgeApi', disableFollowRedirect: true }]);
  });

  test('says what is wrong in the words of its panel, not of the API', async () => {
    const late = send(() => ({ to: '+14155550901', message: 'Hi', options: { sendAt: '2020-01-01T10:00:00' } }));
    await expect(late).rejects.toMatchObject({ message: "'Send At' is from now on to 366 days ahead" });
  });

  test('hints at what the server warns of, once', async () => {
    const items = people(3, 900);
    const each: Parameters = (json) => ({ ...toEach(json), from: by('MyShop'), simplify: false });
    const { context } = await send(each, { items });
    expect(context.hints).toEqual([expect.stringMatching(/^Names are not supported in the United States/)]);
  });

  test('sends 101 items in two requests, each with a result of its own, in their order', async () => {
    const items = people(101, 1_000);
    const { json, requests } = await send(toEach, { items });
    expect(json.map(({ to }) => to)).toEqual(items.map(({ json: { phone } }) => phone));
    expect(new Set(json.map(({ message_id }) => message_id)).size).toBe(101);
    expect(requests.map(({ url }) => new URL(url).pathname)).toEqual(['/v1/messages/batch', '/v1/messages/send']);
  });

  test('sends in smaller batches where that is wanted, and one by one what is to be told in full', async () => {
    const items = people(5, 1_500);
    const small = await send((json) => ({ ...toEach(json), options: { batchSize: 2 } }), { items });
    expect(small.requests).toHaveLength(3);
    const full = await send((json) => ({ ...toEach(json), simplify: false }), { items: items.slice(0, 2) });
    expect(full.requests).toHaveLength(2);
    expect(full.json).toMatchObject([{ object: 'message', from: OURS }, { object: 'message' }]);
  });

  test('puts the two bad numbers of 20 on the error output, linked to their items, and sends the others', async () => {
    const items = people(20, 2_000);
    items[3] = { json: { phone: '0170 123', name: 'P3' } };
    items[7] = { json: { phone: '+14155', name: 'P7' } };
    const { items: found } = await send(toEach, { items, continueOnFail: true });
    expect(found).toHaveLength(20);
    expect(found[3]).toEqual({
      json: {
        error: "The number in 'To' is not in international format",
        details: { code: 'PARAMETER', description: expect.stringContaining('+14155552671'), status: null },
      },
      pairedItem: { item: 3 },
    });
    expect(found.filter(({ json }) => 'error' in json)).toHaveLength(2);
    expect(found.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
  });

  test('sends nothing while a number is wrong, and names the item', async () => {
    const items = people(3, 3_000);
    items[2] = { json: { phone: 'call me', name: 'P2' } };
    await expect(send(toEach, { items })).rejects.toMatchObject({
      message: "The number in 'To' is not in international format [item 2]",
      context: { itemIndex: 2 },
    });
    expect(await server.textsOn('+14155553000')).toEqual([]);
  });

  test('names the refused text of a batch; the others have been sent', async () => {
    await server.call('POST', '/v1/opt-outs', { number: '+14155554001' });
    const items = people(3, 4_000);
    await expect(send(toEach, { items })).rejects.toMatchObject({
      message: 'The recipient has opted out [item 1]',
      description: expect.stringContaining('START'),
    });
    expect(await server.texts('+14155554002', 1)).toEqual(['Hello P2']);
  });

  test('sends nothing twice when n8n repeats a try, alone or in a batch, and again in the next round of a loop', async () => {
    const items = people(3, 5_000);
    const same = { items, executionId: 'again' };
    const first = await send(toEach, same);
    const second = await send(toEach, same);
    const alone = await send(toEach, { ...same, items: items.slice(0, 1) });
    const ids = first.json.map(({ message_id }) => message_id);
    expect(second.json.map(({ message_id }) => message_id)).toEqual(ids);
    expect(alone.json[0]?.['message_id']).toBe(ids[0]);
    expect(alone.requests[0]?.headers).toEqual({
      'Idempotency-Key': 'again:f0d4c4f4-0000-4000-8000-000000000001:0:0',
    });
    const nextRound = await send(toEach, { ...same, runIndex: 1 });
    expect(nextRound.json.map(({ message_id }) => message_id)).not.toContain(ids[0]);
  });

  test('refuses an item that says something else under the same key, and only that one', async () => {
    const items = people(2, 6_000);
    await send(toEach, { items, executionId: 'changed' });
    const changed: Parameters = (json) => ({
      ...toEach(json),
      ...(json['name'] === 'P1' ? { message: 'Now 12:01' } : {}),
    });
    const { json } = await send(changed, { items, executionId: 'changed', continueOnFail: true });
    expect(json[0]).toMatchObject({ status: expect.any(String) });
    expect(json[1]).toMatchObject({ error: 'This item was sent before with another text' });
  });

  test('says that the key is wrong, and that nobody is there', async () => {
    const wrong = { baseUrl: server.url, apiKey: 'sk_test_wrong' };
    await expect(send(() => ({ to: '+14155550102', message: 'Hi' }), { credentials: wrong })).rejects.toMatchObject({
      message: 'The API key is not accepted',
      httpCode: '401',
    });
    const nobody = { baseUrl: 'http://127.0.0.1:9', apiKey: server.keys.test };
    await expect(send(() => ({ to: '+14155550102', message: 'Hi' }), { credentials: nobody })).rejects.toMatchObject({
      message: 'SMS Bridge cannot be reached',
    });
  });
});
