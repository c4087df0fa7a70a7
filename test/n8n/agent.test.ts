import { describe, expect, onTestFinished, test } from 'vitest';
import { httpSink } from '../support/http-sink.ts';
import { chatModel } from './chat-model.ts';
import { openDesk, OURS } from './desk.ts';
import { node, webhook, workflow } from './workflow.ts';

const { n8n, sms, phones } = openDesk();

describe('an AI agent that has to ask by SMS before it uses a tool', () => {
  test('uses it once after YES', async () => {
    const { executionId, refunds } = await agentAsks('+14155553601');
    expect(await phones.received('+14155553601')).toEqual([expect.stringContaining('Refund')]);
    expect(refunds).toHaveLength(0);
    await phones.says('+14155553601', 'YES');
    const run = await n8n.execution(executionId, 'success');
    expect(refunds).toHaveLength(1);
    expect(run.items('Agent')[0]?.json).toMatchObject({ output: 'The model has seen: Refunded' });
  });

  test('does not use it after NO', async () => {
    const { executionId, refunds } = await agentAsks('+14155553602');
    await phones.says('+14155553602', 'NO');
    await n8n.execution(executionId, 'success');
    expect(refunds).toHaveLength(0);
  });
});

/** An agent whose model always wants to refund, and may not without asking a phone. */
async function agentAsks(phone: string) {
  const shop = await httpSink((response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ done: 'Refunded' }));
  });
  onTestFinished(() => shop[Symbol.asyncDispose]());
  const model = await chatModel(({ messages, tools }) => {
    const result = messages.find(({ role }) => role === 'tool');
    if (!result) return { tool: tools?.[0]?.function.name ?? '', input: {} };
    return { text: `The model has seen: ${/Refunded/.exec(JSON.stringify(result.content))?.[0] ?? 'nothing'}` };
  });
  const key = await n8n.createCredential('openAiApi', {
    apiKey: 'test',
    url: model.url,
    headerName: '',
    headerValue: '',
  });
  const asking = { resource: 'message', operation: 'sendAndWait', responseType: 'approval', to: phone };
  const from = { __rl: true, mode: 'value', value: OURS };
  const message = '=May I use {{ $tool.name }}?';
  const nodes = [
    webhook(),
    node('Agent', '@n8n/n8n-nodes-langchain.agent', {
      typeVersion: 3.1,
      parameters: { promptType: 'define', text: 'Refund order 17.', options: {} },
    }),
    node('Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', {
      typeVersion: 1.2,
      parameters: { model: { __rl: true, mode: 'id', value: 'test' }, options: {} },
      credentials: { openAiApi: { id: key, name: 'A test' } },
    }),
    await sms('Ask', { ...asking, from, message }, { as: 'smsBridgeHitlTool' }),
    node('Refund', 'n8n-nodes-base.httpRequestTool', {
      typeVersion: 4.2,
      parameters: { toolDescription: 'Refunds order 17.', method: 'POST', url: `${shop.url}/refund`, options: {} },
    }),
  ];
  const { executionId } = await n8n.run(
    workflow(
      `An agent asks ${phone}`,
      nodes,
      'Webhook > Agent',
      { from: 'Model', to: 'Agent', type: 'ai_languageModel' },
      { from: 'Refund', to: 'Ask', type: 'ai_tool' },
      { from: 'Ask', to: 'Agent', type: 'ai_tool' },
    ),
  );
  await n8n.execution(executionId, 'waiting');
  await phones.receives(phone, 1);
  return { executionId, refunds: shop.requests };
}
