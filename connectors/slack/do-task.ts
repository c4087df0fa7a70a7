import type { DoTask, Task, TaskOutcome } from '../seam/tasks.ts';
import type { SmsEvent } from '../sdk/index.ts';
import { createDeliver } from './egress/deliver.ts';
import type { Envelope } from './ingress/envelope.ts';
import { actOnCommand } from './interactions/act-on-command.ts';
import { wake } from './interactions/act-on-thread.ts';
import { sendComposed } from './interactions/compose.ts';
import { hearHomeOpened } from './interactions/home.ts';
import { endStep } from './steps/end-step.ts';
import { runStep } from './steps/run-step.ts';
import { threadMessageOf } from './rules/thread-message.ts';
import type { Around } from './threads/around.ts';
import { catchUp } from './threads/catch-up.ts';
import { hearEvent } from './threads/hear-event.ts';
import { hearMessage } from './threads/hear-message.ts';
import { createLookFirst } from './threads/look-first.ts';
import { remind } from './threads/remind.ts';
import { sendReply } from './threads/send-reply.ts';
import { tellServer } from './threads/tell-server.ts';
import type { WorkOptions } from './work.ts';
import { hearLife } from './workspaces/hear-life.ts';
import { workspaceOfTask } from './workspaces/of-task.ts';
import type { Workspace } from './workspaces/workspace.ts';
import type { Workspaces } from './workspaces/workspaces.ts';

type Kinds = Readonly<Record<string, DoTask>>;

/** Which verb each kind of task is, and in which workspace it is done. */
export function doTaskOf(options: WorkOptions, poke: () => void): DoTask {
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
    if (task.kind !== 'event') return own(around, task);
    const envelope = task.payload as Envelope;
    return (
      whileSlackRefuses(workspace, envelope) ??
      own(around, { ...task, payload: await withKeptId(workspaces, envelope) })
    );
  };
}

const PAUSED_MAX_MS = 60_000;

/** Who wrote something is asked there; who deleted it need not be. Null: it can be dealt with. */
function whileSlackRefuses(workspace: Workspace, { event }: Envelope): TaskOutcome | null {
  const { type } = threadMessageOf(event);
  if (type === 'deleted') return null;
  // It is looked for when the app is there again; what was edited is not, and must not leave as it was before.
  if (workspace.isGone() && type !== 'edited') return { type: 'give_up', reason: 'the app is not installed there' };
  const ms = Math.min(PAUSED_MAX_MS, workspace.pausedMs());
  return ms > 0 ? { type: 'wait', ms, reason: 'Slack takes no calls' } : null;
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
  const { client, pace, people, findOwner, refuse } = workspace;
  const lookFirst = createLookFirst({ ...options, client, pace });
  return {
    ...createDeliver({ ...options, client, pace, people, findOwner, onRefused: refuse }),
    async home(task) {
      const around = await options.bindTo(workspace);
      return around ? hearHomeOpened({ around, client }, task.payload as Envelope) : NOWHERE;
    },
    async send(task) {
      const around = await options.bindTo(workspace);
      return around ? sendReply(around, lookFirst, task) : NOWHERE;
    },
    catch_up: (task) => catchUp({ ...options, client, pace, people }, task, poke),
    step_done: (task) => endStep({ ...options, client, pace }, task),
  };
}

const KINDS: Readonly<Record<string, (around: Around, task: Task) => Promise<TaskOutcome>>> = {
  // What readEnvelope, or the catch-up, has written.
  event: (around, task) => hearMessage(around, task.payload as Envelope),
  sms: (around, task) => hearEvent(around, task.payload as SmsEvent),
  compose: sendComposed,
  act: actOnCommand,
  patch: tellServer,
  wake: (around, task) => Promise.resolve(wakeUp(around, task)),
  remind: (around, task) => Promise.resolve(remind(around, task)),
  step: runStep,
};

function wakeUp(around: Around, task: Task): TaskOutcome {
  const { thread, until } = task.payload as { readonly thread: string; readonly until: string };
  return { type: 'done', record: (tx) => wake(around, tx, thread, until) };
}
