import type { Queries } from '../../seam/storage.ts';

/** One list of the conversations that wait for their thread in a channel, from the burst until they have it. */
export interface Digest {
  readonly id: string;
  readonly channel: string;
  /** Null until Slack has answered the post. */
  readonly ts: string | null;
  /** When the oldest of them began to wait. */
  readonly since: Date;
}

/** A conversation whose root is still to be posted. */
export interface Waiting {
  readonly id: string;
  readonly contact_name: string | null;
  readonly contact_number: string;
  readonly first_text: string;
  readonly created_at: Date;
}

/** Roots that are still to be posted into a channel: their tasks say so, and nothing else does. */
const WAITING = `from tasks where lane = $1 and done_at is null and kind = 'post' and payload ->> 'what' = 'root'`;
const laneOf = (channel: string) => `post:${channel}`;

/** At most `limit`: more need not be counted. */
export async function countWaiting(on: Queries, channel: string, limit: number): Promise<number> {
  const [row] = await on.query<{ count: number }>(
    `select count(*)::int as count from (select 1 ${WAITING} limit $2) as found`,
    [laneOf(channel), limit],
  );
  return row?.count ?? 0;
}

/** The one that has waited longest first. */
export const waitingThreads = (on: Queries, channel: string, limit: number) =>
  on.query<Waiting>(
    `select threads.id, contact_name, contact_number, first_text, threads.created_at
     from (select rank, seq, (payload ->> 'thread')::uuid as thread_id ${WAITING}) as roots
     join threads on threads.id = roots.thread_id order by rank, seq limit $2`,
    [laneOf(channel), limit],
  );

/** How many conversations have begun in a channel since. */
export async function countBegun(on: Queries, channel: string, since: Date): Promise<number> {
  const [row] = await on.query<{ count: number }>(
    'select count(*)::int as count from threads where channel = $1 and created_at >= $2',
    [channel, since],
  );
  return row?.count ?? 0;
}

export const isRootWaiting = async (on: Queries, channel: string, threadId: string) =>
  (await on.query(`select 1 ${WAITING} and payload ->> 'thread' = $2`, [laneOf(channel), threadId])).length > 0;

/** What belongs to one thread goes before everything of a higher rank in its channel. */
export async function rankPosts(on: Queries, channel: string, threadId: string, rank: string): Promise<void> {
  await on.query(
    `update tasks set rank = $3 where lane = $1 and done_at is null and kind = 'post' and payload ->> 'thread' = $2`,
    [laneOf(channel), threadId, rank],
  );
}

/** Roots stand back for texts in threads that are there, and keep the order in which the contacts wrote. */
export async function setRootsBack(on: Queries, channel: string): Promise<void> {
  await on.query(
    `update tasks set rank = 1 + floor(extract(epoch from coalesce(last_inbound_at, threads.created_at)) * 1000) / 1e15::numeric
     from threads where threads.id = (payload ->> 'thread')::uuid and key in (select key ${WAITING} and rank = 0)`,
    [laneOf(channel)],
  );
}

/** The same for one that begins to wait. */
export const rankOfArrival = (at: Date) => `1.${String(at.getTime()).padStart(15, '0')}`;

/** Those that have waited since before go first from now on, in the same order. */
export async function moveRootsUp(on: Queries, channel: string, before: Date): Promise<void> {
  await on.query(
    `update tasks set rank = rank - 2 where key in (select key ${WAITING} and rank between 1 and 2 and created_at < $2)`,
    [laneOf(channel), before],
  );
}

export const openDigest = (on: Queries, channel: string) =>
  one(on, 'select id, channel, ts, since from digests where channel = $1 and ended_at is null', [channel]);

export const digestById = (on: Queries, id: string) =>
  one(on, 'select id, channel, ts, since from digests where id = $1 and ended_at is null', [id]);

export const digestAt = (on: Queries, channel: string, ts: string) =>
  one(on, 'select id, channel, ts, since from digests where channel = $1 and ts = $2', [channel, ts]);

/** False: the channel has one already. */
export async function insertDigest(on: Queries, digest: Omit<Digest, 'ts'>): Promise<boolean> {
  const rows = await on.query(
    `insert into digests (id, channel, since) values ($1, $2, $3)
     on conflict (channel) where ended_at is null do nothing returning id`,
    [digest.id, digest.channel, digest.since],
  );
  return rows.length > 0;
}

export async function setDigestTs(on: Queries, id: string, ts: string): Promise<void> {
  await on.query('update digests set ts = $2 where id = $1', [id, ts]);
}

export async function endDigest(on: Queries, id: string, at: Date): Promise<void> {
  await on.query('update digests set ended_at = $2 where id = $1', [id, at]);
}

/** It has no words of anybody left by then. */
export async function forgetDigests(on: Queries, before: Date): Promise<void> {
  await on.query('delete from digests where ended_at < $1', [before]);
}

async function one(on: Queries, text: string, values: readonly unknown[]): Promise<Digest | null> {
  const [row] = await on.query<Digest>(text, values);
  return row ?? null;
}
