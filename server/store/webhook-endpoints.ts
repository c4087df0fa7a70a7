import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';
import type { WebhookEndpointRow } from './schema.ts';

/** What is left out is as in an endpoint that has just been made. */
export type NewEndpointRow = Pick<
  WebhookEndpointRow,
  'id' | 'mode' | 'url' | 'event_types' | 'description' | 'enabled' | 'secret' | 'filter' | 'created_at'
>;

export async function insertEndpoint(database: Database, endpoint: NewEndpointRow): Promise<void> {
  const healthy = { failed_at: null, failing_since: null, disabled_reason: null };
  const alone = { previous_secret: null, previous_secret_until: null };
  await database.kysely
    .insertInto('webhook_endpoints')
    .values({ ...healthy, ...alone, ...endpoint })
    .execute();
}

/** Newest first. */
export function selectEndpoints(database: Database, mode: Mode): Promise<WebhookEndpointRow[]> {
  return database.kysely
    .selectFrom('webhook_endpoints')
    .selectAll()
    .where('mode', '=', mode)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
}

export async function countEndpoints(database: Database, mode: Mode): Promise<number> {
  const row = await database.kysely
    .selectFrom('webhook_endpoints')
    .select((the) => the.fn.countAll<string>().as('count'))
    .where('mode', '=', mode)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

export async function deleteEndpoint(database: Database, id: string, mode: Mode): Promise<boolean> {
  const { numDeletedRows } = await database.kysely
    .deleteFrom('webhook_endpoints')
    .where('id', '=', id)
    .where('mode', '=', mode)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export async function endpointById(
  database: Database,
  mode: Mode,
  id: string,
  lock: '' | 'for update' = '',
): Promise<WebhookEndpointRow | undefined> {
  const rows = await database.query<WebhookEndpointRow>({
    text: `select * from webhook_endpoints where id = $1 and mode = $2 ${lock}`,
    values: [id, mode],
  });
  return rows[0];
}

/** Undefined when this mode has no such endpoint. */
export function updateEndpoint(
  database: Database,
  mode: Mode,
  id: string,
  changes: Partial<Omit<WebhookEndpointRow, 'id' | 'mode' | 'created_at'>>,
): Promise<WebhookEndpointRow | undefined> {
  if (Object.keys(changes).length === 0) return endpointById(database, mode, id);
  return database.kysely
    .updateTable('webhook_endpoints')
    .set(changes)
    .where('id', '=', id)
    .where('mode', '=', mode)
    .returningAll()
    .executeTakeFirst();
}

/** What still waits goes to the new address. */
export async function moveDeliveries(database: Database, endpointId: string, url: string): Promise<void> {
  await database.query({
    text: `update webhook_deliveries set url = $2 where endpoint_id = $1 and state = 'pending' and url <> $2`,
    values: [endpointId, url],
  });
}

export type Subscriber = Pick<WebhookEndpointRow, 'id' | 'mode' | 'url' | 'event_types' | 'filter' | 'secret'> &
  Partial<Pick<WebhookEndpointRow, 'previous_secret' | 'previous_secret_until' | 'failed_at'>>;

export function selectSubscribers(database: Database): Promise<Subscriber[]> {
  return database.kysely
    .selectFrom('webhook_endpoints')
    .select(['id', 'mode', 'url', 'event_types', 'filter', 'secret'])
    .select(['previous_secret', 'previous_secret_until', 'failed_at'])
    .where('enabled', '=', true)
    .execute();
}

/** One sealed secret of every key in use: a server that cannot open them must not start. */
export async function selectSealedSamples(database: Database): Promise<Buffer[]> {
  const rows = await database.query<{ sample: Buffer }>({
    text: `select distinct substring(secret from 1 for 4) as sample from webhook_endpoints`,
    values: [],
  });
  return rows.map((row) => row.sample);
}
