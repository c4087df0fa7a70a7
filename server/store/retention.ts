import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';

/** What is taken away by its age, in small batches that go by indexes. */

export async function placeOf(database: Database, name: string): Promise<string> {
  const [place] = await database.query<{ id: string }>({
    text: 'select id from retention_places where name = $1',
    values: [name],
  });
  return place?.id ?? '00000000-0000-0000-0000-000000000000';
}

/** Two servers may do the same at once; the place only moves forward. */
export async function savePlace(database: Database, name: string, id: string): Promise<void> {
  await database.query({
    text: `insert into retention_places as p (name, id) values ($1, $2)
      on conflict (name) do update set id = greatest(p.id, excluded.id)`,
    values: [name, id],
  });
}

export interface AgedText {
  readonly id: string;
  /** True while it still may be sent: then its body is needed. */
  readonly isOpen: boolean;
}

/** Texts between two ids, the oldest first. */
export function agedTexts(
  database: Database,
  mode: Mode,
  between: { readonly aboveId: string; readonly belowId: string },
  limit: number,
): Promise<AgedText[]> {
  return database.query<AgedText>({
    text: `select id, due_at is not null as "isOpen" from messages
      where mode = $1 and id > $2 and id < $3 order by id limit $4`,
    values: [mode, between.aboveId, between.belowId, limit],
  });
}

export async function rememberLeftovers(database: Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await database.query({
    text: 'insert into retention_leftovers (id) select unnest($1::uuid[]) on conflict do nothing',
    values: [ids],
  });
}

/** Leftovers that are done with by now; they are leftovers no more. */
export async function takeLeftovers(database: Database, limit: number): Promise<string[]> {
  const rows = await database.query<{ id: string }>({
    text: `delete from retention_leftovers where id in (
        select l.id from retention_leftovers l
        where not exists (select 1 from messages m where m.id = l.id and m.due_at is not null) order by l.id limit $1)
      returning id`,
    values: [limit],
  });
  return rows.map(({ id }) => id);
}

/**
 * Takes the bodies of texts away that are not ours to send any more, wherever they are written. Answers the ids of those
 * that had not been redacted before. `alsoPending`: what is still to be told to others, too.
 */
export async function redactBodies(
  database: Database,
  texts: readonly string[],
  now: Date,
  alsoPending = false,
): Promise<string[]> {
  const rows = await database.query<{ id: string }>({
    text: `update messages set body = '', redacted_at = $2, error = error #- '{upstream,raw}'
      where id = any($1::uuid[]) and redacted_at is null and due_at is null returning id`,
    values: [texts, now],
  });
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return ids;
  const run = (text: string, ...values: readonly unknown[]) => database.query({ text, values: [ids, ...values] });
  await run('update segments set receipt = null where message_id = any($1::uuid[]) and receipt is not null');
  // A reply stands in its own event, in that of the wait that took it, and as what it was read as.
  await run(`update events set data = (data - array['body', 'value']) #- '{expected_reply,value}'
    where message_id = any($1::uuid[]) and data ?| array['body', 'value', 'expected_reply']`);
  await run('update reply_waits set value = null where reply_id = any($1::uuid[]) and finished_at is not null');
  await run(
    `update webhook_deliveries set payload = '{}', last_response = null,
        last_error = case when state = 'pending' then 'redacted' else last_error end,
        state = case when state = 'pending' then 'failed' else state end
      where message_id = any($1::uuid[]) and ($2::boolean or state <> 'pending')`,
    alsoPending,
  );
  return ids;
}

/** Deletes the oldest texts below an id with all that belongs to them. Answers how many. */
export function deleteTexts(database: Database, mode: Mode, belowId: string, limit: number): Promise<number> {
  return database.transaction(async () => {
    const rows = await database.query<{ id: string }>({
      text: `select id from messages where mode = $1 and id < $2 and due_at is null order by id limit $3 for update`,
      values: [mode, belowId, limit],
    });
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return 0;
    for (const [table, column] of [
      ['segments', 'message_id'],
      ['message_tags', 'message_id'],
      ['events', 'message_id'],
      ['webhook_deliveries', 'message_id'],
      ['failure_reviews', 'message_id'],
      ['resends', 'message_id'],
      ['messages', 'id'],
    ]) {
      await database.query({ text: `delete from ${table} where ${column} = any($1::uuid[])`, values: [ids] });
    }
    return ids.length;
  });
}

/** What is deleted by an id that tells its age. Each answers how many there were; call again while it is `limit`. */
export async function deleteDeliveries(database: Database, belowId: string, limit: number): Promise<number> {
  return deleted(
    database,
    `delete from webhook_deliveries
      where id in (select id from webhook_deliveries where id < $1 order by id limit $2) returning 1`,
    [belowId, limit],
  );
}

export async function deleteWaits(database: Database, mode: Mode, belowId: string, limit: number): Promise<number> {
  return deleted(
    database,
    `delete from reply_waits where id in (select id from reply_waits
      where mode = $1 and id < $2 and finished_at is not null and next_attempt_at is null order by id limit $3) returning 1`,
    [mode, belowId, limit],
  );
}

/** Conversations that have been silent since `before`, with their notes. */
export async function deleteConversations(
  database: Database,
  mode: Mode,
  before: Date,
  limit: number,
): Promise<number> {
  return deleted(
    database,
    `delete from conversations where id in (select id from conversations
      where mode = $1 and last_message_at < $2 order by last_message_at limit $3) returning 1`,
    [mode, before, limit],
  );
}

/** Events that belong to no text, as far as they were told to others. Those of a text live as long as the text. */
export async function deleteEvents(database: Database, before: Date, limit: number): Promise<number> {
  return deleted(
    database,
    `delete from events where (txid, id) in (select txid, id from events
      where message_id is null and created_at < $1
        and (txid, id) <= (select c.txid, c.id from cursors c where c.name = 'webhooks')
      order by created_at limit $2) returning 1`,
    [before, limit],
  );
}

/** When the first event was written that was not told to others yet; null = all were. */
export async function firstUntold(database: Database): Promise<Date | null> {
  const [event] = await database.query<{ created_at: Date }>({
    text: `select created_at from events
      where (txid, id) > (coalesce((select txid from cursors where name = 'webhooks'), '0'::xid8),
        coalesce((select id from cursors where name = 'webhooks'), 0))
      order by txid, id limit 1`,
    values: [],
  });
  return event?.created_at ?? null;
}

async function deleted(database: Database, text: string, values: readonly unknown[]): Promise<number> {
  return (await database.query({ text, values })).length;
}
