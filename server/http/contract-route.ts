import type { z } from 'zod';
import type { Scope } from '../access/scopes.ts';
import type { ErrorCode } from '../rules/error-codes.ts';
import type { Mode } from '../rules/message.ts';

/** One route of the API, as data. */
export interface Route {
  /** The operationId, and the name of the handler. */
  readonly operation: string;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With `{parameters}`, as in OpenAPI. */
  readonly path: string;
  readonly summary: string;
  /** The scope a key needs; `any` = every valid key; `public` = no key. */
  readonly access: Scope | 'any' | 'public';
  /** There for those who come from another API. */
  readonly deprecated?: boolean;
  /** Only for keys of this mode. */
  readonly onlyMode?: Mode;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The body may be a table (`text/csv`) instead of JSON. */
  readonly takesTable?: boolean;
  /** A body that is application/x-www-form-urlencoded; only for public routes. */
  readonly form?: z.ZodObject;
  /** The body may also come as a posted form. */
  readonly forms?: boolean;
  /**
   * Takes an Idempotency-Key: it creates something, in one transaction. Sends have a way of their own, and what can be
   * repeated without harm needs none.
   */
  readonly once?: boolean;
  /** 1 MB when left out. */
  readonly bodyBytesMax?: number;
  readonly status: number;
  /** What the answer holds; a media type when it is not JSON; null when it is empty. */
  readonly answer: z.ZodType | string | null;
  /** With `format=csv` or `Accept: text/csv` the same list comes as a table. */
  readonly givesTable?: boolean;
  /** Refusals beyond those that every route may give. */
  readonly errors?: readonly ErrorCode[];
  /** What it is about may have moved on: 409 INVALID_REQUEST. */
  readonly conflicts?: boolean;
  /** Answers that are neither `answer` nor a problem document, by their status: what they hold, or their media type. */
  readonly otherAnswers?: Readonly<Record<number, z.ZodType | string>>;
}
