import type { Task, TaskOutcome } from '../../seam/tasks.ts';
import { saying } from '../blocks/asks.ts';
import { addTell } from '../egress/outbox.ts';
import { threadById } from '../store/threads.ts';
import { type Around, nowOf } from '../threads/around.ts';
import type { CommandPayload } from '../threads/write-reply.ts';
import { actOnThread } from './act-on-thread.ts';

/** Carries out what was ordered in a thread; what there is to say about it only its author sees. */
export async function actOnCommand(around: Around, task: Task): Promise<TaskOutcome> {
  // What addCommand has written.
  const { thread: id, user, command } = task.payload as CommandPayload;
  const action =
    command.type === 'snooze'
      ? ({ type: 'snooze', until: new Date(around.clock.now() + command.minutes * 60_000) } as const)
      : command;
  const says = await actOnThread(around, user, id, action);
  const thread = await threadById(around.storage, id);
  if (says === null || !thread) return { type: 'done' };
  const tell = { channel: thread.channel, user, thread: thread.root_ts, content: saying(says) };
  return { type: 'done', record: (tx) => addTell(tx, task.key, tell, nowOf(around)) };
}
