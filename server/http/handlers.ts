import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { ParsedUrlQuery } from 'node:querystring';
import type { Key } from '../access/keys.ts';
import type { KeyOperation, PublicOperation } from './contract.ts';
import type { Form } from './read-form.ts';
import type { Fault } from './problem.ts';

/** A request to a public route. */
export interface Visit {
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: ParsedUrlQuery | null;
  readonly headers: IncomingHttpHeaders;
  /** Where it comes from. */
  readonly ip: string;
  /** Null for routes without a form. */
  readonly form: Form | null;
}

/** A request with a valid key that has the scope of the route. Nothing in it is checked against the contract yet. */
export interface Call extends Visit {
  readonly key: Key;
  /** Undefined for routes without a body. */
  readonly json: unknown;
  /** The body of a route that takes a table, when it is one. */
  readonly csv?: string;
}

export type Answer = Reply | { readonly fault: Fault };

export interface Reply {
  readonly status: number;
  /** Written as JSON; a Buffer is written as it is and needs a Content-Type. Undefined = empty. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Writes the rest, and ends it, whenever it likes; instead of a body. Called once, also when nobody is there any more. */
  readonly stream?: (response: ServerResponse) => void;
}

export type PublicHandlers = Readonly<Record<PublicOperation, (visit: Visit) => Answer | Promise<Answer>>>;

export type KeyHandlers = Readonly<Record<KeyOperation, (call: Call) => Answer | Promise<Answer>>>;
