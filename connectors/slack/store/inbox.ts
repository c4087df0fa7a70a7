import type { Queries } from '../../seam/storage.ts';
import type { InboxCounts, InboxList } from '../rules/inbox-lists.ts';
import type { Thread } from './threads.ts';

/** The conversations of the Home tab, by list. */

/** What is in the channels of another workspace is nobody's affair in this one. */
const OF_TEAM = 'not exists (select 1 from channels where channels.id = threads.channel and installation <> $3)';

/** `$1` the person, `$2` what a text ends as without having arrived, `$3` the workspace. */
const CONDITIONS: Readonly<Record<InboxList, string>> = {
  mine: `state = 'open' and assignee = $1`,
  unassigned: `state = 'open' and assignee is null`,
  waiting: `state = 'open' and waiting_since is not null`,
  snoozed: `state = 'snoozed'`,
  failed: `state <> 'resolved' and (split_part(last_outcome, ' (', 1) = any($2) or exists (
    select 1 from replies where thread_id = threads.id and replies.state = 'refused' and reason is distinct from 'opted_out'
      and not exists (select 1 from replies newer where newer.thread_id = threads.id and newer.state = 'sent'
        and newer.created_at > replies.created_at)))`,
};

/** Who has waited longest is first; a snooze that ends first; otherwise the oldest. */
const ORDERS: Readonly<Record<InboxList, string>> = {
  mine: 'waiting_since nulls last, created_at',
  unassigned: 'waiting_since nulls last, created_at',
  waiting: 'waiting_since, created_at',
  snoozed: 'snoozed_until, created_at',
  failed: 'last_outcome_at nulls last, created_at',
};

export interface Inbox {
  /** Of the workspace. */
  readonly team: string;
  readonly user: string;
  readonly failures: readonly string[];
}

export async function inboxCounts(on: Queries, { team, user, failures }: Inbox): Promise<InboxCounts> {
  const counts = Object.entries(CONDITIONS).map(
    ([list, holds]) => `count(*) filter (where ${holds})::integer as ${list}`,
  );
  const [row] = await on.query<InboxCounts>(
    `select ${counts.join(', ')} from threads where state <> 'resolved' and ${OF_TEAM}`,
    [user, failures, team],
  );
  return row ?? { mine: 0, unassigned: 0, waiting: 0, snoozed: 0, failed: 0 };
}

export const inboxPage = (
  on: Queries,
  { team, user, failures }: Inbox,
  list: InboxList,
  { limit, offset }: { readonly limit: number; readonly offset: number },
) =>
  on.query<Thread>(
    `select * from threads where ($1::text is not null or $2::text[] is not null) and ${CONDITIONS[list]}
       and ${OF_TEAM} order by ${ORDERS[list]}, id limit $4 offset $5`,
    [user, failures, team, limit, offset],
  );
