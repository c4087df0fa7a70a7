import { columnValues, multiInsert } from './columns.ts';
import type { Database } from './database.ts';
import type { WebhookDeliveryRow } from './schema.ts';

/** A delivery of texts that were written in a row, to which more may be added until its first attempt. */
export type BurstDelivery = Pick<
  WebhookDeliveryRow,
  'id' | 'endpoint_id' | 'mode' | 'url' | 'event_type' | 'message_id' | 'payload' | 'next_attempt_at' | 'created_at'
> & {
  readonly burst_of: string;
  /** The ids of the texts. */
  readonly burst: readonly string[];
};

/** Locks the bursts that are still open, for each endpoint and pair of numbers at most one that matters: the last. */
export function lockOpenBursts(
  database: Database,
  asked: readonly { readonly endpoint_id: string; readonly burst_of: string }[],
): Promise<BurstDelivery[]> {
  if (asked.length === 0) return Promise.resolve([]);
  return database.query<BurstDelivery>({
    name: 'lock-open-bursts',
    text: `select id, endpoint_id, mode, url, event_type, message_id, payload, next_attempt_at, created_at, burst_of, burst
      from webhook_deliveries
      where (endpoint_id, burst_of) in (select * from unnest($1::text[], $2::text[]))
        and burst_of is not null and state = 'pending' and attempts = 0
      order by id for update`,
    values: [asked.map(({ endpoint_id }) => endpoint_id), asked.map(({ burst_of }) => burst_of)],
  });
}

const columns = {
  id: 'uuid',
  endpoint_id: 'text',
  mode: 'text',
  url: 'text',
  event_type: 'text',
  message_id: 'uuid',
  payload: 'text',
  next_attempt_at: 'timestamptz',
  created_at: 'timestamptz',
  burst_of: 'text',
  burst: 'jsonb',
};

const insert = multiInsert<BurstDelivery>('webhook_deliveries', columns, 'on conflict (id) do nothing');

/** A delivery that exists already stays as it is. */
export async function insertBursts(database: Database, rows: readonly BurstDelivery[]): Promise<void> {
  if (rows.length > 0)
    await database.query({ ...insert(database.bodies.sealRows(rows, 'payload')), name: 'insert-bursts' });
}

const changing = { id: 'uuid', message_id: 'uuid', payload: 'text', next_attempt_at: 'timestamptz', burst: 'jsonb' };
const names = Object.keys(changing);
const arrays = Object.values(changing).map((type, index) => `$${index + 1}::${type}[]`);

/** Of rows that the caller has locked. */
export async function updateBursts(database: Database, rows: readonly BurstDelivery[]): Promise<void> {
  if (rows.length === 0) return;
  await database.query({
    name: 'update-bursts',
    text: `update webhook_deliveries d set message_id = b.message_id, payload = b.payload,
        next_attempt_at = b.next_attempt_at, burst = b.burst
      from unnest(${arrays.join(', ')}) as b(${names.join(', ')}) where d.id = b.id`,
    values: columnValues(names, changing, database.bodies.sealRows(rows, 'payload')),
  });
}
