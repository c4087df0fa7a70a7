import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';

export interface QueueDepth {
  /** Null = no carrier is planned for them yet. */
  readonly smsc_id: string | null;
  readonly lane: 'otp' | 'normal' | 'bulk';
  /** Texts that may go now or are tried again, and the segments they take. */
  readonly texts: number;
  readonly segments: number;
  /** Of those, under way to the carrier. */
  readonly sending: number;
  readonly oldest_at: Date;
}

/** What waits to be sent, by carrier and lane. Reads the texts that are still to be sent and no others. */
export async function queueDepths(database: Database, mode: Mode): Promise<QueueDepth[]> {
  const rows = await database.query<Record<'texts' | 'segments' | 'sending', string> & Omit<QueueDepth, 'texts'>>({
    text: `select smsc_id,
        case when message_type = 'otp' then 'otp'
          when message_type = 'promotional' and purpose = 'text' then 'bulk' else 'normal' end as lane,
        count(*) as texts, sum(coalesce(submit_count, segments)) as segments,
        count(*) filter (where status = 'sending') as sending,
        min(greatest(created_at, schedule_for)) as oldest_at
      from messages
      where mode = $1 and due_at is not null and direction = 'outbound' and status in ('queued', 'sending')
      group by 1, 2 order by 1, 2`,
    values: [mode],
  });
  return rows.map((row) => ({
    ...row,
    texts: Number(row.texts),
    segments: Number(row.segments),
    sending: Number(row.sending),
  }));
}

export interface Waiting {
  readonly held: number;
  readonly scheduled: number;
}

/** What waits for a time or a person. */
export async function waitingTexts(database: Database, mode: Mode): Promise<Waiting> {
  const rows = await database.query<{ held: string; scheduled: string }>({
    text: `select count(*) filter (where status = 'held') as held,
        count(*) filter (where status = 'scheduled') as scheduled
      from messages where mode = $1 and due_at is not null and direction = 'outbound'`,
    values: [mode],
  });
  return { held: Number(rows[0]?.held ?? 0), scheduled: Number(rows[0]?.scheduled ?? 0) };
}
