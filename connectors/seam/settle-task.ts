import type { Clock } from '../../server/clock.ts';
import type { ConnectorLog } from './connector.ts';
import { isOutage, Outage } from './outage.ts';
import type { Queries, Storage } from './storage.ts';
import { beginTask, endTask, postponeTask, type Task } from './store/tasks.ts';
import type { DoTask, TaskOutcome } from './tasks.ts';

/** With the pauses below, about an hour, and three days. */
const TRIES_MAX = 64;
const OUTAGE_TRIES_MAX = 4_400;

export interface SettleOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: ConnectorLog;
  readonly doTask: DoTask;
}

/** Tries a task once, and writes down what became of it. It never rejects. */
export async function settleTask(options: SettleOptions, task: Task): Promise<void> {
  try {
    // It may have ended between the reading of the tasks and the end of that reading.
    if (await beginTask(options.storage, task)) await settle(options, task, await attempt(options, task));
  } catch (error) {
    options.log.warn({ err: error, kind: task.kind }, 'a task of the connector could not be written down');
  }
}

async function attempt({ log, doTask }: SettleOptions, task: Task): Promise<TaskOutcome> {
  try {
    return await doTask(task);
  } catch (error) {
    log.warn({ err: error, kind: task.kind }, 'a task of the connector failed');
    if (error instanceof Outage && error.waitMs !== null)
      return { type: 'wait', ms: error.waitMs, reason: error.message };
    return { type: 'failed', reason: error instanceof Error ? error.message : 'unknown', isOutage: isOutage(error) };
  }
}

function settle(options: SettleOptions, task: Task, outcome: TaskOutcome): Promise<void> {
  const { storage, clock } = options;
  const after = (ms: number) => new Date(clock.now() + ms);
  switch (outcome.type) {
    case 'wait':
      return postponeTask(storage, task.key, after(outcome.ms), outcome.reason, false);
    case 'failed':
      if (task.tries + 1 >= (outcome.isOutage ? OUTAGE_TRIES_MAX : TRIES_MAX)) return giveUp(options, task, outcome);
      return postponeTask(storage, task.key, after(pauseMs(task.tries)), outcome.reason, true);
    case 'give_up':
      return giveUp(options, task, outcome);
    case 'done':
      return end(options, task, { ...outcome, reason: null });
  }
}

/** 1, 2, 4 … 60 s. */
const pauseMs = (tries: number) => Math.min(60_000, 1_000 * 2 ** Math.min(tries, 6));

interface Ending {
  /** Null = it is done. */
  readonly reason: string | null;
  /** Written in the transaction that ends the task. */
  readonly record?: (tx: Queries) => Promise<unknown>;
}

function giveUp(options: SettleOptions, task: Task, ending: Ending): Promise<void> {
  const { kind, tries } = task;
  options.log.error({ kind, reason: ending.reason, tries: tries + 1 }, 'a task of the connector was given up');
  return end(options, task, ending);
}

function end({ storage, clock }: SettleOptions, { key }: Task, { reason, record }: Ending): Promise<void> {
  return storage.transaction(async (tx) => {
    await record?.(tx);
    await endTask(tx, key, new Date(clock.now()), reason);
  });
}
