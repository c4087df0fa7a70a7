import { SAMPLE_MIN } from '../../rules/figures.ts';
import { GROUPS_MAX, spanOf } from '../analytics-span.ts';
import { breakdownQuery, seriesQuery, summaryQuery } from '../contract-analytics.ts';
import type { KeyHandlers } from '../handlers.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';

type Operations = 'getAnalyticsSummary' | 'getAnalyticsTimeseries' | 'getAnalyticsBreakdown';

/** Points of a series by the hour. */
const HOURS_DAYS_MAX = 31;

export function analyticsRoutesOf({ analytics, clock }: Ports): Pick<KeyHandlers, Operations> {
  return {
    async getAnalyticsSummary({ key, query }) {
      const parsed = parse(summaryQuery, { ...query });
      if (!parsed.ok) return parsed;
      const span = spanOf(parsed.value, clock.now());
      if (!span.ok) return span;
      const { group_by: by } = parsed.value;
      const figures = await analytics.figures(key.mode, span.value);
      const groups = by === undefined ? null : await analytics.groups(key.mode, span.value, by);
      const shown = groups?.slice(0, GROUPS_MAX).map(({ value, figures: own }) => ({ value, ...own })) ?? null;
      const { from, to } = span.value;
      const head = { object: 'analytics_summary', from: from.toISOString(), to: to.toISOString() };
      return { status: 200, body: { ...head, ...figures, groups: shown } };
    },
    async getAnalyticsTimeseries({ key, query }) {
      const parsed = parse(seriesQuery, { ...query });
      if (!parsed.ok) return parsed;
      const { metric = 'delivery_rate', interval = 'hour' } = parsed.value;
      const span = spanOf(parsed.value, clock.now(), interval === 'hour' ? { daysMax: HOURS_DAYS_MAX } : {});
      if (!span.ok) return span;
      const series = await analytics.series(key.mode, span.value, interval, durationOf(metric));
      const points = series.map(({ at, figures }) => ({ at: at.toISOString(), value: figures[metric], n: figures.n }));
      return { status: 200, body: { object: 'analytics_timeseries', metric, interval, points } };
    },
    async getAnalyticsBreakdown({ key, query }) {
      const parsed = parse(breakdownQuery, { ...query });
      if (!parsed.ok) return parsed;
      const span = spanOf(parsed.value, clock.now());
      if (!span.ok) return span;
      const { by } = parsed.value;
      const rows =
        by === 'error_code'
          ? Object.entries((await analytics.figures(key.mode, span.value)).errors_by_code)
              .map(([value, count]) => ({ value, count, delivery_rate: null }))
              .toSorted((a, b) => b.count - a.count)
          : (await analytics.shares(key.mode, span.value, by)).map(({ value, figures }) => {
              return { value, count: figures.messages, delivery_rate: figures.delivery_rate };
            });
      const all = rows.reduce((sum, { count }) => sum + count, 0);
      const share = (count: number) => (all < SAMPLE_MIN ? null : Math.round((count / all) * 10_000) / 10_000);
      const data = rows.slice(0, GROUPS_MAX).map((row) => ({ ...row, share: share(row.count) }));
      return { status: 200, body: { object: 'analytics_breakdown', by, data } };
    },
  };
}

/** Which durations a figure is made of. */
function durationOf(metric: string): 'delivery' | 'submit' | null {
  if (metric.endsWith('_delivery_seconds')) return 'delivery';
  return metric.endsWith('_submit_seconds') ? 'submit' : null;
}
