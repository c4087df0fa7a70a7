import { cut, escaped, inLine, masked, oneLine } from '../rules/plain-words.ts';
import type { Thread } from '../store/threads.ts';
import { actions, type Block, type Button, context, line, words } from './blocks.ts';

export interface Content {
  /** For notifications and screen readers. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

const NAME_MAX = 80;
const PREVIEW_MAX = 150;

/** The `block_id` by which a root is found again. */
export const rootKey = (thread: Pick<Thread, 'id'>) => `root_${thread.id}`;

/** What the thread itself does not say. */
interface About {
  /** The link to the thread before; null = there is none. */
  readonly earlier?: string | null;
  /** Id of the person who is called; null = nobody. */
  readonly owner?: string | null;
  readonly areNumbersMasked?: boolean;
}

/** The root of a thread: who writes, what they wrote first, how it stands, what can be done. */
export function card(thread: Thread, { earlier = null, owner = null, areNumbersMasked = false }: About = {}): Content {
  const who = whoIs(thread, areNumbersMasked);
  const plain = plainWho(thread, areNumbersMasked);
  if (thread.state === 'resolved') return resolvedCard(thread, plain);
  const text = `SMS from ${who}: ${inLine(thread.first_text, PREVIEW_MAX)}`;
  return {
    text,
    blocks: [
      line(
        [
          { text: plain, isBold: true },
          { text: `  ·  to ${oneLine(thread.our_number)}` },
          ...(owner === null ? [] : [{ text: '  ·  for ' }, { user: owner }]),
          ...(earlier === null ? [] : [{ text: '  ·  ' }, { text: 'earlier thread', url: earlier }]),
        ],
        rootKey(thread),
      ),
      words(thread.first_text),
      context(standing(owner === null ? thread : { ...thread, owner: null })),
      actions(buttonsOf(thread)),
    ],
  };
}

function resolvedCard(thread: Thread, plain: string): Content {
  return {
    text: `✅ Resolved: ${escaped(plain)}`,
    blocks: [line([{ text: `✅ Resolved: ${plain}` }], rootKey(thread)), words(cut(thread.first_text, PREVIEW_MAX))],
  };
}

type Contact = Pick<Thread, 'contact_name' | 'contact_number'>;

function plainWho({ contact_name, contact_number }: Contact, isMasked: boolean): string {
  const number = oneLine(isMasked ? masked(contact_number) : contact_number);
  const name = cut(oneLine(contact_name ?? ''), NAME_MAX);
  return name === '' ? number : `${name} (${number})`;
}

/** Escaped for mrkdwn. */
export const whoIs = (contact: Contact, isMasked = false): string => escaped(plainWho(contact, isMasked));

function standing({
  state,
  assignee,
  snoozed_until: until,
  is_opted_out,
  last_outcome,
  last_outcome_at: at,
  owner,
}: Thread): string {
  const parts = [
    is_opted_out ? '⛔ *Opted out*: nothing can be sent' : null,
    state === 'snoozed' && until ? `💤 until ${dateIn(until)}` : null,
    assignee === null ? 'Nobody has claimed it' : `<@${assignee}>`,
    owner === null ? null : `owner: ${inLine(owner, NAME_MAX)}`,
    last_outcome === null ? null : `last: ${inLine(last_outcome, NAME_MAX)}${at ? ` ${dateIn(at)}` : ''}`,
  ];
  return parts.filter((part) => part !== null).join('  ·  ');
}

/** In the zone of whoever reads it. */
export const dateIn = (at: Date) =>
  `<!date^${Math.floor(at.getTime() / 1_000)}^{date_short_pretty} {time}|${at.toISOString().slice(0, 16)}Z>`;

function buttonsOf({ id, assignee, is_opted_out }: Thread): Button[] {
  return [
    ...(assignee === null ? [{ id: 'claim', label: 'Claim', value: id, style: 'primary' } as const] : []),
    { id: 'assign', label: 'Assign', value: id },
    { id: 'note', label: 'Note', value: id },
    { id: 'snooze', label: 'Snooze', value: id },
    { id: 'resolve', label: 'Resolve', value: id },
    ...(is_opted_out ? [] : [optOutButton(id)]),
  ];
}

const optOutButton = (id: string): Button => ({
  id: 'opt_out',
  label: 'Opt out',
  value: id,
  style: 'danger',
  confirm: {
    title: 'Opt this contact out?',
    text: 'Nobody can text them any more, from any system. They can take it back by texting START, and a colleague only with a reason, which is kept as the evidence.',
    yes: 'Opt out',
  },
});
