import type { Clock } from '../../server/clock.ts';
import type { ConnectorLog } from './connector.ts';
import { lookAgain } from './look-again.ts';
import { settleTask } from './settle-task.ts';
import type { Queries, Storage } from './storage.ts';
import { fairlyFirst, firstOfLanes, forgetTasks, type Task } from './store/tasks.ts';

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
  /** How long what was given up is kept; as long as what is done when left out. */
  readonly givenUpKeptMs?: number;
}

export interface FairShares {
  /** Kinds, the most urgent first: within a share they go first. */
  readonly urgent: readonly string[];
  /** At the same time, of one share. */
  readonly eachMax: number;
  /** The same for shares that may have less; all may have `eachMax` when left out. */
  readonly maxOf?: (share: string) => number;
  /** At the same time, in all. */
  readonly allMax: number;
}

/** Others may add tasks, and this process hears of it by looking. */
const LOOK_EVERY_MS = 1_000;
const FORGET_EVERY_MS = 600_000;
/** Longer than others repeat what they tell us. */
const KEPT_MS = 48 * 3_600_000;
const RUNNING_MAX = 24;

/**
 * Does the tasks that are due: those of a lane one by one and in order, lanes side by side. A task that fails is tried
 * again with growing pauses, and what is behind it in its lane waits. Only one process may run this at a time.
 */
export function runTasks(options: RunnerOptions): Runner {
  const { clock, log, paceOf = () => null, fair } = options;
  const running = new Map<string, Promise<void>>();
  const forget = forgetting(options);
  let isStopped = false;

  function begin(task: Task): void {
    const ended = settleTask(options, task).finally(() => {
      running.delete(task.lane);
      looking.poke();
    });
    running.set(task.lane, ended);
  }

  /** Answers after how many milliseconds there may be something to do. */
  async function beginDue(): Promise<number> {
    await forget();
    let waitMs = LOOK_EVERY_MS;
    const begun = new Set<string>();
    for (const task of await nextTasks(options, running)) {
      if (running.has(task.lane) || isStopped) continue;
      const dueInMs = task.due_at.getTime() - clock.now();
      const pace = dueInMs > 0 ? null : paceOf(task);
      const inMs = Math.max(dueInMs, pace?.waitMs ?? 0);
      if (inMs > 0) waitMs = Math.min(waitMs, Math.ceil(inMs));
      else if (!isFull(fair, running, task.lane) && !begun.has(pace?.key ?? '')) {
        if (pace) begun.add(pace.key);
        begin(task);
      }
    }
    return waitMs;
  }

  const looking = lookAgain({
    clock,
    look: () =>
      beginDue().catch((error: unknown) => {
        log.warn({ err: error }, 'the tasks of the connector cannot be read');
        return LOOK_EVERY_MS;
      }),
  });
  return {
    poke: () => looking.poke(),
    async stop() {
      isStopped = true;
      await looking.stop();
      await Promise.all(running.values());
    },
  };
}

type Running = ReadonlyMap<string, unknown>;

const nextTasks = ({ storage, clock, fair }: RunnerOptions, running: Running): Promise<Task[]> =>
  fair
    ? fairlyFirst(storage, {
        now: new Date(clock.now()),
        urgent: fair.urgent,
        besides: [...running.keys()],
        max: fair.eachMax,
      })
    : firstOfLanes(storage);

/** Of a share no more than it may have. */
function isFull(fair: FairShares | undefined, running: Running, lane: string): boolean {
  if (running.size >= (fair?.allMax ?? RUNNING_MAX)) return true;
  if (!fair) return false;
  const share = shareOf(lane);
  const count = [...running.keys()].filter((other) => shareOf(other) === share).length;
  return count >= (fair.maxOf?.(share) ?? fair.eachMax);
}

const shareOf = (lane: string) => lane.split(':')[1] ?? '';

/** Forgets what was done long ago, now and then. */
function forgetting({ storage, clock, givenUpKeptMs = KEPT_MS }: RunnerOptions): () => Promise<void> {
  let nextAt = 0;
  return async () => {
    if (clock.monotonic() < nextAt) return;
    nextAt = clock.monotonic() + FORGET_EVERY_MS;
    const now = clock.now();
    await forgetTasks(storage, new Date(now - KEPT_MS), new Date(now - givenUpKeptMs));
  };
}
