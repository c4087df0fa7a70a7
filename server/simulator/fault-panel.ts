import type { Clock } from '../clock.ts';
import { type ChangedFaults, type Counts, type Faults, type Scenario, noFaults } from '../rules/simulator-faults.ts';
import { seededRandom } from './faults.ts';

/** Which faults are on, what is left of those that are counted, and what has happened so far. */
export interface FaultPanel {
  faults(): Faults;
  /** What is left out stays as it is. It ends a scenario that plays. */
  set(changed: ChangedFaults): void;
  /** Sets the faults of each step at its time, and none at the end. */
  play(scenario: Scenario): void;
  /** No faults, no scenario, all counts at zero. */
  reset(): void;
  /** True for `percent` of the calls, by the seed. */
  chance(percent: number): boolean;
  /** In [0, 1), by the seed. */
  random(): number;
  /** True while connections are left to be cut; counts one. */
  takeDrop(): boolean;
  count(what: keyof Counts): void;
  counts(): Readonly<Counts>;
}

export interface FaultPanelOptions {
  readonly clock: Clock;
  /** Says unbind to everybody who is bound; answers how many that were. */
  readonly unbindAll: () => number;
}

export function createFaultPanel({ clock, unbindAll }: FaultPanelOptions): FaultPanel {
  let faults = noFaults;
  let random = seededRandom(noFaults.seed);
  let drops = 0;
  let counts = zeroCounts();
  let cancelEnd = () => {};
  let cancelUnbind = () => {};
  let steps: (() => void)[] = [];

  function change(changed: ChangedFaults) {
    faults = { ...faults, ...changed };
    if (changed.seed !== undefined) random = seededRandom(changed.seed);
    if (changed.drop !== undefined || changed.drop_times !== undefined) drops = 0;
    if (changed.unbind_every_ms !== undefined || changed.unbind_times !== undefined) startUnbinding();
    if (changed.for_ms !== undefined) endAfter(changed.for_ms);
  }

  function startUnbinding() {
    cancelUnbind();
    const { unbind_every_ms: everyMs, unbind_times: times } = faults;
    let left = everyMs > 0 ? times : 0;
    const again = () => {
      if (left <= 0) return;
      left -= 1;
      cancelUnbind = clock.after(everyMs, () => {
        counts.unbinds += unbindAll();
        again();
      });
    };
    again();
  }

  function endAfter(ms: number | null) {
    cancelEnd();
    cancelEnd = ms === null ? () => {} : clock.after(ms, clear);
  }

  function clear() {
    cancelEnd();
    cancelUnbind();
    stopScenario();
    faults = noFaults;
    random = seededRandom(noFaults.seed);
    drops = 0;
  }

  function stopScenario() {
    for (const cancel of steps) cancel();
    steps = [];
  }

  return {
    faults: () => faults,
    set(changed) {
      stopScenario();
      change(changed);
    },
    play(scenario) {
      clear();
      for (const step of scenario.steps) {
        if (step.at_ms === 0) change(step.faults);
        else steps.push(clock.after(step.at_ms, () => change(step.faults)));
      }
      steps.push(clock.after(scenario.ends_at_ms, clear));
    },
    reset() {
      clear();
      counts = zeroCounts();
    },
    // No number is drawn for what cannot or must happen, so that one fault does not move the chances of another.
    chance: (percent) => percent >= 100 || (percent > 0 && random() * 100 < percent),
    random: () => random(),
    takeDrop() {
      if (drops >= faults.drop_times) return false;
      drops += 1;
      counts.dropped += 1;
      return true;
    },
    count(what) {
      counts[what] += 1;
    },
    counts: () => ({ ...counts }),
  };
}

function zeroCounts(): Counts {
  return {
    connections: 0,
    binds: 0,
    submits: 0,
    accepted: 0,
    throttled: 0,
    refused: 0,
    receipts: 0,
    receipts_missing: 0,
    dropped: 0,
    ignored: 0,
    garbage: 0,
    unbinds: 0,
  };
}
