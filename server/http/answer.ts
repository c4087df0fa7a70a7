import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Mode } from '../rules/message.ts';
import type { Answer } from './handlers.ts';
import { problem } from './problem.ts';

export function newRequestId(): string {
  return `req_${randomUUID()}`;
}

/** Writes the answer in one go. `mode` is null while the key is not known; `more` are header fields beside its own. */
export function write(
  response: ServerResponse,
  requestId: string,
  mode: Mode | null,
  answer: Answer,
  more: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const { status, headers, body } = 'fault' in answer ? problem(answer.fault, requestId) : answer;
  const payload = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const fixed: Record<string, string | number> = {
    ...more,
    'Content-Type': 'application/json',
    'Request-Id': requestId,
    // Texts and numbers are nobody else's business: nothing on the way may keep them.
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  };
  if (mode !== null) fixed['SMS-Mode'] = mode;
  if ('stream' in answer && answer.stream) {
    response.writeHead(status, Object.assign(fixed, headers));
    answer.stream(response);
    return;
  }
  if (payload === undefined) delete fixed['Content-Type'];
  else fixed['Content-Length'] = Buffer.byteLength(payload);
  response.writeHead(status, headers ? Object.assign(fixed, headers) : fixed);
  response.end(payload);
}
