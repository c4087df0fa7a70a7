import type { Clock } from '../clock.ts';
import { afterAnswer, type Breaker, circuitOf, closedBreaker } from '../rules/circuit-breaker.ts';
import type { CarrierHealth } from '../rules/routing.ts';
import type { Carrier, Carriers, Outcome } from './carrier.ts';

/**
 * Whether carriers work: by what becomes of the texts they get, by whether they are connected at all, and by whether an
 * operator has paused them.
 */
export interface Health {
  of(id: string): CarrierHealth;
  /** How many texts may be handed over now: all, one to try it out, or none. `one` is said once, until it has an answer. */
  permit(id: string): 'all' | 'one' | 'none';
  note(id: string, outcome: Outcome): void;
  /** Called after the health of a carrier has changed. */
  onChange(run: (id: string, health: CarrierHealth) => void): void;
  start(): void;
  stop(): void;
}

/** A link that is away for less is no outage: binding again takes a moment. */
export const DOWN_AFTER_MS = 10_000;
const WATCH_EVERY_MS = 1_000;
/** The text that should try a carrier out may have been canceled. */
const PROBE_TIMEOUT_MS = 60_000;

interface Known {
  breaker: Breaker;
  downSinceMs: number | null;
  probeSinceMs: number | null;
  told: CarrierHealth;
}

export function createHealth({ carriers, clock }: { carriers: Carriers; clock: Clock }): Health {
  const known = new Map<string, Known>();
  const listeners: ((id: string, health: CarrierHealth) => void)[] = [];
  let cancel: (() => void) | null = null;

  function recordOf(id: string): Known {
    const record = known.get(id) ?? { breaker: closedBreaker, downSinceMs: null, probeSinceMs: null, told: 'up' };
    known.set(id, record);
    return record;
  }

  function healthOf(id: string): CarrierHealth {
    const record = recordOf(id);
    const carrier = carriers.get(id);
    record.downSinceMs = carrier?.isUp() ? null : (record.downSinceMs ?? clock.now());
    if (carrier?.isPaused?.()) return 'paused';
    if (record.downSinceMs !== null && clock.now() - record.downSinceMs >= DOWN_AFTER_MS) return 'down';
    const circuit = circuitOf(record.breaker, clock.now());
    return circuit === 'closed' ? 'up' : circuit === 'open' ? 'down' : 'half_open';
  }

  function tell(id: string): void {
    const record = recordOf(id);
    const health = healthOf(id);
    if (health === record.told) return;
    record.told = health;
    for (const listener of listeners) listener(id, health);
  }

  function watch(): void {
    for (const { id } of carriers.all()) tell(id);
    cancel = clock.after(WATCH_EVERY_MS, watch);
  }

  return {
    of: healthOf,
    permit(id) {
      const health = healthOf(id);
      if (health !== 'half_open') return health === 'up' ? 'all' : 'none';
      const record = recordOf(id);
      const now = clock.now();
      if (record.probeSinceMs !== null && now - record.probeSinceMs < PROBE_TIMEOUT_MS) return 'none';
      record.probeSinceMs = now;
      return 'one';
    },
    note(id, outcome) {
      const success = isSuccess(outcome);
      if (success === null) return;
      const record = recordOf(id);
      record.breaker = afterAnswer(record.breaker, success, clock.now());
      record.probeSinceMs = null;
      tell(id);
    },
    onChange: (run) => void listeners.push(run),
    start: watch,
    stop: () => cancel?.(),
  };
}

/** Null: it says nothing about the carrier. A refusal for good is the text's fault, so the carrier works. */
function isSuccess(outcome: Outcome): boolean | null {
  if (outcome.kind === 'accepted') return true;
  if (outcome.kind === 'unknown') return false;
  if (outcome.kind === 'unsent') return null;
  return REFUSALS[outcome.class];
}

const REFUSALS = { permanent: true, throttle: null, retry: false, failover: false, link: false } as const;

/** A carrier with what routing asks for; accounts without numbers of their own are all the same. */
export function routable(carrier: Carrier, health: CarrierHealth) {
  const { priority = 100, weight = 100, cost = null } = carrier.routing ?? {};
  return { id: carrier.id, mode: carrier.mode, priority, weight, cost, health };
}
