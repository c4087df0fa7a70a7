import type { Analytics } from '../../server/events/rollups.ts';
import { openAnalytics } from '../../server/events/rollups.ts';
import { type HistoryFilter, messageReader } from '../../server/messages/read.ts';
import type { Database } from '../../server/store/database.ts';
import {
  BUSY_NUMBER,
  BUSY_TAG,
  CAMPAIGN,
  HISTORY_DAYS,
  HISTORY_END,
  QUIET_NUMBER,
  QUIET_TAG,
  SENDER,
} from './long-history.ts';
import { virtualClock } from './virtual-clock.ts';

const PAGE = 50;
const DAY_MS = 86_400_000;
const none: HistoryFilter = {
  createdAfter: null,
  createdBefore: null,
  to: null,
  from: null,
  status: null,
  direction: null,
  clientRef: null,
};

/** What is asked of a history of `fillHistory`, as the routes of the API ask it. `round` moves where it looks. */
export type Question = (round: number) => Promise<unknown>;

export function historyQuestions(database: Database): ReadonlyMap<string, Question> {
  const page = (filter: Partial<HistoryFilter>, deep = false): Question => {
    const reader = messageReader(database);
    return (round) => reader.page('live', { ...none, ...filter }, deep ? deepId(round) : null, PAGE);
  };
  return new Map([
    ['first page', page({})],
    ['deep page', page({}, true)],
    ['number with many texts', page({ to: BUSY_NUMBER })],
    ['number with many texts, deep', page({ to: BUSY_NUMBER }, true)],
    ['number with sixty texts', page({ to: QUIET_NUMBER })],
    ['sender', page({ from: SENDER, direction: 'outbound' })],
    ['tag of many texts', page({ tag: BUSY_TAG })],
    ['tag of many texts, deep', page({ tag: BUSY_TAG }, true)],
    ['tag of sixty texts', page({ tag: QUIET_TAG })],
    ['campaign', page({ campaignId: CAMPAIGN })],
    ['error code', page({ errorCode: 'INVALID_NUMBER' })],
    ['status of few texts', page({ status: 'held' })],
    ['status of failures', page({ status: 'undelivered' })],
    ['reference', page({ clientRef: 'ref-5000' })],
    ['one day', page({ createdAfter: daysAgo(100), createdBefore: daysAgo(98) })],
  ]);
}

/** What is asked of the figures of `fillFigures`. */
export function figureQuestions(database: Database): ReadonlyMap<string, Question> {
  const analytics: Analytics = openAnalytics({ database, clock: virtualClock() });
  const span = (days: number) => ({ from: daysAgo(days), to: HISTORY_END });
  return new Map<string, Question>([
    ['summary of a day', () => analytics.figures('live', span(1))],
    ['summary of a year', () => analytics.figures('live', span(365))],
    ['breakdown by sender, 30 days', () => analytics.shares('live', span(30), 'sender')],
    ['breakdown by tag, a year', () => analytics.shares('live', span(365), 'tag')],
    ['summary by sender, 30 days', () => analytics.groups('live', span(30), 'sender')],
    ['hours of 31 days', () => analytics.series('live', span(31), 'hour', null)],
    ['hours of 31 days, median', () => analytics.series('live', span(31), 'hour', 'delivery')],
    ['days of a year', () => analytics.series('live', span(365), 'day', null)],
  ]);
}

const daysAgo = (days: number) => new Date(HISTORY_END.getTime() - days * DAY_MS);

/** Below nine tenths of the history, a few hours further with each round. */
function deepId(round: number): string {
  const at = HISTORY_END.getTime() - (HISTORY_DAYS * 0.9 - (round % 20) / 4) * DAY_MS;
  return `${at
    .toString(16)
    .padStart(12, '0')
    .replace(/^(.{8})/, '$1-')}-7000-8000-000000000000`;
}
