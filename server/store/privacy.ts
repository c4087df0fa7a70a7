import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';
import type { Changed } from './messages.ts';
import type { PrivacyJobRow } from './schema-contacts.ts';

/** What is asked for about one person: jobs, and everything that an erasure takes away. */

export async function insertJob(
  database: Database,
  job: Omit<PrivacyJobRow, 'state' | 'result' | 'finished_at'>,
): Promise<void> {
  await database.query({
    text: `insert into privacy_jobs (id, mode, kind, number, number_hmac, state, stage, created_at, due_at)
      values ($1, $2, $3, $4, $5, 'pending', $6, $7, $8)`,
    values: [job.id, job.mode, job.kind, job.number, job.number_hmac, job.stage, job.created_at, job.due_at],
  });
}

export async function jobById(database: Database, mode: Mode, id: string): Promise<PrivacyJobRow | undefined> {
  const [job] = await database.query<PrivacyJobRow>({
    text: 'select * from privacy_jobs where mode = $1 and id = $2',
    values: [mode, id],
  });
  return job;
}

/** Takes one job that is due. Until `leaseUntil` nobody else gets it; one whose server died is due again after that. */
export async function claimJob(database: Database, now: Date, leaseUntil: Date): Promise<PrivacyJobRow | undefined> {
  const [job] = await database.query<PrivacyJobRow>({
    text: `update privacy_jobs set due_at = $2 where id = (
        select id from privacy_jobs where due_at <= $1 order by due_at limit 1 for update skip locked)
      returning *`,
    values: [now, leaseUntil],
  });
  return job;
}

export type JobChange = Pick<PrivacyJobRow, 'number' | 'state' | 'stage' | 'due_at' | 'finished_at'>;

/** What comes next for a job; its result stays. */
export async function changeJob(database: Database, id: string, change: JobChange): Promise<void> {
  const { number, state, stage, due_at, finished_at } = change;
  await database.query({
    text: 'update privacy_jobs set number = $2, state = $3, stage = $4, due_at = $5, finished_at = $6 where id = $1',
    values: [id, number, state, stage, due_at, finished_at],
  });
}

export async function dropResult(database: Database, id: string): Promise<void> {
  await database.query({
    text: 'update privacy_jobs set result = null, number = null, due_at = null where id = $1',
    values: [id],
  });
}

/** Whose data an erasure takes away. */
export interface Erased {
  readonly mode: Mode;
  /** E.164; empty when it is not known any more. */
  readonly number: string;
  readonly hmac: Buffer;
  /** Stands where the number stood. */
  readonly placeholder: string;
}

/** Suppressions that say that the person must not be texted; the others speak of the number alone. */
const LASTING_LISTS = ['manual', 'dnc_import', 'reassigned'];

/**
 * Keeps what is needed to go on honouring the opt-outs of a number: its HMAC and its last four digits, when it was said
 * last, and whether in the recipient's own words.
 */
export async function keepOptOuts(database: Database, { mode, number, hmac }: Erased, now: Date): Promise<void> {
  await database.query({
    text: `insert into erased_opt_outs as e (mode, number_hmac, topic, last4, opted_out_at, source, erased_at)
      select $1, $3::bytea, topic, right($2, 4), max(at),
        case when bool_or(source = 'keyword') then 'keyword' else min(source) end, $4::timestamptz
      from (
        select topic, opted_out_at as at, source from opt_outs where mode = $1 and number = $2
        union all
        select '*', created_at, 'suppression:' || list from suppressions
          where mode = $1 and number = $2 and list = any($5::text[])
            and (expires_at is null or expires_at > $4::timestamptz)) as standing
      group by topic
      on conflict (mode, number_hmac, topic) do update set opted_out_at = greatest(e.opted_out_at, excluded.opted_out_at),
        source = case when e.source = 'keyword' then e.source else excluded.source end, erased_at = excluded.erased_at`,
    values: [mode, number, hmac, now, LASTING_LISTS],
  });
}

/** Cancels what has not left for a number, whatever it is. */
export function cancelForErasure(database: Database, { mode, number }: Erased, now: Date): Promise<Changed[]> {
  return database.query<Changed>({
    text: `update messages m set status = 'canceled', due_at = null, sequence = m.sequence + 1, status_updated_at = $3
      where m.mode = $1 and m.contact = $2 and m.due_at is not null and m.status in ('scheduled', 'held', 'queued')
      returning m.id, m.mode, m.contact, m.sequence, m.ambiguous, m.status`,
    values: [mode, number, now],
  });
}

/** Whether a text of the number is still on its way out: until it is not, an erasure is not complete. */
export async function hasTexts(database: Database, { mode, number }: Erased): Promise<boolean> {
  const rows = await database.query({
    text: 'select 1 from messages where mode = $1 and contact = $2 limit 1',
    values: [mode, number],
  });
  return rows.length > 0;
}

/** Ids of texts that are no longer ours to send, of the number and of its placeholder, from above an id. Locked. */
export async function lockTextsToErase(
  database: Database,
  { mode, number, placeholder }: Erased,
  aboveId: string,
  limit: number,
): Promise<string[]> {
  const rows = await database.query<{ id: string }>({
    text: `select id from messages
      where mode = $1 and contact = any($2::text[]) and due_at is null and id > $3 order by id limit $4 for update`,
    values: [mode, [number, placeholder], aboveId, limit],
  });
  return rows.map(({ id }) => id);
}

/** What is left of events: what happened when, and nothing that anybody wrote. */
const KEPT_OF_EVENTS = ['status', 'ambiguous', 'late', 'hold_reason', 'sent_at', 'delivered_at'];

/**
 * Takes everything personal out of texts and out of what speaks of them. The rows stay, so that counts stay right.
 * `final`: also what is still to be told to others.
 */
export async function eraseTexts(
  database: Database,
  ids: readonly string[],
  { number, placeholder }: Erased,
  final: boolean,
  now: Date,
): Promise<void> {
  await database.query({
    text: `update messages set "from" = case when "from" = $2::text then $3::text else "from" end,
        "to" = case when "to" = $2::text then $3::text else "to" end, contact = $3::text, body = '', client_ref = null, metadata = null, tags = null, on_failure = null,
        status_callback = case when $4::boolean then null else status_callback end, warnings = '[]', smart_replacements = '[]',
        intent = null, conversation_id = null, redacted_at = coalesce(redacted_at, $5::timestamptz),
        error = case when error is null then null
          else replace(replace((error - 'upstream')::text, $2::text, $3::text), ltrim($2::text, '+'), $3::text)::jsonb end
      where id = any($1::uuid[])`,
    values: [ids, number, placeholder, final, now],
  });
  await database.query({ text: 'delete from message_tags where message_id = any($1::uuid[])', values: [ids] });
  await database.query({
    text: 'update segments set receipt = null, in_doubt_of = null where message_id = any($1::uuid[])',
    values: [ids],
  });
  await database.query({
    text: `update events set data = coalesce(
        (select jsonb_object_agg(key, value) from jsonb_each(data) where key = any($2::text[])), '{}')
      where message_id = any($1::uuid[])`,
    values: [ids, KEPT_OF_EVENTS],
  });
  await database.query({
    text: `update webhook_deliveries set ${CLEARED_DELIVERY}
      where message_id = any($1::uuid[]) and ($2::boolean or state <> 'pending')`,
    values: [ids, final],
  });
}

/** The address of a status_callback may have been made for one person. */
const CLEARED_DELIVERY = `payload = '{}', last_response = null, burst_of = null, burst = null,
  url = coalesce(substring(url from '^https?://[^/?#]+'), ''),
  last_error = case when state = 'pending' then 'erased' else last_error end,
  state = case when state = 'pending' then 'failed' else state end`;

/** Everything about a number that is no text. The consent chain is locked. */
export async function eraseRest(database: Database, erased: Erased, jobId: string, final: boolean): Promise<void> {
  const { mode, number, placeholder } = erased;
  const run = (text: string, ...values: readonly unknown[]) =>
    database.query({ text, values: [mode, number, ...values] });
  await run(`update consent_events set number = null, evidence = null, salt = null where mode = $1 and number = $2`);
  await run('delete from opt_ins where mode = $1 and number = $2');
  await run('delete from opt_in_requests where mode = $1 and number = $2');
  await run('delete from opt_out_reviews where mode = $1 and number = $2');
  await run('delete from opt_out_links where mode = $1 and number = $2');
  await run('update opt_out_propagations set number = $3 where mode = $1 and number = $2', placeholder);
  // What a callback has to be told of a wait that has ended comes first. Locked before conversations, as replies do it.
  await run(
    'delete from reply_waits where mode = $1 and contact = $2 and ($3::boolean or next_attempt_at is null)',
    final,
  );
  await run('delete from conversations where mode = $1 and contact = $2');
  await run('delete from contacts where mode = $1 and number = $2');
  await run('delete from failure_reviews where mode = $1 and contact = $2');
  await run('delete from unknown_failures where mode = $1 and contact = $2');
  await run(`delete from inbound_sets where mode = $1 and "from" = any(array[$2::text, ltrim($2::text, '+')])`);
  await run(
    `update privacy_jobs set number = null, result = null, due_at = null
      where mode = $1 and number = $2 and kind = 'export' and id <> $3`,
    jobId,
  );
  await eraseAnswers(database, erased);
  if (!final) return;
  await run('delete from opt_outs where mode = $1 and number = $2');
  await run('delete from suppressions where mode = $1 and number = $2');
  await run(`delete from events where message_id is null and mode = $1 and position($2::text in data::text) > 0`);
  await run(
    `update webhook_deliveries set ${CLEARED_DELIVERY}
      where message_id is null and mode = $1 and position($2::text in payload) > 0`,
  );
}

/** What a request has said in its own words, in the answer that is kept for it. */
const NOTHING_WRITTEN = { client_ref: null, metadata: null, tags: [], warnings: [], smart_replacements: [] };

/** Answers that are kept for requests that are sent again, and receipts that nobody has claimed: both for a day. */
async function eraseAnswers(database: Database, { number, placeholder }: Erased): Promise<void> {
  await database.query({
    text: `update idempotency_keys set verdict = (replace(verdict::text, $1::text, $2::text)::jsonb
        || case when verdict->'message' is null then '{}' else jsonb_build_object('message',
          replace((verdict->'message')::text, $1, $2)::jsonb || $3::jsonb) end)::json
      where position($1::text in verdict::text) > 0`,
    values: [number, placeholder, JSON.stringify(NOTHING_WRITTEN)],
  });
  // Sealed, so nobody can tell which of them speak of this number.
  await database.query({
    text: `update idempotency_keys set verdict = '{"sealed":null}' where verdict->>'sealed' is not null`,
    values: [],
  });
  await database.query({
    text: `delete from early_receipts where position(ltrim($1::text, '+') in receipt::text) > 0`,
    values: [number],
  });
}
