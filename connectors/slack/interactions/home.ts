import type { TaskOutcome } from '../../seam/tasks.ts';
import { HOME_PAGE_SIZE, homeForOthers, homeView } from '../blocks/home.ts';
import type { SlackClient, SlackResult } from '../egress/client.ts';
import { permalinksOf } from '../egress/permalinks.ts';
import type { Envelope } from '../ingress/envelope.ts';
import { type InboxList, isInboxList } from '../rules/inbox-lists.ts';
import { chooseHome, type Home, lookAtHome, type Looker, noteHomeShown } from '../store/homes.ts';
import { inboxCounts, inboxPage } from '../store/inbox.ts';
import { type Around, nowOf, sha256 } from '../threads/around.ts';
import { FAILURES } from '../threads/follow-text.ts';

export interface Showing {
  readonly around: Around;
  readonly client: Pick<SlackClient, 'interactive'>;
}

export interface HomeWish {
  /** Something to say above the list, as mrkdwn of ours. */
  readonly notice?: string | null;
  /** Nobody has clicked: nothing is told when nothing has changed. */
  readonly isQuiet?: boolean;
}

const TRIES_MAX = 3;

/** Who has opened the Home tab; null for every other event. */
export function openedHome({ type, tab = 'home', user }: Envelope['event']): string | null {
  return type === 'app_home_opened' && tab === 'home' && typeof user === 'string' ? user : null;
}

export async function hearHomeOpened(showing: Showing, { event }: Envelope): Promise<TaskOutcome> {
  const user = openedHome(event);
  if (user === null) return { type: 'done' };
  const result = await showHome(showing, { team: showing.around.team, user });
  if (result.type === 'limited') return { type: 'wait', ms: result.retryAfterMs, reason: 'Slack asked for a pause' };
  if (result.type === 'unknown') return { type: 'failed', reason: result.reason };
  return result.type === 'ok' ? { type: 'done' } : { type: 'give_up', reason: result.error };
}

export async function chooseList(showing: Showing, looker: Looker, list: string): Promise<void> {
  if (!isInboxList(list)) return;
  await lookAtHome(showing.around.storage, looker, nowOf(showing.around));
  await chooseHome(showing.around.storage, looker, { list, page: 0 });
  await showHome(showing, looker);
}

export async function choosePage(showing: Showing, looker: Looker, page: number): Promise<void> {
  const { list } = await lookAtHome(showing.around.storage, looker, nowOf(showing.around));
  await chooseHome(showing.around.storage, looker, { list, page: Number.isSafeInteger(page) && page > 0 ? page : 0 });
  await showHome(showing, looker);
}

/**
 * Publishes what there is now. The hash keeps an older view from taking the place of a newer one; where another process
 * was faster, it is made anew from the tables, so that the last one is right whoever publishes it.
 */
export async function showHome(showing: Showing, looker: Looker, wish: HomeWish = {}): Promise<SlackResult> {
  const { around, client } = showing;
  const { storage } = around;
  for (let tries = 1; ; tries += 1) {
    const home = await lookAtHome(storage, looker, wish.isQuiet ? null : nowOf(around));
    const { view, digest } = await viewOf(showing, home, wish.notice ?? null);
    if (wish.isQuiet && home.digest === digest) return { type: 'ok', data: {} };
    // Whoever lost twice has a hash that is of no view any more.
    const hash = tries < TRIES_MAX ? home.hash : null;
    const given = { user_id: looker.user, view, ...(hash === null ? {} : { hash }) };
    const result = await client.interactive('views.publish', given);
    if (result.type === 'ok') await noteHomeShown(storage, looker, { hash: hashIn(result.data), digest });
    const isConflict = result.type === 'refused' && result.error === 'hash_conflict';
    if (!isConflict || tries >= TRIES_MAX) return result;
  }
}

async function viewOf({ around, client }: Showing, home: Home, notice: string | null) {
  const person = await around.people.find(home.user_id);
  const view = person.isAgent ? await inboxOf({ around, client }, home, notice) : homeForOthers();
  // The last line is the time, and changes always.
  const digest = sha256(JSON.stringify(view.blocks.slice(0, -1)));
  return { view, digest };
}

async function inboxOf({ around, client }: Showing, home: Home, notice: string | null) {
  const { storage, settings, clock } = around;
  const inbox = { team: around.team, user: home.user_id, failures: FAILURES };
  const counts = await inboxCounts(storage, inbox);
  const page = Math.min(home.page, lastPage(counts[home.list]));
  const span = { limit: HOME_PAGE_SIZE, offset: page * HOME_PAGE_SIZE };
  const threads = await inboxPage(storage, inbox, home.list, span);
  const links = await permalinksOf({ storage, client, clock }, threads);
  return homeView({
    list: home.list,
    page,
    counts,
    rows: threads.map((thread) => ({ thread, link: links.get(thread.id) ?? null })),
    notice,
    areNumbersMasked: settings.areNumbersMasked,
    nowMs: clock.now(),
  });
}

const lastPage = (count: number) => Math.max(0, Math.ceil(count / HOME_PAGE_SIZE) - 1);

function hashIn(data: Readonly<Record<string, unknown>>): string | null {
  const hash: unknown = Object(data['view'])['hash'];
  return typeof hash === 'string' ? hash : null;
}

/** What a button of the Home tab wants; null = it is none of the list. */
export function homeChoice(actionId: string, value: string): { list: InboxList } | { page: number } | null {
  const list = actionId.startsWith('list_') ? actionId.slice('list_'.length) : '';
  if (isInboxList(list)) return { list };
  return actionId === 'page_next' || actionId === 'page_before' ? { page: Number(value) } : null;
}
