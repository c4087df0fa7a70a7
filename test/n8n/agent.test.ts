import { describe, expect, onTestFinished, test } from 'vitest';
import { httpSink } from '../support/http-sink.ts';
import { chatModel, type ModelAnswer, type ModelRequest } from './chat-model.ts';
import { openDesk, OURS } from './desk.ts';
import { node, webhook, workflow } from './workflow.ts';

const { n8n, sms, phones } = openDesk();
const FROM = { __rl: true, mode: 'value', value: OURS };

describe('an AI agent that texts', () => {
  test('sends what the model says to whom the model says, by the tool that n8n makes of the node', async () => {
    const { id } = await model(({ messages, tools }) => {
      const input = { to: '+14155553603', message: 'Your table is booked.' };
      if (messages.some(({ role }) => role === 'tool')) return { text: 'Done.' };
      return { tool: tools?.[0]?.function.name ?? '', input };
    });
    const parameters = {
      resource: 'message',
      operation: 'send',
      from: FROM,
      to: "={{ $fromAI('to', 'The number', 'string') }}",
      message: "={{ $fromAI('message', 'The text', 'string') }}",
    };
    const { executionId } = await n8n.run(
      workflow(
        'An agent texts',
        [webhook(), agent('Tell the guest.'), openAi(id), await sms('Text', parameters, { as: 'smsBridgeTool' })],
        'Webhook > Agent',
        { from: 'Model', to: 'Agent', type: 'ai_languageModel' },
        { from: 'Text', to: 'Agent', type: 'ai_tool' },
      ),
    );
    await n8n.execution(executionId, 'success');
    expect(await phones.receives('+14155553603', 1)).toEqual(['Your table is booked.']);
  });
});

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
  const { id } = await model(({ messages, tools }) => {
    const result = messages.find(({ role }) => role === 'tool');
    const input = { toolParameters: {}, hitlParameters: {} };
    if (!result) return { tool: tools?.[0]?.function.name ?? '', input };
    return { text: `The model has seen: ${/Refunded/.exec(JSON.stringify(result.content))?.[0] ?? 'nothing'}` };
  });
  const asking = { resource: 'message', operation: 'sendAndWait', responseType: 'approval', to: phone };
  const message = '=May I use {{ $tool.name }}?';
  const nodes = [
    webhook(),
    agent('Refund order 17.'),
    openAi(id),
    await sms('Ask', { ...asking, from: FROM, message }, { as: 'smsBridgeHitlTool' }),
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

/** A model that answers what the test says, and the credential for it. */
async function model(answer: (request: ModelRequest) => ModelAnswer): Promise<{ readonly id: string }> {
  const { url } = await chatModel(answer);
  return { id: await n8n.createCredential('openAiApi', { apiKey: 'test', url, headerName: '', headerValue: '' }) };
}

const agent = (text: string) =>
  node('Agent', '@n8n/n8n-nodes-langchain.agent', {
    typeVersion: 3.1,
    parameters: { promptType: 'define', text, options: {} },
  });

const openAi = (id: string) =>
  node('Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', {
    typeVersion: 1.2,
    parameters: { model: { __rl: true, mode: 'id', value: 'test' }, options: {} },
    credentials: { openAiApi: { id, name: 'A test' } },
  });
