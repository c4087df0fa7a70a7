import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';

/** Everything that is stored about a number, as the tables have it. Columns that only we can read anything into are left out. */
const PARTS: Readonly<Record<string, string>> = {
  contact: `select to_jsonb(t) as row from contacts t where mode = $1 and number = $2`,
  conversations: `select to_jsonb(t) || jsonb_build_object('notes', coalesce(
      (select jsonb_agg(to_jsonb(n) - 'conversation_id' order by n.created_at, n.id)
        from conversation_notes n where n.conversation_id = t.id), '[]')) as row
    from conversations t where mode = $1 and contact = $2 order by id`,
  consent_events: `select to_jsonb(t) - array['number_hmac', 'salt', 'evidence_hash', 'prev_hash', 'hash'] as row
    from consent_events t where mode = $1 and number = $2 order by id`,
  opt_outs: `select to_jsonb(t) as row from opt_outs t where mode = $1 and number = $2 order by topic`,
  opt_ins: `select to_jsonb(t) as row from opt_ins t where mode = $1 and number = $2 order by topic`,
  opt_in_requests: `select to_jsonb(t) as row from opt_in_requests t where mode = $1 and number = $2 order by created_at`,
  suppressions: `select to_jsonb(t) as row from suppressions t where mode = $1 and number = $2 order by list`,
  opt_out_reviews: `select to_jsonb(t) as row from opt_out_reviews t where mode = $1 and number = $2 order by id`,
  opt_out_links: `select to_jsonb(t) - 'token' as row from opt_out_links t where mode = $1 and number = $2`,
  opt_out_propagations: `select to_jsonb(t) as row from opt_out_propagations t
    where mode = $1 and number = $2 order by opted_out_at, system`,
  reply_waits: `select to_jsonb(t) - 'callback_url' as row from reply_waits t where mode = $1 and contact = $2 order by id`,
};

const MESSAGE = `to_jsonb(m) - array['api_key_id', 'claimed_by', 'claimed_at', 'retries', 'doubts', 'attempts_elsewhere',
  'tried', 'reference', 'submit_count', 'status_callback', 'due_at', 'validity_seconds', 'queue_seconds', 'send_before',
  'on_ambiguous']`;

/** Stores what is known of a number as the result of a job, in one statement: nothing of it passes through here. */
export async function storeExport(
  database: Database,
  job: { readonly id: string; readonly mode: Mode; readonly number: string },
  messagesMax: number,
  now: Date,
): Promise<void> {
  const parts = Object.entries(PARTS).map(
    ([name, text]) => `'${name}', coalesce((select jsonb_agg(row) from (${text}) as ${name}), '[]')`,
  );
  await database.query({
    text: `update privacy_jobs set result = jsonb_build_object('number', $2::text, 'mode', $1::text, 'made_at', $5::text,
        ${parts.join(',\n')},
        'messages', coalesce((select jsonb_agg(row order by id) from (
          select m.id, ${MESSAGE} || jsonb_build_object('receipts', coalesce(
            (select jsonb_agg(s.receipt order by s.part, s.attempt) from segments s
              where s.message_id = m.id and s.receipt is not null), '[]')) as row
          from messages m where mode = $1 and contact = $2 order by m.id desc limit $4) as newest), '[]'),
        'messages_total', (select count(*) from messages where mode = $1 and contact = $2))
      where id = $3`,
    values: [job.mode, job.number, job.id, messagesMax, now.toISOString()],
  });
}
