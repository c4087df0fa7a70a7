import { onTestFinished } from 'vitest';
import { httpSink } from '../support/http-sink.ts';

/** What an agent asks its model, in the form of OpenAI's chat completions. */
export interface ModelRequest {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly { readonly function: { readonly name: string; readonly parameters: unknown } }[];
  readonly stream?: boolean;
}

export type ModelAnswer =
  | { readonly text: string }
  | { readonly tool: string; readonly input: Readonly<Record<string, unknown>> };

/** A model on loopback that answers what the test says, until its end. n8n's OpenAI node talks to it. */
export async function chatModel(answer: (request: ModelRequest) => ModelAnswer): Promise<{
  /** For the credential of the OpenAI node. */
  readonly url: string;
  readonly requests: readonly ModelRequest[];
}> {
  const requests: ModelRequest[] = [];
  const sink = await httpSink((response, { body }) => {
    const request = JSON.parse(body) as ModelRequest;
    requests.push(request);
    const message = messageOf(answer(request));
    const reason = message.tool_calls ? 'tool_calls' : 'stop';
    if (request.stream) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify(completion({ delta: message, finish_reason: null }))}\n\n`);
      response.write(`data: ${JSON.stringify(completion({ delta: {}, finish_reason: reason }))}\n\n`);
      response.end('data: [DONE]\n\n');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(completion({ message, finish_reason: reason })));
  });
  onTestFinished(() => sink[Symbol.asyncDispose]());
  return { url: `${sink.url}/v1`, requests };
}

function completion(choice: Readonly<Record<string, unknown>>) {
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  const object = 'delta' in choice ? 'chat.completion.chunk' : 'chat.completion';
  return { id: 'chat-1', object, created: 0, model: 'test', usage, choices: [{ index: 0, ...choice }] };
}

function messageOf(answer: ModelAnswer) {
  if ('text' in answer) return { role: 'assistant', content: answer.text };
  const call = { name: answer.tool, arguments: JSON.stringify(answer.input) };
  return {
    role: 'assistant',
    content: null,
    tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: call }],
  };
}
