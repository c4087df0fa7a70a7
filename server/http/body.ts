import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Parsed } from './parse.ts';
import { type Fault, invalid } from './problem.ts';

export const BODY_BYTES_MAX = 1_048_576;

/** The JSON body of a request: UTF-8 (RFC 8259 §8.1), not compressed, at most 1 MB. */
export async function readJson(request: IncomingMessage, isTableTaken = false): Promise<Parsed<unknown>> {
  if (!isJsonType(request.headers['content-type'])) {
    return { ok: false, fault: isTableTaken ? notJsonNorTable : notJson };
  }
  const text = await readText(request);
  return text.ok ? parseJson(text.value) : text;
}

/** The same for a table. */
export function readTable(request: IncomingMessage): Promise<Parsed<string>> {
  return readText(request);
}

export function isTable({ headers }: IncomingMessage): boolean {
  return /^text\/csv *(; *charset="?utf-8"? *|; *header=present *)*$/i.test(headers['content-type'] ?? '');
}

async function readText(request: IncomingMessage): Promise<Parsed<string>> {
  const refused = headFault(request);
  if (refused) return { ok: false, fault: refused };
  const bytes = await readBytes(request);
  if (bytes === 'too_large') return { ok: false, fault: tooLarge };
  if (bytes === 'cut') return { ok: false, fault: invalid('body', 'ended before its announced length') };
  if (!isUtf8(bytes)) return { ok: false, fault: invalid('body', 'must be UTF-8') };
  return { ok: true, value: bytes.toString('utf8') };
}

function parseJson(text: string): Parsed<unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch {
    // The parser's own message repeats a piece of the body.
    return { ok: false, fault: invalid('body', text === '' ? 'is required' : 'must be valid JSON') };
  }
}

function headFault({ headers }: IncomingMessage): Fault | null {
  if (Number(headers['content-length'] ?? 0) > BODY_BYTES_MAX) return tooLarge;
  const encoding = headers['content-encoding'];
  return encoding === undefined || encoding.toLowerCase() === 'identity' ? null : compressed;
}

function isJsonType(type: string | undefined): boolean {
  if (type === 'application/json') return true;
  return type !== undefined && /^application\/json *(; *charset="?utf-8"? *)?$/i.test(type);
}

const tooLarge: Fault = { code: 'PAYLOAD_TOO_LARGE', detail: 'The body must not be larger than 1 MB.', param: 'body' };

const notJson: Fault = {
  code: 'INVALID_REQUEST',
  status: 415,
  detail: 'Content-Type must be application/json.',
  param: 'Content-Type',
  action: 'Send the body as JSON in UTF-8 with the header "Content-Type: application/json".',
};

const notJsonNorTable: Fault = {
  ...notJson,
  detail: 'Content-Type must be application/json or text/csv.',
  action: 'Send JSON or a table in UTF-8, and say which in the header Content-Type.',
};

const compressed: Fault = {
  code: 'INVALID_REQUEST',
  status: 415,
  detail: 'The body must not be compressed.',
  param: 'Content-Encoding',
  action: 'Send the body without Content-Encoding.',
};

/** What is over the limit is not kept; Node reads the rest away once the answer is written. */
export function readBytes(request: IncomingMessage): Promise<Buffer | 'too_large' | 'cut'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > BODY_BYTES_MAX) {
        chunks.length = 0;
        resolve('too_large');
      } else chunks.push(chunk);
    });
    const first = () => chunks[0] ?? Buffer.alloc(0);
    request.on('end', () => resolve(chunks.length <= 1 ? first() : Buffer.concat(chunks)));
    request.on('error', () => resolve('cut'));
    request.on('close', () => resolve('cut'));
  });
}
