import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';
import type { OptOutPropagationRow } from './schema-contacts.ts';

/** Which systems have to hear of an opt-out, and when each of them said that it had. */

export interface ConnectedSystemRow {
  readonly mode: Mode;
  readonly id: string;
  readonly name: string;
  readonly created_at: Date;
}

export interface OptedOut {
  readonly eventId: string;
  readonly mode: Mode;
  readonly number: string;
  readonly at: Date;
}

/** Each endpoint that asked for `contact.opted_out`, and each connected system. */
export async function insertPropagations(database: Database, optOut: OptedOut): Promise<void> {
  await database.query({
    text: `insert into opt_out_propagations (event_id, mode, number, system, opted_out_at)
      select $1::uuid, $2::text, $3::text, 'webhook:' || id, $4::timestamptz from webhook_endpoints
        where mode = $2 and enabled and event_types && '{*,contact.*,contact.opted_out}'
      union all
      select $1::uuid, $2::text, $3::text, id, $4::timestamptz from connected_systems where mode = $2
      on conflict do nothing`,
    values: [optOut.eventId, optOut.mode, optOut.number, optOut.at],
  });
}

/** Those of a number, the latest opt-out first; at most 500. */
export function propagationsOf(database: Database, mode: Mode, number: string): Promise<OptOutPropagationRow[]> {
  return database.query<OptOutPropagationRow>({
    text: `select * from opt_out_propagations where mode = $1 and number = $2
      order by opted_out_at desc, event_id, system limit 500`,
    values: [mode, number],
  });
}

export interface Confirmation {
  readonly mode: Mode;
  readonly number: string;
  readonly system: string;
  /** Null = every opt-out of the number. */
  readonly eventId: string | null;
  readonly at: Date;
}

/** The first confirmation of an opt-out counts. Answers how many opt-outs this system has to hear of. */
export async function confirmPropagations(database: Database, confirmation: Confirmation): Promise<number> {
  const { mode, number, system, eventId, at } = confirmation;
  const rows = await database.query({
    text: `update opt_out_propagations set confirmed_at = coalesce(confirmed_at, $5)
      where mode = $1 and number = $2 and system = $3 and ($4::uuid is null or event_id = $4) returning 1`,
    values: [mode, number, system, eventId, at],
  });
  return rows.length;
}

/** An endpoint has taken the event of an opt-out; `payload` is what it was sent. */
export async function confirmByDelivery(
  database: Database,
  { endpointId, payload, at }: { readonly endpointId: string; readonly payload: string; readonly at: Date },
): Promise<void> {
  await database.query({
    text: `update opt_out_propagations set confirmed_at = $3
      where event_id = ($2::jsonb -> 'data' ->> 'event_id')::uuid and system = 'webhook:' || $1::text
        and confirmed_at is null`,
    values: [endpointId, payload, at],
  });
}

/** Nobody confirms for an endpoint that was deleted. One that is switched off has not heard of it, which matters. */
export async function dropUnanswerable(database: Database): Promise<void> {
  await database.query({
    text: `delete from opt_out_propagations p where confirmed_at is null and system like 'webhook:%'
      and not exists (select 1 from webhook_endpoints e where e.id = substr(p.system, 9))`,
    values: [],
  });
}

export interface Overdue {
  readonly mode: Mode;
  readonly system: string;
  readonly opt_outs: number;
  readonly oldest_at: Date;
}

/** Marks what has waited since before `before` and was not marked like this yet; each is answered once. */
export function markWarned(database: Database, warned: 'hour' | 'day', before: Date): Promise<Overdue[]> {
  return database.query<Overdue>({
    text: `with marked as (
        update opt_out_propagations set warned = $1
        where confirmed_at is null and opted_out_at <= $2 and (warned is null or (warned = 'hour' and $1 = 'day'))
        returning mode, system, opted_out_at)
      select mode, system, count(*)::int as opt_outs, min(opted_out_at) as oldest_at from marked
      group by mode, system order by mode, system`,
    values: [warned, before],
  });
}

/** What nobody has confirmed yet. */
export async function waitingPropagations(
  database: Database,
): Promise<{ readonly count: number; readonly oldestAt: Date | null }> {
  const [row] = await database.query<{ count: number; oldest_at: Date | null }>({
    text: `select count(*)::int as count, min(opted_out_at) as oldest_at from opt_out_propagations
      where confirmed_at is null`,
    values: [],
  });
  return { count: row?.count ?? 0, oldestAt: row?.oldest_at ?? null };
}

/** False: the mode has as many systems as it may have, and this is a new one. */
export async function upsertSystem(database: Database, system: ConnectedSystemRow, max: number): Promise<boolean> {
  const rows = await database.query({
    text: `insert into connected_systems (mode, id, name, created_at) select $1::text, $2::text, $3::text, $4::timestamptz
        where (select count(*) from connected_systems where mode = $1 and id <> $2) < $5
      on conflict (mode, id) do update set name = excluded.name returning 1`,
    values: [system.mode, system.id, system.name, system.created_at, max],
  });
  return rows.length > 0;
}

export function systemsOf(database: Database, mode: Mode): Promise<ConnectedSystemRow[]> {
  return database.query<ConnectedSystemRow>({
    text: 'select mode, id, name, created_at from connected_systems where mode = $1 order by created_at desc, id',
    values: [mode],
  });
}

/** What it has confirmed stays; what it has not is waited for no longer. False: there is no such system. */
export async function deleteSystem(database: Database, mode: Mode, id: string): Promise<boolean> {
  const rows = await database.query({
    text: `with gone as (delete from connected_systems where mode = $1 and id = $2 returning 1),
        unanswered as (
          delete from opt_out_propagations where mode = $1 and system = $2 and confirmed_at is null returning 1)
      select 1 from gone`,
    values: [mode, id],
  });
  return rows.length > 0;
}
