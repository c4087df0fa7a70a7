import type { Doubt } from '../blocks/asks.ts';
import { addShown } from '../egress/outbox.ts';
import { insertReply, lastReplyOfOthers } from '../store/replies.ts';
import { addAudit } from '../store/audit.ts';
import { lockThread, type Thread } from '../store/threads.ts';
import { type Around, nowOf, sha256, tsOfView } from './around.ts';
import { addSend, reopen, tellClaim } from './write-reply.ts';
import { OPTED_OUT, UNKNOWN_CONVERSATION } from '../rules/sentences.ts';

export interface WrittenInDialog {
  /** Of the dialog: the same is sent once. */
  readonly view: string;
  readonly user: string;
  readonly text: string;
  /** When it is to leave; null = now. */
  readonly at: Date | null;
  /** When the contact was heard last before the dialog was opened. */
  readonly heardAt: string | null;
}

export type WrittenOutcome =
  | { readonly type: 'written' }
  | { readonly type: 'asked'; readonly doubts: readonly Doubt[] }
  | { readonly type: 'refused'; readonly why: string };

/** What has happened in the thread while it was written, or before. */
export function doubtsOfThread(
  { assignee, last_inbound_at: heard }: Pick<Thread, 'assignee' | 'last_inbound_at'>,
  { user, heardAt }: Pick<WrittenInDialog, 'user' | 'heardAt'>,
): Doubt[] {
  const heardNow = heard?.toISOString() ?? null;
  return [
    ...(assignee === null || assignee === user
      ? []
      : [{ key: `claimed:${assignee}`, says: `<@${assignee}> has this conversation.` }]),
    ...(heardNow === null || heardNow === heardAt
      ? []
      : [{ key: `heard:${heardNow}`, says: 'The customer has written again while you wrote.' }]),
  ];
}

/** Sends it as an answer in the thread, which the app shows there. It is judged again when the thread is locked. */
export function writeByDialog(
  around: Around,
  threadId: string,
  written: WrittenInDialog & { readonly isConfirmed: (doubt: Doubt) => boolean },
): Promise<WrittenOutcome> {
  const { view, user, text, at: sendAt } = written;
  return around.storage.transaction(async (tx): Promise<WrittenOutcome> => {
    const thread = await lockThread(tx, threadId);
    if (!thread) return { type: 'refused', why: UNKNOWN_CONVERSATION };
    if (thread.is_opted_out) return { type: 'refused', why: OPTED_OUT };
    const at = nowOf(around);
    const ts = tsOfView(view, at);
    const other = await lastReplyOfOthers(tx, thread.id, user);
    const doubts = doubtsOfThread(thread, written).map((doubt) =>
      doubt.key.startsWith('claimed:') && other
        ? { ...doubt, says: `${doubt.says} Their answer was sent ${secondsSince(other.ts, at)} s ago.` }
        : doubt,
    );
    if (doubts.some((doubt) => !written.isConfirmed(doubt))) return { type: 'asked', doubts };
    if (!(await reopen(around, tx, thread)))
      return { type: 'refused', why: 'This conversation goes on in a newer thread.' };
    const reply = {
      channel: thread.channel,
      ts,
      thread_id: thread.id,
      author: user,
      text,
      state: 'pending',
      reason: null,
      send_at: at,
      schedule_for: sendAt,
      created_at: at,
      view,
    } as const;
    if (!(await insertReply(tx, reply))) return { type: 'written' };
    if (thread.assignee === null) await tellClaim(around, tx, thread, user);
    await addAudit(tx, { at, actor: user, action: 'dialog', threadId: thread.id, ts, textSha256: sha256(text) });
    await addSend(tx, reply, at, at);
    await addShown(tx, thread, reply, at);
    return { type: 'written' };
  });
}

const secondsSince = (ts: string, at: Date) => Math.max(0, Math.round(at.getTime() / 1_000 - Number(ts)));
