import { randomUUID } from 'node:crypto';
import type { Clock } from '../../server/clock.ts';
import type { SmsClient } from '../sdk/index.ts';
import type { ConnectorLog } from '../seam/connector.ts';
import { followEvents } from '../seam/follow.ts';
import type { Storage } from '../seam/storage.ts';
import { addTask, runTasks } from '../seam/tasks.ts';
import { doTaskOf } from './do-task.ts';
import { paceOfTask } from './egress/pace-of-task.ts';
import { refreshHomes } from './interactions/refresh-homes.ts';
import type { SlackSetup } from './settings.ts';
import type { RunTokens } from './steps/run-tokens.ts';
import { forgetHomes } from './store/homes.ts';
import { planCatchUp } from './threads/catch-up.ts';
import { forget } from './threads/forget.ts';
import { contactOf, HEARD, isWanted } from './threads/hear-event.ts';
import { createOpenContacts } from './threads/open-contacts.ts';
import { redactOld } from './threads/redact-old.ts';
import { watchServer } from './watch-server.ts';
import type { BindTo } from './workspaces/bound.ts';
import { lookAgain, type Places } from './workspaces/channels.ts';
import { tellChannel } from './workspaces/tell-operators.ts';
import type { Workspaces } from './workspaces/workspaces.ts';

export interface WorkOptions {
  readonly storage: Storage;
  readonly sdk: SmsClient;
  readonly setup: SlackSetup;
  readonly workspaces: Workspaces;
  readonly places: Places;
  readonly bindTo: BindTo;
  readonly runTokens: RunTokens;
  readonly clock: Clock;
  readonly log: ConnectorLog;
}

export interface Work {
  poke(): void;
  /** Looks for what was missed. */
  catchUp(): void;
  isConnected(): boolean;
  /** Events of the server that could not be taken. */
  leftOut(): number;
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** Everything that one process does, and no other at the same time: the event stream, the lanes, what was missed. */
export function startWork(options: WorkOptions): Work {
  const { storage, sdk, clock, log, workspaces } = options;
  const homes = refreshHomes(options);
  const doTask = doTaskOf(options, () => runner.poke());
  const runner = runTasks({
    storage,
    clock,
    log,
    async doTask(task) {
      const outcome = await doTask(task);
      homes.noteDone(task.kind);
      return outcome;
    },
    paceOf: (task) => paceOfTask(workspaces, task),
  });
  const contacts = createOpenContacts(storage, clock);
  const follower = followEvents({
    sdk,
    storage,
    name: 'events',
    types: HEARD,
    clock,
    log,
    isWanted: (event) => isWanted(contacts, event),
    async take(tx, event) {
      if (event.type === 'message.received') contacts.note(contactOf(event));
      const at = new Date(clock.now());
      const lane = `sms:${contactOf(event)}`;
      await addTask(tx, { key: `sms:${event.id}`, lane, kind: 'sms', payload: event, dueAt: at }, at);
    },
    onTaken: () => runner.poke(),
  });
  let cancel = () => {};
  const look = () => {
    lookAround(options).then(
      () => runner.poke(),
      (error: unknown) => log.warn({ err: error }, 'the hourly work of the connector failed'),
    );
    cancel = clock.after(HOUR_MS, look);
  };
  look();
  const watch = watchFor(options, () => runner.poke());
  return {
    poke: () => runner.poke(),
    catchUp() {
      cancel();
      look();
    },
    isConnected: () => follower.isConnected(),
    leftOut: () => follower.leftOut(),
    async stop() {
      cancel();
      await Promise.all([follower.stop(), runner.stop(), homes.stop(), watch?.stop()]);
    },
  };
}

/** Nobody is asked where nobody would be told. */
function watchFor({ sdk, storage, setup, clock, log }: WorkOptions, poke: () => void) {
  const { alertChannel: channel, queueOldMs } = setup;
  if (channel === null) return null;
  return watchServer({
    sdk,
    clock,
    log,
    queueOldMs,
    async tell(told) {
      await tellChannel(storage, channel, told, new Date(clock.now()));
      poke();
    },
  });
}

/** Hourly: what is to be forgotten, what has become of channels, what was missed. */
async function lookAround(options: WorkOptions): Promise<void> {
  const { storage, workspaces, bindTo, clock } = options;
  await lookAgain(options, workspaces);
  await planCatchUp({ ...options, storage }, randomUUID());
  await forgetHomes(storage, new Date(clock.now()));
  const home = await workspaces.home();
  const around = home && (await bindTo(home));
  if (!around) return;
  await redactOld(around);
  await forget(around);
}
