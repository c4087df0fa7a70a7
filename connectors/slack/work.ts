import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../server/clock.ts';
import type { SmsClient, SmsEvent } from '../sdk/index.ts';
import type { ConnectorLog } from '../seam/connector.ts';
import { followEvents } from '../seam/follow.ts';
import type { Storage } from '../seam/storage.ts';
import { addTask, type DoTask, runTasks, type Task, type TaskOutcome } from '../seam/tasks.ts';
import { createDeliver } from './egress/deliver.ts';
import { tellChannel } from './workspaces/tell-operators.ts';
import { type Alert, alertWords, ALERTS, isAlert } from './rules/alert-words.ts';
import type { Envelope } from './ingress/envelope.ts';
import { actOnCommand } from './interactions/act-on-command.ts';
import { sendComposed } from './interactions/compose.ts';
import { hearHomeOpened } from './interactions/home.ts';
import { refreshHomes } from './interactions/refresh-homes.ts';
import { wake } from './interactions/act-on-thread.ts';
import { endStep } from './steps/end-step.ts';
import { runStep } from './steps/run-step.ts';
import type { RunTokens } from './steps/run-tokens.ts';
import { forgetHomes } from './store/homes.ts';
import type { SlackSetup } from './settings.ts';
import type { Around } from './threads/around.ts';
import { catchUp, planCatchUp } from './threads/catch-up.ts';
import { forget } from './threads/forget.ts';
import { followText, FOLLOWED, isFollowed, isOfReply } from './threads/follow-text.ts';
import { hearOptOut, hearReview } from './threads/hear-consent.ts';
import { redactOld } from './threads/redact-old.ts';
import { receiveText } from './threads/receive-text.ts';
import { remind } from './threads/remind.ts';
import { sendReply } from './threads/send-reply.ts';
import { tellServer } from './threads/tell-server.ts';
import { createOpenContacts, type OpenContacts } from './threads/open-contacts.ts';
import { isOwnRef, isTellable, tellOfText } from './threads/tell-of-text.ts';
import { hearMessage } from './threads/hear-message.ts';
import { watchServer } from './watch-server.ts';
import type { BindTo } from './workspaces/bound.ts';
import { lookAgain, type Places } from './workspaces/channels.ts';
import { hearLife } from './workspaces/hear-life.ts';
import { workspaceOfTask } from './workspaces/of-task.ts';
import type { Workspace } from './workspaces/workspace.ts';
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
    paceOf: (task) => paceOf(workspaces, task),
  });
  const contacts = createOpenContacts(storage, clock);
  const follower = followEvents({
    sdk,
    storage,
    name: 'events',
    types: TYPES,
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

/** What becomes of replies, and what others send to somebody whose thread is open. */
function isWanted(contacts: OpenContacts, event: SmsEvent): boolean | Promise<boolean> {
  const { type, data } = event;
  if (!isFollowed(type) || isOfReply(data['client_ref'])) return true;
  return isTellable(type) && !isOwnRef(data['client_ref']) && contacts.has(contactOf(event));
}

/** The scarce call that each kind needs. */
const CALLS: ReadonlyMap<string, string> = new Map([
  ['post', 'chat.postMessage'],
  ['alert', 'chat.postMessage'],
  ['digest', 'chat.postMessage'],
  ['digest_update', 'chat.update'],
  ['card', 'chat.update'],
  ['redact', 'chat.update'],
  ['show', 'chat.update'],
  ['react', 'reactions.add'],
  ['tell', 'chat.postEphemeral'],
  ['catch_up', 'conversations.replies'],
  ['step_done', 'functions.completeSuccess'],
]);

/** Thousands may wait for one of them: they are not begun before it can be made. */
function paceOf(workspaces: Workspaces, { kind, lane, payload }: Task) {
  const method = CALLS.get(kind);
  if (method === undefined) return null;
  const channel = channelSchema.safeParse(payload).data?.channel ?? /^post:(.+)$/.exec(lane)?.[1] ?? '';
  const workspace = workspaces.known(channel);
  if (!workspace) return null;
  // One of them finds out whether it takes calls again.
  if (workspace.trouble() !== null) return { key: `${workspace.id} knock`, waitMs: workspace.pausedMs() };
  // Only what is posted goes by channel.
  const place = method === 'chat.postMessage' ? channel : '';
  return { key: `${workspace.id} ${method} ${place}`, waitMs: workspace.pace.look(method, place) };
}

const channelSchema = z.object({ channel: z.string() });

/** What is told of one contact is dealt with in order. */
function contactOf({ type, data }: SmsEvent): string {
  const number = type.startsWith('contact.') ? data['number'] : type === 'message.received' ? data['from'] : data['to'];
  return typeof number === 'string' ? number : '';
}

type Kinds = Readonly<Record<string, DoTask>>;

function doTaskOf(options: WorkOptions, poke: () => void): DoTask {
  const { storage, workspaces, bindTo } = options;
  const delivering = new Map<Workspace, Kinds>();
  const deliverIn = (workspace: Workspace): Kinds => {
    const known = delivering.get(workspace) ?? kindsOfSlack(options, workspace, poke);
    delivering.set(workspace, known);
    return known;
  };
  return async (task) => {
    if (task.kind === 'life') return hearLife(options, task.payload as Envelope).finally(poke);
    const workspace = await workspaceOfTask(storage, workspaces, task);
    if (!workspace) return NOWHERE;
    const ofSlack = deliverIn(workspace)[task.kind];
    if (ofSlack) return ofSlack(task);
    const around = await bindTo(workspace);
    if (!around) return NOWHERE;
    const own = KINDS[task.kind];
    if (!own) return { type: 'give_up', reason: 'nobody knows this kind' };
    // Who wrote it is asked there.
    if (task.kind !== 'event') return own(around, task);
    // It is looked for when the app is there again.
    if (workspace.isGone()) return { type: 'give_up', reason: 'the app is not installed there' };
    const waitMs = workspace.pausedMs();
    if (waitMs > 0) return { type: 'wait', ms: waitMs, reason: 'Slack takes no calls' };
    return own(around, { ...task, payload: await withKeptId(workspaces, task.payload as Envelope) });
  };
}

/** A channel whose id has changed is kept by the one that it had first. */
async function withKeptId(workspaces: Workspaces, envelope: Envelope): Promise<Envelope> {
  const { channel } = envelope.event;
  if (typeof channel !== 'string') return envelope;
  return { ...envelope, event: { ...envelope.event, channel: await workspaces.keptId(channel) } };
}

const NOWHERE: TaskOutcome = { type: 'wait', ms: 5_000, reason: 'no channel is known to which it could go' };

/** What is told to Slack, or asked there. */
function kindsOfSlack(options: WorkOptions, workspace: Workspace, poke: () => void): Kinds {
  const { client, pace, people } = workspace;
  const onPaused = (error: string | null, ms?: number) => workspace.pause(error, ms);
  return {
    ...createDeliver({ ...options, client, pace, people, onPaused }),
    async home(task) {
      const around = await options.bindTo(workspace);
      return around ? hearHomeOpened({ around, client }, task.payload as Envelope) : NOWHERE;
    },
    catch_up: (task) => catchUp({ ...options, client, pace, people }, task, poke),
    step_done: (task) => endStep({ ...options, client, pace }, task),
  };
}

const KINDS: Readonly<Record<string, (around: Around, task: Task) => Promise<TaskOutcome>>> = {
  // What readEnvelope, or the catch-up, has written.
  event: (around, task) => hearMessage(around, task.payload as Envelope),
  sms: (around, task) => hearEvent(around, task.payload as SmsEvent),
  send: sendReply,
  compose: sendComposed,
  act: actOnCommand,
  patch: tellServer,
  wake: (around, task) => Promise.resolve(wakeUp(around, task)),
  remind: (around, task) => Promise.resolve(remind(around, task)),
  step: runStep,
};

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
      return isOfReply(event.data['client_ref']) ? followText(around, event) : tellOfText(around, event);
  }
}

function tellOperators({ settings, clock }: Around, type: Alert, { id, data, mode }: SmsEvent): TaskOutcome {
  const channel = settings.alertChannel;
  if (channel === null) return { type: 'done' };
  const text = alertWords(type, data, mode);
  return {
    type: 'done',
    record: (tx) => tellChannel(tx, channel, { key: `alert_${id}`, text }, new Date(clock.now())),
  };
}

function wakeUp(around: Around, task: Task): TaskOutcome {
  const { thread, until } = task.payload as { readonly thread: string; readonly until: string };
  return { type: 'done', record: (tx) => wake(around, tx, thread, until) };
}
