import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { carrierGauges, type CarrierFigures } from './carrier-metrics.ts';

/** What the gauges ask for when Prometheus comes by. */
export interface MetricsSources {
  /** Seconds since the oldest text that is neither final nor missing its receipt was accepted; 0 = none. */
  oldestUnfinishedSeconds(): Promise<number>;
  carriers(): readonly CarrierFigures[];
  /** Opt-outs that a connected system has not confirmed. */
  propagation?(): Promise<{ readonly count: number; readonly oldestSeconds: number }>;
}

export interface Metrics {
  accepted(mode: string): void;
  /** One change, as the stream of events tells it. */
  event(event: Observed): void;
  receiptsMissing(count: number): void;
  namelessReceipt(): void;
  /** Bodies taken away because of their age. */
  redacted(count: number): void;
  /** Serves /metrics on loopback. Rejects when the port is taken. */
  listen(port: number): Promise<void>;
  close(): Promise<void>;
}

export interface Observed {
  readonly type: string;
  readonly mode: string;
  readonly atMs: number;
  /** When the text was accepted; null for an event of no text. */
  readonly acceptedAtMs: number | null;
  /** When the carrier took it, for a receipt. */
  readonly sentAtMs: number | null;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];

export function createMetrics(sources: MetricsSources): Metrics {
  const registers = [new Registry()];
  const registry = registers[0] as Registry;
  collectDefaultMetrics({ register: registry });
  const accepted = new Counter({
    name: 'sms_accepted_total',
    help: 'Texts accepted.',
    labelNames: ['mode'],
    registers,
  });
  const events = new Counter({
    name: 'sms_events_total',
    help: 'Changes of texts and contacts by type; final statuses among them.',
    labelNames: ['type', 'mode'],
    registers,
  });
  const submit = histogram('sms_submit_seconds', 'From acceptance to the answer of the carrier.', registers);
  const delivery = histogram('sms_delivery_seconds', 'From the answer of the carrier to the receipt.', registers);
  const missing = new Counter({
    name: 'sms_receipts_missing_total',
    help: 'Texts whose receipt never came.',
    registers,
  });
  const nameless = new Counter({
    name: 'sms_receipts_nameless_total',
    help: 'Receipts that name no message.',
    registers,
  });
  const redacted = new Counter({
    name: 'sms_retention_redacted_total',
    help: 'Texts whose body was taken away because of its age.',
    registers,
  });
  gauges(sources, registers);
  let server: Server | undefined;

  return {
    accepted: (mode) => accepted.inc({ mode }),
    event({ type, mode, atMs, acceptedAtMs, sentAtMs }) {
      events.inc({ type, mode });
      if (type === 'message.sent' && acceptedAtMs !== null) submit.observe((atMs - acceptedAtMs) / 1_000);
      if (type === 'message.delivered' && sentAtMs !== null) delivery.observe((atMs - sentAtMs) / 1_000);
    },
    receiptsMissing: (count) => missing.inc(count),
    namelessReceipt: () => nameless.inc(),
    redacted: (count) => redacted.inc(count),
    async listen(port) {
      server = createServer((request, response) => {
        if (request.method !== 'GET' || request.url !== '/metrics') return void response.writeHead(404).end();
        registry.metrics().then(
          (text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text),
          () => response.writeHead(503).end(),
        );
      });
      await new Promise<void>((resolve, reject) => {
        server?.once('error', reject).listen(port, '127.0.0.1', resolve);
      });
    },
    async close() {
      const closing = server;
      if (!closing) return;
      closing.closeAllConnections();
      await new Promise((resolve) => closing.close(resolve));
    },
  };
}

function histogram(name: string, help: string, registers: Registry[]): Histogram {
  return new Histogram({ name, help, buckets: SECONDS, registers });
}

function gauges(sources: MetricsSources, registers: Registry[]): void {
  new Gauge({
    name: 'sms_oldest_unfinished_seconds',
    help: 'Age of the oldest text that is neither final nor missing its receipt; 0 = none, -1 = unknown.',
    registers,
    async collect() {
      this.set(await sources.oldestUnfinishedSeconds().catch(() => -1));
    },
  });
  carrierGauges(sources.carriers, registers);
  if (sources.propagation) propagationGauges(sources.propagation, registers);
}

type Waiting = NonNullable<MetricsSources['propagation']>;

function propagationGauges(waiting: Waiting, registers: Registry[]): void {
  const gauge = (name: string, help: string, valueOf: (found: Awaited<ReturnType<Waiting>>) => number) =>
    new Gauge({
      name,
      help: `${help}, -1 = unknown.`,
      registers,
      async collect() {
        this.set(await waiting().then(valueOf, () => -1));
      },
    });
  gauge(
    'sms_opt_out_propagation_waiting',
    'Opt-outs not confirmed yet, counted for each connected system',
    ({ count }) => count,
  );
  gauge(
    'sms_opt_out_propagation_oldest_seconds',
    'Age of the oldest opt-out that a connected system has not confirmed; 0 = none',
    ({ oldestSeconds }) => oldestSeconds,
  );
}
