import type { MessageError, Mode } from '../rules/message.ts';
import { columnValues } from './columns.ts';
import type { Database } from './database.ts';
import type { Changed } from './messages.ts';

/** A text that a person has to look at. */
export interface FailureReviewRow {
  readonly id: string;
  readonly mode: Mode;
  readonly message_id: string;
  readonly contact: string;
  /** `ambiguous`: held, because nobody knows whether the carrier has it. */
  readonly reason: 'review' | 'repeated_unknown' | 'ambiguous';
  readonly error: MessageError | null;
  readonly state: 'open' | 'resolved';
  readonly action: 'resend' | 'discard' | 'suppress' | 'edit' | null;
  readonly resolved_by: unknown;
  readonly new_message_id: string | null;
  readonly created_at: Date;
  readonly resolved_at: Date | null;
}

export type NewFailureReview = Pick<
  FailureReviewRow,
  'id' | 'mode' | 'message_id' | 'contact' | 'reason' | 'error' | 'created_at'
>;

const columns = {
  id: 'uuid',
  mode: 'text',
  message_id: 'uuid',
  contact: 'text',
  reason: 'text',
  error: 'jsonb',
  created_at: 'timestamptz',
};
const names = Object.keys(columns);
const arrays = Object.values(columns).map((type, index) => `$${index + 1}::${type}[]`);

/** Answers those of texts that had no review yet. */
export async function insertReviews(
  database: Database,
  reviews: readonly NewFailureReview[],
): Promise<NewFailureReview[]> {
  if (reviews.length === 0) return [];
  const rows = await database.query<{ id: string }>({
    text: `insert into failure_reviews (${names.join(', ')}) select * from unnest(${arrays.join(', ')})
      on conflict (message_id) do nothing returning id`,
    values: columnValues(names, columns, reviews),
  });
  const inserted = new Set(rows.map(({ id }) => id));
  return reviews.filter(({ id }) => inserted.has(id));
}

/** Notes a failure that says nothing. True when there was another one to the same number since `since`. */
export async function noteUnknown(
  database: Database,
  { mode, contact, at }: { readonly mode: Mode; readonly contact: string; readonly at: Date },
  since: Date,
): Promise<boolean> {
  const before = await database.query({
    text: 'select 1 from unknown_failures where mode = $1 and contact = $2 and at >= $3',
    values: [mode, contact, since],
  });
  await database.query({
    text: `insert into unknown_failures (mode, contact, at) values ($1, $2, $3)
      on conflict (mode, contact) do update set at = excluded.at`,
    values: [mode, contact, at],
  });
  return before.length > 0;
}

export async function forgetUnknown(database: Database, before: Date): Promise<void> {
  await database.query({ text: 'delete from unknown_failures where at < $1', values: [before] });
}

export interface FailureReviewFilter {
  readonly state: FailureReviewRow['state'] | null;
  readonly belowId: string | null;
}

/** The newest first. */
export function listFailureReviews(
  database: Database,
  mode: Mode,
  { state, belowId }: FailureReviewFilter,
  limit: number,
): Promise<FailureReviewRow[]> {
  return database.query<FailureReviewRow>({
    text: `select * from failure_reviews
      where mode = $1 and state = any($2::text[]) and ($3::uuid is null or id < $3) order by id desc limit $4`,
    values: [mode, state === null ? ['open', 'resolved'] : [state], belowId, limit],
  });
}

export async function failureReviewById(
  database: Database,
  mode: Mode,
  id: string,
): Promise<FailureReviewRow | undefined> {
  const rows = await database.query<FailureReviewRow>({
    text: 'select * from failure_reviews where mode = $1 and id = $2',
    values: [mode, id],
  });
  return rows[0];
}

/** Undefined when somebody else was first. */
export async function closeFailureReview(
  database: Database,
  id: string,
  closed: Pick<FailureReviewRow, 'action' | 'resolved_by' | 'new_message_id' | 'resolved_at'>,
): Promise<FailureReviewRow | undefined> {
  const { action, resolved_by, new_message_id, resolved_at } = closed;
  const rows = await database.query<FailureReviewRow>({
    text: `update failure_reviews
      set state = 'resolved', action = $2, resolved_by = $3::jsonb, new_message_id = $4, resolved_at = $5
      where id = $1 and state = 'open' returning *`,
    values: [id, action, JSON.stringify(resolved_by), new_message_id, resolved_at],
  });
  return rows[0];
}

/** The id of a text that still waits for a person; empty when it does not. */
export async function lockHeld(database: Database, id: string, holdReason: string): Promise<string[]> {
  const rows = await database.query<{ id: string }>({
    text: `select id from messages where id = $1 and status = 'held' and hold_reason = $2 for update`,
    values: [id, holdReason],
  });
  return rows.map((row) => row.id);
}

/** A text that waits for a person is not to be sent any more. Empty when it does not wait. */
export function cancelHeld(database: Database, id: string, holdReason: string, now: Date): Promise<Changed[]> {
  return database.query<Changed>({
    text: `update messages m set status = 'canceled', due_at = null, hold_reason = null, status_updated_at = $3,
        sequence = m.sequence + 1
      where m.id = $1 and m.status = 'held' and m.hold_reason = $2
      returning m.id, m.mode, m.contact, m.sequence, m.ambiguous, m.status`,
    values: [id, holdReason, now],
  });
}

export async function noteResend(database: Database, messageId: string, resendOf: string, now: Date): Promise<void> {
  await database.query({
    text: `insert into resends (message_id, resend_of, created_at) values ($1, $2, $3) on conflict do nothing`,
    values: [messageId, resendOf, now],
  });
}
