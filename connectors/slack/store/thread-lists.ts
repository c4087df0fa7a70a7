import type { Queries } from '../../seam/storage.ts';
import type { Thread } from './threads.ts';

/** Several threads at once, for lists and for work that goes through all of them. */

export const openThreadsIn = (on: Queries, channel: string, limit: number) =>
  on.query<Thread>(
    `select * from threads where channel = $1 and state <> 'resolved' order by created_at limit $2 for update`,
    [channel, limit],
  );

export const openThreadsOf = (on: Queries, contactNumber: string) =>
  on.query<Thread>(`select * from threads where contact_number = $1 and state <> 'resolved' order by id for update`, [
    contactNumber,
  ]);

/** Those that are open, and those that say otherwise: somebody may answer in them. */
export const threadsForConsent = (on: Queries, contactNumber: string, isOptedOut: boolean) =>
  on.query<Thread>(
    `select * from threads where contact_number = $1 and (state <> 'resolved' or is_opted_out <> $2) order by id for update`,
    [contactNumber, isOptedOut],
  );

/** Those that are open, without locking them. */
export const threadsOpenFor = (on: Queries, contactNumber: string) =>
  on.query<Thread>(`select * from threads where contact_number = $1 and state <> 'resolved' order by id`, [
    contactNumber,
  ]);

/** Those that are open, and those that were lately: somebody may have answered there while nobody listened. */
export const threadsToCatchUp = (on: Queries, resolvedSince: Date, limit: number) =>
  on.query<Thread>(
    `select * from threads where (state <> 'resolved' or resolved_at >= $1) and root_ts is not null and not exists
       (select 1 from tasks where kind = 'catch_up' and done_at is null and payload ->> 'thread' = threads.id::text)
     order by (state = 'resolved'), last_inbound_at desc nulls last limit $2`,
    [resolvedSince, limit],
  );

/** What is in the channels of another workspace is nobody's affair in this one. */
const OF_TEAM = 'not exists (select 1 from channels where channels.id = threads.channel and installation <> $3)';

/** For lists: the one that has waited longest first. */
export const listedThreads = (on: Queries, team: string, assignee: string | null, limit: number) =>
  on.query<Thread>(
    `select * from threads where state <> 'resolved' and ($1::text is null or assignee = $1) and ${OF_TEAM}
     order by waiting_since nulls last, last_inbound_at nulls last limit $2`,
    [assignee, limit, team],
  );

/** By the end of the number or the beginning of the name. */
export const foundThreads = (on: Queries, team: string, text: string, limit: number) =>
  on.query<Thread>(
    `select * from threads where (right(contact_number, length($1)) = $1 or starts_with(lower(contact_name), lower($1)))
       and ${OF_TEAM} order by created_at desc limit $2`,
    [text, limit, team],
  );

/** Nobody has written in them since, in either direction. */
export const silentThreads = (on: Queries, before: Date, limit: number) =>
  on.query<Thread>(
    `select * from threads where greatest(created_at, last_inbound_at, last_outcome_at, resolved_at) < $1
     order by created_at limit $2`,
    [before, limit],
  );

/** Those whose conversation was looked for longest ago. */
export const takeToCheck = (on: Queries, mode: Thread['mode'], at: Date, limit: number) =>
  on.query<Thread>(
    `update threads set checked_at = $1 where id in
       (select id from threads where mode = $2 order by checked_at limit $3) returning *`,
    [at, mode, limit],
  );
