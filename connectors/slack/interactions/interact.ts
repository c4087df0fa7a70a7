import type { SlackClient } from '../egress/client.ts';
import { assignDialog, noteDialog, SNOOZES, snoozeDialog } from '../blocks/dialogs.ts';
import type { Answer } from '../ingress/receiver.ts';
import type { Around } from '../threads/around.ts';
import { actOnThread, type ThreadAction } from './act-on-thread.ts';
import { changeDraft, openCompose, submitCompose } from './compose.ts';
import { decideReply, isDecision } from './decide-reply.ts';
import { type Click, filledIn, type Interaction, readInteraction, type Shortcut, type Submission } from './payload.ts';
import type { createRespond } from './respond.ts';

export interface InteractOptions {
  readonly around: Around;
  readonly client: Pick<SlackClient, 'interactive'>;
  readonly respond: ReturnType<typeof createRespond>;
  /** Something is to be done now. */
  readonly onChanged: () => void;
}

/** A click, a submitted dialog, a shortcut. Everything is decided when Slack is answered. */
export async function interact(options: InteractOptions, payload: unknown): Promise<Answer> {
  const interaction = readInteraction(payload);
  if (!interaction) return null;
  const person = await options.around.people.find(interaction.user.id).catch(() => null);
  if (!person?.isAgent) return refused(options, interaction);
  const answer = await carryOut(options, interaction);
  options.onChanged();
  return answer;
}

/** Guests and people of other organisations see the buttons, too. */
function refused({ respond }: InteractOptions, interaction: Interaction): Answer {
  const says = 'Only people who answer texts can do that.';
  if (interaction.type === 'view_submission') {
    const [block = 'text'] = Object.keys(interaction.view.state.values);
    return { json: { response_action: 'errors', errors: { [block]: says } } };
  }
  respond(interaction.response_url, says);
  return null;
}

function carryOut(options: InteractOptions, interaction: Interaction): Promise<Answer> {
  switch (interaction.type) {
    case 'block_actions':
      return click(options, interaction);
    case 'view_submission':
      return submitted(options, interaction);
    case 'shortcut':
    case 'message_action':
      return shortcut(options, interaction);
  }
}

const DIALOGS: Readonly<Record<string, (threadId: string) => object>> = {
  note: noteDialog,
  assign: assignDialog,
  snooze: snoozeDialog,
};

async function click(options: InteractOptions, interaction: Click): Promise<Answer> {
  const { around, client, respond } = options;
  const [action] = interaction.actions;
  if (!action) return null;
  const { action_id: id, value } = action;
  const user = interaction.user.id;
  if (id === 'text' && interaction.view) return changeDraft(options, interaction.view, value ?? '');
  const dialog = DIALOGS[id];
  if (dialog && value) {
    // The trigger lives for 3 s, so this is not written down first.
    await client.interactive('views.open', { trigger_id: interaction.trigger_id, view: dialog(value) });
    return null;
  }
  if (isDecision(id)) {
    respond(interaction.response_url, await decideReply(around, user, id, value ?? ''));
    return null;
  }
  const wanted = actionOf(id, value ?? '');
  if (wanted === null) return null;
  const says = await actOnThread(around, user, wanted.thread, wanted.action);
  // The card is everybody's: what is said to one person must not take its place.
  if (says !== null) await tellUser(options, interaction, says);
  return null;
}

async function tellUser({ client }: InteractOptions, { channel, container, user }: Click, text: string): Promise<void> {
  if (!channel) return;
  const thread = container?.thread_ts ?? container?.message_ts;
  const given = { channel: channel.id, user: user.id, text, ...(thread === undefined ? {} : { thread_ts: thread }) };
  await client.interactive('chat.postEphemeral', given);
}

function actionOf(id: string, value: string): { readonly thread: string; readonly action: ThreadAction } | null {
  const [thread = '', reviewId = ''] = value.split(':');
  switch (id) {
    case 'claim':
    case 'resolve':
    case 'opt_out':
      return { thread, action: { type: id } };
    case 'digest_open':
      return { thread, action: { type: 'open' } };
    case 'review_opt_out':
      return { thread, action: { type: 'review', reviewId, decision: 'opt_out' } };
    case 'review_not':
      return { thread, action: { type: 'review', reviewId, decision: 'not_opt_out' } };
    default:
      return null;
  }
}

async function submitted(options: InteractOptions, submission: Submission): Promise<Answer> {
  const { around } = options;
  const { callback_id: id, private_metadata: thread } = submission.view;
  if (id === 'sms_compose') return submitCompose(around, submission);
  const action = dialogAction(around, submission);
  if (!action)
    return { json: { response_action: 'errors', errors: { [FIELDS[id] ?? 'text']: 'Something is missing.' } } };
  await actOnThread(around, submission.user.id, thread, action);
  return null;
}

const FIELDS: Readonly<Record<string, string>> = { sms_note: 'text', sms_assign: 'user', sms_snooze: 'minutes' };

function dialogAction({ clock }: Around, submission: Submission): ThreadAction | null {
  const given = filledIn(submission, FIELDS[submission.view.callback_id] ?? '')?.trim() ?? '';
  if (given === '') return null;
  switch (submission.view.callback_id) {
    case 'sms_note':
      return { type: 'note', text: given, key: submission.view.id };
    case 'sms_assign':
      return { type: 'assign', to: given };
    case 'sms_snooze':
      return SNOOZES.has(given) ? { type: 'snooze', until: new Date(clock.now() + Number(given) * 60_000) } : null;
    default:
      return null;
  }
}

async function shortcut(options: InteractOptions, interaction: Shortcut): Promise<Answer> {
  if (interaction.callback_id === 'sms_compose') {
    await openCompose(options, interaction.trigger_id, '', { to: '', text: '' });
  }
  return null;
}
