import type { Clock } from '../../server/clock.ts';
import type { ConnectorLog } from '../seam/connector.ts';
import type { Storage } from '../seam/storage.ts';
import { addTask, type DoTask, type Task, type TaskOutcome } from '../seam/tasks.ts';
import { SmsApiError, type SmsClient } from '../sdk/index.ts';
import { complete } from './actions/complete.ts';
import type { ChannelsClient } from './api/channels.ts';
import type { HubSpotClient } from './api/client.ts';
import { HubSpotError } from './api/errors.ts';
import type { PlainClient } from './api/plain.ts';
import { instead, type PublishTask } from './channels/publish.ts';
import { CHANNEL_KINDS, doChannelTask } from './channels/work.ts';
import { type ForgetTask, optOutAtOnce, type OptOutTask } from './consent/at-once.ts';
import { acknowledge, systemOf, tellHubSpot } from './consent/mirror.ts';
import { reconcile } from './consent/reconcile.ts';
import { eraseContact, handleCrmEvent } from './events/crm.ts';
import type { CrmEvent } from './events/ingest.ts';
import type { ConsentTask, ReceivedTask, StatusTask } from './events/texts.ts';
import { clearContacts, type EraseTask } from './people/erase.ts';
import { provision } from './people/provision.ts';
import { tellOfText } from './replies/outbound.ts';
import { receiveReply } from './replies/receive.ts';
import { runRule, type RuleTask } from './stages/run.ts';
import { MANY } from './store/lanes.ts';
import { isBeingPrepared, type Portal, portalOfId, setCompared } from './store/portals.ts';

export interface WorkOptions {
  readonly storage: Storage;
  readonly client: HubSpotClient;
  readonly plain: PlainClient;
  /** Null: no number is in an inbox. */
  readonly channels: ChannelsClient | null;
  readonly sdk: SmsClient;
  readonly clock: Clock;
  readonly log: ConnectorLog;
}

/**
 * Accounts take turns, because one may import for hours what another never notices. Within an account whatever somebody
 * waits for comes first. Most of the time a task waits for HubSpot, some of which may never answer. Changes of records and
 * opt-outs come by ten thousands, and what they ask HubSpot for goes together in few calls: the more at once, the fewer
 * calls. They have a share of their own, so that no reply waits for them.
 */
export const FAIR = {
  urgent: [
    'opt_out',
    'forget',
    'complete',
    'expire',
    'answer',
    'received',
    'publish',
    'channel_status',
    'status',
    'consent',
    // Whatever came to a stage is counted before anybody is texted about it.
    'stage',
    'rule',
    'provision',
    'crm',
    'reconcile',
  ],
  eachMax: 100,
  maxOf: (share: string) => (share.startsWith(MANY) ? 100 : 24),
  allMax: 300,
} as const;

const RECONCILE_MS = 86_400_000;
/** What HubSpot refused before is tried again for so long. */
const LOOK_BACK_MS = 3 * RECONCILE_MS;
/** Of these HubSpot knows nothing: nobody is texted again, and who is to be forgotten is, whatever becomes of the connection. */
const AT_ONCE = new Set(['opt_out', 'forget']);

/** Everything that is done towards HubSpot, after the fact: no text waits for it. */
export function createWork(options: WorkOptions): DoTask {
  return async (task) => {
    // Whoever added the task wrote its payload.
    const { portalId } = task.payload as { readonly portalId: number };
    const portal = await portalOfId(options.storage, portalId);
    if (!portal || portal.state === 'uninstalled') return { type: 'done' };
    if (!AT_ONCE.has(task.kind) && portal.state === 'needs_reauth')
      return { type: 'wait', ms: REAUTH_MS, reason: 'the account has to be connected again' };
    try {
      return await doOne(options, portal, task);
    } catch (error) {
      if (error instanceof HubSpotError) return afterRefusal(options, portal, task, error);
      // The server starts again, or moves: nothing that was told may be lost meanwhile.
      if (!(error instanceof SmsApiError)) throw error;
      // What it says may name a number: the code has to do for logs.
      if (!error.retryable) return { type: 'failed', reason: `the server refused: ${error.code}` };
      return again(task, true, pauseMs(0, ageMs(options.clock, portal, task)), error.code);
    }
  };
}

const REAUTH_MS = 30_000;

async function doOne(options: WorkOptions, portal: Portal, task: Task): Promise<TaskOutcome> {
  if (CHANNEL_KINDS.has(task.kind)) return doChannelTask(options, portal, task);
  const isRepeated = task.tries > 0;
  switch (task.kind) {
    case 'crm':
    case 'stage':
      return handleCrmEvent(options, portal, task.payload as CrmEvent);
    case 'rule':
      return runRule(options, portal, task.payload as RuleTask);
    case 'received':
      await receiveReply(options, portal, task.payload as ReceivedTask, isRepeated);
      return { type: 'done' };
    case 'status': {
      const { send, atMs } = task.payload as StatusTask;
      await tellOfText(options, portal, send, atMs, isRepeated);
      return { type: 'done' };
    }
    case 'opt_out':
      return optOutAtOnce(options, task.payload as OptOutTask);
    case 'consent':
      return tellConsent(options, portal, task.payload as ConsentTask);
    case 'forget': {
      const { contactId } = task.payload as ForgetTask;
      return eraseContact(options, portal.portalId, contactId);
    }
    case 'complete':
    case 'expire': {
      const { callbackId } = task.payload as { readonly callbackId: string };
      return complete(options, portal.portalId, callbackId, task.kind === 'expire');
    }
    case 'erase':
      return clearContacts(options.client, task.payload as EraseTask);
    case 'provision':
      return prepare(options, portal);
    case 'reconcile':
      return compare(options, portal, task);
    default:
      return { type: 'give_up', reason: `Nobody knows how to do ${task.kind}.` };
  }
}

/** Opt-outs from one topic are the server's to honour: the property of the contact is about all texts. */
async function tellConsent(options: WorkOptions, portal: Portal, change: ConsentTask): Promise<TaskOutcome> {
  if (change.topic === '*') await tellHubSpot(options, portal, change);
  if (change.isOptOut) await acknowledge(options, portal.portalId, change.number, change.eventId);
  return { type: 'done' };
}

async function prepare(options: WorkOptions, portal: Portal): Promise<TaskOutcome> {
  const { storage, sdk, clock } = options;
  await provision(options, portal.portalId);
  await sdk.optOuts.systems.put(systemOf(portal.portalId), { name: `HubSpot account ${portal.portalId}` });
  await addReconcile(storage, portal.portalId, clock.now(), clock.now());
  return { type: 'done' };
}

async function compare(options: WorkOptions, portal: Portal, { created_at: dueAt }: Task): Promise<TaskOutcome> {
  const { storage, clock } = options;
  const { portalId, comparedAt } = portal;
  const beganMs = clock.now();
  // Several may have waited for HubSpot.
  if (comparedAt && comparedAt > dueAt) return { type: 'done' };
  // Whatever becomes of this one.
  await addReconcile(storage, portalId, beganMs + RECONCILE_MS, beganMs);
  const since = comparedAt && new Date(comparedAt.getTime() - LOOK_BACK_MS);
  await reconcile(options, portal, since);
  await setCompared(storage, portalId, new Date(beganMs));
  return { type: 'done' };
}

/** At most one a day is planned, however often the account is connected or the comparison is tried. */
async function addReconcile(storage: Storage, portalId: number, dueMs: number, nowMs: number): Promise<void> {
  const dueAt = new Date(dueMs);
  const key = `reconcile:${portalId}:${dueMs > nowMs ? dueAt.toISOString().slice(0, 10) : dueAt.toISOString()}`;
  // Its age counts from when it is due.
  await addTask(storage, { key, lane: key, kind: 'reconcile', payload: { portalId }, dueAt }, dueAt);
}

/** What is to be done even though HubSpot does not know a record of it. */
const WHATEVER_IS_GONE = new Set(['received', 'provision']);
/** Each looks again for whose reply it is. */
const REPLY_TRIES_MAX = 3;
const PREPARING_MS = 5_000;
const GIVE_UP_AFTER_MS = 72 * 3_600_000;
const PAUSE_MAX_MS = 300_000;

/** HubSpot may be down for days, or have had enough: it waits, and what cannot be done is shown to an administrator. */
async function afterRefusal(
  options: WorkOptions,
  portal: Portal,
  task: Task,
  error: HubSpotError,
): Promise<TaskOutcome> {
  const age = ageMs(options.clock, portal, task);
  switch (error.kind) {
    case 'auth':
    case 'config':
      return { type: 'wait', ms: REAUTH_MS, reason: error.message };
    case 'rate':
    case 'transient':
      if (age > GIVE_UP_AFTER_MS) return park(options, portal, task, error);
      return again(task, error.isOutcomeUnknown, pauseMs(error.retryAfterMs, age), error.message);
    default:
      return park(options, portal, task, error);
  }
}

/** Since it could be tried: what waited for the account to be connected again is not old for that. */
const ageMs = (clock: Clock, { connectedAt }: Portal, { created_at: createdAt }: Task) =>
  clock.now() - Math.max(createdAt.getTime(), connectedAt.getTime());

const pauseMs = (retryAfterMs: number, ageMs: number) =>
  retryAfterMs > 0 ? retryAfterMs : Math.min(PAUSE_MAX_MS, Math.max(1_000, ageMs / 4));

/** The first time it counts as a try, when what was under way may have been done; ever after it only waits. */
function again(task: Task, isOutcomeUnknown: boolean, ms: number, reason: string): TaskOutcome {
  return isOutcomeUnknown && task.tries === 0 ? { type: 'failed', reason } : { type: 'wait', ms, reason };
}

async function park(
  { storage, clock }: WorkOptions,
  portal: Portal,
  task: Task,
  error: HubSpotError,
): Promise<TaskOutcome> {
  // Somebody has deleted the record: nobody has to do anything about it, but what was written to us is shown elsewhere.
  if (error.kind === 'notFound' && task.kind === 'received' && task.tries < REPLY_TRIES_MAX)
    return { type: 'failed', reason: error.message };
  if (error.kind === 'notFound' && !WHATEVER_IS_GONE.has(task.kind)) return { type: 'done' };
  // What it refuses may be a property that is still to be made.
  if (task.kind !== 'provision' && (await isBeingPrepared(storage, portal.portalId)))
    return { type: 'wait', ms: PREPARING_MS, reason: error.message };
  // Whatever becomes of the inbox, what somebody wrote is in HubSpot.
  if (task.kind === 'publish') return instead(storage, task.payload as PublishTask, clock);
  // The settings page lists it.
  return { type: 'give_up', reason: error.message };
}
