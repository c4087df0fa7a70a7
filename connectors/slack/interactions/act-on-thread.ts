import type { Queries } from '../../seam/storage.ts';
import { RANKS } from '../egress/digest.ts';
import { addCard } from '../egress/outbox.ts';
import { addTask } from '../../seam/tasks.ts';
import { rankPosts } from '../store/digests.ts';
import { addAudit } from '../store/audit.ts';
import { changeThread, lockThread, type Thread } from '../store/threads.ts';
import type { Around } from '../threads/around.ts';
import { nowOf } from '../threads/around.ts';
import { addPatch, tellClaim } from '../threads/write-reply.ts';
import { UNKNOWN_CONVERSATION } from '../rules/sentences.ts';

/** What somebody does with a conversation, by the buttons of its card or in a dialog. */
export type ThreadAction =
  | { readonly type: 'claim' }
  /** Its thread is to be there now, before those of others. */
  | { readonly type: 'open' }
  | { readonly type: 'assign'; readonly to: string }
  | { readonly type: 'snooze'; readonly until: Date }
  | { readonly type: 'resolve' }
  | { readonly type: 'opt_out' }
  /** `key` is of the dialog: the same is done once. */
  | { readonly type: 'opt_in'; readonly reason: string; readonly key: string }
  | { readonly type: 'contact'; readonly name: string | null; readonly owner: string | null; readonly key: string }
  | { readonly type: 'note'; readonly text: string; /** Of the dialog: the same is noted once. */ readonly key: string }
  | { readonly type: 'review'; readonly reviewId: string; readonly decision: 'opt_out' | 'not_opt_out' };

/** What is about the contact rather than about the conversation. */
const AFTERWARDS: ReadonlySet<ThreadAction['type']> = new Set(['note', 'review', 'opt_in', 'contact']);
/** Of a conversation. */
export const THREAD_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Carries it out at once, and answers what to say to whoever did it; null = the card says it. */
export function actOnThread(
  around: Around,
  user: string,
  threadId: string,
  action: ThreadAction,
): Promise<string | null> {
  if (!THREAD_ID.test(threadId)) return Promise.resolve(UNKNOWN_CONVERSATION);
  return around.storage.transaction(async (tx) => {
    const thread = await lockThread(tx, threadId);
    if (!thread) return UNKNOWN_CONVERSATION;
    if (thread.state === 'resolved' && !AFTERWARDS.has(action.type))
      return 'This conversation is resolved. Answer in its thread to open it again.';
    const says = await carryOut(around, tx, user, thread, action);
    await addAudit(tx, { at: nowOf(around), actor: user, action: action.type, threadId: thread.id });
    return says;
  });
}

async function carryOut(
  around: Around,
  tx: Queries,
  user: string,
  thread: Thread,
  action: ThreadAction,
): Promise<string | null> {
  const at = nowOf(around);
  const show = async (change: Parameters<typeof changeThread>[2]) => {
    const changed = await changeThread(tx, thread.id, change);
    await addCard(tx, changed, at);
    return changed;
  };
  switch (action.type) {
    case 'claim':
      if (thread.assignee === user) return null;
      if (thread.assignee !== null) return `<@${thread.assignee}> was faster.`;
      await tellClaim(around, tx, thread, user);
      return null;
    case 'open':
      if (thread.root_ts !== null) return 'It has its thread already: look below in this channel.';
      await rankPosts(tx, thread.channel, thread.id, RANKS.first);
      return 'Its thread is the next one in this channel.';
    case 'assign':
      await tellClaim(around, tx, thread, action.to);
      return null;
    case 'snooze':
      await planWaking(tx, await show({ state: 'snoozed', snoozed_until: action.until }), action.until, at);
      return null;
    case 'resolve': {
      const changed = await show({ state: 'resolved', resolved_at: at });
      await addPatch(tx, thread, `close:${changed.version}`, { type: 'close' }, at);
      return null;
    }
    case 'opt_out':
      // The card shows it when the server has recorded it, from wherever it came.
      await addPatch(
        tx,
        thread,
        `opt_out:${thread.version}`,
        { type: 'opt_out', user, number: thread.contact_number },
        at,
      );
      return 'Recorded: nobody texts this contact any more.';
    case 'opt_in': {
      const { reason } = action;
      const number = thread.contact_number;
      await addPatch(tx, thread, `opt_in:${action.key}`, { type: 'opt_in', user, number, reason }, at);
      return 'Asked for, with your name and your reason. The card shows it once the server has recorded it.';
    }
    case 'contact': {
      const { name, owner } = action;
      const number = thread.contact_number;
      await addPatch(tx, thread, `contact:${action.key}`, { type: 'contact', number, name, owner }, at);
      await show({ contact_name: name, owner });
      return 'Saved.';
    }
    case 'note':
      await addPatch(tx, thread, `note:${action.key}`, { type: 'note', user, text: action.text }, at);
      return 'Noted.';
    case 'review':
      await addPatch(tx, thread, `review:${action.reviewId}`, action, at);
      return action.decision === 'opt_out' ? 'Recorded as an opt-out.' : 'Noted: it was none.';
  }
}

async function planWaking(tx: Queries, thread: Thread, dueAt: Date, at: Date): Promise<void> {
  const { id, version } = thread;
  const until = dueAt.toISOString();
  await addPatch(tx, thread, `snooze:${version}`, { type: 'snooze', until }, at);
  const payload = { thread: id, until };
  await addTask(tx, { key: `wake:${id}:${version}`, lane: `wake:${id}`, kind: 'wake', payload, dueAt }, at);
}

/** The snooze is over, unless somebody has changed it meanwhile. */
export async function wake(around: Around, tx: Queries, threadId: string, until: string): Promise<void> {
  const thread = await lockThread(tx, threadId);
  if (thread?.state !== 'snoozed' || thread.snoozed_until?.toISOString() !== until) return;
  await addCard(tx, await changeThread(tx, thread.id, { state: 'open', snoozed_until: null }), nowOf(around));
}
