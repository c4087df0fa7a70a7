import type { MessageError, Mode, Purpose } from '../rules/message.ts';
import type { Database } from './database.ts';
import type { Changed } from './messages.ts';
import type { OptInRow, OptOutRow } from './schema-contacts.ts';

/** The current state of consent: what the ledger amounts to. An opt-out of the topic `*` covers every topic. */

/**
 * Writes an opt-out; false when the number had opted out of this topic, or of everything, before. When it was said last
 * counts, so that an opt-in from in between takes nothing back; and that the recipient said it, whoever said it too.
 */
export async function insertOptOut(database: Database, optOut: OptOutRow): Promise<boolean> {
  const [row] = await database.query<{ isNew: boolean }>({
    text: `with written as (
        insert into opt_outs as o (mode, number, topic, opted_out_at, source, keyword, language, message_id, event_id)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (mode, number, topic) do update set
          opted_out_at = greatest(o.opted_out_at, excluded.opted_out_at),
          (source, keyword, language, message_id) = (select
            case when said.own then excluded.source else o.source end,
            case when said.own then excluded.keyword else o.keyword end,
            case when said.own then excluded.language else o.language end,
            case when said.own then excluded.message_id else o.message_id end
            from (select excluded.source = 'keyword' as own) as said))
      select not exists (select from opt_outs where mode = $1 and number = $2 and topic in ('*', $3)) as "isNew"`,
    values: [
      optOut.mode,
      optOut.number,
      optOut.topic,
      optOut.opted_out_at,
      optOut.source,
      optOut.keyword,
      optOut.language,
      optOut.message_id,
      optOut.event_id,
    ],
  });
  return row?.isNew ?? false;
}

/**
 * Takes opt-outs back that were said by `until`: of one topic, or of all of them with `*`. Answers how many there were.
 * `hmac` finds those of a number that was erased.
 */
export async function deleteOptOuts(
  database: Database,
  mode: Mode,
  number: string,
  topic: string,
  until: Date,
  hmac: Buffer,
): Promise<number> {
  const rows = await database.query({
    text: `with gone as (delete from opt_outs
        where mode = $1 and number = $2 and ($3 = '*' or topic = $3) and opted_out_at <= $4 returning 1
      ), erased as (delete from erased_opt_outs
        where mode = $1 and number_hmac = $5 and ($3 = '*' or topic = $3) and opted_out_at <= $4 returning 1
      ) select 1 from gone union all select 1 from erased`,
    values: [mode, number, topic, until, hmac],
  });
  return rows.length;
}

/** Whether an opt-out stands that covers a topic; `*` is covered by that of everything alone. */
export async function isOptedOut(
  database: Database,
  mode: Mode,
  number: string,
  topic: string,
  hmac: Buffer,
): Promise<boolean> {
  const rows = await database.query({
    text: `select 1 from opt_outs where mode = $1 and number = $2 and (topic = '*' or topic = $3)
      union all
      select 1 from erased_opt_outs where mode = $1 and number_hmac = $4 and (topic = '*' or topic = $3)`,
    values: [mode, number, topic, hmac],
  });
  return rows.length > 0;
}

/** The latest opt-in of a topic counts. */
/** Answers whether there was none. */
export async function upsertOptIn(database: Database, optIn: OptInRow): Promise<boolean> {
  const [row] = await database.query<{ is_new: boolean }>({
    text: `insert into opt_ins (mode, number, topic, opted_in_at, source, event_id, expires_at)
      values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (mode, number, topic) do update set opted_in_at = excluded.opted_in_at, source = excluded.source,
        event_id = excluded.event_id, expires_at = excluded.expires_at
      returning xmax = 0 as is_new`,
    values: [optIn.mode, optIn.number, optIn.topic, optIn.opted_in_at, optIn.source, optIn.event_id, optIn.expires_at],
  });
  return row?.is_new === true;
}

/** An opt-out ends the opt-ins that it covers. */
export async function deleteOptIns(database: Database, mode: Mode, number: string, topic: string): Promise<void> {
  await database.query({
    text: `delete from opt_ins where mode = $1 and number = $2 and ($3 = '*' or topic = $3)`,
    values: [mode, number, topic],
  });
}

/** Those of a number that was erased too: of these there is no more than when and how. */
export function optOutsOf(database: Database, mode: Mode, number: string, hmac: Buffer): Promise<OptOutRow[]> {
  return database.query<OptOutRow>({
    text: `select mode, number, topic, opted_out_at, source, keyword, language, message_id, event_id
        from opt_outs where mode = $1 and number = $2
      union all
      select e.mode, $2, e.topic, e.opted_out_at, e.source, null, null, null, null from erased_opt_outs e
        where e.mode = $1 and e.number_hmac = $3
          and not exists (select 1 from opt_outs o where o.mode = $1 and o.number = $2 and o.topic = e.topic)
      order by topic`,
    values: [mode, number, hmac],
  });
}

export function optInsOf(database: Database, mode: Mode, number: string): Promise<OptInRow[]> {
  return database.query<OptInRow>({
    text: 'select * from opt_ins where mode = $1 and number = $2 order by topic',
    values: [mode, number],
  });
}

/** Answers to STOP and HELP go out to a number that has opted out; nothing else does. */
export const PASSES_OPT_OUT: readonly Purpose[] = ['opt_out_confirmation', 'help_answer'];

/**
 * Cancels every text to a number, of one topic or of all with `*`, that has not left: it waits for rows that are being
 * claimed, and passes those by.
 */
export function cancelUnsent(
  database: Database,
  covered: { readonly mode: Mode; readonly contact: string; readonly topic: string },
  error: MessageError,
  now: Date,
): Promise<Changed[]> {
  return database.query<Changed>({
    text: `update messages m set status = 'canceled', error = $4, due_at = null, sequence = m.sequence + 1,
        status_updated_at = $5
      where m.mode = $1 and m.contact = $2 and m.due_at is not null and ($3 = '*' or m.topic = $3)
        and m.status in ('scheduled', 'held', 'queued') and m.purpose <> all($6::text[])
      returning m.id, m.mode, m.contact, m.sequence, m.ambiguous, m.status`,
    values: [covered.mode, covered.contact, covered.topic, JSON.stringify(error), now, PASSES_OPT_OUT],
  });
}
