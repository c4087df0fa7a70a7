import { SmsApiError } from '../../sdk/index.ts';
import { isOutage } from '../../seam/outage.ts';
import type { Queries } from '../../seam/storage.ts';
import type { Task, TaskOutcome } from '../../seam/tasks.ts';
import { failureAsk } from '../blocks/asks.ts';
import { addMark, addShownChange, addTell } from '../egress/outbox.ts';
import { cut, escaped } from '../rules/plain-words.ts';
import { changeReply, lockReply, type Reply, replyAt } from '../store/replies.ts';
import { addAudit } from '../store/audit.ts';
import { changeTold } from '../store/changes.ts';
import { lockThread, type Thread, threadById } from '../store/threads.ts';
import { noteAnswered } from '../store/waiting.ts';
import { type Around, nowOf, refOf, sha256 } from './around.ts';
import { cancelDeleted } from './change-reply.ts';
import { ask, confirmedOf, doubtsSince, type Question, reasonOf } from './doubts.ts';
import { type HoldDoubt, judgeText, type Morning, type Verdict } from './judge-reply.ts';
import type { LookFirst } from './look-first.ts';
import type { SendPayload } from './write-reply.ts';
import { OPTED_OUT } from '../rules/sentences.ts';
import { faultWords, serverWords } from '../rules/server-words.ts';

/** The server knows an Idempotency-Key for 24 hours. */
const KEY_LIFE_MS = 23 * 3_600_000;

/**
 * Hands a reply over once its time has come. It is `sending` before the server is asked: from then on nothing about it
 * can change, every further try says the same under the same key, and the server makes one text of all of them.
 */
export async function sendReply(around: Around, lookFirst: LookFirst, task: Task): Promise<TaskOutcome> {
  // What addSend has written.
  const { channel, ts } = task.payload as SendPayload;
  const before = await replyAt(around.storage, channel, ts);
  const place = before && (await threadById(around.storage, before.thread_id));
  if (!place) return DONE;
  const unsure = await lookFirst(around, place, before);
  if (unsure) return unsure;
  const isAskedNow = confirmedOf(before) !== null && before.state === 'pending' && before.schedule_for === null;
  const judged = isAskedNow ? await judgeText(around, place, before.text) : null;
  const begun = await around.storage.transaction((tx) => begin(around, tx, before, judged));
  if (begun.type !== 'begun') return begun;
  const { reply, thread } = begun;
  const person = await around.people.find(reply.author).catch(() => ({ name: reply.author }));
  try {
    const text = await around.sdk.conversations.reply(
      thread.conversation_id,
      {
        body: reply.text,
        sent_by: cut(`${person.name} (Slack)`, 128),
        client_ref: refOf(channel, ts),
        ...(reply.schedule_for ? { schedule_for: reply.schedule_for.toISOString() } : {}),
      },
      { idempotencyKey: `slack:${channel}:${ts}` },
    );
    const isRefused = text.status === 'rejected';
    const why = serverWords(around.settings, text.error?.message);
    if (isRefused)
      return { type: 'done', record: (tx) => refuse(around, tx, reply, thread, why, text.error?.code === 'OPTED_OUT') };
    return {
      type: 'done',
      record: (tx) => changeReply(tx, reply, ['sending'], { state: 'sent', message_id: text.message_id }),
    };
  } catch (error) {
    if (!(error instanceof SmsApiError)) throw error;
    if (isOutage(error)) return { type: 'failed', reason: error.code, isOutage: true };
    const why = faultWords(around.settings, error);
    return { type: 'done', record: (tx) => refuse(around, tx, reply, thread, why, error.code === 'OPTED_OUT') };
  }
}

type Begun = { readonly type: 'begun'; readonly reply: Reply; readonly thread: Thread } | TaskOutcome;

const DONE: TaskOutcome = { type: 'done' };
/** What is told of one thread is judged in order, and some of it has to be asked. */
const EDIT_MS = 500;

async function begin(around: Around, tx: Queries, place: SendPayload, judged: Verdict | null): Promise<Begun> {
  const reply = await lockReply(tx, place.channel, place.ts);
  const thread = reply && (await lockThread(tx, reply.thread_id));
  if (!thread) return DONE;
  const at = nowOf(around);
  if (reply.state === 'sending') {
    const isKnown = reply.asked_at !== null && at.getTime() - reply.asked_at.getTime() < KEY_LIFE_MS;
    if (isKnown) return { type: 'begun', reply, thread };
    await hold(tx, reply, thread, { doubts: [AMBIGUOUS] }, at);
    return DONE;
  }
  if (reply.state !== 'pending') return DONE;
  const change = await changeTold(tx, reply);
  if (change === 'deleted') {
    await cancelDeleted(tx, reply, at);
    return DONE;
  }
  if (thread.is_opted_out) {
    await refuse(around, tx, reply, thread, OPTED_OUT, true);
    return DONE;
  }
  const lateMs = at.getTime() - (reply.send_at ?? at).getTime();
  if (lateMs > around.settings.catchUpMaxMs) {
    const says = `It was to leave ${Math.round(lateMs / 60_000)} minutes ago.`;
    await hold(tx, reply, thread, { doubts: [{ key: 'late', says }] }, at);
    return DONE;
  }
  if (change === 'edited') return { type: 'wait', ms: EDIT_MS, reason: 'it was edited, which is not judged yet' };
  const doubts = await doubtsSince(tx, thread, reply, judged);
  if (doubts.length === 0) return leave(tx, reply, thread, at);
  const isNight = judged?.type === 'hold' && doubts.some(({ key }) => key === 'quiet_hours');
  await hold(tx, reply, thread, { doubts, morning: isNight ? judged.morning : null }, at);
  return DONE;
}

const AMBIGUOUS: HoldDoubt = {
  key: 'ambiguous',
  says: 'It may have been sent already: the server did not answer for a day.',
};

/** From here on it may have been sent. */
async function leave(tx: Queries, reply: Reply, thread: Thread, at: Date): Promise<Begun> {
  const changed = await changeReply(tx, reply, ['pending'], { state: 'sending', asked_at: at });
  if (!changed) return DONE;
  await noteAnswered(tx, thread.id);
  const { author: actor, ts } = reply;
  await addAudit(tx, { at, actor, action: 'sent', threadId: thread.id, ts, textSha256: sha256(reply.text) });
  return { type: 'begun', reply: changed, thread };
}

async function hold(
  tx: Queries,
  reply: Reply,
  thread: Thread,
  { doubts, morning = null }: Question & { readonly morning?: Morning | null },
  at: Date,
): Promise<void> {
  const reason = reasonOf(doubts, confirmedOf(reply) ?? []);
  const send_at = morning && new Date(morning.at);
  await changeReply(tx, reply, ['pending', 'sending'], { state: 'held', reason, send_at });
  if (reply.view !== null) await addShownChange(tx, reply, reason, at);
  await addAudit(tx, { at, actor: 'server', action: 'held', reason, threadId: thread.id, ts: reply.ts });
  await ask(tx, thread, reply, { doubts, morning }, at);
}

/** `why` is a sentence of the server. */
async function refuse(
  around: Around,
  tx: Queries,
  reply: Reply,
  thread: Thread,
  why: string,
  isOptOut: boolean,
): Promise<void> {
  const { channel, ts, author: user } = reply;
  const at = nowOf(around);
  const reason = isOptOut ? 'opted_out' : 'refused';
  if (!(await changeReply(tx, reply, ['pending', 'held', 'sending'], { state: 'refused', reason }))) return;
  await addAudit(tx, { at, actor: 'server', action: 'refused', reason, threadId: thread.id, ts });
  await addMark(tx, reply, { name: isOptOut ? 'no_entry' : 'x', says: reason }, at);
  const content = failureAsk(reply, escaped(why));
  await addTell(tx, `refused:${channel}:${ts}`, { channel, user, thread: thread.root_ts, content }, at);
}

/** What was not sent yet is not sent any more: the contact has opted out. */
export const refuseOptedOut = (around: Around, tx: Queries, reply: Reply, thread: Thread) =>
  refuse(around, tx, reply, thread, OPTED_OUT, true);
