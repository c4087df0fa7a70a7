import { describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { openDesk, OURS } from './desk.ts';
import type { Item } from './n8n.ts';
import { noOp, type Workflow, workflow } from './workflow.ts';

const { n8n, bridge, smsTrigger, phones } = openDesk();

interface Endpoint {
  readonly id: string;
  readonly url: string;
  readonly event_types: readonly string[];
}

describe('the SMS Trigger in a real n8n', () => {
  test('a text from a phone starts the workflow, and deactivating leaves no webhook on the server', async () => {
    const id = await active('Inbound', { events: ['messageReceived'], options: { fromNumber: '+14155553501' } });
    const [endpoint] = await endpointsOf(id);
    expect(endpoint).toMatchObject({ event_types: ['message.received'] });
    await phones.says('+14155553501', 'Where is my order?');
    const run = await firstRun(id);
    expect(run.items('Done').map(({ json }) => json)).toMatchObject([
      { from: '+14155553501', to: OURS, body: 'Where is my order?' },
    ]);
    await n8n.deactivate(id);
    await until(async () => (await endpointsOf(id)).length === 0);
  });

  test('what became of a text starts the workflow, for the statuses that were chosen', async () => {
    const id = await active('Delivery', { events: ['deliveryStatusChanged'], statuses: ['delivered'] });
    const sent = await bridge.send({ to: '+14155553502', from: OURS });
    const isAboutIt = ({ json }: Item) => json['message_id'] === sent;
    const run = await until(async () =>
      (await n8n.executionsOf(id)).find((one) => one.status === 'success' && one.items('Done').some(isAboutIt)),
    );
    expect(run.items('Done')).toMatchObject([{ json: { event: 'message.delivered', status: 'delivered' } }]);
    await n8n.deactivate(id);
  });

  test('what somebody writes in a row starts the workflow once', async () => {
    const options = { fromNumber: '+14155553505', combineMessages: 2 };
    const id = await active('In a row', { events: ['messageReceived'], options });
    for (const part of ['Hello', 'I have a question', 'Do you ship to Spain?']) await phones.says('+14155553505', part);
    const run = await firstRun(id);
    expect(run.items('Done').map(({ json }) => json['body'])).toEqual([
      'Hello\nI have a question\nDo you ship to Spain?',
    ]);
    await n8n.deactivate(id);
  });

  test('changing an active workflow leaves one webhook, for what is wanted now', async () => {
    const id = await active('To be changed', { events: ['replyTimedOut'] });
    const { nodes, ...kept } = (await n8n.api('GET', `/workflows/${id}`)) as Workflow;
    const changed = nodes.map((node) =>
      node.name === 'Trigger' ? { ...node, parameters: { events: ['optOutChanged'] } } : node,
    );
    await n8n.api('PUT', `/workflows/${id}`, {
      name: kept.name,
      connections: kept.connections,
      nodes: changed,
      settings: {},
    });
    await n8n.activate(id);
    const wanted = ['contact.opted_in', 'contact.opted_out'];
    await until(async () => {
      const types = (await endpointsOf(id)).map(({ event_types }) => event_types.toSorted().join());
      return types.length === 1 && types[0] === wanted.join();
    });
    await n8n.deactivate(id);
    await until(async () => (await endpointsOf(id)).length === 0);
  });

  test('archiving a workflow leaves no webhook on the server', async () => {
    const id = await active('To be archived', { events: ['messageReceived'] });
    expect(await endpointsOf(id)).toHaveLength(1);
    await n8n.archive(id);
    await until(async () => (await endpointsOf(id)).length === 0);
  });

  test('a test run in the editor gets a webhook of its own, which ends with its first event', async () => {
    const options = { fromNumber: '+14155553503' };
    const id = await created('A test run', { events: ['messageReceived'], options });
    expect(await n8n.runFrom(id, 'Trigger')).toBeUndefined();
    const [endpoint] = await until(async () => {
      const found = await endpointsOf(id);
      return found.length > 0 && found;
    });
    expect(endpoint?.url).toContain('/webhook-test/');
    await phones.says('+14155553503', 'A test');
    const run = await firstRun(id);
    expect(run.items('Done')[0]?.json).toMatchObject({ body: 'A test' });
    await until(async () => (await endpointsOf(id)).length === 0);
  });

  test('a request that nobody signed is answered 401 and starts nothing', async () => {
    const id = await active('Signed only', { events: ['messageReceived'], options: { fromNumber: '+14155553504' } });
    const [endpoint] = await endpointsOf(id);
    const url = endpoint?.url ?? '';
    const forged = { type: 'message.received', timestamp: new Date().toISOString(), data: { body: 'Forged' } };
    const headers = {
      'content-type': 'application/json',
      'webhook-id': 'msg_forged',
      'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
      'webhook-signature': 'v1,Zm9yZ2VkIQ==',
    };
    for (const signed of [headers, { 'content-type': 'application/json' }]) {
      const { status } = await fetch(url, { method: 'POST', headers: signed, body: JSON.stringify(forged) });
      expect(status).toBe(401);
    }
    expect(await n8n.executionsOf(id)).toEqual([]);
    await n8n.deactivate(id);
  });
});

/** Each workflow has a webhook of its own: n8n puts its id into the address. */
const webhookIds = new Map<string, string>();

async function created(name: string, parameters: Readonly<Record<string, unknown>>): Promise<string> {
  const trigger = await smsTrigger('Trigger', parameters);
  const id = await n8n.createWorkflow(workflow(name, [trigger, noOp('Done')], 'Trigger > Done'));
  webhookIds.set(id, trigger.webhookId ?? '');
  return id;
}

async function active(name: string, parameters: Readonly<Record<string, unknown>>): Promise<string> {
  const id = await created(name, parameters);
  await n8n.activate(id);
  await until(async () => (await endpointsOf(id)).length > 0);
  return id;
}

async function endpointsOf(workflowId: string): Promise<readonly Endpoint[]> {
  const { body } = await bridge('GET', '/v1/webhook-endpoints');
  return (body['data'] as Endpoint[]).filter(({ url }) => url.includes(webhookIds.get(workflowId) ?? '-'));
}

async function firstRun(workflowId: string) {
  return until(async () => (await n8n.executionsOf(workflowId)).find(({ status }) => status === 'success'));
}
