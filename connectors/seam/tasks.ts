import type { Clock } from '../../server/clock.ts';
import type { ConnectorLog } from './connector.ts';
import { isOutage } from './outage.ts';
import type { Queries, Storage } from './storage.ts';
import { beginTask, endTask, fairlyFirst, firstOfLanes, forgetTasks, postponeTask, type Task } from './store/tasks.ts';

export { addTask, addTasks, type NewTask, rescheduleTask, type Task, TASK_TABLES } from './store/tasks.ts';

/** What became of a task. */
export type TaskOutcome =
  /** `record` is written in the transaction that ends the task. */
  | { readonly type: 'done'; readonly record?: (tx: Queries) => Promise<unknown> }
  /** It may not be done yet: nothing was tried. */
  | { readonly type: 'wait'; readonly ms: number; readonly reason: string }
  /** `isOutage`: another system is out of reach, so it is tried for days; a fault of its own ends it within an hour. */
  | { readonly type: 'failed'; readonly reason: string; readonly isOutage?: boolean }
  /** It never will be done. */
  | { readonly type: 'give_up'; readonly reason: string; readonly record?: (tx: Queries) => Promise<unknown> };

export type DoTask = (task: Task) => Promise<TaskOutcome>;

export interface Runner {
  /** There is something new to do. */
  poke(): void;
  /** Begins nothing more, and waits for what is under way. */
  stop(): Promise<void>;
}

export interface RunnerOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: ConnectorLog;
  readonly doTask: DoTask;
  /** Tasks that share a scarce call: those of one `key` begin one by one, and after `waitMs`. Null = it needs none. */
  readonly paceOf?: (task: Task) => { readonly key: string; readonly waitMs: number } | null;
  /** Lanes belong to shares, named by their second part, as `talk:<share>:…`: none keeps the others waiting. */
  readonly fair?: FairShares;
}

export interface FairShares {
  /** Kinds, the most urgent first: within a share they go first. */
  readonly urgent: readonly string[];
  /** At the same time, of one share. */
  readonly eachMax: number;
  /** At the same time, in all. */
  readonly allMax: number;
}

/** Others may add tasks, and this process hears of it by looking. */
const LOOK_EVERY_MS = 1_000;
const FORGET_EVERY_MS = 600_000;
/** Longer than others repeat what they tell us. */
const KEPT_MS = 48 * 3_600_000;
const RUNNING_MAX = 24;
/** With the pauses below, about an hour, and three days. */
const TRIES_MAX = 64;
const OUTAGE_TRIES_MAX = 4_400;

/**
 * Does the tasks that are due: those of a lane one by one and in order, lanes side by side. A task that fails is tried
 * again with growing pauses, and what is behind it in its lane waits. Only one process may run this at a time.
 */
export function runTasks({ storage, clock, log, doTask, paceOf = () => null, fair }: RunnerOptions): Runner {
  const running = new Map<string, Promise<void>>();
  const runningMax = fair?.allMax ?? RUNNING_MAX;
  let looking: Promise<void> | null = null;
  let isStopped = false;
  let lookAgain = false;
  let cancelTimer = () => {};
  let forgetAt = 0;

  const poke = () => {
    if (isStopped) return;
    lookAgain = true;
    looking ??= lookWhileAsked().finally(() => {
      looking = null;
    });
  };

  async function lookWhileAsked(): Promise<void> {
    cancelTimer();
    let waitMs = LOOK_EVERY_MS;
    while (lookAgain && !isStopped) {
      lookAgain = false;
      waitMs = await look().catch((error: unknown) => {
        log.warn({ err: error }, 'the tasks of the connector cannot be read');
        return LOOK_EVERY_MS;
      });
    }
    if (!isStopped) cancelTimer = clock.after(waitMs, poke);
  }

  const next = (): Promise<Task[]> =>
    fair
      ? fairlyFirst(storage, {
          now: new Date(clock.now()),
          urgent: fair.urgent,
          besides: [...running.keys()],
          max: fair.eachMax,
        })
      : firstOfLanes(storage);

  /** Of a share no more than it may have. */
  const isFull = (lane: string): boolean => {
    if (running.size >= runningMax) return true;
    if (!fair) return false;
    const share = shareOf(lane);
    return [...running.keys()].filter((other) => shareOf(other) === share).length >= fair.eachMax;
  };

  /** Answers after how many milliseconds there may be something to do. */
  async function look(): Promise<number> {
    if (clock.monotonic() >= forgetAt) {
      forgetAt = clock.monotonic() + FORGET_EVERY_MS;
      await forgetTasks(storage, new Date(clock.now() - KEPT_MS));
    }
    let waitMs = LOOK_EVERY_MS;
    const begun = new Set<string>();
    for (const task of await next()) {
      if (running.has(task.lane) || isStopped) continue;
      const dueInMs = task.due_at.getTime() - clock.now();
      const pace = dueInMs > 0 ? null : paceOf(task);
      const inMs = Math.max(dueInMs, pace?.waitMs ?? 0);
      if (inMs > 0) waitMs = Math.min(waitMs, Math.ceil(inMs));
      else if (!isFull(task.lane) && !begun.has(pace?.key ?? '')) {
        if (pace) begun.add(pace.key);
        running.set(task.lane, run(task));
      }
    }
    return waitMs;
  }

  async function run(task: Task): Promise<void> {
    try {
      // It may have ended between the reading of the tasks and the end of that reading.
      if (await beginTask(storage, task)) await settle(task, await attempt(task));
    } catch (error) {
      log.warn({ err: error, kind: task.kind }, 'a task of the connector could not be written down');
    } finally {
      running.delete(task.lane);
      poke();
    }
  }

  async function attempt(task: Task): Promise<TaskOutcome> {
    try {
      return await doTask(task);
    } catch (error) {
      log.warn({ err: error, kind: task.kind }, 'a task of the connector failed');
      return { type: 'failed', reason: error instanceof Error ? error.message : 'unknown', isOutage: isOutage(error) };
    }
  }

  function settle(task: Task, outcome: TaskOutcome): Promise<void> {
    const at = new Date(clock.now());
    switch (outcome.type) {
      case 'wait':
        return postponeTask(storage, task.key, new Date(at.getTime() + outcome.ms), outcome.reason, false);
      case 'failed':
        if (task.tries + 1 >= (outcome.isOutage ? OUTAGE_TRIES_MAX : TRIES_MAX))
          return giveUp(task, outcome.reason, at);
        return postponeTask(storage, task.key, new Date(at.getTime() + pauseMs(task.tries)), outcome.reason, true);
      case 'give_up':
        return giveUp(task, outcome.reason, at, outcome.record);
      case 'done':
        return end(task, at, null, outcome.record);
    }
  }

  function giveUp(task: Task, reason: string, at: Date, record?: (tx: Queries) => Promise<unknown>): Promise<void> {
    log.error({ kind: task.kind, reason, tries: task.tries + 1 }, 'a task of the connector was given up');
    return end(task, at, reason, record);
  }

  function end(task: Task, at: Date, reason: string | null, record?: (tx: Queries) => Promise<unknown>): Promise<void> {
    return storage.transaction(async (tx) => {
      await record?.(tx);
      await endTask(tx, task.key, at, reason);
    });
  }

  poke();
  return {
    poke,
    async stop() {
      isStopped = true;
      cancelTimer();
      await looking;
      cancelTimer();
      await Promise.all(running.values());
    },
  };
}

const shareOf = (lane: string) => lane.split(':')[1] ?? '';

/** 1, 2, 4 … 60 s. */
const pauseMs = (tries: number) => Math.min(60_000, 1_000 * 2 ** Math.min(tries, 6));
