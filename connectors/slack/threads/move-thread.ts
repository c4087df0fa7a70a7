import { randomUUID } from 'node:crypto';
import type { Queries } from '../../seam/storage.ts';
import { addRoot } from '../egress/outbox.ts';
import { changeThread, insertThread, type Thread } from '../store/threads.ts';

/** The conversation goes on in a new thread of another channel, or of the same where its root is gone. */
export async function moveThread(
  tx: Queries,
  thread: Thread,
  { channel, firstText = thread.first_text }: { readonly channel: string; readonly firstText?: string },
  at: Date,
): Promise<void> {
  await changeThread(tx, thread.id, { state: 'resolved', resolved_at: at });
  const id = randomUUID();
  await insertThread(tx, { ...thread, id, channel, first_text: firstText, created_at: at });
  await addRoot(tx, { id, channel }, at);
}
