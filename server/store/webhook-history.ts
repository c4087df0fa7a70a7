import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';
import type { WebhookDeliveryRow, WebhookEndpointRow } from './schema.ts';

/** Deliveries as somebody looks at them afterwards. */

export interface HistoryPlace {
  /** Null = any. */
  readonly state: WebhookDeliveryRow['state'] | null;
  /** Older than this one; null = from the newest. */
  readonly belowId: string | null;
}

export function deliveriesOfEndpoint(
  database: Database,
  endpointId: string,
  { state, belowId }: HistoryPlace,
  limit: number,
): Promise<WebhookDeliveryRow[]> {
  return database.query<WebhookDeliveryRow>({
    text: `select * from webhook_deliveries
      where endpoint_id = $1 and ($2::text is null or state = $2) and ($3::uuid is null or id < $3)
      order by id desc limit $4`,
    values: [endpointId, state, belowId, limit],
  });
}

export async function deliveryById(
  database: Database,
  mode: Mode,
  id: string,
): Promise<WebhookDeliveryRow | undefined> {
  const rows = await database.query<WebhookDeliveryRow>({
    text: `select * from webhook_deliveries where id = $1 and mode = $2`,
    values: [id, mode],
  });
  return rows[0];
}

/** To where its endpoint is now. The time of its first attempt begins anew. */
export async function requeue(database: Database, id: string, now: Date): Promise<WebhookDeliveryRow | undefined> {
  const rows = await database.query<WebhookDeliveryRow>({
    text: `update webhook_deliveries delivery
      set state = 'pending', attempts = 0, next_attempt_at = $2,
        url = coalesce((select url from webhook_endpoints where id = delivery.endpoint_id), delivery.url)
      where id = $1 returning *`,
    values: [id, now],
  });
  return rows[0];
}

/** What an endpoint did not get of the events of a time. Answers how many. */
export async function requeueFailed(
  database: Database,
  { id, url }: Pick<WebhookEndpointRow, 'id' | 'url'>,
  { since, until }: { readonly since: Date; readonly until: Date },
  now: Date,
): Promise<number> {
  const rows = await database.query<{ count: string }>({
    text: `with again as (
        update webhook_deliveries set state = 'pending', attempts = 0, next_attempt_at = $4, url = $5
        where endpoint_id = $1 and state = 'failed' and payload <> '{}' and created_at >= $2 and created_at < $3
        returning 1
      ) select count(*) from again`,
    values: [id, since, until, now, url],
  });
  return Number(rows[0]?.count ?? 0);
}
