import type { INode, JsonObject } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { ErrorCode, Problem } from './contract.ts';
import { inParameterNames } from './field-names.ts';

/** Why an item could not be done, in words for the person who built the workflow. */
export interface Failure {
  /** One sentence without a full stop. */
  readonly message: string;
  /** What to do about it. */
  readonly description: string;
  /** That of the server; PARAMETER and EXPRESSION when the item never got there, UNREACHABLE when nobody answered. */
  readonly code: ErrorCode | 'PARAMETER' | 'EXPRESSION' | 'UNREACHABLE';
  /** The HTTP status; null = no answer. */
  readonly status: number | null;
  /** The field of the request at fault. */
  readonly param?: string | undefined;
  /** Names the request in the log of the server. */
  readonly requestId?: string | undefined;
}

export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure };

export const done = <Value>(value: Value) => ({ ok: true, value }) as const;

/** Something is wrong with a parameter, and nothing was sent. */
export function wrongParameter(
  message: string,
  description: string,
): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure: { message, description, code: 'PARAMETER', status: null } };
}

/** What the server answered instead of what was asked for. */
export function failureOf(status: number, body: unknown): Failure {
  if (!isProblem(body)) return { ...notOurs(status), status };
  const { code, detail, title, action, param, request_id: requestId } = body;
  return { ...wordsFor(code, detail || title, action, param), code, status, param, requestId };
}

/** One refused text among those of a batch, which say why in short. */
export function failureOfItem({ code, detail, param }: RefusedItem): Failure {
  // A JSON pointer into the request: /messages/3/to.
  const name = param?.split('/').slice(3).join('.');
  return { ...wordsFor(code as ErrorCode, detail, '', name), code: code as ErrorCode, status: null, param: name };
}

interface RefusedItem {
  readonly code: string;
  readonly detail: string;
  readonly param: string | null;
}

function wordsFor(code: ErrorCode, detail: string, action: string, param: string | undefined): Required<Words> {
  if (param !== undefined && CALLBACKS.has(param)) return CALLBACK;
  if (param === 'from' && detail.includes('DEFAULT_SENDER')) return NO_SENDER;
  const said = inParameterNames(detail);
  const message = WORDS[code]?.message ?? withoutStop(said);
  const rest = message === withoutStop(said) ? action : `${said} ${action}`;
  return { message, description: WORDS[code]?.description ?? rest.trim() };
}

export const unreachable = (reason: string): Failure => ({
  message: 'SMS Bridge cannot be reached',
  description: `Check the Base URL of the credential, and whether the server is running. ${reason}`.trim(),
  code: 'UNREACHABLE',
  status: null,
});

/** The error that n8n shows. With several items it says which one, counted from 0 as n8n does. */
export function errorOf(node: INode, failure: Failure, itemIndex?: number, itemCount = 1): Error {
  const { code, status, param, requestId } = failure;
  const item = itemIndex === undefined ? {} : { itemIndex };
  const message = `${failure.message}${itemCount > 1 && itemIndex !== undefined ? ` [item ${itemIndex}]` : ''}`;
  const description = [failure.description, requestId === undefined ? '' : `(Request ${requestId})`].join(' ').trim();
  if (code === 'PARAMETER' || code === 'EXPRESSION') {
    return new NodeOperationError(node, message, { description, ...item });
  }
  const response: JsonObject = { code, message, ...(param === undefined ? {} : { param }) };
  return new NodeApiError(node, response, { message, description, httpCode: String(status ?? ''), ...item });
}

interface Words {
  readonly message?: string;
  readonly description?: string;
}

/** What the server says in the words of its API, in those of the node; the rest is clear as it is. */
const WORDS: Partial<Record<ErrorCode, Words>> = {
  AUTH_FAILED: {
    message: 'The API key is not accepted',
    description: 'Check the API Key of the credential: it may have been revoked, or belong to another server.',
  },
  INVALID_REQUEST: { description: 'Correct the parameter and execute the node again.' },
  FORBIDDEN: { message: 'The API key does not allow this' },
  OPTED_OUT: {
    message: 'The recipient has opted out',
    description: 'Nothing was sent. Do not try again: the recipient can opt back in by texting START.',
  },
  CONSENT_REQUIRED: { message: 'There is no recorded consent for this text' },
  INVALID_NUMBER: { message: 'The number cannot receive texts' },
  SENDER_NOT_ALLOWED: { message: "The sender in 'From' is not allowed here" },
  INSUFFICIENT_BALANCE: { message: 'The balance is too low' },
  RATE_LIMITED: { message: 'SMS Bridge takes no more texts at the moment' },
  SERVICE_UNAVAILABLE: { message: 'SMS Bridge is not available at the moment' },
  NOT_CANCELABLE: { message: 'The text has left already and cannot be canceled' },
  IDEMPOTENCY_KEY_REUSED: {
    message: 'This item was sent before with another text',
    description:
      'An earlier try of this execution, or another item with the same Deduplication Key, sent a text under the same key. ' +
      'It is not sent twice. An expression that changes between tries, such as $now, is the usual reason.',
  },
};

const CALLBACKS = new Set(['url', 'expect_reply.callback_url']);
const CALLBACK: Required<Words> = {
  message: 'SMS Bridge may not call this n8n',
  description:
    'Its address has to be public and begin with https (set WEBHOOK_URL of n8n), or to be listed in CALLBACK_ALLOWLIST of SMS Bridge.',
};

const NO_SENDER: Required<Words> = {
  message: 'There is no sender for this text',
  description: "Choose one in 'From', or set DEFAULT_SENDER of SMS Bridge.",
};

function notOurs(status: number): Pick<Failure, 'message' | 'description' | 'code'> {
  const description = 'Something else answers at the Base URL of the credential. It is the address without a path.';
  return { message: `The answer is not from SMS Bridge (status ${status})`, description, code: 'UNKNOWN_ERROR' };
}

const withoutStop = (text: string) => text.replace(/\.$/, '');

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && 'action' in body;
}
