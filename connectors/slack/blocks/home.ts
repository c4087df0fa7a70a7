import type { ViewsPublishArguments } from '@slack/web-api';
import { INBOX_LISTS, type InboxCounts, type InboxList } from '../rules/inbox-lists.ts';
import { cut, inLine } from '../rules/plain-words.ts';
import { spanWords } from '../rules/span-words.ts';
import type { Thread } from '../store/threads.ts';
import { actions, type Block, type Button, context, section, words } from './blocks.ts';
import { dateIn, whoIs } from './card.ts';

/** The Home tab: the inbox of one agent. */

export interface HomeRow {
  readonly thread: Thread;
  /** Leads to the thread; null = nobody knows. */
  readonly link: string | null;
}

export interface HomeContent {
  readonly list: InboxList;
  /** From 0. */
  readonly page: number;
  readonly counts: InboxCounts;
  readonly rows: readonly HomeRow[];
  /** Something to say once, as mrkdwn of ours; null = nothing. */
  readonly notice: string | null;
  readonly areNumbersMasked: boolean;
  readonly nowMs: number;
}

/** With four blocks each, well below the hundred of a view. */
export const HOME_PAGE_SIZE = 15;
const PREVIEW_MAX = 150;

const LABELS: Readonly<Record<InboxList, string>> = {
  mine: 'Mine',
  unassigned: 'Unassigned',
  waiting: 'Waiting',
  snoozed: 'Snoozed',
  failed: 'Failed',
};
const MEANINGS: Readonly<Record<InboxList, string>> = {
  mine: 'What you have claimed or were assigned; who has waited longest for an answer is first.',
  unassigned: 'What nobody has claimed; who has waited longest for an answer is first.',
  waiting: 'Whose text nobody has answered, whoever has the conversation; who has waited longest is first.',
  snoozed: 'What comes back by itself, the next one first.',
  failed: 'Whose last text did not arrive, or was refused.',
};
const NOTHING: Readonly<Record<InboxList, string>> = {
  mine: 'You have no conversations.',
  unassigned: 'Everything is claimed.',
  waiting: 'Nobody waits.',
  snoozed: 'Nothing is snoozed.',
  failed: 'Nothing has failed.',
};

export function homeView(content: HomeContent) {
  const { list, rows, notice, nowMs } = content;
  return homeOf([
    ...(notice === null ? [] : [section(`⚠️ ${notice}`, 'notice')]),
    { ...actions(filtersOf(content)), block_id: 'lists' },
    context(MEANINGS[list]),
    ...rows.flatMap((row) => blocksOf(row, content)),
    ...(rows.length === 0 ? [section(NOTHING[list], 'nothing')] : []),
    ...pagingOf(content),
    { type: 'divider' },
    {
      ...actions([
        { id: 'compose', label: 'Send an SMS', value: 'home', style: 'primary' },
        { id: 'route', label: 'Which channel?', value: 'home' },
      ]),
      block_id: 'more',
    },
    context(`As of ${dateIn(new Date(nowMs))}`),
  ]);
}

/** For guests, and for people who do not answer texts. */
export const homeForOthers = () =>
  homeOf([section('This app is for the people who answer texts. Whoever runs it can add you (SLACK_AGENTS).')]);

const homeOf = (blocks: Block[]) =>
  ({ type: 'home', callback_id: 'sms_home', blocks }) satisfies Extract<
    ViewsPublishArguments['view'],
    { type: 'home' }
  >;

const filtersOf = ({ list, counts }: HomeContent): Button[] =>
  INBOX_LISTS.map((each) => ({
    id: `list_${each}`,
    label: `${each === list ? '● ' : ''}${LABELS[each]} ${counts[each]}`,
    value: each,
    ...(each === list ? { style: 'primary' as const } : {}),
  }));

function blocksOf({ thread, link }: HomeRow, content: HomeContent): Block[] {
  const { id } = thread;
  const buttons: Button[] = [
    ...(link === null ? [] : [{ id: 'open', label: 'Open', value: id, url: link }]),
    ...(thread.assignee === null ? [{ id: 'claim', label: 'Claim', value: id, style: 'primary' } as const] : []),
    { id: 'conversation', label: 'Conversation', value: id },
  ];
  return [
    { type: 'divider' },
    section(headOf(thread, content), `row_${id}`),
    words(cut(thread.first_text, PREVIEW_MAX)),
    { ...actions(buttons), block_id: `do_${id}` },
  ];
}

function headOf(thread: Thread, { areNumbersMasked, nowMs }: HomeContent): string {
  const { waiting_since: since, snoozed_until: until, assignee, last_outcome: outcome, channel } = thread;
  const parts = [
    `*${whoIs(thread, areNumbersMasked)}*`,
    thread.is_opted_out ? '⛔ opted out' : null,
    thread.state === 'snoozed' && until ? `💤 until ${dateIn(until)}` : null,
    since === null ? null : `waits ${spanWords(nowMs - since.getTime())}`,
    outcome === null ? null : `last: ${inLine(outcome, 60)}`,
    assignee === null ? 'unassigned' : `<@${assignee}>`,
    `<#${channel}>`,
  ];
  return parts.filter((part) => part !== null).join('  ·  ');
}

function pagingOf({ list, page, counts, rows }: HomeContent): Block[] {
  const first = page * HOME_PAGE_SIZE;
  const buttons: Button[] = [
    ...(page > 0 ? [{ id: 'page_before', label: '◀ Before', value: String(page - 1) }] : []),
    ...(first + rows.length < counts[list] ? [{ id: 'page_next', label: 'Next ▶', value: String(page + 1) }] : []),
  ];
  if (buttons.length === 0) return [];
  return [
    context(`${first + 1}–${first + rows.length} of ${counts[list]}`),
    { ...actions(buttons), block_id: 'pages' },
  ];
}
