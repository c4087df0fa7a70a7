import { SmsApiError } from '../../sdk/index.ts';
import { addRedaction } from '../egress/outbox.ts';
import { forgetDigests } from '../store/digests.ts';
import { forgetReplyPlaces, forgetReplyPlacesOf } from '../store/reply-places.ts';
import { silentThreads, takeToCheck } from '../store/thread-lists.ts';
import { deleteThread, type Thread } from '../store/threads.ts';
import { type Around, nowOf } from './around.ts';

const AT_ONCE_MAX = 500;
/** More at once are rather the key of another server than so many erasures. */
const SURPRISING = 20;

/**
 * Forgets what nobody has touched for long, and what the server has forgotten: an erasure takes the conversation away,
 * and what is left of it here and in Slack goes with it within hours.
 */
export async function forget(around: Around): Promise<void> {
  const { storage, sdk, clock, settings } = around;
  const before = new Date(clock.now() - settings.retentionMs);
  for (const thread of await silentThreads(storage, before, AT_ONCE_MAX)) await forgetThread(around, thread);
  await forgetDigests(storage, before);
  await forgetReplyPlaces(storage, new Date(clock.now() - settings.reopenAfterMs));
  // A key of one mode knows nothing of the other: what it does not see is not gone.
  const { mode } = await sdk.me();
  const checked = await takeToCheck(storage, mode, nowOf(around), AT_ONCE_MAX);
  const gone: Thread[] = [];
  for (const thread of checked) if (await isGone(around, thread)) gone.push(thread);
  if (gone.length > SURPRISING && gone.length > checked.length / 2) {
    throw new Error('Most conversations are unknown to the server: is this its database? Nothing is taken away.');
  }
  for (const thread of gone) await forgetThread(around, thread);
}

async function isGone({ sdk }: Around, { conversation_id: id }: Thread): Promise<boolean> {
  try {
    await sdk.conversations.get(id);
    return false;
  } catch (error) {
    if (error instanceof SmsApiError && error.code === 'NOT_FOUND') return true;
    throw error;
  }
}

async function forgetThread(around: Around, thread: Thread): Promise<void> {
  const at = nowOf(around);
  await around.storage.transaction(async (tx) => {
    await forgetReplyPlacesOf(tx, thread.contact_number);
    for (const post of await deleteThread(tx, thread)) await addRedaction(tx, post, at);
  });
}
