import { randomUUID } from 'node:crypto';
import type { Clock } from '../../server/clock.ts';
import type { SmsClient, SmsEvent } from '../sdk/index.ts';
import type { ConnectorLog } from '../seam/connector.ts';
import { followEvents } from '../seam/follow.ts';
import type { Storage } from '../seam/storage.ts';
import { addTask, type DoTask, runTasks, type Task, type TaskOutcome } from '../seam/tasks.ts';
import { section } from './blocks/blocks.ts';
import type { SlackClient } from './egress/client.ts';
import { createDeliver } from './egress/deliver.ts';
import { addAlert } from './egress/outbox.ts';
import type { Pace } from './egress/pace.ts';
import { type Alert, alertWords, ALERTS, isAlert } from './rules/alert-words.ts';
import type { Envelope } from './ingress/envelope.ts';
import { actOnCommand } from './interactions/act-on-command.ts';
import { sendComposed } from './interactions/compose.ts';
import { hearHomeOpened, openedHome } from './interactions/home.ts';
import { refreshHomes } from './interactions/refresh-homes.ts';
import { wake } from './interactions/act-on-thread.ts';
import { forgetHomes } from './store/homes.ts';
import type { Around } from './threads/around.ts';
import { catchUp, planCatchUp } from './threads/catch-up.ts';
import { forget } from './threads/forget.ts';
import { followText, FOLLOWED, isFollowed, isOfReply } from './threads/follow-text.ts';
import { hearOptOut, hearReview } from './threads/hear-consent.ts';
import { receiveText } from './threads/receive-text.ts';
import { sendReply } from './threads/send-reply.ts';
import { tellServer } from './threads/tell-server.ts';
import { hearMessage } from './threads/hear-message.ts';

export interface WorkOptions {
  readonly around: Around;
  readonly storage: Storage;
  readonly sdk: SmsClient;
  readonly client: SlackClient;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly log: ConnectorLog;
  readonly onPaused: (error: string | null) => void;
}

export interface Work {
  poke(): void;
  /** Looks for what was missed. */
  catchUp(): void;
  isConnected(): boolean;
  stop(): Promise<void>;
}

const TYPES = [
  'message.received',
  ...FOLLOWED,
  'contact.opted_out',
  'contact.opted_in',
  'contact.opt_out_review',
  ...ALERTS,
];
const HOUR_MS = 3_600_000;
const HOMES_KEPT_MS = 90 * 86_400_000;

/** Everything that one process does, and no other at the same time: the event stream, the lanes, what was missed. */
export function startWork(options: WorkOptions): Work {
  const { around, storage, sdk, clock, log } = options;
  const homes = refreshHomes({ around, client: options.client, pace: options.pace, log });
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
    paceOf: (task) => paceOf(options, task),
  });
  const follower = followEvents({
    sdk,
    storage,
    name: 'events',
    types: TYPES,
    clock,
    log,
    isWanted: ({ type, data }) => !isFollowed(type) || isOfReply(data['client_ref']),
    async take(tx, event) {
      const at = new Date(clock.now());
      const lane = `sms:${contactOf(event)}`;
      await addTask(tx, { key: `sms:${event.id}`, lane, kind: 'sms', payload: event, dueAt: at }, at);
    },
    onTaken: () => runner.poke(),
  });
  let cancel = () => {};
  const look = () => {
    Promise.all([
      forget(around),
      forgetHomes(storage, new Date(clock.now() - HOMES_KEPT_MS)),
      planCatchUp({ ...options, storage }, randomUUID()),
    ]).then(
      () => runner.poke(),
      (error: unknown) => log.warn({ err: error }, 'the hourly work of the connector failed'),
    );
    cancel = clock.after(HOUR_MS, look);
  };
  look();
  return {
    poke: () => runner.poke(),
    catchUp() {
      cancel();
      look();
    },
    isConnected: () => follower.isConnected(),
    async stop() {
      cancel();
      await Promise.all([follower.stop(), runner.stop(), homes.stop()]);
    },
  };
}

/** The scarce call that each kind needs. */
const CALLS: ReadonlyMap<string, string> = new Map([
  ['post', 'chat.postMessage'],
  ['alert', 'chat.postMessage'],
  ['card', 'chat.update'],
  ['redact', 'chat.update'],
  ['show', 'chat.update'],
  ['react', 'reactions.add'],
  ['tell', 'chat.postEphemeral'],
  ['catch_up', 'conversations.replies'],
]);

/** Thousands may wait for one of them: they are not begun before it can be made. */
function paceOf({ pace }: WorkOptions, { kind, lane }: Task) {
  const method = CALLS.get(kind);
  if (method === undefined) return null;
  // `post:<channel>`: only these go by channel.
  const channel = method === 'chat.postMessage' ? lane.slice('post:'.length) : '';
  return { key: `${method} ${channel}`, waitMs: pace.look(method, channel) };
}

/** What is told of one contact is dealt with in order. */
function contactOf({ type, data }: SmsEvent): string {
  const number = type.startsWith('contact.') ? data['number'] : type === 'message.received' ? data['from'] : data['to'];
  return typeof number === 'string' ? number : '';
}

function doTaskOf(options: WorkOptions, poke: () => void): DoTask {
  const { around } = options;
  const deliver = createDeliver({ ...options, settings: around.settings });
  const kinds: Readonly<Record<string, DoTask>> = {
    // What readEnvelope, or the catch-up, has written.
    event: (task) => hearSlack(options, task.payload as Envelope),
    sms: (task) => hearEvent(around, task.payload as SmsEvent),
    send: (task) => sendReply(around, task),
    compose: (task) => sendComposed(around, task),
    act: (task) => actOnCommand(around, task),
    patch: (task) => tellServer(around, task),
    wake: (task) => Promise.resolve(wakeUp(around, task)),
    catch_up: (task) => catchUp(options, task, poke),
    ...deliver,
  };
  return (task) => kinds[task.kind]?.(task) ?? Promise.resolve({ type: 'give_up', reason: 'nobody knows this kind' });
}

function hearSlack({ around, client }: WorkOptions, envelope: Envelope): Promise<TaskOutcome> {
  const looker = openedHome(envelope);
  return looker ? hearHomeOpened({ around, client }, looker) : hearMessage(around, envelope);
}

function hearEvent(around: Around, event: SmsEvent): Promise<TaskOutcome> {
  if (isAlert(event.type)) return Promise.resolve(tellOperators(around, event.type, event));
  switch (event.type) {
    case 'message.received':
      return receiveText(around, event);
    case 'contact.opted_out':
      return Promise.resolve(hearOptOut(around, event, true));
    case 'contact.opted_in':
      return Promise.resolve(hearOptOut(around, event, false));
    case 'contact.opt_out_review':
      return Promise.resolve(hearReview(around, event));
    default:
      return followText(around, event);
  }
}

function tellOperators({ settings, clock }: Around, type: Alert, { id, data, mode }: SmsEvent): TaskOutcome {
  const channel = settings.alertChannel;
  if (channel === null) return { type: 'done' };
  const text = alertWords(type, data, mode);
  const key = `alert_${id}`;
  const alert = { channel, key, content: { text, blocks: [section(text, key)] } };
  return { type: 'done', record: (tx) => addAlert(tx, alert, new Date(clock.now())) };
}

function wakeUp(around: Around, task: Task): TaskOutcome {
  const { thread, until } = task.payload as { readonly thread: string; readonly until: string };
  return { type: 'done', record: (tx) => wake(around, tx, thread, until) };
}
