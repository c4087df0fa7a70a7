import type { SlackClient } from '../egress/client.ts';
import type { Answer } from '../ingress/receiver.ts';
import type { Around } from '../threads/around.ts';
import type { Choices } from './choices.ts';
import { click } from './click.ts';
import { type Interaction, readInteraction } from './payload.ts';
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
  switch (interaction.type) {
    case 'view_submission': {
      const [block = 'text'] = Object.keys(interaction.view.state.values);
      return { json: { response_action: 'errors', errors: { [block]: says } } };
    }
    case 'block_suggestion':
      return { json: { options: [] } };
    default:
      respond(interaction.response_url, says);
      return null;
  }
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
    case 'block_suggestion':
      return interaction.action_id === 'contact'
        ? suggestContacts(options.around, interaction.value)
        : Promise.resolve({ json: { options: [] } });
  }
}
