import type { Queries } from '../../seam/storage.ts';
import { type InboxList, isInboxList } from '../rules/inbox-lists.ts';

/** What one person sees on the Home tab. */
export interface Home {
  readonly team: string;
  readonly user_id: string;
  readonly list: InboxList;
  /** From 0. */
  readonly page: number;
  /** Of the view as Slack has it; null = nobody knows. */
  readonly hash: string | null;
  /** Of what was shown, so that the same is not shown again. */
  readonly digest: string | null;
}

export interface Looker {
  readonly team: string;
  readonly user: string;
}

/** `at`: they look at it now; null = nobody said so. */
export async function lookAtHome(on: Queries, { team, user }: Looker, at: Date | null): Promise<Home> {
  const [row] = await on.query<Omit<Home, 'list'> & { readonly list: string }>(
    `insert into homes (team, user_id, seen_at) values ($1, $2, coalesce($3::timestamptz, 'epoch'))
     on conflict (team, user_id) do update set seen_at = coalesce($3::timestamptz, homes.seen_at) returning *`,
    [team, user, at],
  );
  if (!row) throw new Error('The home was not stored.');
  return { ...row, list: isInboxList(row.list) ? row.list : 'mine' };
}

export async function chooseHome(
  on: Queries,
  { team, user }: Looker,
  { list, page }: { readonly list: InboxList; readonly page: number },
): Promise<void> {
  await on.query('update homes set list = $3, page = $4 where team = $1 and user_id = $2', [team, user, list, page]);
}

export async function noteHomeShown(
  on: Queries,
  { team, user }: Looker,
  { hash, digest }: { readonly hash: string | null; readonly digest: string | null },
): Promise<void> {
  await on.query('update homes set hash = $3, digest = $4 where team = $1 and user_id = $2', [
    team,
    user,
    hash,
    digest,
  ]);
}

/** Who may still be looking, the latest first. */
export const lookers = (on: Queries, since: Date, limit: number) =>
  on.query<Looker>('select team, user_id as user from homes where seen_at >= $1 order by seen_at desc limit $2', [
    since,
    limit,
  ]);

/** Whoever has not looked for so long begins anew. */
export async function forgetHomes(on: Queries, before: Date): Promise<void> {
  await on.query('delete from homes where seen_at < $1', [before]);
}
