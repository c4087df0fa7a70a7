import { Gauge, type Registry } from 'prom-client';

/** What the gauges of carriers are made of. */
export interface CarrierFigures {
  readonly id: string;
  readonly state: string;
  readonly paused: boolean;
  /** Segments per second that may leave now; null = no limit. */
  readonly perSecond: number | null;
  /** Segments accepted in the last second. */
  readonly goodput: number;
  readonly binds: readonly BindFigures[];
}

export interface BindFigures {
  readonly name: string;
  readonly state: string;
  readonly windowUsed: number;
  readonly windowMax: number;
  readonly throttled: number;
}

/** Registers one gauge per figure; each asks `carriers` when Prometheus comes by, so a carrier that is gone is gone. */
export function carrierGauges(carriers: () => readonly CarrierFigures[], registers: Registry[]): void {
  for (const [name, help, read] of OF_CARRIER) {
    new Gauge({
      name,
      help,
      labelNames: ['carrier'],
      registers,
      collect() {
        this.reset();
        for (const carrier of carriers()) {
          const value = read(carrier);
          if (value !== null) this.set({ carrier: carrier.id }, value);
        }
      },
    });
  }
  for (const [name, help, read] of OF_BIND) {
    new Gauge({
      name,
      help,
      labelNames: ['carrier', 'bind'],
      registers,
      collect() {
        this.reset();
        for (const { id, binds } of carriers())
          for (const bind of binds) this.set({ carrier: id, bind: bind.name }, read(bind));
      },
    });
  }
}

const OF_CARRIER: readonly (readonly [string, string, (carrier: CarrierFigures) => number | null])[] = [
  ['sms_carrier_up', '1 while texts can leave by the carrier.', ({ state }) => Number(state === 'up')],
  ['sms_carrier_paused', '1 while the carrier is paused.', ({ paused }) => Number(paused)],
  ['sms_carrier_rate', 'Segments per second that may leave now; absent = no limit.', ({ perSecond }) => perSecond],
  ['sms_carrier_accepted', 'Segments that the carrier accepted in the last second.', ({ goodput }) => goodput],
];

const BOUND: ReadonlySet<string> = new Set(['bound', 'suspect']);

const OF_BIND: readonly (readonly [string, string, (bind: BindFigures) => number])[] = [
  ['sms_bind_up', '1 while the bind stands.', ({ state }) => Number(BOUND.has(state))],
  ['sms_bind_window_used', 'submit_sm without an answer.', ({ windowUsed }) => windowUsed],
  ['sms_bind_window_max', 'submit_sm that may be without an answer at once.', ({ windowMax }) => windowMax],
  ['sms_bind_throttled', 'Segments refused with ESME_RTHROTTLED since the start.', ({ throttled }) => throttled],
];
