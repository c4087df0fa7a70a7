import type { Queries } from '../../seam/storage.ts';
import type { Around } from '../threads/around.ts';
import { messageTs, nowOf, sha256 } from '../threads/around.ts';
import { asConfirmed } from '../threads/doubts.ts';
import { addSend, addPatch, reopen, tellClaim } from '../threads/write-reply.ts';
import { addMark, addShown } from '../egress/outbox.ts';
import { changeReply, insertReply, lockReply, type Reply } from '../store/replies.ts';
import { addAudit } from '../store/audit.ts';
import { lockThread, type Thread } from '../store/threads.ts';
import { OPTED_OUT } from '../rules/sentences.ts';

/** What an author says about their reply, by one of the buttons below it. */
export type Decision = 'undo' | 'hold_send' | 'hold_morning' | 'hold_keep' | 'correct' | 'retry';

export const DECISIONS: ReadonlySet<string> = new Set([
  'undo',
  'hold_send',
  'hold_morning',
  'hold_keep',
  'correct',
  'retry',
] satisfies Decision[]);
export const isDecision = (action: string): action is Decision => DECISIONS.has(action);

/** Carries it out at once, and answers what the author is told. A second click changes nothing. */
export function decideReply(around: Around, user: string, decision: Decision, value: string): Promise<string> {
  const [channel = '', ts = ''] = value.split(':');
  return around.storage.transaction(async (tx) => {
    const reply = await lockReply(tx, channel, ts);
    const thread = reply && (await lockThread(tx, reply.thread_id));
    if (!thread) return 'This message is not known any more.';
    if (reply.author !== user) return 'Only its author can decide that.';
    const says = await VERBS[decision](around, tx, reply, thread);
    if (says === null) return 'That was decided before.';
    await addAudit(tx, {
      at: nowOf(around),
      actor: user,
      action: decision,
      threadId: thread.id,
      ts,
      textSha256: sha256(reply.text),
      reason: reply.reason,
    });
    return says;
  });
}

type Verb = (around: Around, tx: Queries, reply: Reply, thread: Thread) => Promise<string | null>;

const VERBS: Readonly<Record<Decision, Verb>> = {
  async undo(_around, tx, reply) {
    const canceled = await changeReply(tx, reply, ['pending'], { state: 'canceled', reason: 'undone' });
    if (canceled) return 'Canceled: nothing was sent.';
    return reply.state === 'sending' || reply.state === 'sent' ? 'Too late: the SMS has left.' : null;
  },
  async hold_send(around, tx, reply, thread) {
    if (thread.is_opted_out) return OPTED_OUT;
    return (await release(around, tx, reply, thread, {})) ? 'Sending.' : null;
  },
  async hold_morning(around, tx, reply, thread) {
    if (thread.is_opted_out) return OPTED_OUT;
    // When the contact's day begins; written down when it was held.
    const at = reply.send_at;
    if (at === null) return null;
    const due = at.getTime() > around.clock.now() ? { schedule_for: at } : {};
    return (await release(around, tx, reply, thread, due)) ? 'Scheduled for the morning of the customer.' : null;
  },
  async hold_keep(around, tx, reply, thread) {
    const kept = await changeReply(tx, reply, ['held'], { state: 'internal', reason: 'kept' });
    if (!kept) return null;
    const at = nowOf(around);
    await addMark(tx, kept, { name: 'lock', says: 'internal' }, at);
    await addPatch(tx, thread, `note:${reply.ts}`, { type: 'note', user: reply.author, text: reply.text }, at);
    return 'Kept internal: the customer does not see it.';
  },
  async correct(around, tx, reply, thread) {
    if (reply.correction === null) return null;
    if (thread.is_opted_out) return OPTED_OUT;
    const again = { text: reply.correction, reason: 'correction', ts: derivedTs(reply.ts, reply.correction) };
    return (await sendAgain(around, tx, reply, again)) ? 'Sending the correction.' : null;
  },
  async retry(around, tx, reply, thread) {
    if (reply.state !== 'sent' && reply.state !== 'sending') return null;
    if (thread.is_opted_out) return OPTED_OUT;
    // Of the text that has failed, so each is sent again once; what becomes of that has a button of its own.
    const ts = derivedTs(messageTs(reply.ts), `retry of ${reply.ts}`);
    const again = { text: reply.text, reason: 'retry', ts };
    return (await sendAgain(around, tx, reply, again)) ? 'Sending it again.' : null;
  },
};

/** A text of its own: the key of the first one belongs to the first one. False: there is one already. */
async function sendAgain(
  around: Around,
  tx: Queries,
  reply: Reply,
  again: Pick<Reply, 'ts' | 'text' | 'reason'>,
): Promise<boolean> {
  const at = nowOf(around);
  const view = reply.view && sha256(`${reply.view} ${again.ts}`);
  const next = { ...reply, ...again, view, state: 'pending', send_at: at, schedule_for: null, created_at: at } as const;
  if (!(await insertReply(tx, next))) return false;
  await addSend(tx, next, at, at);
  // What was written in a dialog is no message of its author: the app shows it.
  const thread = view === null ? null : await lockThread(tx, reply.thread_id);
  if (thread) await addShown(tx, thread, next, at);
  return true;
}

async function release(
  around: Around,
  tx: Queries,
  reply: Reply,
  thread: Thread,
  change: { schedule_for?: Date },
): Promise<boolean> {
  const at = nowOf(around);
  const released = await changeReply(tx, reply, ['held'], {
    state: 'pending',
    reason: asConfirmed(reply),
    send_at: at,
    // The moment that was chosen before may be over.
    schedule_for: change.schedule_for ?? (reply.schedule_for && reply.schedule_for > at ? reply.schedule_for : null),
  });
  if (!released) return false;
  // Who sends into somebody's conversation knows it; one that nobody has is theirs from now on.
  await reopen(around, tx, thread);
  if (thread.assignee === null) await tellClaim(around, tx, thread, reply.author);
  await addSend(tx, released, at, at, `:${at.getTime()}`);
  return true;
}

/** Not a moment of Slack, and always the same for the same words. */
const derivedTs = (ts: string, text: string) =>
  `${ts}${BigInt(`0x${sha256(text).slice(0, 8)}`)
    .toString()
    .padStart(10, '0')}`;
