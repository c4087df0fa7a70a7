import { onTestFinished } from 'vitest';
import { httpSink, type Received } from '../support/http-sink.ts';

/** Sees the answer of the server before n8n does. False = n8n gets 502 instead, as from a proxy that lost it. */
export type OnAnswer = (request: Received) => boolean | Promise<boolean>;

/** Stands between n8n and the server until the test ends; `url` is for the credential. */
export async function proxyTo(url: string, onAnswer: OnAnswer): Promise<{ readonly url: string }> {
  const sink = await httpSink((response, request) => {
    void pass(url, request, onAnswer).then(({ status, type, body }) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    });
  });
  onTestFinished(() => sink[Symbol.asyncDispose]());
  return sink;
}

async function pass(url: string, request: Received, onAnswer: OnAnswer) {
  const { method, path, headers, body } = request;
  const answer = await fetch(url + path, {
    method,
    headers: kept(headers),
    ...(body !== '' && { body }),
  });
  const text = await answer.text();
  if (await onAnswer(request)) {
    return { status: answer.status, type: answer.headers.get('content-type') ?? 'text/plain', body: text };
  }
  return { status: 502, type: 'text/plain', body: 'Bad gateway' };
}

const KEPT = ['authorization', 'content-type', 'idempotency-key', 'prefer', 'accept'];

function kept(headers: Received['headers']): Record<string, string> {
  return Object.fromEntries(KEPT.flatMap((name) => (headers[name] ? [[name, String(headers[name])]] : [])));
}
