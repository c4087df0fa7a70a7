import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import { readBytes } from './body.ts';
import type { Parsed } from './parse.ts';
import { type Fault, invalid } from './problem.ts';

/** A form by its names; a name that came twice has an array. */
export type Form = Readonly<Record<string, string | readonly string[] | undefined>>;

const FIELDS_MAX = 50;

/** The body of a request as application/x-www-form-urlencoded. */
export async function readForm(request: IncomingMessage): Promise<Parsed<Form>> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/x-www-form-urlencoded *(; *charset="?utf-8"? *)?$/i.test(type))
    return { ok: false, fault: notForm };
  const bytes = await readBytes(request);
  if (bytes === 'too_large')
    return { ok: false, fault: { code: 'PAYLOAD_TOO_LARGE', detail: 'The form is too large.' } };
  if (bytes === 'cut') return { ok: false, fault: invalid('body', 'ended before its announced length') };
  return { ok: true, value: { ...parse(bytes.toString('utf8'), '&', '=', { maxKeys: FIELDS_MAX }) } };
}

const notForm: Fault = {
  code: 'INVALID_REQUEST',
  status: 415,
  detail: 'Content-Type must be application/x-www-form-urlencoded.',
  param: 'Content-Type',
  action: 'Send the fields as a form: RFC 6749 asks for it.',
};
