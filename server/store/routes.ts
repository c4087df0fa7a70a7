import type { Mode } from '../rules/message.ts';
import type { RouteRule } from '../rules/routing.ts';
import type { Database } from './database.ts';
import type { MessageRow, RouteRow } from './schema.ts';

export function selectRoutes(database: Database): Promise<RouteRow[]> {
  return database.kysely.selectFrom('routes').selectAll().orderBy('priority').orderBy('id').execute();
}

export async function insertRoute(database: Database, rule: RouteRule, now: Date): Promise<void> {
  const { prefixes, countries, networks, senders, message_types } = rule;
  const lists = {
    prefixes: [...prefixes],
    countries: [...countries],
    networks: [...networks],
    senders: [...senders],
    message_types: [...message_types],
  };
  await database.kysely
    .insertInto('routes')
    .values({ ...rule, ...lists, created_at: now })
    .execute();
}

export async function deleteRoute(database: Database, mode: Mode, id: string): Promise<boolean> {
  const { numDeletedRows } = await database.kysely
    .deleteFrom('routes')
    .where('id', '=', id)
    .where('mode', '=', mode)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** A queued text with everything that routing asks for. */
export type QueuedText = Pick<
  MessageRow,
  | 'id'
  | 'mode'
  | 'to'
  | 'from'
  | 'message_type'
  | 'purpose'
  | 'country'
  | 'smsc_id'
  | 'tried'
  | 'api_key_id'
  | 'priority'
> & {
  /** Some of its parts were accepted: the rest has to follow them. */
  readonly is_partly_sent: boolean;
};

/** Those of the texts that still wait for `smscId` (null = for no carrier at all). Locked. */
export function lockQueuedFor(
  database: Database,
  ids: readonly string[],
  smscId: string | null,
): Promise<QueuedText[]> {
  return database.query<QueuedText>({
    name: 'lock_queued_for',
    text: `select m.id, m.mode, m."to", m."from", m.message_type, m.purpose, m.country, m.smsc_id, m.tried, m.api_key_id, m.priority,
        (m.segments > 1 and exists (select 1 from segments s
          where s.message_id = m.id and s.state not in ('refused', 'unknown'))) as is_partly_sent
      from messages m
      where m.id = any($1::uuid[]) and m.status = 'queued' and m.smsc_id is not distinct from $2
      order by m.id for update of m skip locked`,
    values: [ids, smscId],
  });
}

/** Plans another carrier for texts that the caller has locked; with it they begin its plan of retries. */
export async function replan(
  database: Database,
  plans: readonly { readonly id: string; readonly smsc_id: string }[],
): Promise<void> {
  await database.query({
    name: 'replan',
    text: `update messages m set smsc_id = p.smsc_id, retries = 0, attempts_elsewhere = m.attempts
      from unnest($1::uuid[], $2::text[]) as p(id, smsc_id)
      where m.id = p.id`,
    values: [plans.map(({ id }) => id), plans.map(({ smsc_id }) => smsc_id)],
  });
}
