import type { SlackClient } from '../egress/client.ts';
import { whoIs } from '../blocks/card.ts';
import { permalinksOf } from '../egress/permalinks.ts';
import type { Answer } from '../ingress/receiver.ts';
import { escaped } from '../rules/plain-words.ts';
import { foundThreads, listedThreads } from '../store/thread-lists.ts';
import { type Thread } from '../store/threads.ts';
import type { Around } from '../threads/around.ts';
import { whyNotFor } from './may-act.ts';
import { openDialog } from './open-dialog.ts';
import { commandSchema } from './payload.ts';
import { tryRoute } from './try-route.ts';
import { composeView, type Writing } from './write-text.ts';

export interface CommandOptions extends Writing {
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
  const whyNot = await whyNotFor(around, user);
  if (whyNot !== null) return say(whyNot);
  const [verb = '', ...rest] = text.trim().split(/\s+/);
  switch (verb.toLowerCase()) {
    case 'mine':
      return list(
        options,
        'You have no conversations.',
        await listedThreads(around.storage, around.team, user, LISTED_MAX),
      );
    case 'open':
      return list(options, 'Nobody waits.', await listedThreads(around.storage, around.team, null, LISTED_MAX));
    case 'find':
      return list(
        options,
        'Nothing was found.',
        rest.length === 0 ? [] : await foundThreads(around.storage, around.team, rest.join(' '), LISTED_MAX),
      );
    case 'route':
      return route(options, rest);
    case 'help':
      return say(helpFor(command));
    default: {
      const isNumber = /^\+?[\d().-]{5,20}$/.test(verb);
      if (verb !== '' && !isNumber) return say(helpFor(command));
      const view = await composeView(options, channel, { to: verb, text: rest.join(' ') });
      return (await openDialog(options, { trigger_id: trigger }, view)) ? null : say('That took too long. Try again.');
    }
  }
}

const say = (text: string): Answer => ({ json: { response_type: 'ephemeral', text } });

async function list(options: CommandOptions, none: string, threads: readonly Thread[]): Promise<Answer> {
  if (threads.length === 0) return say(none);
  const { around, client } = options;
  const links = await permalinksOf({ storage: around.storage, clock: around.clock, client }, threads);
  const isMasked = around.settings.areNumbersMasked;
  return say(threads.map((thread) => lineOf(thread, links.get(thread.id) ?? null, isMasked)).join('\n'));
}

function lineOf(thread: Thread, link: string | null, isMasked: boolean): string {
  const who = thread.assignee === null ? 'unassigned' : `<@${thread.assignee}>`;
  const since = thread.last_inbound_at
    ? ` · last text <!date^${Math.floor(thread.last_inbound_at.getTime() / 1_000)}^{date_short_pretty} {time}|earlier>`
    : '';
  const place = link === null ? `<#${thread.channel}>` : `<${link}|thread> in <#${thread.channel}>`;
  return `• ${whoIs(thread, isMasked)} · ${thread.state} · ${who} · ${place}${since}`;
}

/** `route <number> [to <number>] [text]` */
async function route({ around }: CommandOptions, words: readonly string[]): Promise<Answer> {
  const [from = '', ...rest] = words;
  if (from === '') return say('Say who texts: *route +14155550123 What they write*.');
  const isTo = rest[0]?.toLowerCase() === 'to' && /^\+?\d/.test(rest[1] ?? '');
  const tried = { from, ourNumber: isTo ? (rest[1] ?? '') : '', text: (isTo ? rest.slice(2) : rest).join(' ') };
  const result = await tryRoute(around, tried);
  return say('fault' in result ? escaped(result.fault) : result.says);
}

const helpFor = (command: string) => {
  const name = escaped(command);
  return [
    `*${name} +14155550123 Hello* opens a dialog to send a text; *${name}* alone opens an empty one.`,
    `*${name} mine* lists your conversations, *${name} open* all of them, longest waiting first.`,
    `*${name} find 0123* finds one by the end of the number or the beginning of the name.`,
    `*${name} route +14155550123 Hello* says which channel would get that text, and why.`,
    'In a thread: *!note …* for colleagues, *!claim*, *!snooze 2h*, *!resolve*; *!sms …* sends where nothing else does.',
  ].join('\n');
};
