import type { Queries } from '../../seam/storage.ts';
import type { TaskOutcome } from '../../seam/tasks.ts';
import { correctionAsk, saying } from '../blocks/asks.ts';
import { section } from '../blocks/blocks.ts';
import { addPost, addTell } from '../egress/outbox.ts';
import type { Envelope } from '../ingress/envelope.ts';
import { escaped } from '../rules/plain-words.ts';
import type { ThreadMessage, Written } from '../rules/thread-message.ts';
import { changeReply, insertReply, lockReply, type Reply, replyAt } from '../store/replies.ts';
import { addAudit } from '../store/audit.ts';
import { lockThread, type Thread, threadAt, threadById } from '../store/threads.ts';
import { type Around, msOfTs, nowOf, sha256 } from './around.ts';
import { judgeReply, type Verdict } from './judge-reply.ts';
import { columnsOf, follow, isForeign, written } from './write-reply.ts';

/** What is edited or deleted before it has left changes what leaves; afterwards nothing can. */

/** An edit that does not tell its thread is not dealt with in one lane with the message. */
const OVERTAKES_WITHIN_MS = 10_000;

export async function edited(around: Around, message: Written, envelope: Envelope): Promise<TaskOutcome> {
  const before = await replyAt(around.storage, message.channel, message.ts);
  const thread = await threadOf(around, message, before);
  if (!before && message.thread === null && around.clock.now() - msOfTs(message.ts) < OVERTAKES_WITHIN_MS)
    return { type: 'wait', ms: 1_000, reason: 'what it edits is not known yet' };
  // An edit may overtake the message that it edits.
  if (!before) return thread ? written(around, message, envelope) : { type: 'done' };
  if (!thread) return { type: 'done' };
  const person = await around.people.find(message.user);
  const foreign = await isForeign(around, message, envelope, person);
  const verdict = await judgeReply(around, thread, person, message, foreign);
  return {
    type: 'done',
    async record(tx) {
      const reply = await lockReply(tx, message.channel, message.ts);
      if (!reply || verdict.type === 'nothing' || isSame(reply, verdict)) return;
      const at = nowOf(around);
      await addAudit(tx, {
        at,
        actor: message.user,
        action: 'edited',
        threadId: thread.id,
        ts: reply.ts,
        textSha256: sha256(verdict.text),
      });
      if (reply.state === 'sending' || reply.state === 'sent') return offerCorrection(tx, thread, reply, verdict, at);
      if (reply.state !== 'pending' && reply.state !== 'held') return;
      await changeUnsent(around, tx, thread, reply, verdict);
    },
  };
}

/** Where the event does not tell, the reply is known. */
function threadOf(around: Around, { channel, thread }: Written, before: Reply | null): Promise<Thread | null> {
  if (thread !== null) return threadAt(around.storage, channel, thread);
  return before ? threadById(around.storage, before.thread_id) : Promise.resolve(null);
}

/** The same words may have been struck through. */
const isSame = (reply: Reply, verdict: Exclude<Verdict, { type: 'nothing' }>) =>
  reply.text === verdict.text &&
  !(reply.state === 'pending' && verdict.type === 'hold' && verdict.doubts.some(({ key }) => key === 'struck'));

/** Once it has become a note it stays one. */
async function changeUnsent(
  around: Around,
  tx: Queries,
  thread: Thread,
  reply: Reply,
  verdict: Exclude<Verdict, { type: 'nothing' }>,
): Promise<void> {
  const columns = columnsOf(verdict, nowOf(around), 0);
  // It is still sent when it was to be sent; what was held goes on being held.
  if (verdict.type === 'send') {
    await changeReply(tx, reply, ['pending', 'held'], { text: verdict.text });
    return;
  }
  const changed = await changeReply(tx, reply, ['pending', 'held'], { text: verdict.text, ...columns });
  if (changed) await follow(around, tx, thread, changed, verdict);
}

/** A note that was made of it is no correction. */
async function offerCorrection(tx: Queries, thread: Thread, reply: Reply, verdict: Verdict, at: Date): Promise<void> {
  const { channel, ts, author: user } = reply;
  const tell = { channel, user, thread: thread.root_ts };
  if (verdict.type !== 'send' && verdict.type !== 'hold') {
    const content = saying('The SMS has left and cannot be changed or taken back.');
    await addTell(tx, `edited:${channel}:${ts}:${sha256('note').slice(0, 12)}`, { ...tell, content }, at);
    return;
  }
  const doubts = verdict.type === 'hold' ? verdict.doubts : [];
  await changeReply(tx, reply, ['sending', 'sent'], { correction: verdict.text });
  const key = `edited:${channel}:${ts}:${sha256(verdict.text).slice(0, 12)}`;
  await addTell(tx, key, { ...tell, content: correctionAsk(reply, verdict.text, doubts) }, at);
}

export function deleted(around: Around, message: Extract<ThreadMessage, { type: 'deleted' }>): TaskOutcome {
  const { channel, ts } = message;
  return {
    type: 'done',
    async record(tx) {
      const at = nowOf(around);
      const reply = await lockReply(tx, channel, ts);
      if (!reply) return forestall(tx, message, at);
      const thread = await lockThread(tx, reply.thread_id);
      if (!thread || reply.reason === 'deleted') return;
      await cancelDeleted(tx, reply, at);
      if (reply.state !== 'sending' && reply.state !== 'sent') return;
      const key = `deleted_${channel}_${ts}`;
      const text = `A reply of <@${escaped(reply.author)}> was deleted in Slack; it had been sent to the customer before.`;
      await addPost(tx, thread, { key, content: { text, blocks: [section(text, key)] } }, at);
    },
  };
}

/** What has not left does not leave any more. */
export async function cancelDeleted(tx: Queries, reply: Reply, at: Date): Promise<void> {
  const { author: actor, thread_id: threadId, ts } = reply;
  await addAudit(tx, { at, actor, action: 'deleted', threadId, ts });
  await changeReply(tx, reply, ['pending', 'held'], { state: 'canceled', reason: 'deleted' });
}

/** The deletion has overtaken the message: when that comes, it has been dealt with. */
async function forestall(
  tx: Queries,
  { channel, ts, thread: root }: Extract<ThreadMessage, { type: 'deleted' }>,
  at: Date,
): Promise<void> {
  const thread = root === null ? null : await threadAt(tx, channel, root);
  if (!thread) return;
  const nobody = { author: '', text: '', send_at: null, created_at: at };
  await insertReply(tx, { channel, ts, thread_id: thread.id, state: 'canceled', reason: 'deleted', ...nobody });
}
