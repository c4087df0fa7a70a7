import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { httpSink } from '../support/http-sink.ts';
import { until } from '../support/until.ts';
import { chatModel } from './chat-model.ts';
import { openDesk, OURS } from './desk.ts';
import { node, noOp, type Workflow, type WorkflowNode } from './workflow.ts';

const folder = path.join(import.meta.dirname, '../../nodes/SmsBridge/examples');
const { n8n, bridge, credential, phones } = openDesk();
let own: WorkflowNode['credentials'];
beforeAll(async () => {
  own = { smsBridgeApi: { id: await credential(), name: 'A test' } };
});

/**
 * The services of others are played by what their nodes have pinned; the SMS nodes are run, and so are the expressions
 * between them.
 */
describe('the example workflows, played', () => {
  test('deal-stage-to-sms texts the contact of the deal', async () => {
    const contact = { vid: 51, properties: { firstname: { value: 'Ann' }, phone: { value: '+1 415-555-3701' } } };
    await play('deal-stage-to-sms', 'Deal moved', {
      'Deal moved': { dealId: 7, propertyValue: 'contractsent' },
      'Get deal': { properties: { dealname: { value: 'Two boats' } }, associations: { associatedVids: [51] } },
      'Get contact': contact,
    });
    const [text] = await phones.receives('+14155553701', 1);
    expect(text).toBe('Hi Ann, the contract for Two boats is in your inbox. Any questions? Just reply to this text.');
  });

  test('deal-stage-to-sms creates a task when the contact has opted out', async () => {
    const run = await played('deal-stage-to-sms', 'Deal moved', {
      'Deal moved': { dealId: 7, propertyValue: 'contractsent' },
      'Get deal': { properties: { dealname: { value: 'Two boats' } }, associations: { associatedVids: [51] } },
      'Get contact': { vid: 51, properties: { firstname: { value: 'Ann' }, phone: { value: '+15005550009' } } },
      'Create a task instead': {},
    });
    expect(run.runs('Create a task instead')).toBe(1);
    expect(run.items('Text the contact', 1)[0]?.json).toMatchObject({ error: 'The recipient has opted out', vid: 51 });
  });

  test.each([
    ['yes', 'Mark as confirmed'],
    ['No', 'Take it out'],
  ])('appointment-reminder asks the customer, and %s is followed by "%s"', async (reply, node) => {
    const phone = reply === 'yes' ? '+14155553702' : '+14155553703';
    const executionId = await play('appointment-reminder', 'One appointment', {
      'One appointment': {
        id: 'a',
        summary: 'Haircut',
        location: phone,
        start: { dateTime: '2026-11-21T10:30:00+01:00' },
      },
      'Mark as confirmed': {},
      'Take it out': {},
    });
    await n8n.execution(executionId, 'waiting');
    expect((await phones.receives(phone, 1))[0]).toContain('tomorrow at 10:30');
    await phones.says(phone, reply);
    expect((await n8n.execution(executionId, 'success')).runs(node)).toBe(1);
  });

  test('appointment-reminder gives each appointment an execution of its own', async () => {
    const start = { dateTime: '2026-11-21T10:30:00+01:00' };
    const appointments = ['+14155553713', '+14155553714'].map((location) => ({ id: location, location, start }));
    const workflow = exampleOf('appointment-reminder');
    const nodes = workflow.nodes.map((node) => {
      if (node.name === 'Appointments of tomorrow') return giving(node, appointments);
      return OTHERS.has(node.type) ? replaced(node) : withCredentials(node, own);
    });
    const id = await n8n.createWorkflow({ ...workflow, nodes });
    await n8n.activate(id);
    await n8n.runFrom(id, 'Every morning');
    await phones.receives('+14155553713', 1);
    await phones.receives('+14155553714', 1);
    await until(async () => (await n8n.executionsOf(id)).filter(({ status }) => status === 'waiting').length === 2);
  });

  test('ai-agent-asks-by-sms refunds once after the manager has said YES', async () => {
    const shop = await httpSink();
    onTestFinished(() => shop[Symbol.asyncDispose]());
    const credentials = await openAi(({ messages, tools }) =>
      messages.some(({ role }) => role === 'tool')
        ? { text: 'It is refunded.' }
        : { tool: tools?.[0]?.function.name ?? '', input: { toolParameters: { order: '17' }, hitlParameters: {} } },
    );
    const executionId = await play(
      'ai-agent-asks-by-sms',
      'Chat',
      { Chat: { sessionId: 'a', chatInput: 'Please refund order 17.' } },
      { credentials, hosts: { 'https://shop.example.com': shop.url } },
    );
    await n8n.execution(executionId, 'waiting');
    const [question] = await phones.receives('+14155550100', 1);
    expect(question).toMatch(/Refund.an.order.*17.*Reply YES or NO/);
    await phones.says('+14155550100', 'yes');
    await n8n.execution(executionId, 'success');
    expect(shop.requests).toMatchObject([{ method: 'POST', path: '/orders/17/refund' }]);
  });

  test('inbound-to-ai-reply answers the sender from the number that was texted', async () => {
    const credentials = await openAi(() => ({ text: 'We open at nine.' }));
    await play(
      'inbound-to-ai-reply',
      'Text received',
      { 'Text received': { from: '+14155553704', to: OURS, body: 'When do you open?' } },
      { credentials },
    );
    expect(await phones.receives('+14155553704', 1)).toEqual(['We open at nine.']);
  });

  test('opt-out-to-crm notes it at the contact', async () => {
    const run = await played('opt-out-to-crm', 'Opted out or in', {
      'Opted out or in': { event: 'contact.opted_out', number: '+14155553705' },
      'Find the contact': { properties: { email: 'ann@example.com' } },
      'Note it there': {},
    });
    expect(run.runs('Note it there')).toBe(1);
  });

  test('R096: failed-delivery-to-email sends the text with the address, and the e-mail to it', async () => {
    await play('failed-delivery-to-email', 'Invoice is due', {
      'Invoice is due': {
        body: { phone: '+14155553706', name: 'Ann', invoice: 'A-1', due: '1 December', email: 'ann@example.com' },
      },
    });
    await phones.receives('+14155553706', 1);
    const { body } = await bridge('GET', `/v1/messages?to=${encodeURIComponent('+14155553706')}`);
    const [text] = body['data'] as { readonly metadata: object }[];
    expect(text?.metadata).toEqual({ email: 'ann@example.com', invoice: 'A-1' });
    const run = await played('failed-delivery-to-email', 'Text did not arrive', {
      'Text did not arrive': { to: '+14155553706', status: 'undelivered', metadata: text?.metadata },
      'Send it by e-mail': {},
    });
    expect(run.runs('Send it by e-mail')).toBe(1);
  });

  test('staff-alert texts everybody on call once, although the monitor posts twice', async () => {
    const alert = { Alert: { body: { id: 'disk-17', text: 'Disk is full' } } };
    await played('staff-alert', 'Alert', alert);
    const again = await played('staff-alert', 'Alert', alert);
    expect(again.items('Text them')).toHaveLength(2);
    expect(await phones.receives('+14155550101', 1)).toEqual(['Alert: Disk is full']);
    expect(await phones.receives('+14155550102', 1)).toEqual(['Alert: Disk is full']);
  });

  test('order-shipped texts once per order', async () => {
    const billing = { phone: '(415) 555-3707', first_name: 'Ann', country: 'US' };
    const order = { 'Order changed': { status: 'completed', number: 17, billing } };
    await played('order-shipped', 'Order changed', order);
    await played('order-shipped', 'Order changed', order);
    expect(await phones.receives('+14155553707', 1)).toEqual([
      'Hi Ann! Your order #17 has been shipped and is on its way.',
    ]);
  });

  test('abandoned-cart reminds who agreed, and nobody who has opted out', async () => {
    const cart = (phone: string) => {
      const left = { body: { id: phone, phone, name: 'Ann', url: 'https://shop.example.com/c/1', sms_consent: true } };
      return { 'Cart was left': left, 'An hour later': left };
    };
    await phones.says('+14155553709', 'STOP');
    await phones.receives('+14155553709', 1);
    const refused = await played('abandoned-cart', 'Cart was left', cart('+14155553709'));
    expect(refused.runs('Remind them')).toBe(0);
    await played('abandoned-cart', 'Cart was left', cart('+14155553708'));
    const [text] = await phones.receives('+14155553708', 1);
    expect(text).toContain('your cart is waiting for you: https://shop.example.com/c/1');
  });

  test('R161: form-submission-to-text texts who has sent the form in', async () => {
    const sent = { Name: 'Ann', 'Mobile number': '+14155553710', 'May we text you?': 'Yes' };
    await played('form-submission-to-text', 'Form', { Form: sent });
    const [text] = await phones.receives('+14155553710', 1);
    expect(text).toMatch(/^Hi Ann, thank you!/);
    const run = await played('form-submission-to-text', 'Form', {
      Form: { ...sent, 'Mobile number': 'none' },
      'Tell the team': {},
    });
    expect(run.runs('Tell the team')).toBe(1);
  });

  test('R175: reply-to-salesforce makes a task of a known number, and a lead of another', async () => {
    const text = { from: '+14155553711', to: OURS, body: 'Please call me' };
    const pins = { 'Text received': text, 'Create a task': {}, 'Create a lead': {} };
    const known = await played('reply-to-salesforce', 'Text received', { ...pins, 'Find the contact': { Id: '003' } });
    expect([known.runs('Create a task'), known.runs('Create a lead')]).toEqual([1, 0]);
    const unknown = await played('reply-to-salesforce', 'Text received', { ...pins, 'Find the contact': {} });
    expect([unknown.runs('Create a task'), unknown.runs('Create a lead')]).toEqual([0, 1]);
  });

  test('R175: keyword-to-mailchimp asks for the address and hands it over', async () => {
    const phone = '+14155553712';
    const executionId = await play('keyword-to-mailchimp', 'JOIN received', {
      'JOIN received': { from: phone, to: OURS, body: 'JOIN' },
      'Add to the audience': {},
    });
    await n8n.execution(executionId, 'waiting');
    await phones.receives(phone, 1);
    await phones.says(phone, 'ann@example.com');
    const run = await n8n.execution(executionId, 'success');
    expect(run.runs('Add to the audience')).toBe(1);
    expect((await phones.receives(phone, 2))[1]).toMatch(/^Done, welcome!/);
  });
});

type Pins = Readonly<Record<string, object>>;

interface Changes {
  /** For the services of others. */
  readonly credentials?: WorkflowNode['credentials'];
  /** What stands in for a service. */
  readonly hosts?: Readonly<Record<string, string>>;
}

/**
 * Imports an example and starts it by hand. Answers the id of the execution. Nodes whose pin is empty are replaced: what
 * is pinned is forgotten by an execution that has waited.
 */
async function play(example: string, trigger: string, pins: Pins, { credentials = {}, hosts = {} }: Changes = {}) {
  const workflow = exampleOf(example, hosts);
  const isEmpty = (pin: object | undefined) => pin !== undefined && Object.keys(pin).length === 0;
  const pinned = Object.entries(pins).filter(([, json]) => !isEmpty(json));
  const pinData = Object.fromEntries(pinned.map(([name, json]) => [name, [{ json }]]));
  const nodes = workflow.nodes.map((node) =>
    isEmpty(pins[node.name]) ? replaced(node) : withCredentials(node, { ...own, ...credentials }),
  );
  const executionId = await n8n.runFrom(await n8n.createWorkflow({ ...workflow, nodes, pinData }), trigger);
  if (executionId === undefined) throw new Error(`${trigger} did not start.`);
  return executionId;
}

async function played(...what: Parameters<typeof play>) {
  return n8n.execution(await play(...what), 'success');
}

function exampleOf(name: string, hosts: Changes['hosts'] = {}): Workflow {
  const text = readFileSync(path.join(folder, `${name}.json`), 'utf8');
  return JSON.parse(Object.entries(hosts).reduce((all, [host, url]) => all.replaceAll(host, url), text)) as Workflow;
}

const withCredentials = (node: WorkflowNode, credentials: WorkflowNode['credentials'] = {}) => ({
  ...node,
  credentials,
});

/** Services that the test has no account of. */
const OTHERS: ReadonlySet<string> = new Set(['n8n-nodes-base.googleCalendar', 'n8n-nodes-base.emailSend']);

const replaced = ({ id, name }: WorkflowNode): WorkflowNode => ({ ...noOp(name), id });

/** A node that gives out these items. */
function giving({ id, name }: WorkflowNode, items: readonly object[]): WorkflowNode {
  const parameters = { jsCode: `return ${JSON.stringify(items)}` };
  return { ...node(name, 'n8n-nodes-base.code', { typeVersion: 2, parameters }), id };
}

async function openAi(answer: Parameters<typeof chatModel>[0]) {
  const { url } = await chatModel(answer);
  const id = await n8n.createCredential('openAiApi', { apiKey: 'test', url, headerName: '', headerValue: '' });
  return { openAiApi: { id, name: 'A test' } };
}
