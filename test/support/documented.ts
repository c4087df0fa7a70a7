import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { routes } from '../../server/http/contract.ts';
import { refusalsOf } from '../../server/http/contract-answers.ts';
import type { Route } from '../../server/http/contract-route.ts';
import { problemSchema } from '../../server/http/contract-shared.ts';

/** An answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number;
  /** The header Content-Type. */
  readonly type: string | null;
  readonly text: string;
}

/**
 * Throws when an answer is not one that the contract promises for its route: another status, another code, another
 * shape. Addresses and methods that no route has are answered by a problem document.
 */
export function expectDocumented(method: string, path: string, answer: WireAnswer): void {
  const route = routeOf(method, path);
  const fault = route ? routeFault(route, answer) : strayFault(answer);
  if (fault === null) return;
  const where = route ? `${route.method.toUpperCase()} ${route.path}` : 'an address without a route';
  throw new Error(`Not in the contract: ${where} answered ${answer.status}: ${fault}\n${answer.text.slice(0, 2_000)}`);
}

/** The first path that fits gets the request, as in the server; HEAD is GET without its body. */
export function routeOf(method: string, target: string): Route | undefined {
  const wanted = method === 'HEAD' ? 'get' : method.toLowerCase();
  const [address = ''] = target.split(/[?#]/);
  const path = patterns.find(({ pattern }) => pattern.test(address))?.path;
  return routes.find((route) => route.path === path && route.method === wanted);
}

const patterns = routes.map(({ path }) => {
  const source = path.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]+');
  return { path, pattern: new RegExp(`^${source}/?$`) };
});

const strayFault = (answer: WireAnswer) =>
  isType(answer.type, PROBLEM) ? problemFault(answer, STRAY[answer.status] ?? []) : `the type ${answer.type}`;

function routeFault(route: Route, answer: WireAnswer): string | null {
  const { status, type } = answer;
  if (isType(type, PROBLEM)) return problemFault(answer, refusalsOf(route).get(status) ?? ALWAYS[status] ?? []);
  const other = route.otherAnswers?.[status];
  if (other !== undefined) return contentFault(other, answer);
  if (status !== route.status) return 'an undocumented status';
  if (route.givesTable === true && type?.startsWith('text/csv') === true) return null;
  if (route.answer === null) return answer.text === '' ? null : 'a body where there is none';
  return contentFault(route.answer, answer);
}

function contentFault(wanted: z.ZodType | string, { type, text }: WireAnswer): string | null {
  if (typeof wanted !== 'string')
    return isType(type, 'application/json') ? schemaFault(wanted, text) : `the type ${type}`;
  return wanted.endsWith('*') || isType(type, wanted) ? null : `the type ${type}`;
}

function problemFault({ status, text }: WireAnswer, codes: readonly string[]): string | null {
  const problem = problemSchema.safeParse(jsonOf(text));
  if (!problem.success) return z.prettifyError(problem.error);
  if (problem.data.status !== status) return 'another status in its body';
  return codes.includes(problem.data.code) ? null : `the code ${problem.data.code}`;
}

/** Said before anybody knows which route a request is for. */
const ALWAYS: Readonly<Record<number, readonly string[]>> = { 408: ['INVALID_REQUEST'], 431: ['INVALID_REQUEST'] };

/** At addresses and with methods that no route has. */
const STRAY: Readonly<Record<number, readonly string[]>> = {
  ...ALWAYS,
  400: ['INVALID_REQUEST'],
  404: ['NOT_FOUND'],
  405: ['INVALID_REQUEST'],
};

const PROBLEM = 'application/problem+json';

const isType = (type: string | null, wanted: string) => type?.split(';')[0] === wanted.split(';')[0];

function schemaFault(schema: z.ZodType, text: string): string | null {
  const sent = jsonOf(text);
  const parsed = schema.safeParse(sent);
  if (!parsed.success) return z.prettifyError(parsed.error);
  // A shape that is not strict drops what it does not know.
  return isDeepStrictEqual(parsed.data, sent) ? null : 'fields that its schema does not know';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
