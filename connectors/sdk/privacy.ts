import type { PrivacyJob } from './contract.ts';
import { type Transport, at, type SendOptions } from './transport.ts';

export const privacyOf = (http: Transport) => ({
  /** Gathers everything about a number; `job` has the result soon after. */
  export: (number: string, options?: SendOptions): Promise<PrivacyJob> =>
    http.once('/v1/privacy/export', { number }, options),
  /** Takes everything about a number away; its opt-outs go on being honoured. */
  erase: (number: string, options?: SendOptions): Promise<PrivacyJob> =>
    http.once('/v1/privacy/erase', { number }, options),
  /** What became of an export or an erasure. */
  job: (id: string): Promise<PrivacyJob> => http.get(at`/v1/privacy/jobs/${id}`),
  /** The texts of an export as a table (CSV). */
  texts: (id: string): Promise<string> => http.get(at`/v1/privacy/jobs/${id}/messages.csv`),
});
