import type { Clock } from '../clock.ts';
import { type Counts, type Durations, type Figures, figuresOf } from '../rules/figures.ts';
import type { Mode } from '../rules/message.ts';
import { type Addition, additionOf, type Dimension, type RolledText } from '../rules/rollup.ts';
import { type RollupPart, rollupParts, startOf } from '../rules/rollup-parts.ts';
import type { Database } from '../store/database.ts';
import {
  addToRollups,
  type Duration,
  forgetReplies,
  noteReplies,
  type RollupRow,
  rollupSeries,
  rollupTimesSeries,
  sumRollups,
  type Sum,
  sumRollupTimes,
  type TimesSum,
} from '../store/rollups.ts';
import type { EventRow } from '../store/schema.ts';
import { selectMessages } from '../store/webhooks.ts';
import { readOn } from './readers.ts';

/** What became of texts, as figures. They are a few seconds behind, and never read the texts to answer. */
export interface Analytics {
  /** Of all texts, or of one group. */
  figures(mode: Mode, span: Span, only?: Only): Promise<Figures>;
  /** By group, the one with the most texts first. `prefix`: only those whose names begin so. */
  groups(mode: Mode, span: Span, dimension: Dimension, prefix?: string): Promise<readonly GroupFigures[]>;
  /** The same without durations, which take longer to read than everything else. */
  shares(mode: Mode, span: Span, dimension: Dimension): Promise<readonly GroupFigures[]>;
  /** `duration`: the one whose percentiles are wanted. */
  series(
    mode: Mode,
    span: Span,
    step: 'hour' | 'day',
    duration?: Duration | null,
  ): Promise<readonly { at: Date; figures: Figures }[]>;
  /** Counts what has happened since the last time. */
  refresh(): Promise<void>;
}

/** Widened to whole hours (UTC). */
export interface Span {
  readonly from: Date;
  readonly to: Date;
}

interface Only {
  readonly dimension: Dimension;
  readonly value: string;
}

interface GroupFigures {
  readonly value: string;
  readonly figures: Figures;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What comes back to a text after so long is no answer to it. */
const REPLY_DAYS = 90;

export function openAnalytics({ database, clock }: { database: Database; clock: Clock }): Analytics {
  return {
    async figures(mode, span, only = ALL) {
      const query = { mode, ...only, parts: partsOf(span) };
      const [counts, times] = await Promise.all([sumRollups(database, query), sumRollupTimes(database, query)]);
      return figuresOf(countsOf(counts), durationsOf(times));
    },
    async groups(mode, span, dimension, prefix) {
      const query = { mode, dimension, prefix, parts: partsOf(span) };
      const [counts, times] = await Promise.all([sumRollups(database, query), sumRollupTimes(database, query)]);
      return groupsOf(counts, times);
    },
    async shares(mode, span, dimension) {
      return groupsOf(await sumRollups(database, { mode, dimension, parts: partsOf(span) }), []);
    },
    async series(mode, span, step, duration) {
      const { from, to } = wholeHours(span);
      const query = { mode, step, from: startOf(step, from), to };
      const [counts, times] = await Promise.all([
        rollupSeries(database, query),
        duration ? rollupTimesSeries(database, query, duration) : [],
      ]);
      const ownTimes = Map.groupBy(times, ({ at }) => at.getTime());
      return [...Map.groupBy(counts, ({ at }) => at.getTime())].map(([at, own]) => {
        return { at: new Date(at), figures: figuresOf(countsOf(own), durationsOf(ownTimes.get(at))) };
      });
    },
    async refresh() {
      await readOn(database, 'rollups', (events) => count(database, events, new Date(clock.now())));
      await forgetReplies(database, new Date(clock.now() - REPLY_DAYS * DAY_MS));
    },
  };
}

const ALL: Only = { dimension: 'total', value: '' };

function groupsOf(counts: readonly Sum[], times: readonly TimesSum[]): GroupFigures[] {
  const ownTimes = Map.groupBy(times, ({ value }) => value);
  return [...Map.groupBy(counts, ({ value }) => value)]
    .map(([value, own]) => ({ value, figures: figuresOf(countsOf(own), durationsOf(ownTimes.get(value))) }))
    .toSorted((a, b) => b.figures.messages - a.figures.messages || (a.value < b.value ? -1 : 1));
}

function partsOf(span: Span): RollupPart[] {
  const { from, to } = wholeHours(span);
  return rollupParts(from, to);
}

const countsOf = (sums: readonly { readonly metric: string; readonly count: number }[]): Counts =>
  new Map(sums.map(({ metric, count: value }) => [metric, value]));

function durationsOf(times: readonly Pick<TimesSum, 'metric' | 'classes'>[] = []): Durations {
  return Object.fromEntries(times.map(({ metric, classes }) => [metric, classes]));
}

function wholeHours({ from, to }: Span): Span {
  const floor = Math.floor(from.getTime() / HOUR_MS) * HOUR_MS;
  return { from: new Date(floor), to: new Date(Math.ceil(to.getTime() / HOUR_MS) * HOUR_MS) };
}

type StoredText = RolledText & { readonly id: string; readonly in_reply_to: string | null };

async function count(database: Database, events: readonly EventRow[], now: Date): Promise<void> {
  const texts = await textsOf(
    database,
    events.flatMap(({ message_id }) => message_id ?? []),
  );
  const answeredId = (event: EventRow) => texts.get(event.message_id ?? '')?.in_reply_to ?? '';
  const answered = await textsOf(
    database,
    events.map(answeredId).filter((id) => id !== ''),
  );
  const received = events.filter(({ type }) => type === 'message.received').map(answeredId);
  const first = await noteReplies(
    database,
    [...new Set(received)].filter((id) => answered.has(id)),
    now,
  );
  const rows = new Map<string, Growing>();
  for (const event of events) {
    const original = answered.get(answeredId(event)) ?? null;
    const isReply = event.type === 'message.received';
    const isFirst = isReply && first.delete(original?.id ?? '');
    const addition = additionOf(event, texts.get(event.message_id ?? '') ?? null, original, isFirst);
    if (addition) add(rows, event.mode, addition);
  }
  // In one order, so that nobody who writes the same rows can wait for us while we wait for them.
  const sorted = [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  await addToRollups(database, sorted);
}

async function textsOf(database: Database, ids: readonly string[]): Promise<ReadonlyMap<string, StoredText>> {
  const rows: readonly StoredText[] = await selectMessages(database, [...new Set(ids)], []);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Sums are kept in place: a busy second has tens of thousands of additions to a few hundred rows. */
type Growing = { -readonly [Name in keyof RollupRow]: RollupRow[Name] };

function add(rows: Map<string, Growing>, mode: Mode, { at, groups, metrics }: Addition): void {
  for (const step of STEPS) {
    const start = startOf(step, at);
    for (const { dimension, value } of groups) {
      // No stored text has a NUL in it.
      const place = `${mode}\0${step}\0${dimension}\0${start.getTime()}\0${value}\0`;
      for (const [metric, more] of metrics) {
        const sum = rows.get(place + metric);
        if (sum) sum.count += more;
        else rows.set(place + metric, { mode, step, dimension, at: start, value, metric, count: more });
      }
    }
  }
}

const STEPS = ['hour', 'day', 'month'] as const;
