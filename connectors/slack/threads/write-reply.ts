import type { Queries } from '../../seam/storage.ts';
import { addTask, type TaskOutcome } from '../../seam/tasks.ts';
import { failureAsk, saying, undoAsk } from '../blocks/asks.ts';
import { addCard, addReaction, addTell } from '../egress/outbox.ts';
import type { Envelope } from '../ingress/envelope.ts';
import type { ThreadCommand } from '../rules/thread-command.ts';
import type { Written } from '../rules/thread-message.ts';
import { digestAt } from '../store/digests.ts';
import { insertReply, type NewReply, type Reply, replyAt } from '../store/replies.ts';
import { addAudit } from '../store/audit.ts';
import { changeThread, isRootAwaited, lockOpenThread, lockThread, type Thread, threadAt } from '../store/threads.ts';
import { type Around, msOfTs, nowOf, sha256 } from './around.ts';
import { ask, doubtsOfPlace, reasonOf } from './doubts.ts';
import { judgeReply, type Verdict, withDoubts } from './judge-reply.ts';
import type { Person } from './people.ts';

/** Which message of Slack is to be sent; its Idempotency-Key says the same. */
export interface SendPayload {
  readonly channel: string;
  readonly ts: string;
}

/**
 * Of another organisation. Where the app is installed for all of one, its workspaces are not told apart; elsewhere the
 * home of an agent may still be another workspace than the one they belong to here.
 */
export async function isForeign(
  { settings, people }: Pick<Around, 'settings' | 'people'>,
  message: Written,
  { isShared, team, enterprise = null }: Envelope,
  { isAgent }: Pick<Person, 'isAgent'>,
): Promise<boolean> {
  if (isShared && !settings.allowsSlackConnect) return true;
  if (enterprise !== null) return false;
  const { team: own } = await people.self();
  return (own !== null && team !== own) || (message.team !== null && message.team !== team && !isAgent);
}

/** A card whose answer was lost is looked for within that time. */
const ROOT_WITHIN_MS = 600_000;
const CLOCKS_DIFFER_MS = 60_000;

/** Something was written in a thread: it is judged, kept, and what follows is written down. */
export async function written(around: Around, message: Written, envelope: Envelope): Promise<TaskOutcome> {
  const thread = message.thread === null ? null : await threadAt(around.storage, message.channel, message.thread);
  if (message.thread === null || message.ts === message.thread) return { type: 'done' };
  if (!thread) return beside(around, message, message.thread);
  if (await replyAt(around.storage, message.channel, message.ts)) return { type: 'done' };
  const person = await around.people.find(message.user);
  const foreign = await isForeign(around, message, envelope, person);
  const verdict = await judgeReply(around, thread, person, message, foreign);
  return {
    type: 'done',
    async record(tx) {
      const locked = await lockThread(tx, thread.id);
      if (!locked) return;
      await store(around, tx, locked, message, await settled(around, tx, locked, message, verdict));
    },
  };
}

/** An answer may come before we have heard that the card was posted; or it is below something that is no conversation. */
async function beside(around: Around, message: Written, root: string): Promise<TaskOutcome> {
  const { storage, clock } = around;
  const { channel, ts, user } = message;
  if (await digestAt(storage, channel, root)) {
    const content = saying('Not sent: this is a list. Press *Open* beside a conversation, and answer in its thread.');
    const tell = { channel, user, thread: root, content };
    return { type: 'done', record: (tx) => addTell(tx, `digest:${channel}:${ts}`, tell, nowOf(around)) };
  }
  const isNew = clock.now() - msOfTs(ts) < ROOT_WITHIN_MS;
  const latest = new Date(msOfTs(root) + CLOCKS_DIFFER_MS);
  if (!isNew || !(await isRootAwaited(storage, channel, root, latest))) return { type: 'done' };
  return { type: 'wait', ms: 500, reason: 'the root is not known yet' };
}

/** What is in doubt is held; who answers first has the conversation. */
async function settled(
  around: Around,
  tx: Queries,
  thread: Thread,
  message: Written,
  judged: Verdict,
): Promise<Verdict> {
  if (judged.type !== 'send' && judged.type !== 'hold') return judged;
  const verdict = withDoubts(judged, await doubtsOfPlace(tx, thread, message));
  if (verdict.type !== 'send') return verdict;
  await reopen(around, tx, thread);
  if (thread.assignee === null) await tellClaim(around, tx, thread, message.user);
  return verdict;
}

/** What is answered is open again. False: the conversation has a newer thread. */
export async function reopen(around: Around, tx: Queries, thread: Thread): Promise<boolean> {
  if (thread.state !== 'resolved') return true;
  if (await lockOpenThread(tx, thread.conversation_id)) return false;
  await addCard(tx, await changeThread(tx, thread.id, { state: 'open', resolved_at: null }), nowOf(around));
  return true;
}

/** The server and the card know, too. */
export async function tellClaim(around: Around, tx: Queries, thread: Thread, assignee: string | null): Promise<void> {
  const at = nowOf(around);
  const changed = await changeThread(tx, thread.id, { assignee });
  await addCard(tx, changed, at);
  await addPatch(tx, thread, `assignee:${changed.version}`, { type: 'assign', user: assignee }, at);
}

/** What the server is told about a conversation. */
export type Patch =
  | { readonly type: 'assign'; readonly user: string | null }
  | { readonly type: 'snooze'; readonly until: string }
  | { readonly type: 'close' }
  | { readonly type: 'note'; readonly user: string; readonly text: string }
  | { readonly type: 'opt_out'; readonly user: string; readonly number: string }
  | { readonly type: 'opt_in'; readonly user: string; readonly number: string; readonly reason: string }
  | { readonly type: 'contact'; readonly number: string; readonly name: string | null; readonly owner: string | null }
  | { readonly type: 'review'; readonly reviewId: string; readonly decision: 'opt_out' | 'not_opt_out' };

export function addPatch(tx: Queries, thread: Pick<Thread, 'conversation_id'>, key: string, patch: Patch, at: Date) {
  const { conversation_id: id } = thread;
  const payload = { conversation: id, patch };
  return addTask(tx, { key: `patch:${id}:${key}`, lane: `api:${id}`, kind: 'patch', payload, dueAt: at }, at);
}

async function store(around: Around, tx: Queries, thread: Thread, message: Written, verdict: Verdict): Promise<void> {
  if (verdict.type === 'nothing') return;
  const at = nowOf(around);
  const { channel, ts, user: author } = message;
  const base = {
    channel,
    ts,
    thread_id: thread.id,
    author,
    text: verdict.text,
    created_at: at,
    reason: null,
    send_at: null,
  };
  const row = { ...base, ...columnsOf(verdict, at, around.settings.undoMs) };
  if (!(await insertReply(tx, row))) return;
  const { state: action, reason } = row;
  await addAudit(tx, { at, actor: author, action, reason, threadId: thread.id, ts, textSha256: sha256(row.text) });
  await follow(around, tx, thread, row, verdict);
}

/** How it is kept. */
export function columnsOf(
  verdict: Exclude<Verdict, { type: 'nothing' }>,
  at: Date,
  undoMs: number,
): Pick<NewReply, 'state' | 'reason' | 'send_at'> {
  switch (verdict.type) {
    case 'note':
    case 'command':
      return { state: 'internal', reason: null, send_at: null };
    case 'hold':
      return {
        state: 'held',
        reason: reasonOf(verdict.doubts),
        send_at: verdict.morning && new Date(verdict.morning.at),
      };
    case 'refuse':
      return { state: 'refused', reason: verdict.isOptOut ? 'opted_out' : 'refused', send_at: null };
    case 'send':
      return { state: 'pending', reason: null, send_at: new Date(at.getTime() + undoMs) };
  }
}

/** What the people in the thread get to see of it. */
export async function follow(
  around: Around,
  tx: Queries,
  thread: Thread,
  reply: NewReply,
  verdict: Verdict,
): Promise<void> {
  const at = nowOf(around);
  const { channel, ts, author: user } = reply;
  const tell = { channel, user, thread: thread.root_ts };
  switch (verdict.type) {
    case 'note':
      if (verdict.isShown) await addReaction(tx, { channel, ts, name: 'lock' }, at);
      await addPatch(tx, thread, `note:${ts}`, { type: 'note', user, text: verdict.text }, at);
      return;
    case 'command':
      return addCommand(tx, thread, reply, verdict.command, at);
    case 'hold':
      if (verdict.doubts.some(({ key }) => key === 'files'))
        await addReaction(tx, { channel, ts, name: 'no_entry' }, at);
      await ask(tx, thread, reply, verdict, at);
      return;
    case 'refuse':
      await addReaction(tx, { channel, ts, name: verdict.isOptOut || verdict.text === '' ? 'no_entry' : 'x' }, at);
      await addTell(tx, `refused:${channel}:${ts}`, { ...tell, content: failureAsk(reply, verdict.why) }, at);
      return;
    case 'send':
      if (around.settings.undoMs > 0) {
        const content = undoAsk(reply, around.settings.undoMs / 1_000);
        await addTell(tx, `undo:${channel}:${ts}`, { ...tell, content }, at);
      }
      await addSend(tx, reply, reply.send_at ?? at, at);
      return;
    case 'nothing':
  }
}

export interface CommandPayload {
  readonly thread: string;
  readonly user: string;
  readonly command: ThreadCommand;
}

/** What is written there twice is done once. */
async function addCommand(
  tx: Queries,
  thread: Thread,
  reply: NewReply,
  command: ThreadCommand,
  at: Date,
): Promise<void> {
  const payload: CommandPayload = { thread: thread.id, user: reply.author, command };
  const key = `act:${reply.channel}:${reply.ts}`;
  await addTask(tx, { key, lane: `act:${thread.id}`, kind: 'act', payload, dueAt: at }, at);
}

/** Texts leave in the order in which they were written. `attempt` tells a second decision from the first. */
export function addSend(
  tx: Queries,
  { channel, ts, thread_id }: Pick<Reply, 'channel' | 'ts' | 'thread_id'>,
  dueAt: Date,
  at: Date,
  attempt = '',
) {
  const payload: SendPayload = { channel, ts };
  const key = `send:${channel}:${ts}${attempt}`;
  return addTask(tx, { key, lane: `send:${thread_id}`, rank: ts, kind: 'send', payload, dueAt }, at);
}
