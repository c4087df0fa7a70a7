import type { Clock } from '../clock.ts';
import { type Counts, type Figures, figuresOf } from '../rules/figures.ts';
import type { Mode } from '../rules/message.ts';
import { type Addition, additionOf, type Dimension, type RolledText } from '../rules/rollup.ts';
import type { Database } from '../store/database.ts';
import {
  addToRollups,
  forgetReplies,
  noteReplies,
  type RollupRow,
  rollupSeries,
  sumRollups,
} from '../store/rollups.ts';
import type { EventRow } from '../store/schema.ts';
import { selectMessages } from '../store/webhooks.ts';
import { readOn } from './readers.ts';

/** What became of texts, as figures. They are a few seconds behind, and never read the texts to answer. */
export interface Analytics {
  /** Of all texts, or of one group. */
  figures(mode: Mode, span: Span, only?: Only): Promise<Figures>;
  /** By group, the one with the most texts first. `prefix`: only those whose names begin so. */
  groups(
    mode: Mode,
    span: Span,
    dimension: Dimension,
    prefix?: string,
  ): Promise<readonly { value: string; figures: Figures }[]>;
  series(mode: Mode, span: Span, step: 'hour' | 'day'): Promise<readonly { at: Date; figures: Figures }[]>;
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

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What comes back to a text after so long is no answer to it. */
const REPLY_DAYS = 90;

export function openAnalytics({ database, clock }: { database: Database; clock: Clock }): Analytics {
  return {
    async figures(mode, span, only = ALL) {
      const sums = await sumRollups(database, { mode, ...only, ...wholeHours(span) });
      return figuresOf(countsOf(sums));
    },
    async groups(mode, span, dimension, prefix) {
      const sums = await sumRollups(database, { mode, dimension, prefix, ...wholeHours(span) });
      const groups = [...Map.groupBy(sums, ({ value }) => value)];
      return groups
        .map(([value, own]) => ({ value, figures: figuresOf(countsOf(own)) }))
        .toSorted((a, b) => b.figures.messages - a.figures.messages || (a.value < b.value ? -1 : 1));
    },
    async series(mode, span, step) {
      const { from, to } = wholeHours(span);
      const start = step === 'day' ? new Date(Math.floor(from.getTime() / DAY_MS) * DAY_MS) : from;
      const rows = await rollupSeries(database, { mode, from: start, to }, step);
      const points = [...Map.groupBy(rows, ({ at }) => at.getTime())];
      return points.map(([at, own]) => ({ at: new Date(at), figures: figuresOf(countsOf(own)) }));
    },
    async refresh() {
      await readOn(database, 'rollups', (events) => count(database, events, new Date(clock.now())));
      await forgetReplies(database, new Date(clock.now() - REPLY_DAYS * DAY_MS));
    },
  };
}

const ALL: Only = { dimension: 'total', value: '' };

const countsOf = (sums: readonly { readonly metric: string; readonly count: number }[]): Counts =>
  new Map(sums.map(({ metric, count: value }) => [metric, value]));

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
  const rows = new Map<string, Sum>();
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
type Sum = { -readonly [Name in keyof RollupRow]: RollupRow[Name] };

function add(rows: Map<string, Sum>, mode: Mode, { at, groups, metrics }: Addition): void {
  for (const [step, ms] of STEPS) {
    const startMs = Math.floor(at.getTime() / ms) * ms;
    for (const { dimension, value } of groups) {
      // No stored text has a NUL in it.
      const place = `${mode}\0${step}\0${dimension}\0${startMs}\0${value}\0`;
      for (const [metric, more] of metrics) {
        const sum = rows.get(place + metric);
        if (sum) sum.count += more;
        else rows.set(place + metric, { mode, step, dimension, at: new Date(startMs), value, metric, count: more });
      }
    }
  }
}

const STEPS = [
  ['hour', HOUR_MS],
  ['day', DAY_MS],
] as const;
