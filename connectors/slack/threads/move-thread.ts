import { randomUUID } from 'node:crypto';
import type { Queries } from '../../seam/storage.ts';
import { addNewRoot } from '../egress/digest.ts';
import { changeThread, insertThread, type Thread } from '../store/threads.ts';

export interface Move {
  readonly channel: string;
  /** What the new root shows; that of the old one when left out. */
  readonly firstText?: string;
  /** So many may wait in the channel before they are listed in one message. */
  readonly digestAbove: number;
}

/** The conversation goes on in a new thread of another channel, or of the same where its root is gone. */
export async function moveThread(
  tx: Queries,
  thread: Thread,
  { channel, firstText = thread.first_text, digestAbove }: Move,
  at: Date,
): Promise<void> {
  await changeThread(tx, thread.id, { state: 'resolved', resolved_at: at });
  const id = randomUUID();
  await insertThread(tx, { ...thread, id, channel, first_text: firstText, created_at: at });
  await addNewRoot(tx, { ...thread, id, channel }, digestAbove, at);
}
