import { describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { openDesk, OURS, type SmsOptions } from './desk.ts';
import { proxyTo } from './proxy.ts';
import { noOp, webhook, workflow } from './workflow.ts';

const { n8n, bridge, sms, credential, phones } = openDesk();

describe('Send and Wait for Response in a real n8n', () => {
  test('YES goes on, approved', async () => {
    const { executionId, phone } = await ask('+14155553401');
    await phones.says(phone, 'Yes!');
    expect(await answerOf(executionId)).toMatchObject({ data: { approved: true, text: 'Yes!' } });
  });

  test('NO goes on, declined', async () => {
    const { executionId, phone } = await ask('+14155553402');
    await phones.says(phone, 'no');
    expect(await answerOf(executionId)).toMatchObject({ data: { approved: false, text: 'no' } });
  });

  test('words of your own are understood', async () => {
    const values = { approve: 'coming, I will be there', decline: 'cancel it' };
    const { executionId, phone } = await ask('+14155553403', { approvalOptions: { values } });
    await phones.says(phone, 'I will be there');
    expect(await answerOf(executionId)).toMatchObject({ data: { approved: true } });
  });

  test('an unclear answer is asked again, and the next one counts', async () => {
    const values = { reminder: 'Please answer YES or NO.' };
    const { executionId, phone } = await ask('+14155553404', { approvalOptions: { values } });
    await phones.says(phone, 'What was that about?');
    expect((await phones.receives(phone, 2)).at(-1)).toBe('Please answer YES or NO.');
    expect((await n8n.execution(executionId, 'waiting')).status).toBe('waiting');
    await phones.says(phone, 'ok, yes');
    expect(await answerOf(executionId)).toMatchObject({ data: { approved: true } });
  });

  test('a free text comes as it was written', async () => {
    const { executionId, phone } = await ask('+14155553405', { responseType: 'freeText' });
    await phones.says(phone, 'Ring twice, the bell is broken.');
    expect(await answerOf(executionId)).toMatchObject({ data: { text: 'Ring twice, the bell is broken.' } });
  });

  test('a choice is made by its number', async () => {
    const choices = { values: [{ label: 'Monday' }, { label: 'Tuesday' }, { label: 'Friday' }] };
    const { executionId, phone } = await ask('+14155553406', { responseType: 'choice', choices });
    expect(await phones.received(phone)).toEqual([expect.stringMatching(/2.*Tuesday/)]);
    await phones.says(phone, '2');
    expect(await answerOf(executionId)).toMatchObject({ data: { choice: { label: 'Tuesday' } } });
  });

  test('a time-out is marked, and what is written later is an ordinary text', async () => {
    const values = { limitType: 'afterTimeInterval', resumeAmount: 0.05, resumeUnit: 'minutes' };
    const { executionId, phone } = await ask('+14155553407', { options: { limitWaitTime: { values } } });
    expect(await answerOf(executionId)).toMatchObject({ data: { timedOut: true } });
    await phones.says(phone, 'Yes, sorry for the delay');
    const late = await until(async () => {
      const { body } = await bridge('GET', `/v1/messages?direction=inbound&from=${encodeURIComponent(phone)}`);
      return (body['data'] as { body: string; conversation_id: string }[])[0];
    });
    expect(late.body).toBe('Yes, sorry for the delay');
    const { body: conversation } = await bridge('GET', `/v1/conversations/${late.conversation_id}`);
    expect(conversation).toMatchObject({ status: 'open' });
    expect((await n8n.execution(executionId, 'success')).runs('Done')).toBe(1);
  });

  test('a reply that comes before n8n waits is told again until it does', async () => {
    const phone = '+14155553408';
    const proxy = await proxyTo(bridge.url, async ({ method }) => {
      if (method !== 'POST') return true;
      // The answer of the send is kept back until the reply was told to an execution that does not wait yet.
      await phones.receives(phone, 1);
      await phones.says(phone, 'yes');
      await until(async () => (await waitOf(phone))?.callback?.last_status === 409);
      return true;
    });
    const { executionId } = await start(phone, {}, { credentialId: await credential({ baseUrl: proxy.url }) });
    expect(await answerOf(executionId)).toMatchObject({ data: { approved: true } });
    const told = await until(async () => {
      const wait = await waitOf(phone);
      return wait?.state === 'delivered' && wait;
    });
    expect(told.callback?.attempts).toBeGreaterThan(1);
  });
});

interface ReplyWait {
  readonly state: string;
  readonly callback: { readonly attempts: number; readonly last_status: number | null } | null;
}

async function waitOf(phone: string): Promise<ReplyWait | undefined> {
  const { body } = await bridge('GET', `/v1/reply-waits?to=${encodeURIComponent(phone)}`);
  return (body['data'] as ReplyWait[])[0];
}

async function start(phone: string, parameters: Readonly<Record<string, unknown>> = {}, options: SmsOptions = {}) {
  const question = { from: { __rl: true, mode: 'value', value: OURS }, to: phone, message: 'Are you coming?' };
  const asking = {
    resource: 'message',
    operation: 'sendAndWait',
    responseType: 'approval',
    ...question,
    ...parameters,
  };
  const nodes = [webhook(), await sms('Ask', asking, options), noOp('Done')];
  return n8n.run(workflow(`Asks ${phone}`, nodes, 'Webhook > Ask > Done'));
}

/** Asks a phone, and answers once the execution waits and the phone has the question. */
async function ask(phone: string, parameters: Readonly<Record<string, unknown>> = {}) {
  const { executionId } = await start(phone, parameters);
  await n8n.execution(executionId, 'waiting');
  await phones.receives(phone, 1);
  return { executionId, phone };
}

async function answerOf(executionId: string) {
  const run = await n8n.execution(executionId, 'success');
  return run.items('Done')[0]?.json;
}
