import { moneyText } from './money.ts';
import { secondsOfBucket } from './rollup.ts';

/** What became of the texts of a time. Rates are null below {@link SAMPLE_MIN}: they would say more than is known. */
export interface Figures {
  /** Texts that are over: the sample of the delivery rate. */
  readonly n: number;
  readonly messages: number;
  readonly sent: number;
  readonly delivered: number;
  readonly undelivered: number;
  readonly failed: number;
  readonly expired: number;
  readonly rejected: number;
  readonly canceled: number;
  readonly delivery_rate: number | null;
  readonly median_delivery_seconds: number | null;
  readonly p95_delivery_seconds: number | null;
  readonly p99_delivery_seconds: number | null;
  /** From acceptance to the answer of the carrier: our part. */
  readonly median_submit_seconds: number | null;
  readonly p95_submit_seconds: number | null;
  readonly p99_submit_seconds: number | null;
  readonly replies: number;
  readonly response_rate: number | null;
  readonly opt_outs: number;
  readonly opt_out_rate: number | null;
  readonly segments: number;
  /** What the texts cost that a carrier took, as a decimal. */
  readonly cost: string;
  readonly invalid_number_rate: number | null;
  readonly errors_by_code: Readonly<Record<string, number>>;
  readonly alerts: readonly Alert[];
}

export const ALERTS = ['delivery_rate_low', 'delivery_slow', 'response_rate_low', 'opt_out_rate_high'] as const;
export type Alert = (typeof ALERTS)[number];

export const SAMPLE_MIN = 20;
/** Where people should look: carriers begin to ask questions at one opt-out in a hundred. */
const THRESHOLDS = { deliveryRate: 0.95, medianDeliverySeconds: 30, responseRate: 0.08, optOutRate: 0.01 };

export type Counts = ReadonlyMap<string, number>;

/** How many durations fell into each class of `bucketOf`, the shortest first; left out = none. */
export interface Durations {
  readonly delivery?: readonly number[];
  readonly submit?: readonly number[];
}

export function figuresOf(counts: Counts, durations: Durations): Figures {
  const count = (metric: string) => Math.max(0, counts.get(metric) ?? 0);
  const delivered = count('delivered');
  const n = delivered + count('undelivered') + count('failed') + count('expired');
  const errors = new Map([...counts].flatMap(([metric, value]) => ofError(metric, value)));
  const deliverySeconds = percentiles(durations.delivery ?? []);
  const submitSeconds = percentiles(durations.submit ?? []);
  const figures = {
    n,
    messages: count('messages'),
    sent: count('sent'),
    delivered,
    undelivered: count('undelivered'),
    failed: count('failed'),
    expired: count('expired'),
    rejected: count('rejected'),
    canceled: count('canceled'),
    delivery_rate: rate(delivered, n),
    median_delivery_seconds: deliverySeconds(0.5),
    p95_delivery_seconds: deliverySeconds(0.95),
    p99_delivery_seconds: deliverySeconds(0.99),
    median_submit_seconds: submitSeconds(0.5),
    p95_submit_seconds: submitSeconds(0.95),
    p99_submit_seconds: submitSeconds(0.99),
    replies: count('replies'),
    response_rate: rate(count('replies'), delivered),
    opt_outs: count('opt_outs'),
    opt_out_rate: rate(count('opt_outs'), delivered),
    segments: count('segments'),
    cost: moneyText(BigInt(count('cost'))),
    invalid_number_rate: rate(errors.get('INVALID_NUMBER') ?? 0, n),
    errors_by_code: Object.fromEntries(errors),
  };
  return { ...figures, alerts: alertsOf(figures) };
}

function alertsOf(figures: Omit<Figures, 'alerts'>): Alert[] {
  const { delivery_rate, median_delivery_seconds: median, response_rate, opt_out_rate } = figures;
  const raised: Readonly<Record<Alert, boolean>> = {
    delivery_rate_low: delivery_rate !== null && delivery_rate < THRESHOLDS.deliveryRate,
    delivery_slow: median !== null && median > THRESHOLDS.medianDeliverySeconds,
    // Where nobody answers at all, nobody was asked.
    response_rate_low: response_rate !== null && response_rate > 0 && response_rate < THRESHOLDS.responseRate,
    opt_out_rate_high: opt_out_rate !== null && opt_out_rate > THRESHOLDS.optOutRate,
  };
  return ALERTS.filter((alert) => raised[alert]);
}

function rate(part: number, whole: number): number | null {
  return whole < SAMPLE_MIN ? null : Math.round((part / whole) * 10_000) / 10_000;
}

function ofError(metric: string, value: number): [string, number][] {
  return metric.startsWith('error:') && value > 0 ? [[metric.slice('error:'.length), value]] : [];
}

function percentiles(classes: readonly number[]): (part: number) => number | null {
  const all = classes.reduce((sum, count) => sum + count, 0);
  return (part) => {
    if (all < SAMPLE_MIN) return null;
    let seen = 0;
    const found = classes.findIndex((count) => (seen += count) >= part * all);
    return found < 0 ? null : Math.round(secondsOfBucket(found) * 1_000) / 1_000;
  };
}
