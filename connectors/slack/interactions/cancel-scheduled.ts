import { SmsApiError } from '../../sdk/index.ts';
import { addShownChange } from '../egress/outbox.ts';
import { changeReply, lockReply, replyAt } from '../store/replies.ts';
import { addAudit } from '../store/audit.ts';
import { type Around, nowOf } from '../threads/around.ts';

/** Calls a scheduled text back, and answers what to say about it. Whoever answers texts may do that. */
export async function cancelScheduled(around: Around, user: string, value: string): Promise<string> {
  const [channel = '', ts = ''] = value.split(':');
  const reply = await replyAt(around.storage, channel, ts);
  if (!reply) return 'This SMS is not known any more.';
  const at = nowOf(around);
  const audit = { at, actor: user, action: 'cancel', threadId: reply.thread_id, ts };
  const isHere = await around.storage.transaction(async (tx) => {
    const locked = await lockReply(tx, channel, ts);
    const canceled = locked && (await changeReply(tx, locked, ['pending'], { state: 'canceled', reason: 'undone' }));
    if (!canceled) return false;
    await addShownChange(tx, canceled, 'canceled here', at);
    await addAudit(tx, audit);
    return true;
  });
  if (isHere) return 'Canceled: it is not sent.';
  if (reply.state === 'canceled' || reply.state === 'refused') return 'It was not sent.';
  if (reply.message_id === null) return 'It is being handed over. Try again in a moment.';
  try {
    await around.sdk.sms.cancel(reply.message_id);
  } catch (error) {
    if (!(error instanceof SmsApiError)) throw error;
    if (error.code === 'NOT_CANCELABLE') return 'Too late: it has left, or was canceled before.';
    return 'The server could not cancel it. Try again in a moment.';
  }
  await addAudit(around.storage, audit);
  return 'Canceled: it is not sent.';
}
