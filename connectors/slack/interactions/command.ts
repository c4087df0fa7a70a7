import type { SlackClient } from '../egress/client.ts';
import { whoIs } from '../blocks/card.ts';
import type { Answer } from '../ingress/receiver.ts';
import { foundThreads, listedThreads, type Thread } from '../store/threads.ts';
import type { Around } from '../threads/around.ts';
import { composeHelp, openCompose } from './compose.ts';
import { commandSchema } from './payload.ts';

export interface CommandOptions {
  readonly around: Around;
  readonly client: Pick<SlackClient, 'interactive'>;
}

const LISTED_MAX = 20;

/** `/sms …`: what Slack is answered only its author sees. */
export async function runCommand(options: CommandOptions, fields: Readonly<Record<string, string>>): Promise<Answer> {
  const parsed = commandSchema.safeParse(fields);
  if (!parsed.success) return null;
  const { command, text, user_id: user, channel_id: channel, trigger_id: trigger } = parsed.data;
  const { around } = options;
  const person = await around.people.find(user).catch(() => null);
  if (!person?.isAgent) return say('Only people who answer texts can do that.');
  const [verb = '', ...rest] = text.trim().split(/\s+/);
  switch (verb.toLowerCase()) {
    case 'mine':
      return list('You have no conversations.', await listedThreads(around.storage, user, LISTED_MAX));
    case 'open':
      return list('Nobody waits.', await listedThreads(around.storage, null, LISTED_MAX));
    case 'find':
      return list(
        'Nothing was found.',
        rest.length === 0 ? [] : await foundThreads(around.storage, rest.join(' '), LISTED_MAX),
      );
    case 'help':
      return say(composeHelp(command));
    default: {
      const isNumber = /^\+?[\d().-]{5,20}$/.test(verb);
      if (verb !== '' && !isNumber) return say(composeHelp(command));
      await openCompose(options, trigger, channel, { to: verb, text: rest.join(' ') });
      return null;
    }
  }
}

const say = (text: string): Answer => ({ json: { response_type: 'ephemeral', text } });

function list(none: string, threads: readonly Thread[]): Answer {
  return say(threads.length === 0 ? none : threads.map(lineOf).join('\n'));
}

/** Slack makes a link of the channel; the thread is found there by its card. */
function lineOf(thread: Thread): string {
  const who = thread.assignee === null ? 'unassigned' : `<@${thread.assignee}>`;
  const since = thread.last_inbound_at
    ? ` · last text <!date^${Math.floor(thread.last_inbound_at.getTime() / 1_000)}^{date_short_pretty} {time}|earlier>`
    : '';
  return `• ${whoIs(thread)} · ${thread.state} · ${who} · <#${thread.channel}>${since}`;
}
