import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SmsBridge } from '../../nodes/SmsBridge/SmsBridge.node.ts';
import { type HttpSink, httpSink } from '../support/http-sink.ts';
import { until } from '../support/until.ts';
import { type Credentials, type ExecuteOptions, run, webhook, type WebhookAnswer } from './context.ts';
import { nodesServer, type NodesServer } from './server.ts';

const type = new SmsBridge();
const OURS = '+15005550006';

interface Execution {
  readonly phone: string;
  readonly parameters: INodeParameters;
  /** What the waiting execution was answered with, and what it went on with. */
  readonly answers: WebhookAnswer[];
  readonly waits: readonly Date[];
  readonly parked: IDataObject;
  readonly hints: readonly string[];
}

let server: NodesServer;
let n8n: HttpSink;
let credentials: Credentials;
const executions = new Map<string, Execution>();

beforeAll(async () => {
  server = await nodesServer();
  credentials = { baseUrl: server.url, apiKey: server.keys.test };
  // The address at which n8n takes answers: it hands them to the node of the execution that waits.
  n8n = await httpSink((response, { path, headers, body }) => {
    const execution = executions.get(path);
    if (!execution) return void response.writeHead(409).end('{}');
    void webhook({ type, credentials, parameters: execution.parameters, headers, body }).then((answer) => {
      execution.answers.push(answer);
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    });
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await n8n[Symbol.asyncDispose]();
});

let count = 0;

/** Runs the node and parks its execution. */
async function ask(given: INodeParameters, options: Partial<ExecuteOptions> = {}): Promise<Execution> {
  const id = `wait-${(count += 1)}`;
  const phone = `+14155557${String(count).padStart(3, '0')}`;
  const parameters: INodeParameters = {
    resource: 'message',
    operation: 'sendAndWait',
    from: { __rl: true, mode: 'value', value: OURS },
    to: phone,
    message: 'May we ship it?',
    ...given,
  };
  const path = `/webhook-waiting/${id}?signature=secret`;
  const { context } = await run({
    type,
    credentials,
    parameters: () => parameters,
    executionId: id,
    resumeUrl: n8n.url + path,
    ...options,
  });
  const [parked] = (context.executeData.data['main'] as { json: IDataObject }[][])[0] ?? [];
  const { waits, hints } = context;
  const execution = { phone, parameters, answers: [], waits, hints, parked: parked?.json ?? {} };
  await server.texts(phone, 1);
  executions.set(path, execution);
  return execution;
}

const answered = ({ answers }: Execution) => until(() => answers[0]);
const dataOf = ({ json }: WebhookAnswer) => json?.['data'];

describe('Send and Wait for Response', () => {
  test.each([
    ['YES', true],
    ['Nein danke', false],
    ['👍', true],
  ])('goes on with the answer %s, which is read by the server: %s', async (reply, approved) => {
    const execution = await ask({});
    await server.reply(execution.phone, OURS, reply);
    const answer = await answered(execution);
    expect(answer).toMatchObject({ status: 200, body: { accepted: true } });
    expect(dataOf(answer)).toEqual({
      approved,
      text: reply,
      from: execution.phone,
      messageId: expect.any(String),
      respondedAt: expect.stringMatching(/^\d{4}-.+Z$/),
      timedOut: false,
      optedOut: false,
    });
  });

  test('sends a reminder for an unclear answer, and waits on', async () => {
    const values = { approve: 'coming, C', decline: 'later', reminder: 'Please answer YES or NO.' };
    const execution = await ask({ approvalOptions: { values } });
    await server.reply(execution.phone, OURS, 'what is this about');
    expect(await server.texts(execution.phone, 2)).toEqual(['May we ship it?', 'Please answer YES or NO.']);
    await server.reply(execution.phone, OURS, 'c');
    expect(dataOf(await answered(execution))).toMatchObject({ approved: true, text: 'c' });
    expect(execution.answers).toHaveLength(1);
  });

  test('lists choices with numbers and answers with the one that was chosen, and thanks once', async () => {
    const choices = { values: [{ label: 'Today' }, { label: 'Tomorrow' }] };
    const execution = await ask({ responseType: 'choice', choices, options: { thankYou: 'Thank you!' } });
    expect(await server.texts(execution.phone, 1)).toEqual(['May we ship it?\n1 Today\n2 Tomorrow']);
    await server.reply(execution.phone, OURS, '2');
    const answer = await answered(execution);
    expect(dataOf(answer)).toMatchObject({ text: '2', choice: { index: 2, label: 'Tomorrow' } });
    expect(dataOf(answer)).not.toHaveProperty('approved');
    expect(await server.texts(execution.phone, 2)).toContain('Thank you!');
  });

  test('takes any text where free text is asked for', async () => {
    const execution = await ask({ responseType: 'freeText' });
    await server.reply(execution.phone, OURS, 'Ring the bell twice');
    expect(dataOf(await answered(execution))).toMatchObject({ text: 'Ring the bell twice', timedOut: false });
  });

  test('asks for the answer where the server does not tell it, as in HIPAA mode', async () => {
    const execution = await ask({});
    await server.reply(execution.phone, OURS, 'No');
    await answered(execution);
    const told = JSON.parse(n8n.requests.at(-1)?.body ?? '') as { type: string; data: IDataObject };
    const { body: _body, value: _value, from: _from, ...ids } = told.data;
    const body = JSON.stringify({ ...told, data: ids });
    const thin = { type, credentials, parameters: execution.parameters, headers: {}, body };
    expect(dataOf(await webhook(thin))).toMatchObject({ approved: false, text: 'no', timedOut: false });
    // It cannot be asked: then the server tells it once more, later.
    const nobody = { baseUrl: 'http://127.0.0.1:9', apiKey: 'sk_test_x' };
    expect(await webhook({ ...thin, credentials: nobody })).toMatchObject({ status: 503, json: undefined });
  });

  test('goes on when the recipient opts out, which is no approval', async () => {
    const execution = await ask({});
    await server.reply(execution.phone, OURS, 'STOP');
    expect(dataOf(await answered(execution))).toMatchObject({ approved: false, optedOut: true, text: null });
  });

  test('goes on when the server says that the time is over, and n8n itself would a minute later', async () => {
    const before = Date.now();
    const values = { limitType: 'afterTimeInterval', resumeAmount: 0.02, resumeUnit: 'minutes' };
    const execution = await ask({ options: { limitWaitTime: { values } } });
    expect(dataOf(await answered(execution))).toEqual({ approved: false, text: null, timedOut: true, optedOut: false });
    expect(execution.waits[0]?.getTime()).toBeGreaterThanOrEqual(before + 61_000);
    await server.reply(execution.phone, OURS, 'YES');
    await until(async () => (await inbound(execution.phone)).length === 1);
    expect(execution.answers).toHaveLength(1);
  });

  test('marks a time-out on what n8n hands on by itself, with the fields of the item', async () => {
    const items = [{ json: { order: 17 } }, { json: { order: 18 } }];
    const execution = await ask({}, { items });
    expect(execution.parked).toEqual({
      order: 17,
      data: { approved: false, text: null, timedOut: true, optedOut: false },
    });
    expect(execution.hints).toEqual([expect.stringContaining('only the first item was asked')]);
  });

  test('refuses a word that would opt the recipient out, by the name of its parameter', async () => {
    const asked = ask({ approvalOptions: { values: { decline: 'later, cancel' } } });
    await expect(asked).rejects.toMatchObject({
      message: expect.stringMatching(/^'Decline Words' "cancel" always opts/),
    });
  });

  test('hints that nobody can reply to a name', async () => {
    const { hints } = await ask({ from: { __rl: true, mode: 'value', value: 'MyShop' } });
    expect(hints).toContainEqual(expect.stringMatching(/^The sender is a name: the recipient cannot reply/));
  });

  test('waits 30 days without a limit', async () => {
    const { waits } = await ask({});
    expect(Math.round(((waits[0]?.getTime() ?? 0) - Date.now()) / 86_400_000)).toBe(30);
  });

  test('is answered before it is parked, and the server tells it again', async () => {
    const phone = '+14155557999';
    const path = '/webhook-waiting/early?signature=secret';
    const parameters: INodeParameters = { resource: 'message', operation: 'sendAndWait', to: phone, message: 'Now?' };
    const from = { __rl: true, mode: 'value', value: OURS };
    const options = { type, credentials, executionId: 'early', resumeUrl: n8n.url + path };
    await run({ ...options, parameters: () => ({ ...parameters, from }) });
    await server.texts(phone, 1);
    await server.reply(phone, OURS, 'YES');
    await until(() => n8n.requests.some((request) => request.path === path));
    const execution: Execution = { phone, parameters, answers: [], waits: [], hints: [], parked: {} };
    executions.set(path, execution);
    expect(dataOf(await answered(execution))).toMatchObject({ approved: true });
  });

  test('keeps waiting for anything that is no news of a reply', async () => {
    const parameters: INodeParameters = { resource: 'message', operation: 'sendAndWait' };
    for (const body of ['{}', '{"type":"reply.matched"}', '{"type":"message.received","data":{}}']) {
      const answer = await webhook({ type, credentials, parameters, headers: {}, body });
      expect(answer).toMatchObject({ status: 422, json: undefined });
    }
  });

  test.each([
    [{ responseType: 'choice', choices: { values: [{ label: 'Only' }] } }, "'Choices' has less than two labels"],
    [
      { options: { limitWaitTime: { values: { limitType: 'atSpecifiedTime', maxDateAndTime: '2020-01-01T00:00' } } } },
      "'Limit Wait Time' is out of range",
    ],
    [{ approvalOptions: { values: { decline: 'STOP' } } }, /"STOP" always opts the recipient out/],
  ])('says what is wrong before anything is sent: %j', async (given, message) => {
    const parameters = { resource: 'message', operation: 'sendAndWait', to: '+14155557998', message: 'Now?', ...given };
    const context = { type, credentials, parameters: () => parameters as INodeParameters };
    await expect(run(context)).rejects.toThrow(message);
    expect(await server.textsOn('+14155557998')).toEqual([]);
  });

  test('says that the server may not call this n8n', async () => {
    const parameters = { resource: 'message', operation: 'sendAndWait', to: '+14155557997', message: 'Now?' };
    const live = { ...credentials, apiKey: server.keys.live };
    const context = { type, credentials: live, parameters: () => parameters, resumeUrl: 'http://localhost:5678/x' };
    await expect(run(context)).rejects.toMatchObject({
      message: 'SMS Bridge may not call this n8n',
      description: expect.stringContaining('WEBHOOK_URL'),
    });
  });
});

async function inbound(phone: string): Promise<unknown[]> {
  const query = new URLSearchParams({ from: phone, direction: 'inbound' });
  const { body } = await server.call('GET', `/v1/messages?${query.toString()}`);
  return body['data'] as unknown[];
}
