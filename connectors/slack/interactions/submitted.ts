import { isReason, SNOOZES } from '../blocks/dialogs.ts';
import type { Answer } from '../ingress/receiver.ts';
import { actOnThread, type ThreadAction } from './act-on-thread.ts';
import { refreshConversation } from './conversation.ts';
import type { InteractOptions } from './interact.ts';
import { filledIn, type Submission } from './payload.ts';
import { submitText } from './submit-text.ts';
import { submitRoute } from './try-route.ts';

/** A dialog was submitted. */
export async function submitted(options: InteractOptions, submission: Submission): Promise<Answer> {
  const { around } = options;
  const { callback_id: id, private_metadata: thread, previous_view_id: below } = submission.view;
  if (id === 'sms_compose' || id === 'sms_reply') return submitText(options, submission);
  if (id === 'sms_route') return submitRoute(around, submission);
  const field = FIELDS[id];
  if (field === undefined) return null;
  const action = ACTIONS[id]?.(submission, around.clock.now()) ?? null;
  if (!action) return { json: { response_action: 'errors', errors: { [field]: 'Something is missing.' } } };
  const says = await actOnThread(around, submission.user.id, thread, action);
  // The dialog from which this one was opened is seen again.
  if (below) await refreshConversation(options, below, thread, says);
  return null;
}

/** Where it is said that something is missing. */
const FIELDS: Readonly<Record<string, string>> = {
  sms_note: 'text',
  sms_assign: 'user',
  sms_snooze: 'minutes',
  sms_opt_in: 'reason',
  sms_contact: 'name',
};

const ACTIONS: Readonly<Record<string, (submission: Submission, nowMs: number) => ThreadAction | null>> = {
  sms_note({ view }) {
    const text = filledIn(view, 'text');
    return text === '' ? null : { type: 'note', text, key: view.id };
  },
  sms_assign({ view }) {
    const to = filledIn(view, 'user');
    return to === '' ? null : { type: 'assign', to };
  },
  sms_snooze({ view }, nowMs) {
    const minutes = filledIn(view, 'minutes');
    return SNOOZES.has(minutes) ? { type: 'snooze', until: new Date(nowMs + Number(minutes) * 60_000) } : null;
  },
  sms_opt_in({ view }) {
    const reason = filledIn(view, 'reason');
    return isReason(reason) ? { type: 'opt_in', reason, key: view.id } : null;
  },
  sms_contact: ({ view }) => ({
    type: 'contact',
    name: filledIn(view, 'name') || null,
    owner: filledIn(view, 'owner') || null,
    key: view.id,
  }),
};
