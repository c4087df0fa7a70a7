import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isSigned } from '../../nodes/SmsBridgeTrigger/signature.ts';
import { SmsBridgeTrigger } from '../../nodes/SmsBridgeTrigger/SmsBridgeTrigger.node.ts';
import { newSecret, sign } from '../../server/events/sign.ts';
import { type HttpSink, httpSink } from '../support/http-sink.ts';
import { until } from '../support/until.ts';
import { hookContext, webhook, type WebhookAnswer } from './context.ts';
import { nodesServer, type NodesServer } from './server.ts';

const type = new SmsBridgeTrigger();
const { checkExists, create, delete: remove } = type.webhookMethods.default;
const OURS = '+15005550006';
const DONE = { status: 200, json: undefined } as const;

let server: NodesServer;
let n8n: HttpSink;
/** What n8n keeps for the node, and what it answered and started since. */
let staticData: IDataObject = {};
let parameters: INodeParameters = {};
let heard: WebhookAnswer[] = [];

beforeAll(async () => {
  server = await nodesServer();
  n8n = await httpSink((response, { headers, body }) => {
    const credentials = { baseUrl: server.url, apiKey: server.keys.test };
    void webhook({ type, credentials, parameters, headers, body, staticData }).then((answer) => {
      heard.push(answer);
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    });
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await n8n[Symbol.asyncDispose]();
});
beforeEach(() => {
  staticData = {};
  parameters = {};
  heard = [];
});

const hooks = (path = '/webhook/replies', key = server.keys.test) =>
  hookContext({
    type,
    credentials: { baseUrl: `${server.url}/`, apiKey: key },
    parameters,
    url: n8n.url + path,
    staticData,
  });
const endpoints = async () => (await server.call('GET', '/v1/webhook-endpoints')).body['data'] as IDataObject[];

/** Runs while the workflow is active. */
async function active(given: INodeParameters, work: () => Promise<void>): Promise<void> {
  parameters = given;
  expect(await create.call(hooks())).toBe(true);
  await work();
  expect(await remove.call(hooks())).toBe(true);
  expect(await endpoints()).toEqual([]);
}

const started = (event: string) => until(() => heard.find(({ json }) => json?.['event'] === event)?.json);

describe('R174: SMS Trigger', () => {
  test('registers its address for the events that were chosen, and leaves nothing behind', async () => {
    await active(
      { events: ['messageReceived', 'optOutChanged', 'deliveryStatusChanged', 'replyTimedOut'] },
      async () => {
        expect(await endpoints()).toMatchObject([
          {
            url: `${n8n.url}/webhook/replies`,
            description: 'n8n: Replies / SMS',
            filter: null,
            event_types: [
              'message.received',
              'contact.opted_in',
              'contact.opted_out',
              'message.delivered',
              'message.expired',
              'message.failed',
              'message.rejected',
              'message.undelivered',
              'reply.timed_out',
            ],
          },
        ]);
        expect(await checkExists.call(hooks())).toBe(true);
      },
    );
  });

  test('starts for a text from a phone, and tells STOP only where that is wanted', async () => {
    await active({}, async () => {
      await server.reply('+14155558001', OURS, 'Is it ready?');
      expect(await started('message.received')).toMatchObject({
        from: '+14155558001',
        to: OURS,
        body: 'Is it ready?',
        message_id: expect.any(String),
      });
      await server.reply('+14155558002', OURS, 'STOP');
      expect(await until(() => heard[1])).toMatchObject({ ...DONE, body: { received: true } });
    });
    heard = [];
    await active({ options: { ignoreOptOutKeywords: false } }, async () => {
      await server.reply('+14155558003', OURS, 'STOP');
      expect(await started('message.received')).toMatchObject({ intent: { type: 'opt_out' } });
    });
  });

  test('starts when somebody opts out, when a text is delivered, and when nobody answers', async () => {
    const events = ['optOutChanged', 'deliveryStatusChanged', 'replyTimedOut'];
    await active({ events, statuses: ['delivered'] }, async () => {
      const question = { to: '+14155558010', from: OURS, body: 'Coming?', expect_reply: { timeout_seconds: 1 } };
      await server.call('POST', '/v1/messages/send', question);
      await server.reply('+14155558004', OURS, 'STOP');
      expect(await started('contact.opted_out')).toMatchObject({ number: '+14155558004' });
      await server.call('POST', '/v1/messages/send', { to: '+14155558005', from: OURS, body: 'Hello' });
      const told = await until(() => heard.find(({ json }) => json?.['to'] === '+14155558005')?.json);
      expect(told).toMatchObject({ event: 'message.delivered', status: 'delivered' });
      expect(await started('reply.timed_out')).toMatchObject({ from: '+14155558010', value: null });
    });
  });

  test('leaves the choice of texts to the server: numbers, words, and those written in a row as one', async () => {
    const options = {
      toNumber: { __rl: true, mode: 'value', value: OURS },
      fromNumber: '+14155558006, +14155558007',
      keyword: { values: { match: 'startsWith', words: 'order' } },
      combineMessages: 1,
    };
    await active({ options }, async () => {
      const filter = {
        to: [OURS],
        from: ['+14155558006', '+14155558007'],
        keyword: { starts_with: 'order' },
        buffer_seconds: 1,
      };
      expect(await endpoints()).toMatchObject([{ filter }]);
      await server.reply('+14155558006', OURS, 'Order 17');
      await server.reply('+14155558006', OURS, 'order 18, too');
      const { body, combined } = await started('message.received');
      expect(body).toBe('Order 17\norder 18, too');
      expect(combined).toHaveLength(2);
    });
  });

  test('starts once for an event that is told twice', async () => {
    parameters = {};
    await create.call(hooks());
    await server.reply('+14155558008', OURS, 'Hello');
    await started('message.received');
    const [request] = n8n.requests.slice(-1);
    const { headers = {}, body = '' } = request ?? {};
    const credentials = { baseUrl: server.url, apiKey: server.keys.test };
    const again = { type, credentials, parameters, headers, body, staticData };
    expect(await webhook(again)).toMatchObject(DONE);
    const twice = await webhook({ ...again, parameters: { options: { skipDuplicates: false } } });
    expect(twice.json).toMatchObject({ body: 'Hello' });
    await remove.call(hooks());
  });

  test('answers 401 to what is not signed by the server, and starts nothing', async () => {
    parameters = {};
    const credentials = { baseUrl: server.url, apiKey: server.keys.test };
    const body = JSON.stringify({ type: 'message.received', timestamp: 'now', data: {} });
    const forged = sign({ id: 'm1', timestampSeconds: nowSeconds(), body, secrets: [newSecret()] });
    const request = { type, credentials, parameters, body, headers: { ...forged } };
    // Before it was ever registered, and after.
    expect(await webhook({ ...request, staticData })).toMatchObject({ status: 401, json: undefined });
    await create.call(hooks());
    expect(await webhook({ ...request, staticData })).toMatchObject({ status: 401, json: undefined });
    expect(await webhook({ ...request, staticData, headers: {} })).toMatchObject({ status: 401, json: undefined });
    await remove.call(hooks());
  });

  test('stores nothing for a request that comes before its endpoint is stored', async () => {
    const credentials = { baseUrl: server.url, apiKey: server.keys.test };
    expect(await webhook({ type, credentials, parameters, headers: {}, body: '{}', staticData })).toMatchObject({
      status: 401,
    });
    expect(staticData).toEqual({});
  });

  test('has an endpoint for the test run beside that of the active workflow', async () => {
    await active({}, async () => {
      const testRun = hooks('/webhook-test/replies');
      expect(await checkExists.call(testRun)).toBe(false);
      await create.call(testRun);
      expect(await endpoints()).toHaveLength(2);
      await server.reply('+14155558009', OURS, 'Hello');
      await until(() => heard.length === 2 && heard);
      expect(heard.map(({ status }) => status)).toEqual([200, 200]);
      await remove.call(testRun);
      expect(await checkExists.call(hooks())).toBe(true);
    });
  });

  test('registers anew when its parameters were changed, or its endpoint is gone', async () => {
    await active({}, async () => {
      parameters = { events: ['optOutChanged'] };
      expect(await checkExists.call(hooks())).toBe(false);
      await create.call(hooks());
      expect(await endpoints()).toMatchObject([{ event_types: ['contact.opted_in', 'contact.opted_out'] }]);
      await server.call('DELETE', `/v1/webhook-endpoints/${String((await endpoints())[0]?.['id'] as string)}`);
      expect(await checkExists.call(hooks())).toBe(false);
    });
  });

  test('says why it cannot be activated', async () => {
    await expect(create.call(hooks('/x', 'sk_test_wrong'))).rejects.toThrow('The API key is not accepted');
    await expect(create.call(hooks('/x', server.keys.live))).rejects.toThrow('SMS Bridge may not call this n8n');
    parameters = { events: [] };
    await expect(create.call(hooks())).rejects.toThrow("Choose at least one event under 'Trigger On'");
    expect(await endpoints()).toEqual([]);
  });
});

describe('a signature', () => {
  const secret = newSecret();
  const body = '{"type":"message.received"}';
  const signed = (timestampSeconds: number, secrets = [secret]) => ({
    ...sign({ id: 'evt-1', timestampSeconds, body, secrets }),
  });
  const fits = (headers: Record<string, string | string[] | undefined>, text = body) =>
    isSigned(headers, Buffer.from(text), secret, 1_000_000);

  test('fits what was signed within five minutes, also while the secret is being changed', () => {
    expect(fits(signed(1_000_000))).toBe(true);
    expect(fits(signed(1_000_300))).toBe(true);
    expect(fits(signed(1_000_000, [newSecret(), secret]))).toBe(true);
  });

  test('fits nothing else', () => {
    const good = signed(1_000_000);
    expect(fits(good, `${body} `)).toBe(false);
    expect(fits(signed(999_699))).toBe(false);
    expect(fits(signed(1_000_301))).toBe(false);
    expect(fits({ ...good, 'webhook-id': 'evt-2' })).toBe(false);
    expect(fits({ ...good, 'webhook-timestamp': '1e6' })).toBe(false);
    expect(fits({ ...good, 'webhook-signature': 'v1,' })).toBe(false);
    expect(fits({ ...good, 'webhook-signature': [good['webhook-signature']] })).toBe(false);
    expect(isSigned(good, Buffer.from(body), '', 1_000_000)).toBe(false);
  });
});

const nowSeconds = () => Math.floor(Date.now() / 1_000);
