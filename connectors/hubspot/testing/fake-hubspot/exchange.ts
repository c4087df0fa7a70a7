import type { Answer } from './answer.ts';

/** What was asked and answered, whole, for whoever judges both. */
export interface Exchange {
  readonly method: string;
  /** Without host and query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string | null;
  /** As it came. */
  readonly body: string;
  /** Of the token; none without one. */
  readonly scopes: readonly string[];
  /** Null: a fault was planned in its place, which is no claim of the stand-in. */
  readonly answer: Answer | null;
}
