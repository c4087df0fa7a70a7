import type { Queries } from '../../seam/storage.ts';

/** `left`: the app was taken out of it, or may not post there. */
export type ChannelState = 'open' | 'archived' | 'deleted' | 'left';

/** A channel that conversations are in, as far as Slack has told of it. */
export interface ChannelRow {
  /** The id by which it is kept here: the one that it had first. */
  readonly id: string;
  /** The id that it has in Slack now. */
  readonly current_id: string;
  /** Of the installation that sees it. */
  readonly installation: string;
  readonly name: string;
  readonly state: ChannelState;
  /** With another organisation. */
  readonly is_shared: boolean;
}

export const channelsOf = (on: Queries) =>
  on.query<ChannelRow>('select id, current_id, installation, name, state, is_shared from channels');

/** What Slack says of it now; the id by which it is kept stays. */
export async function upsertChannel(on: Queries, channel: Omit<ChannelRow, 'id'>, at: Date): Promise<void> {
  const { current_id, installation, name, state, is_shared } = channel;
  await on.query(
    `insert into channels (id, current_id, installation, name, state, is_shared, updated_at)
     values ($1, $1, $2, $3, $4, $5, $6)
     on conflict (current_id) do update set installation = excluded.installation, name = excluded.name,
       state = excluded.state, is_shared = excluded.is_shared, updated_at = excluded.updated_at`,
    [current_id, installation, name, state, is_shared, at],
  );
}

export type ChannelChange = Partial<Pick<ChannelRow, 'name' | 'state' | 'is_shared'>>;

/** By the id that it has in Slack now. Null: it is nothing to us. */
export async function changeChannel(
  on: Queries,
  currentId: string,
  change: ChannelChange,
  at: Date,
): Promise<ChannelRow | null> {
  const { name = null, state = null, is_shared = null } = change;
  const [row] = await on.query<ChannelRow>(
    `update channels set name = coalesce($2, name), state = coalesce($3, state), is_shared = coalesce($4, is_shared),
       updated_at = $5
     where current_id = $1 returning id, current_id, installation, name, state, is_shared`,
    [currentId, name, state, is_shared, at],
  );
  return row ?? null;
}

/** Slack gives a channel another id. */
export async function moveChannel(
  on: Queries,
  installation: string,
  { from, to }: { readonly from: string; readonly to: string },
  at: Date,
): Promise<void> {
  // Somebody may have asked about it under its new id before the change was heard of.
  await on.query('delete from channels where current_id = $1 and id = $1', [to]);
  const moved = await on.query(
    'update channels set current_id = $2, updated_at = $3 where current_id = $1 returning id',
    [from, to, at],
  );
  if (moved.length > 0) return;
  await on.query(
    `insert into channels (id, current_id, installation, name, updated_at)
     select $1, $2, $3, '', $4 where exists (select from threads where channel = $1) on conflict do nothing`,
    [from, to, installation, at],
  );
}
