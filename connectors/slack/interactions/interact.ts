import type { SlackClient } from '../egress/client.ts';
import { sayingDialog } from '../blocks/dialogs.ts';
import type { Answer } from '../ingress/receiver.ts';
import type { Around } from '../threads/around.ts';
import type { Choices } from './choices.ts';
import { click } from './click.ts';
import { whyNotFor } from './may-act.ts';
import { openDialog } from './open-dialog.ts';
import { type Click, type Interaction, readInteraction, type Shortcut } from './payload.ts';
import type { createRespond } from './respond.ts';
import { shortcut } from './shortcut.ts';
import { submitted } from './submitted.ts';
import { suggestContacts } from './suggest-contacts.ts';
import type { ViewHashes } from './view-hashes.ts';

export interface InteractOptions {
  readonly around: Around;
  readonly client: Pick<SlackClient, 'interactive'>;
  readonly choices: Choices;
  readonly hashes: ViewHashes;
  readonly respond: ReturnType<typeof createRespond>;
  /** By what id a channel of Slack is kept. */
  readonly keptId: (channel: string) => Promise<string>;
  /** Something is to be done now. */
  readonly onChanged: () => void;
}

/** A click, a submitted dialog, a shortcut. Everything is decided when Slack is answered. */
export async function interact(options: InteractOptions, payload: unknown): Promise<Answer> {
  const interaction = readInteraction(payload);
  if (!interaction) return null;
  const whyNot = await whyNotFor(options.around, interaction.user.id);
  if (whyNot !== null) return refused(options, interaction, whyNot);
  const answer = await carryOut(options, interaction);
  options.onChanged();
  return answer;
}

/** Guests and people of other organisations see the buttons, too. */
async function refused(options: InteractOptions, interaction: Interaction, says: string): Promise<Answer> {
  switch (interaction.type) {
    case 'view_submission': {
      const [block = 'text'] = Object.keys(interaction.view.state.values);
      return { json: { response_action: 'errors', errors: { [block]: says } } };
    }
    case 'block_suggestion':
      return { json: { options: [] } };
    case 'block_actions':
    case 'shortcut':
    case 'message_action':
      if (interaction.response_url !== undefined) options.respond(interaction.response_url, says);
      else if (!isInDialog(interaction)) await openDialog(options, interaction, sayingDialog('SMS', says));
      return null;
  }
}

/** Every key is heard there: it needs no sentence of its own, because what is submitted gets one. */
const isInDialog = (interaction: Click | Shortcut) => 'view' in interaction && interaction.view?.type === 'modal';

function carryOut(options: InteractOptions, interaction: Interaction): Promise<Answer> {
  switch (interaction.type) {
    case 'block_actions':
      return click(options, interaction);
    case 'view_submission':
      return submitted(options, interaction);
    case 'shortcut':
    case 'message_action':
      return shortcut(options, interaction);
    case 'block_suggestion':
      return interaction.action_id === 'contact'
        ? suggestContacts(options.around, interaction.value)
        : Promise.resolve({ json: { options: [] } });
  }
}
