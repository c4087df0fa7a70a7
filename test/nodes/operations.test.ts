import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SmsBridge } from '../../nodes/SmsBridge/SmsBridge.node.ts';
import { type ExecuteOptions, hookContext, run } from './context.ts';
import { until } from '../support/until.ts';
import { nodesServer, type NodesServer } from './server.ts';

const type = new SmsBridge();
const OURS = '+15005550006';
const by = (value: string) => ({ __rl: true, mode: 'value', value });

let server: NodesServer;
let templateId = '';
beforeAll(async () => {
  server = await nodesServer();
  const template = { name: 'shipped', body: 'Order {{order}} is on its way, {{name|friend}}.' };
  templateId = String((await server.call('POST', '/v1/templates', template)).body['id'] as string);
});
afterAll(() => server[Symbol.asyncDispose]());

let executions = 0;

async function act(name: string, parameters: INodeParameters = {}, options: Partial<ExecuteOptions> = {}) {
  const [resource = '', operation = ''] = name.split('.');
  const credentials = { baseUrl: server.url, apiKey: server.keys.test };
  const executionId = `operation-${(executions += 1)}`;
  const given = { from: by(OURS), ...parameters, resource, operation };
  const { json, requests } = await run({ type, credentials, executionId, parameters: () => given, ...options });
  return { json, first: json[0] ?? {}, requests };
}

async function sent(to: string, options: INodeParameters = {}): Promise<string> {
  const { first } = await act('message.send', { to, message: 'Hello', options });
  return first['message_id'] as string;
}

/** What n8n shows of an operation before its first run. */
function schemaOf(name: string): string[] {
  const file = join(import.meta.dirname, '../../nodes/SmsBridge/__schema__/v1.0.0', `${name.replace('.', '/')}.json`);
  return Object.keys((JSON.parse(readFileSync(file, 'utf8')) as { properties: IDataObject }).properties);
}

describe('Message', () => {
  test('Get and Get Many tell what has become of texts, shortly or with everything', async () => {
    const id = await sent('+14155556001', { tags: 'first, second', reference: 'order-17' });
    const { first } = await until(async () => {
      const got = await act('message.get', { messageId: id });
      return got.first['status'] === 'delivered' && got;
    });
    expect(first).toMatchObject({ message_id: id, to: '+14155556001', body: 'Hello', direction: 'outbound' });
    expect(Object.keys(first)).toEqual(schemaOf('message.get'));
    const whole = await act('message.get', { messageId: id, simplify: false });
    expect(whole.first).toMatchObject({ tags: ['first', 'second'], client_ref: 'order-17', parts: [{ part: 1 }] });

    const filters = { tag: 'first', direction: 'outbound', sentAfter: '2020-01-01T00:00:00', to: '+14155556001' };
    const { json } = await act('message.getAll', { filters });
    expect(json.map(({ message_id }) => message_id)).toEqual([id]);
    expect(Object.keys(json[0] ?? {})).toEqual(schemaOf('message.getAll'));
  });

  test('Get Many returns no more than its limit', async () => {
    for (const to of ['+14155556011', '+14155556012', '+14155556013']) await sent(to, { tags: 'many' });
    const filters = { tag: 'many' };
    expect((await act('message.getAll', { returnAll: true, filters })).json).toHaveLength(3);
    expect((await act('message.getAll', { limit: 2, filters })).json).toHaveLength(2);
    expect((await act('message.getAll', { filters: { tag: 'none' } })).json).toEqual([]);
  });

  test('Cancel calls a text back that has not left, and says when it is too late', async () => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const id = await sent('+14155556002', { sendAt });
    const { first } = await act('message.cancel', { messageId: id });
    expect(first).toMatchObject({ message_id: id, status: 'canceled' });
    expect(Object.keys(first)).toEqual(schemaOf('message.cancel'));
    const left = await sent('+14155556003');
    await server.texts('+14155556003', 1);
    await expect(act('message.cancel', { messageId: left })).rejects.toThrow('The text has left already');
  });

  test('Check Length tells parts, encoding and verdict, and sends nothing', async () => {
    const { first } = await act('message.checkLength', { to: '+14155556004', message: 'á'.repeat(71) });
    expect(first).toMatchObject({ encoding: 'UCS-2', segments: 2, allowed: true, from: OURS });
    expect(Object.keys(first)).toEqual(schemaOf('message.checkLength'));
    const { first: dry } = await act('message.send', { to: '+14155556004', message: 'Hi', options: { dryRun: true } });
    expect(dry).toMatchObject({ dry_run: true, segments: 1 });
    expect(await server.textsOn('+14155556004')).toEqual([]);
  });

  test('Send waits for delivery where that is wanted, and says how it ended', async () => {
    const items = [{ json: { phone: '+14155556005' } }, { json: { phone: '+15005550002' } }];
    const options = { waitForDelivery: 20 };
    const text = { resource: 'message', operation: 'send', from: by(OURS), message: 'Hello', options };
    const parameters = ({ phone }: IDataObject) => ({ ...text, to: phone as string });
    const { json } = await act('message.send', {}, { items, parameters });
    expect(json).toMatchObject([
      { status: 'delivered', delivered_at: expect.any(String), error: null },
      { status: 'undelivered', error: expect.any(String) },
    ]);
  });

  test('Send takes everything of the server that has an option', async () => {
    const options = {
      campaignId: 'spring',
      defaultCountry: 'us',
      encoding: 'ucs2',
      flash: true,
      maxSegments: 2,
      messageType: 'otp',
      metadata: { values: [{ name: 'deal', value: 42 }] },
      onAmbiguous: 'hold',
      priority: 'high',
      quietHours: 'hold',
      reference: 'r-1',
      sendAt: '2027-01-31T09:00:00',
      smartEncoding: true,
      tags: ['a', 'b'],
      topic: 'codes',
      validFor: 5,
    };
    const parameters = { to: '(415) 555-6006', message: 'Code 1234', options, simplify: false };
    const { first, requests } = await act('message.send', parameters, { timeZone: 'America/New_York' });
    expect(requests[0]?.body).toEqual({
      to: '4155556006',
      from: OURS,
      body: 'Code 1234',
      schedule_for: '2027-01-31T09:00:00.000-05:00',
      default_country: 'US',
      campaign_id: 'spring',
      encoding: 'ucs2',
      flash: true,
      max_segments: 2,
      message_type: 'otp',
      metadata: { deal: '42' },
      on_ambiguous: 'hold',
      priority: 'high',
      quiet_hours: 'hold',
      client_ref: 'r-1',
      smart_encoding: true,
      tags: ['a', 'b'],
      topic: 'codes',
      validity_period: 300,
    });
    expect(first).toMatchObject({ status: 'scheduled', to: '+14155556006', warnings: [], tags: ['a', 'b'] });
  });

  test('Send takes one text per Deduplication Key, by other executions too', async () => {
    const parameters = { to: '+14155556007', message: 'Once', options: { deduplicationKey: 'order 17: shipped' } };
    const [one, two] = [await act('message.send', parameters), await act('message.send', parameters)];
    expect(two.first['message_id']).toBe(one.first['message_id']);
  });
});

describe('Template', () => {
  test('Send, Preview and Get Many use the templates of the server', async () => {
    const words = { template: by(templateId), variables: { values: [{ name: 'order', value: 17 }] } };
    await act('message.send', { to: '+14155556101', content: 'template', ...words });
    expect(await server.texts('+14155556101', 1)).toEqual(['Order 17 is on its way, friend.']);
    const { first } = await act('template.preview', { to: '+14155556102', ...words });
    expect(first).toMatchObject({ final_body: 'Order 17 is on its way, friend.', segments: 1 });
    expect(Object.keys(first)).toEqual(schemaOf('template.preview'));
    const all = await act('template.getAll');
    expect(all.json).toMatchObject([{ id: templateId, name: 'shipped' }]);
    expect(Object.keys(all.first).toSorted()).toEqual(schemaOf('template.getAll').toSorted());
    const missing = act('message.send', { to: '+14155556101', content: 'template', template: by(templateId) });
    await expect(missing).rejects.toThrow(/order/);
  });

  test('lists are offered to choose from, and can be searched', async () => {
    const credentials = { baseUrl: server.url, apiKey: server.keys.test };
    const hook = hookContext({ type, credentials, parameters: {}, url: '', staticData: {} });
    const { getTemplates, getSenders } = type.methods.listSearch;
    const context = hook as unknown as ThisParameterType<typeof getTemplates>;
    expect(await getTemplates.call(context, 'SHIP')).toMatchObject({
      results: [{ name: 'shipped', value: templateId }],
    });
    expect(await getTemplates.call(context, 'nothing')).toEqual({ results: [] });
    await server.call('POST', '/v1/senders', { value: OURS, type: 'long_code' });
    expect(await getSenders.call(context)).toEqual({ results: [{ name: `${OURS} (long code)`, value: OURS }] });
  });
});

describe('Number and Opt-Out', () => {
  test('Look Up tells what is known of a number, also that it is none', async () => {
    const { first } = await act('number.lookUp', { number: '(415) 555-0123', options: { defaultCountry: 'US' } });
    expect(first).toMatchObject({ number: '+14155550123', country: 'US', possible: true });
    expect(Object.keys(first).toSorted()).toEqual(schemaOf('number.lookUp').toSorted());
    expect((await act('number.lookUp', { number: 'nobody' })).first).toMatchObject({ number: null, valid: false });
  });

  test('Create, Get, Get Many and Delete keep the record of who may be texted', async () => {
    const number = '+14155556201';
    const created = await act('optOut.create', { number, options: { reason: 'Asked on the phone' } });
    expect(created.first).toMatchObject({ number, action: 'opt_out', changed: true });
    expect(Object.keys(created.first)).toEqual(schemaOf('optOut.create'));
    const got = await act('optOut.get', { number: '+1 415-555-6201' });
    expect(got.first).toMatchObject({ number, opted_out: true });
    expect(Object.keys(got.first)).toEqual(schemaOf('optOut.get'));
    const all = await act('optOut.getAll', { filters: { createdAfter: '2020-01-01T00:00:00' } });
    expect(all.json).toMatchObject([{ number, source: 'api' }]);
    expect(Object.keys(all.first)).toEqual(schemaOf('optOut.getAll'));
    const deleted = await act('optOut.delete', { number, evidence: 'Ticked the box on the order form' });
    expect(deleted.first).toEqual({ deleted: true, number, topic: '*' });
    expect(Object.keys(deleted.first)).toEqual(schemaOf('optOut.delete'));
    expect((await act('optOut.get', { number })).first).toMatchObject({ opted_out: false });
  });

  test('Delete is refused for somebody who texted STOP, unless they have asked', async () => {
    const number = '+14155556202';
    await server.reply(number, OURS, 'STOP');
    await server.texts(number, 1);
    const evidence = 'Called us';
    await expect(act('optOut.delete', { number, evidence })).rejects.toThrow('The recipient has opted out');
    const { first } = await act('optOut.delete', { number, evidence, options: { recipientAsked: true } });
    expect(first).toMatchObject({ deleted: true });
  });

  test.each([
    ['message.get', {}, "'Message ID' is empty"],
    ['message.get', { messageId: 'nothing' }, /nothing at this address/],
    ['message.send', { to: '+14155556203' }, "'Message' is empty"],
    ['message.send', { to: '+14155556203', message: 'Hi', from: by('') }, 'There is no sender for this text'],
    ['message.send', { to: '+14155556203', content: 'template' }, "'Template' is empty"],
    ['message.send', { to: '+14155556203', message: 'x', options: { sendAt: 'soon' } }, "'Send At' is not a date"],
    ['number.lookUp', {}, "'Number' is empty"],
    ['optOut.create', { number: 'x' }, "The number in 'Number' is not in international format"],
    ['optOut.delete', { number: '+14155556203' }, "'Evidence' is empty"],
    ['template.preview', { to: '+14155556203' }, "'Template' is empty"],
  ])('%s %j says what is missing', async (name, parameters, message) => {
    await expect(act(name, parameters)).rejects.toThrow(message);
  });
});
