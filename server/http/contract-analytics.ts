import { z } from 'zod';
import { ALERTS } from '../rules/figures.ts';
import { DIMENSIONS } from '../rules/rollup.ts';
import type { Route } from './contract-route.ts';
import { timestamp } from './contract-shared.ts';

export const analyticsSpan = {
  from: timestamp.exactOptional().meta({ description: 'A day before `to` when left out. Widened to whole hours.' }),
  to: timestamp.exactOptional().meta({ description: 'Now when left out.' }),
};
const groupBy = z.enum(DIMENSIONS.filter((name) => name !== 'total'));

const METRICS = [
  'messages',
  'sent',
  'delivered',
  'undelivered',
  'failed',
  'expired',
  'rejected',
  'canceled',
  'delivery_rate',
  'median_delivery_seconds',
  'p95_delivery_seconds',
  'p99_delivery_seconds',
  'median_submit_seconds',
  'p95_submit_seconds',
  'p99_submit_seconds',
  'replies',
  'response_rate',
  'opt_outs',
  'opt_out_rate',
  'segments',
  'invalid_number_rate',
] as const;

export const summaryQuery = z.strictObject({ ...analyticsSpan, group_by: groupBy.exactOptional() });
export const seriesQuery = z.strictObject({
  ...analyticsSpan,
  metric: z.enum(METRICS).exactOptional().meta({ description: '`delivery_rate` when left out.' }),
  interval: z.enum(['hour', 'day']).exactOptional().meta({ description: '`hour` when left out.' }),
});
export const breakdownQuery = z.strictObject({ ...analyticsSpan, by: z.enum([...groupBy.options, 'error_code']) });

const count = z.int();
const rate = z.number().nullable().meta({ description: 'Of 1; null for a sample below 20.' });
const seconds = z.number().nullable();

export const figures = {
  n: count.meta({ description: 'Texts that are over: the sample of the delivery rate.' }),
  messages: count,
  sent: count,
  delivered: count,
  undelivered: count,
  failed: count,
  expired: count,
  rejected: count,
  canceled: count,
  delivery_rate: rate,
  median_delivery_seconds: seconds.meta({ description: 'From the answer of the carrier to its receipt.' }),
  p95_delivery_seconds: seconds,
  p99_delivery_seconds: seconds,
  median_submit_seconds: seconds.meta({ description: 'From acceptance to the answer of the carrier.' }),
  p95_submit_seconds: seconds,
  p99_submit_seconds: seconds,
  replies: count.meta({ description: 'Texts that were answered.' }),
  response_rate: rate,
  opt_outs: count,
  opt_out_rate: rate,
  segments: count,
  cost: z.string().meta({ description: 'Decimal: the prices of the texts that a carrier took.' }),
  invalid_number_rate: rate,
  errors_by_code: z.record(z.string(), count),
  alerts: z.array(z.enum(ALERTS)).meta({ description: 'What is worse than it should be, in a sample that can tell.' }),
};

export const summarySchema = z.strictObject({
  object: z.literal('analytics_summary'),
  from: z.string(),
  to: z.string(),
  ...figures,
  groups: z
    .array(z.strictObject({ value: z.string(), ...figures }))
    .nullable()
    .meta({ description: 'At most 200, those with the most texts first; null without group_by.' }),
});
export const seriesSchema = z.strictObject({
  object: z.literal('analytics_timeseries'),
  metric: z.enum(METRICS),
  interval: z.enum(['hour', 'day']),
  points: z.array(z.strictObject({ at: z.string(), value: z.number().nullable(), n: count })),
});
export const breakdownSchema = z.strictObject({
  object: z.literal('analytics_breakdown'),
  by: z.string(),
  data: z.array(z.strictObject({ value: z.string(), count, share: rate, delivery_rate: rate })),
});

const shared = { method: 'get', access: 'analytics:read', status: 200 } as const;

export const analyticsRoutes = [
  {
    ...shared,
    operation: 'getAnalyticsSummary',
    path: '/v1/analytics/summary',
    summary: 'What became of the texts of a time. Each counts for when it was accepted, whenever its end came.',
    query: summaryQuery,
    answer: summarySchema,
  },
  {
    ...shared,
    operation: 'getAnalyticsTimeseries',
    path: '/v1/analytics/timeseries',
    summary: 'One figure by the hour or by the day; hours in which nothing happened are left out.',
    query: seriesQuery,
    answer: seriesSchema,
  },
  {
    ...shared,
    operation: 'getAnalyticsBreakdown',
    path: '/v1/analytics/breakdown',
    summary: 'How the texts of a time, or what went wrong with them, are spread.',
    query: breakdownQuery,
    answer: breakdownSchema,
  },
] as const satisfies readonly Route[];
