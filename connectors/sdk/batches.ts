import type { Batch, ListBatchMessagesAnswer } from './contract.ts';
import { type Item, type Transport, at } from './transport.ts';

const batchPath = (id: string) => at`/v1/batches/${id}`;

/** Many texts that were handed over together. */
export const batchesOf = (http: Transport) => ({
  /** How far it has come. */
  get: (id: string): Promise<Batch> => http.get(batchPath(id)),
  /** Its texts, the newest first. */
  messages: (id: string): AsyncGenerator<Item<ListBatchMessagesAnswer>, void> =>
    http.each<ListBatchMessagesAnswer>(`${batchPath(id)}/messages`),
  /** Nothing more of it leaves until `resume`. */
  pause: (id: string): Promise<Batch> => http.post(`${batchPath(id)}/pause`),
  resume: (id: string): Promise<Batch> => http.post(`${batchPath(id)}/resume`),
  /** What has not left never leaves. */
  cancel: (id: string): Promise<Batch> => http.post(`${batchPath(id)}/cancel`),
});
