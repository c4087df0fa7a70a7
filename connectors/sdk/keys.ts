import type { ApiKey, ChangeApiKeyBody, CreateApiKeyBody, ListApiKeysAnswer, NewApiKey } from './contract.ts';
import { type SendOptions, type Transport, all, at } from './transport.ts';

const keyPath = (id: string) => at`/v1/api-keys/${id}`;

export const keysOf = (http: Transport) => ({
  /** Every key that yours may manage, the newest first. */
  list: (): Promise<readonly ApiKey[]> => all(http.each<ListApiKeysAnswer>('/v1/api-keys')),
  get: (id: string): Promise<ApiKey> => http.get(keyPath(id)),
  /** Makes a key that can do no more than yours. Keep `key`: it is shown this once. */
  create: (wanted: CreateApiKeyBody, options?: SendOptions): Promise<NewApiKey> =>
    http.once('/v1/api-keys', wanted, options),
  /** What is left out stays. */
  change: (id: string, change: ChangeApiKeyBody): Promise<ApiKey> => http.patch(keyPath(id), change),
  /** Another secret for the same key; the one before stays good for `overlapSeconds`, a day when left out. */
  rotate: (id: string, overlapSeconds?: number, options?: SendOptions): Promise<NewApiKey> =>
    http.once(
      `${keyPath(id)}/rotate`,
      overlapSeconds === undefined ? {} : { overlap_seconds: overlapSeconds },
      options,
    ),
  /** Ends a key for good. */
  revoke: (id: string): Promise<void> => http.remove(keyPath(id)),
});
