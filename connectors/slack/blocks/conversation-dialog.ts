import { cut, inLine, masked } from '../rules/plain-words.ts';
import type { Thread } from '../store/threads.ts';
import { actions, type Block, type Button, context, section, words } from './blocks.ts';
import { dateIn } from './card.ts';
import { dialog } from './fields.ts';

/** Who the contact of a thread is, what was written last, and what can be done. */
export interface ConversationContent {
  readonly thread: Thread;
  /** Null where the server does not know them. */
  readonly contact: {
    readonly name: string | null;
    readonly owner: string | null;
    readonly attributes: Readonly<Record<string, string>>;
  } | null;
  readonly tags: readonly string[];
  readonly consent: { readonly status: string; readonly at: Date | null };
  /** The newest first. */
  readonly texts: readonly { readonly isOurs: boolean; readonly body: string | null; readonly at: Date }[];
  readonly notes: readonly { readonly author: string | null; readonly body: string }[];
  /** Something to say once, as mrkdwn of ours. */
  readonly notice: string | null;
  readonly areNumbersMasked: boolean;
}

const VALUE_MAX = 100;
const BODY_MAX = 300;
const TAGS_MAX = 10;
const ATTRIBUTES_MAX = 6;

const CONSENTS: Readonly<Record<string, string>> = {
  opted_in: '✅ Agreed to be texted',
  opted_out: '⛔ Opted out',
  review: '⚠️ May have opted out; somebody has to decide',
  unknown: 'Nothing is known of their consent',
};

export function conversationDialog(content: ConversationContent) {
  const { thread, notice, texts, notes } = content;
  return dialog({
    callbackId: 'sms_conversation',
    title: 'SMS conversation',
    submit: null,
    about: thread.id,
    blocks: [
      ...(notice === null ? [] : [section(notice, 'notice')]),
      section(contactLines(content), 'contact'),
      section(stateLines(content), 'state'),
      { ...actions(buttonsOf(content)), block_id: 'do' },
      { type: 'divider' },
      ...(texts.length === 0 ? [context('Nothing was written yet.')] : texts.flatMap(textBlocks)),
      ...notes.map(({ author, body }) => words(cut(`🔒 ${author ?? 'somebody'}: ${body}`, BODY_MAX))),
    ],
  });
}

function contactLines({ thread, contact, tags, areNumbersMasked }: ConversationContent): string {
  const number = areNumbersMasked ? masked(thread.contact_number) : thread.contact_number;
  const name = contact?.name ?? thread.contact_name;
  const owner = contact?.owner ?? thread.owner;
  const known = Object.entries(contact?.attributes ?? {}).slice(0, ATTRIBUTES_MAX);
  const lines = [
    `*${name === null ? 'Nobody knows the name' : said(name)}*  ·  ${said(number)}`,
    ...(owner === null ? [] : [`Owner: ${said(owner)}`]),
    ...known.map(([key, value]) => `${said(key)}: ${said(value)}`),
    ...(tags.length === 0 ? [] : [`Tags: ${tags.slice(0, TAGS_MAX).map(said).join(', ')}`]),
  ];
  return lines.join('\n');
}

function stateLines({ thread, consent }: ConversationContent): string {
  const { assignee, state, snoozed_until: until, last_inbound_at: heard, our_number } = thread;
  const since = consent.at === null ? '' : `, since ${dateIn(consent.at)}`;
  const lines = [
    `${CONSENTS[consent.status] ?? said(consent.status)}${since}`,
    `${assignee === null ? 'Nobody has claimed it' : `<@${assignee}> has it`}  ·  ${state}${
      state === 'snoozed' && until ? ` until ${dateIn(until)}` : ''
    }`,
    `Writes to ${said(our_number)}  ·  last heard ${heard === null ? 'never' : dateIn(heard)}`,
  ];
  return lines.join('\n');
}

function buttonsOf({ thread, consent }: ConversationContent): Button[] {
  const { id: value, state, assignee } = thread;
  const isOut = thread.is_opted_out || consent.status === 'opted_out';
  const isOpen = state !== 'resolved';
  return [
    ...(isOut || !isOpen ? [] : [{ id: 'reply', label: 'Reply by SMS', value, style: 'primary' } as const]),
    ...(assignee === null && isOpen ? [{ id: 'claim', label: 'Claim', value }] : []),
    ...(isOpen
      ? [
          { id: 'assign', label: 'Assign', value },
          { id: 'snooze', label: 'Snooze', value },
          { id: 'resolve', label: 'Resolve', value },
        ]
      : []),
    { id: 'note', label: 'Note', value },
    { id: 'contact_edit', label: 'Name, owner', value },
    ...(isOut ? [{ id: 'opt_in', label: 'Take the opt-out back', value }] : []),
  ];
}

const textBlocks = ({ isOurs, body, at }: ConversationContent['texts'][number]): Block[] => [
  context(`${isOurs ? '➡️ We' : '⬅️ They'}  ·  ${dateIn(at)}`),
  words(cut(body ?? '(not shown here)', BODY_MAX)),
];

const said = (text: string) => inLine(text, VALUE_MAX) || '?';
