import { assignDialog, contactDialog, noteDialog, optInDialog, sayingDialog, snoozeDialog } from '../blocks/dialogs.ts';
import { routeDialog } from '../blocks/route-dialog.ts';
import type { Answer } from '../ingress/receiver.ts';
import { type Thread, threadById } from '../store/threads.ts';
import { actOnThread, THREAD_ID, type ThreadAction } from './act-on-thread.ts';
import { cancelScheduled } from './cancel-scheduled.ts';
import { conversationView, refreshConversation } from './conversation.ts';
import { decideReply, isDecision } from './decide-reply.ts';
import { chooseList, choosePage, homeChoice, showHome } from './home.ts';
import type { InteractOptions } from './interact.ts';
import { openDialog } from './open-dialog.ts';
import type { Click } from './payload.ts';
import { answerView, changeDraft, composeView } from './write-text.ts';
import { UNKNOWN_CONVERSATION } from '../rules/sentences.ts';

/** Fields of the dialogs for writing, whose every change is heard. */
const DRAFT_FIELDS: ReadonlySet<string> = new Set(['to', 'contact', 'from', 'template', 'text', 'at']);

/** Something was clicked: at a card, in a dialog, on the Home tab. */
export async function click(options: InteractOptions, interaction: Click): Promise<Answer> {
  const { around, respond, hashes } = options;
  const [action] = interaction.actions;
  if (!action) return null;
  const { action_id: id } = action;
  const value = action.value ?? action.selected_option?.value ?? '';
  const user = interaction.user.id;
  const { view } = interaction;
  if (view?.type === 'modal' && DRAFT_FIELDS.has(id)) return changeDraft(options, view, id, hashes.nextOrder());
  const choice = view?.type === 'home' ? homeChoice(id, value) : null;
  if (choice) {
    const looker = lookerOf(options, interaction);
    await ('list' in choice ? chooseList(options, looker, choice.list) : choosePage(options, looker, choice.page));
    return null;
  }
  const opens = DIALOGS[id];
  if (opens && value !== '') {
    await open(options, interaction, opens, value);
    return null;
  }
  if (isDecision(id)) {
    respond(interaction.response_url, await decideReply(around, user, id, value));
    return null;
  }
  if (id === 'cancel_scheduled') {
    await tell(options, interaction, await cancelScheduled(around, user, value));
    return null;
  }
  const wanted = actionOf(id, value);
  if (wanted) await told(options, interaction, await actOnThread(around, user, wanted.thread, wanted.action));
  return null;
}

/** What a button opens. A sentence: nothing can be opened, and why. */
type Opens = (
  options: InteractOptions,
  thread: Thread,
) => Promise<{ readonly view: object } | { readonly says: string }>;

const asks =
  (dialog: (threadId: string) => object): Opens =>
  (_options, { id }) =>
    Promise.resolve({ view: dialog(id) });

const DIALOGS: Readonly<Record<string, Opens | 'compose' | 'route'>> = {
  note: asks(noteDialog),
  assign: asks(assignDialog),
  snooze: asks(snoozeDialog),
  opt_in: asks(optInDialog),
  reply: answerView,
  conversation: async ({ around }, thread) => ({ view: await conversationView(around, thread) }),
  contact_edit: async ({ around }, thread) => {
    const contact = await around.sdk.contacts.get(thread.contact_number).catch(() => null);
    const name = contact?.name ?? thread.contact_name ?? '';
    return { view: contactDialog(thread.id, { name, owner: contact?.owner ?? thread.owner ?? '' }) };
  },
  compose: 'compose',
  route: 'route',
};

async function open(
  options: InteractOptions,
  interaction: Click,
  opens: Opens | 'compose' | 'route',
  value: string,
): Promise<void> {
  const opened = await openedBy(options, opens, value);
  if ('says' in opened) return tell(options, interaction, opened.says);
  const isOpen = await openDialog(options, interaction, opened.view);
  if (!isOpen) await tell(options, interaction, 'That took too long. Click again.');
}

async function openedBy(options: InteractOptions, opens: Opens | 'compose' | 'route', value: string) {
  if (opens === 'route') return { view: routeDialog(null) };
  if (opens === 'compose') return { view: await composeView(options, '', { to: '', text: '' }) };
  const thread = THREAD_ID.test(value) ? await threadById(options.around.storage, value) : null;
  return thread ? opens(options, thread) : { says: UNKNOWN_CONVERSATION };
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

/** What was done is shown where it was clicked; a card shows it by itself. */
async function told(options: InteractOptions, interaction: Click, says: string | null): Promise<void> {
  if (says !== null || interaction.view) await tell(options, interaction, says);
}

const lookerOf = ({ around }: InteractOptions, { user }: Click) => ({ team: around.team, user: user.id });

/** To one person alone: a card is everybody's, and must not be replaced by a sentence. */
async function tell(options: InteractOptions, interaction: Click, says: string | null): Promise<void> {
  const { channel, container, user, view } = interaction;
  if (view?.type === 'home') {
    await showHome(options, lookerOf(options, interaction), { notice: says });
    return;
  }
  if (view && view.callback_id === 'sms_conversation')
    return refreshConversation(options, view.id, view.private_metadata, says);
  if (says === null) return;
  if (view) {
    await openDialog(options, interaction, sayingDialog('SMS', says));
    return;
  }
  if (!channel) return;
  const thread = container?.thread_ts ?? container?.message_ts;
  const given = {
    channel: channel.id,
    user: user.id,
    text: says,
    ...(thread === undefined ? {} : { thread_ts: thread }),
  };
  await options.client.interactive('chat.postEphemeral', given);
}
