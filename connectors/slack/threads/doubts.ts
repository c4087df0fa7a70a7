import type { Queries } from '../../seam/storage.ts';
import { holdAsk } from '../blocks/asks.ts';
import { addTell } from '../egress/outbox.ts';
import { hasUnseenText } from '../store/posts.ts';
import { lastReplyOfOthers, type NewReply, type Reply } from '../store/replies.ts';
import { lockOpenThread, type Thread } from '../store/threads.ts';
import type { HoldDoubt, Verdict } from './judge-reply.ts';

/** What has happened in a thread that the author of a message may not know. It is locked. */
export async function doubtsOfPlace(tx: Queries, thread: Thread, { ts, user }: Said): Promise<HoldDoubt[]> {
  const claim = await claimDoubt(tx, thread, { ts, user });
  const isUnseen = await hasUnseenText(tx, thread, ts);
  return [...(claim ? [claim] : []), ...(isUnseen ? [UNSEEN] : [])];
}

interface Said {
  readonly ts: string;
  readonly user: string;
}

const UNSEEN: HoldDoubt = {
  key: 'new_inbound',
  says: 'The customer has written again, and this was written without having read that.',
};

/** Who answers first has the conversation. */
async function claimDoubt(tx: Queries, thread: Thread, { ts, user }: Said): Promise<HoldDoubt | null> {
  const claimed = (says: string): HoldDoubt => ({ key: 'claimed', says });
  if (thread.assignee === null || thread.assignee === user) {
    const isElsewhere = thread.state === 'resolved' && (await lockOpenThread(tx, thread.conversation_id)) !== null;
    return isElsewhere ? claimed('This conversation goes on in a newer thread.') : null;
  }
  const other = await lastReplyOfOthers(tx, thread.id, user);
  const seconds = other ? Math.round(Number(ts) - Number(other.ts)) : -1;
  const what = seconds < 0 ? 'has claimed this conversation' : `answered ${seconds} s before`;
  return claimed(`<@${thread.assignee}> ${what}.`);
}

/** What its author did not know when they said that it may leave; `judged` is what the server says now. */
export async function doubtsSince(
  tx: Queries,
  thread: Thread,
  reply: Reply,
  judged: Verdict | null,
): Promise<HoldDoubt[]> {
  const confirmed = confirmedOf(reply);
  if (!confirmed) return [];
  const ofPlace = await doubtsOfPlace(tx, thread, { ts: reply.ts, user: reply.author });
  const doubts = [...ofPlace, ...(judged?.type === 'hold' ? judged.doubts : [])];
  return doubts.filter(({ key }) => !confirmed.includes(key));
}

const CONFIRMED = 'confirmed:';

/** What its author was told before they said that it may leave; null: they were not asked. */
export const confirmedOf = ({ reason }: Pick<Reply, 'reason'>): readonly string[] | null =>
  reason?.startsWith(CONFIRMED) ? reason.slice(CONFIRMED.length).split(',') : null;

export const asConfirmed = ({ reason }: Pick<Reply, 'reason'>) => `${CONFIRMED}${reason ?? ''}`;

/** How it is kept why something is held. */
export const reasonOf = (doubts: readonly Pick<HoldDoubt, 'key'>[], before: readonly string[] = []) =>
  [...new Set([...before, ...doubts.map(({ key }) => key)])].join(',');

export interface Question {
  readonly doubts: readonly HoldDoubt[];
  readonly morning?: { readonly label: string } | null;
}

/** Only its author sees that. */
export async function ask(
  tx: Queries,
  thread: Thread,
  reply: NewReply,
  { doubts, morning = null }: Question,
  at: Date,
): Promise<void> {
  const { channel, ts, author: user } = reply;
  // It may be held for the same reason again, and the question of before is gone by then.
  const key = `hold:${channel}:${ts}:${reasonOf(doubts)}:${at.getTime()}`;
  await addTell(tx, key, { channel, user, thread: thread.root_ts, content: holdAsk(reply, doubts, morning) }, at);
}
