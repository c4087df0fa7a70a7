import type { Mode, MessageError } from '../rules/message.ts';
import type { Database } from './database.ts';
import type { Changed } from './messages.ts';

/** Writes an opt-out; false when the number had opted out before. */
export async function insertOptOut(
  database: Database,
  optOut: {
    readonly mode: Mode;
    readonly number: string;
    readonly source: string;
    readonly keyword: string | null;
    readonly messageId: string | null;
    readonly at: Date;
  },
): Promise<boolean> {
  const rows = await database.query({
    text: `insert into opt_outs (mode, number, opted_out_at, source, keyword, message_id)
      values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning 1`,
    values: [optOut.mode, optOut.number, optOut.at, optOut.source, optOut.keyword, optOut.messageId],
  });
  return rows.length > 0;
}

/** Takes an opt-out back; false when there was none. */
export async function deleteOptOut(database: Database, mode: Mode, number: string): Promise<boolean> {
  const rows = await database.query({
    text: 'delete from opt_outs where mode = $1 and number = $2 returning 1',
    values: [mode, number],
  });
  return rows.length > 0;
}

export async function appendConsentEvent(
  database: Database,
  event: {
    readonly mode: Mode;
    readonly number: string;
    readonly action: 'opt_out' | 'opt_in';
    readonly source: string;
    readonly evidence: Readonly<Record<string, unknown>>;
    readonly at: Date;
  },
): Promise<void> {
  await database.query({
    text: `insert into consent_events (mode, number, action, source, evidence, occurred_at)
      values ($1, $2, $3, $4, $5, $6)`,
    values: [event.mode, event.number, event.action, event.source, JSON.stringify(event.evidence), event.at],
  });
}

/** Cancels every text to a number that has not left: it waits for rows that are being claimed, and passes those by. */
export function cancelUnsent(
  database: Database,
  mode: Mode,
  contact: string,
  error: MessageError,
  now: Date,
): Promise<Changed[]> {
  return database.query<Changed>({
    text: `update messages m set status = 'canceled', error = $3, due_at = null, sequence = m.sequence + 1,
        status_updated_at = $4
      where m.mode = $1 and m.contact = $2 and m.due_at is not null
        and m.status in ('scheduled', 'held', 'queued') and m.purpose = 'text'
      returning m.id, m.mode, m.contact, m.sequence, m.ambiguous, m.status`,
    values: [mode, contact, JSON.stringify(error), now],
  });
}

/** Cancels those of these texts whose recipient has opted out meanwhile. */
export function cancelOptedOut(
  database: Database,
  ids: readonly string[],
  error: MessageError,
  now: Date,
): Promise<Changed[]> {
  return database.query<Changed>({
    text: `update messages m set status = 'canceled', error = $2, due_at = null, sequence = m.sequence + 1,
        status_updated_at = $3
      where m.id = any($1::uuid[]) and m.status = 'queued' and m.purpose = 'text'
        and exists (select 1 from opt_outs o where o.mode = m.mode and o.number = m.contact)
      returning m.id, m.mode, m.contact, m.sequence, m.ambiguous, m.status`,
    values: [ids, JSON.stringify(error), now],
  });
}
