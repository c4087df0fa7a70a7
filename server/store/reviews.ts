import type { ConsentActor } from '../rules/consent-event.ts';
import { NEVER } from '../rules/ambiguity.ts';
import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';
import type { Changed } from './messages.ts';
import type { OptOutReviewRow } from './schema-contacts.ts';

export async function insertReview(
  database: Database,
  review: Pick<OptOutReviewRow, 'id' | 'mode' | 'number' | 'message_id' | 'matched' | 'tier' | 'due_at' | 'created_at'>,
): Promise<void> {
  await database.kysely
    .insertInto('opt_out_reviews')
    .values({ ...review, state: 'open' } as OptOutReviewRow)
    .execute();
}

/** Ends every open review of a number. Answers how many there were. */
export async function resolveOpenReviews(
  database: Database,
  resolved: {
    readonly mode: Mode;
    readonly number: string;
    readonly decision: 'opt_out' | 'not_opt_out';
    readonly actor: ConsentActor | null;
    readonly at: Date;
  },
): Promise<number> {
  const rows = await database.query({
    text: `update opt_out_reviews set state = 'resolved', decision = $3, resolved_by = $4, resolved_at = $5, due_at = null
      where mode = $1 and number = $2 and state = 'open' returning 1`,
    values: [resolved.mode, resolved.number, resolved.decision, JSON.stringify(resolved.actor), resolved.at],
  });
  return rows.length;
}

/** The oldest review of a number that nobody has decided; undefined = there is none. */
export async function openReviewOf(
  database: Database,
  mode: Mode,
  number: string,
): Promise<OptOutReviewRow | undefined> {
  const [review] = await database.query<OptOutReviewRow>({
    text: `select * from opt_out_reviews where mode = $1 and number = $2 and state = 'open' order by id limit 1`,
    values: [mode, number],
  });
  return review;
}

export async function reviewById(database: Database, mode: Mode, id: string): Promise<OptOutReviewRow | undefined> {
  const [review] = await database.query<OptOutReviewRow>({
    text: 'select * from opt_out_reviews where mode = $1 and id = $2',
    values: [mode, id],
  });
  return review;
}

/** Reviews of a mode, the newest first, from below an id. */
export function listReviews(
  database: Database,
  mode: Mode,
  filter: {
    readonly state: 'open' | 'resolved' | null;
    readonly number: string | null;
    readonly belowId: string | null;
  },
  limit: number,
): Promise<OptOutReviewRow[]> {
  return database.query<OptOutReviewRow>({
    text: `select * from opt_out_reviews
      where mode = $1 and ($2::text is null or state = $2) and ($3::text is null or number = $3)
        and ($4::uuid is null or id < $4)
      order by id desc limit $5`,
    values: [mode, filter.state, filter.number, filter.belowId, limit],
  });
}

/** Open reviews that nobody decided in time. */
export function dueReviews(database: Database, now: Date, limit: number): Promise<OptOutReviewRow[]> {
  return database.query<OptOutReviewRow>({
    text: `select * from opt_out_reviews where state = 'open' and due_at <= $1 order by due_at limit $2`,
    values: [now, limit],
  });
}

/** Promotional texts that have not left wait for the review of their recipient. */
export function holdPromotional(database: Database, mode: Mode, contact: string, now: Date): Promise<Changed[]> {
  return database.query<Changed>({
    text: `update messages m set status = 'held', hold_reason = 'opt_out_review', due_at = $4,
        sequence = m.sequence + 1, status_updated_at = $3
      where m.mode = $1 and m.contact = $2 and m.due_at is not null and m.status = 'queued'
        and m.message_type = 'promotional' and m.purpose = 'text'
      returning m.id, m.mode, m.contact, m.sequence, m.ambiguous, m.status`,
    values: [mode, contact, now, NEVER],
  });
}

/** What a review kept back is judged anew at once. */
export async function releaseReviewed(database: Database, mode: Mode, contact: string, now: Date): Promise<void> {
  await database.query({
    text: `update messages set due_at = $3
      where mode = $1 and contact = $2 and due_at is not null and status = 'held' and hold_reason = 'opt_out_review'`,
    values: [mode, contact, now],
  });
}

/**
 * The same for texts whose review has ended while they were being held: whoever ended it did not see them yet. At most
 * `limit`; answers how many.
 */
export async function releaseUnreviewed(database: Database, now: Date, limit: number): Promise<number> {
  const rows = await database.query({
    text: `update messages set due_at = $1 where id in (
        select m.id from messages m
        where m.due_at = $2 and m.status = 'held' and m.hold_reason = 'opt_out_review' and not exists (
          select from opt_out_reviews r where r.mode = m.mode and r.number = m.contact and r.state = 'open')
        limit $3 for update skip locked)
      returning 1`,
    values: [now, NEVER, limit],
  });
  return rows.length;
}
