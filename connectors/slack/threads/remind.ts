import type { Queries } from '../../seam/storage.ts';
import { addTask, type Task, type TaskOutcome } from '../../seam/tasks.ts';
import { section } from '../blocks/blocks.ts';
import { addPost } from '../egress/outbox.ts';
import { lastAnswerAt } from '../store/replies.ts';
import { lockThread, type Thread } from '../store/threads.ts';
import { type Around, nowOf } from './around.ts';

interface RemindPayload {
  readonly thread: string;
  /** When the text came that waits for an answer, in ISO 8601. */
  readonly since: string;
  readonly minutes: number;
}

/** Looks, when the time for an answer is over, whether there was one. */
export async function planReminder(
  around: Around,
  tx: Queries,
  thread: Pick<Thread, 'id'>,
  messageId: string,
): Promise<void> {
  const { slaMs } = around.settings;
  if (slaMs === null) return;
  const at = nowOf(around);
  const payload: RemindPayload = { thread: thread.id, since: at.toISOString(), minutes: slaMs / 60_000 };
  const dueAt = new Date(at.getTime() + slaMs);
  // One lane for all, in the order of their time: those that are far away are not looked at.
  const task = { key: `remind:${messageId}`, lane: 'remind', rank: String(dueAt.getTime()), kind: 'remind' };
  await addTask(tx, { ...task, payload, dueAt }, at);
}

/** Nobody has answered: the channel sees the thread again, once until somebody does. */
export function remind(around: Around, task: Task): TaskOutcome {
  const { thread: id, since, minutes } = task.payload as RemindPayload;
  return {
    type: 'done',
    async record(tx) {
      const thread = await lockThread(tx, id);
      if (thread?.state !== 'open' || thread.is_opted_out) return;
      const answered = await lastAnswerAt(tx, id);
      if (answered !== null && answered.getTime() >= Date.parse(since)) return;
      const key = `remind_${id}_${answered?.getTime() ?? 0}`;
      const who = thread.assignee === null ? '' : ` <@${thread.assignee}>`;
      const text = `⏰ Nobody has answered within ${minutes} minutes.${who}`;
      await addPost(
        tx,
        thread,
        { key, content: { text, blocks: [section(text, key)] }, broadcast: true },
        nowOf(around),
      );
    },
  };
}
