import { sayingDialog } from '../blocks/dialogs.ts';
import type { Answer } from '../ingress/receiver.ts';
import { type Thread, threadAt } from '../store/threads.ts';
import { conversationView } from './conversation.ts';
import type { InteractOptions } from './interact.ts';
import { openDialog } from './open-dialog.ts';
import type { Shortcut } from './payload.ts';
import { answerView, composeView } from './write-text.ts';

const NO_CONVERSATION =
  'This message belongs to no SMS conversation. Use the shortcut on a message in the thread of a customer.';

/** A shortcut of the app, or of a message: it works wherever a command does not, which is in threads. */
export async function shortcut(options: InteractOptions, interaction: Shortcut): Promise<Answer> {
  const view = await viewOf(options, interaction);
  if (view === null) return null;
  const isOpen = await openDialog(options, { trigger_id: interaction.trigger_id }, view);
  if (!isOpen) options.respond(interaction.response_url, 'That took too long. Try the shortcut again.');
  return null;
}

async function viewOf(options: InteractOptions, interaction: Shortcut): Promise<object | null> {
  switch (interaction.callback_id) {
    case 'sms_compose':
      return composeView(options, '', { to: '', text: '' });
    case 'sms_reply': {
      const thread = await threadOf(options, interaction);
      const answer = thread ? await answerView(options, thread) : { says: NO_CONVERSATION };
      return 'says' in answer ? sayingDialog('Reply by SMS', answer.says) : answer.view;
    }
    case 'sms_conversation': {
      const thread = await threadOf(options, interaction);
      return thread ? conversationView(options.around, thread) : sayingDialog('SMS conversation', NO_CONVERSATION);
    }
    default:
      return null;
  }
}

/** Of any message in the thread, the root included. */
function threadOf({ around }: InteractOptions, { channel, message, message_ts }: Shortcut): Promise<Thread | null> {
  const root = message?.thread_ts ?? message?.ts ?? message_ts;
  return channel && root !== undefined ? threadAt(around.storage, channel.id, root) : Promise.resolve(null);
}
