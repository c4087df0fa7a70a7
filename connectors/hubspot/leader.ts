import type pg from 'pg';
import type { ConnectorHealth } from '../seam/connector.ts';
import { followEvents } from '../seam/follow.ts';
import { takeTheLead } from '../seam/lead.ts';
import { type Runner, runTasks } from '../seam/tasks.ts';
import { type KnownNumbers, knownNumbers } from './channels/known-numbers.ts';
import { EVENT_TYPES, isWanted, takeEvents } from './events/texts.ts';
import { createWork, FAIR, type WorkOptions } from './work.ts';

export interface LeaderOptions extends WorkOptions {
  readonly pool: pg.Pool;
}

export interface Leader {
  /** Something was written down to be done. */
  onTask(): void;
  /** The numbers in inboxes have changed. */
  onNumbers(): Promise<void>;
  health(): ConnectorHealth;
  stop(): Promise<void>;
}

interface Working {
  readonly runner: Runner;
  readonly numbers: KnownNumbers | null;
  isConnected(): boolean;
  leftOut(): number;
  stop(): Promise<void>;
}

/** The work of the connector, which one of its processes does: tasks in lanes, and what the server tells becomes tasks. */
export function openLeader(options: LeaderOptions): Leader {
  let working: Working | null = null;
  const lead = takeTheLead({
    ...options,
    name: 'hubspot',
    async begin() {
      const begun = await beginWork(options, () => working?.runner.poke());
      working = begun;
      return async () => {
        working = null;
        await begun.stop();
      };
    },
  });
  return {
    onTask: () => working?.runner.poke(),
    onNumbers: async () => working?.numbers?.refresh(),
    health() {
      const left_out = { events: working?.leftOut() ?? 0 };
      if (!lead.isLeading()) return { state: 'standby', detail: 'Another process does the work.', left_out };
      return working?.isConnected() === true
        ? { state: 'up', detail: null, left_out }
        : { state: 'degraded', detail: 'The events of the server cannot be followed now.', left_out };
    },
    stop: () => lead.stop(),
  };
}

async function beginWork(options: LeaderOptions, onTaken: () => void): Promise<Working> {
  const { storage, channels, sdk, clock, log } = options;
  const numbers = channels && (await knownNumbers(storage, clock, log));
  const runner = runTasks({ storage, clock, log, doTask: createWork(options), fair: FAIR });
  const follower = followEvents({
    sdk,
    storage,
    name: 'hubspot',
    types: EVENT_TYPES,
    clock,
    log,
    isWanted: (event) => isWanted(event) || numbers?.has(event.data['from']) === true,
    take: takeEvents(clock),
    onTaken,
  });
  return {
    runner,
    numbers,
    isConnected: follower.isConnected,
    leftOut: follower.leftOut,
    async stop() {
      numbers?.stop();
      await Promise.all([follower.stop(), runner.stop()]);
    },
  };
}
