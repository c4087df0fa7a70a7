import { type SendOptions, SmsApiError } from '../../sdk/index.ts';
import { isOutage } from '../../seam/outage.ts';
import type { Task, TaskOutcome } from '../../seam/tasks.ts';
import type { Around } from './around.ts';
import type { Patch } from './write-reply.ts';

/** Tells the server what was decided in Slack about a conversation, one by one. */
export async function tellServer(around: Around, task: Task): Promise<TaskOutcome> {
  // What addPatch has written.
  const { conversation, patch } = task.payload as { readonly conversation: string; readonly patch: Patch };
  try {
    // The same decision is carried out once, however often it is told.
    await tell(around, conversation, patch, { idempotencyKey: `slack:${task.key}` });
    return { type: 'done' };
  } catch (error) {
    if (!(error instanceof SmsApiError)) throw error;
    if (isOutage(error)) return { type: 'failed', reason: error.code, isOutage: true };
    // It was decided elsewhere meanwhile, or the conversation is gone.
    return { type: 'give_up', reason: error.code };
  }
}

async function tell({ sdk, people }: Around, conversation: string, patch: Patch, once: SendOptions): Promise<unknown> {
  const named = async (user: string) => (await people.find(user)).name;
  switch (patch.type) {
    case 'assign':
      return sdk.conversations.patch(conversation, { assignee: patch.user === null ? null : await named(patch.user) });
    case 'snooze':
      return sdk.conversations.patch(conversation, { status: 'snoozed', snoozed_until: patch.until });
    case 'close':
      return sdk.conversations.patch(conversation, { status: 'closed' });
    case 'note': {
      const note = { body: patch.text.slice(0, 4_000), author: await named(patch.user) };
      return sdk.conversations.note(conversation, note, once);
    }
    case 'opt_out':
      return sdk.optOuts.create(
        {
          number: patch.number,
          source: 'agent',
          reason: `Recorded in Slack by ${await named(patch.user)}`,
        },
        once,
      );
    case 'opt_in':
      // Somebody has typed how the contact has asked for it; it is kept as the evidence.
      return sdk.optOuts.delete(patch.number, {
        evidence: { text: patch.reason, actor: `${await named(patch.user)} (Slack)` },
        override: 'recipient_request',
      });
    case 'contact':
      return nameContact(sdk, patch.number, { name: patch.name, owner: patch.owner });
    case 'review':
      return sdk.optOuts.reviews.resolve(patch.reviewId, patch.decision);
  }
}

/** Nobody may have said anything about them before. */
async function nameContact(
  sdk: Around['sdk'],
  number: string,
  known: { readonly name: string | null; readonly owner: string | null },
): Promise<unknown> {
  try {
    return await sdk.contacts.patch(number, known);
  } catch (error) {
    if (error instanceof SmsApiError && error.code === 'NOT_FOUND') return sdk.contacts.put(number, known);
    throw error;
  }
}
