import type { Message } from '../rules/message.ts';
import type { Database } from './database.ts';
import { type Position, START } from './event-stream.ts';
import type { WebhookDeliveryRow } from './schema.ts';

// The dispatcher's cursor

/**
 * Waits until no other transaction holds the cursor and keeps it until the end of this one. An advisory lock,
 * because unlike a row lock it takes no transaction id: an idle poll writes nothing.
 */
export async function lockCursor(database: Database, name: string): Promise<Position> {
  const locked = database.query({
    name: 'lock-cursor',
    text: `select pg_advisory_xact_lock(hashtextextended('cursor:' || $1, 0))`,
    values: [name],
  });
  // It is read after the lock was given: a connection takes its statements one after the other.
  const loaded = database.query<Position>({
    name: 'load-cursor',
    text: `select txid, id from cursors where name = $1`,
    values: [name],
  });
  const [, rows] = await Promise.all([locked, loaded]);
  return rows[0] ?? START;
}

export async function saveCursor(database: Database, name: string, position: Position): Promise<void> {
  await database.query({
    name: 'save-cursor',
    text: `insert into cursors (name, txid, id) values ($1, $2::xid8, $3::bigint)
      on conflict (name) do update set txid = excluded.txid, id = excluded.id`,
    values: [name, position.txid, position.id],
  });
}

/** The texts `ids`, and those of `others` that have a status_callback. */
export async function selectMessages(
  database: Database,
  ids: readonly string[],
  others: readonly string[],
): Promise<Message[]> {
  if (ids.length === 0 && others.length === 0) return [];
  return database.query<Message>({
    name: 'messages-of-events',
    text: `select * from messages where id = any($1::uuid[])
      union all select * from messages where id = any($2::uuid[]) and status_callback is not null`,
    values: [ids, others],
  });
}

// Deliveries

export type NewDelivery = Pick<
  WebhookDeliveryRow,
  'id' | 'endpoint_id' | 'mode' | 'url' | 'event_type' | 'message_id' | 'payload' | 'attempts' | 'next_attempt_at'
>;

/** A delivery that exists already stays as it is. Answers the ids of those that did not. */
export async function insertDeliveries(
  database: Database,
  deliveries: readonly NewDelivery[],
  now: Date,
): Promise<Set<string>> {
  const inserted = new Set<string>();
  for (let start = 0; start < deliveries.length; start += ROWS_PER_STATEMENT) {
    const rows = deliveries.slice(start, start + ROWS_PER_STATEMENT);
    const made = await database.query<{ id: string }>({
      name: 'insert-deliveries',
      text: `insert into webhook_deliveries
          (id, endpoint_id, mode, url, event_type, message_id, payload, attempts, next_attempt_at, created_at)
        select *, $10::timestamptz
        from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::smallint[],
          $9::timestamptz[])
        on conflict (id) do nothing returning id`,
      values: [
        rows.map((row) => row.id),
        rows.map((row) => row.endpoint_id),
        rows.map((row) => row.mode),
        rows.map((row) => row.url),
        rows.map((row) => row.event_type),
        rows.map((row) => row.message_id),
        // What is told of no text quotes none; an erasure finds it by the number in it.
        rows.map((row) => (row.message_id === null ? row.payload : database.bodies.seal(row.payload))),
        rows.map((row) => row.attempts),
        rows.map((row) => row.next_attempt_at),
        now,
      ],
    });
    for (const { id } of made) inserted.add(id);
  }
  return inserted;
}

/** `enabled` and `secret` are the endpoint's, null when it is gone or never was one (a status_callback). */
export interface DueDelivery extends Pick<
  WebhookDeliveryRow,
  'id' | 'endpoint_id' | 'mode' | 'url' | 'event_type' | 'payload' | 'attempts' | 'created_at'
> {
  readonly enabled: boolean | null;
  readonly secret: Buffer | null;
  /** Signs too, while a secret is being replaced. */
  readonly previous_secret: Buffer | null;
  /** Whether the last attempt for its endpoint failed. */
  readonly failed: boolean;
}

/** How many each host may be given: those that are named, and every other one. */
export interface Rooms {
  readonly rooms: ReadonlyMap<string, number>;
  readonly roomOfOthers: number;
}

/**
 * Takes up to `limit` due deliveries and counts the attempt. Until `leaseUntil` nobody else gets them; after it,
 * one whose process died is due again. Neither this nor the record of an attempt waits for the disk: losing one with
 * PostgreSQL itself repeats a delivery under the same id, which is what is promised.
 */
export async function claimDeliveries(
  { relaxedPool }: Pick<Database, 'relaxedPool'>,
  limit: number,
  now: Date,
  leaseUntil: Date,
  { rooms, roomOfOthers }: Rooms = { rooms: new Map(), roomOfOthers: limit },
): Promise<DueDelivery[]> {
  const { rows } = await relaxedPool.query<DueDelivery>({
    name: 'claim-deliveries',
    // Host by host along the index, so that a host whose turn it is not costs one look, however much waits for it.
    text: `with recursive hosts (host) as (
        (select host from webhook_deliveries where state = 'pending' order by host limit 1)
        union all
        select (select next.host from webhook_deliveries next
          where next.state = 'pending' and next.host > hosts.host order by next.host limit 1)
        from hosts where hosts.host is not null
      ), rooms (host, room) as (
        select * from unnest($4::text[], $5::int[])
      ), due as (
        select due.id from hosts
          left join rooms on rooms.host = hosts.host
          cross join lateral (
            select id, next_attempt_at from webhook_deliveries delivery
            where delivery.state = 'pending' and delivery.host = hosts.host and delivery.next_attempt_at <= $2
            order by delivery.next_attempt_at
            limit coalesce(rooms.room, $6::int)
            for update skip locked
          ) due
        order by due.next_attempt_at
        limit $1
      ), claimed as (
        update webhook_deliveries set next_attempt_at = $3, attempts = attempts + 1
        where id in (select id from due)
        returning id, endpoint_id, mode, url, event_type, payload, attempts, created_at
      )
      select claimed.*, endpoint.enabled, endpoint.secret, endpoint.failed_at is not null as failed,
        case when endpoint.previous_secret_until > $2 then endpoint.previous_secret end as previous_secret
      from claimed left join webhook_endpoints endpoint on endpoint.id = claimed.endpoint_id`,
    values: [limit, now, leaseUntil, [...rooms.keys()], [...rooms.values()], roomOfOthers],
  });
  return rows;
}

/** How one attempt ended. `retryAt` is null when there will be no other. */
export interface AttemptResult {
  readonly id: string;
  readonly state: WebhookDeliveryRow['state'];
  readonly retryAt: Date | null;
  readonly status: number | null;
  readonly error: string | null;
}

export interface AttemptRecord extends AttemptResult {
  readonly at?: Date;
  readonly durationMs?: number;
  readonly response?: string | null;
}

/**
 * `is not distinct from` keeps the plan off the index of all pending deliveries, which would be read whole for a
 * handful of ids.
 */
export async function finishDeliveries(
  { relaxedPool }: Pick<Database, 'relaxedPool'>,
  results: readonly AttemptRecord[],
): Promise<void> {
  await relaxedPool.query({
    name: 'finish-deliveries',
    text: `update webhook_deliveries delivery
      set state = result.state,
        next_attempt_at = coalesce(result.retry_at, delivery.next_attempt_at),
        last_status = result.status,
        last_error = result.error,
        last_attempt_at = coalesce(result.at, delivery.last_attempt_at),
        last_duration_ms = coalesce(result.duration_ms, delivery.last_duration_ms),
        last_response = case when result.at is null then delivery.last_response else result.response end
      from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::smallint[], $5::text[], $6::timestamptz[], $7::int[],
          $8::text[]) as result (id, state, retry_at, status, error, at, duration_ms, response)
      where delivery.id = result.id and delivery.state is not distinct from 'pending'`,
    values: [
      results.map((result) => result.id),
      results.map((result) => result.state),
      results.map((result) => result.retryAt),
      results.map((result) => result.status),
      results.map((result) => result.error),
      results.map((result) => result.at ?? null),
      results.map((result) => result.durationMs ?? null),
      results.map((result) => result.response ?? null),
    ],
  });
}

const ROWS_PER_STATEMENT = 1_000;
