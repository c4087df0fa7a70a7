import type { Clock } from '../../../server/clock.ts';
import type { Queries, Storage } from '../../seam/storage.ts';
import { addTask, type TaskOutcome } from '../../seam/tasks.ts';
import type { SmsClient } from '../../sdk/index.ts';
import type { ChannelsClient } from '../api/channels.ts';
import { HubSpotError } from '../api/errors.ts';
import {
  beginPublishing,
  dropPublishing,
  endPublishing,
  putThread,
  setThreadTicket,
  threadOf,
} from '../store/channels.ts';
import type { Pair } from '../store/conversations.ts';
import { talkLane } from '../store/lanes.ts';
import { numberOf, type OwnNumber } from '../store/numbers.ts';
import { type Portal, setNotice } from '../store/portals.ts';
import { followAccount } from './accounts.ts';

/** A text that is to be in the inbox. */
export interface PublishTask extends Pair {
  readonly direction: 'INCOMING' | 'OUTGOING';
  readonly messageId: string;
  /** Null: it is read of the server. */
  readonly body: string | null;
  readonly contactId: string | null;
  readonly contactName: string | null;
  readonly atMs: number;
  /** It begins no conversation: a word like STOP, or a text that nobody in HubSpot asked for. */
  readonly needsThread: boolean;
}

export interface PublishOptions {
  readonly storage: Storage;
  readonly channels: ChannelsClient;
  readonly sdk: Pick<SmsClient, 'sms'>;
  readonly clock: Clock;
}

/** Of what HubSpot hears about one contact, one thing goes after the other. */
export const laneOf = (portalId: number, contactNumber: string) => `channel:${portalId}:${contactNumber}`;

export async function addPublish(on: Queries, task: PublishTask, at: Date): Promise<void> {
  const { portalId, contactNumber, messageId } = task;
  const key = `publish:${portalId}:${messageId}`;
  const lane = laneOf(portalId, contactNumber);
  await addTask(on, { key, lane, kind: 'publish', payload: task, dueAt: at }, at);
}

/**
 * Puts a text into the inbox. HubSpot makes one message of one `integrationIdempotencyId`, so that it can be published
 * again when nobody knows what became of the first time. A reply that HubSpot does not take becomes a ticket.
 */
export async function publish(options: PublishOptions, portal: Portal, task: PublishTask): Promise<TaskOutcome> {
  const { storage, clock } = options;
  const { portalId, messageId } = task;
  const own = await numberOf(storage, portalId, task.ourNumber);
  if (own?.mode !== 'channel' || own.accountId === null || !own.isAuthorized) return instead(storage, task, clock);
  if (task.needsThread && (await threadOf(storage, task)) === null) return { type: 'done' };
  if ((await beginPublishing(storage, task, new Date(clock.now()))) !== null) return { type: 'done' };
  try {
    return await put(options, task, own.accountId);
  } catch (error) {
    if (!(error instanceof HubSpotError) || !isRefusal(error)) throw error;
    await dropPublishing(storage, portalId, messageId);
    await explain(options, portal, own, error);
    return instead(storage, task, clock);
  }
}

async function put({ channels, sdk, clock }: PublishOptions, task: PublishTask, accountId: string) {
  const { portalId, messageId, direction, ourNumber, contactNumber, contactId, contactName, atMs } = task;
  const { id, threadId } = await channels.publish(portalId, {
    accountId,
    direction,
    ourNumber,
    contactNumber,
    contactId,
    contactName,
    text: task.body ?? (await sentText(sdk, messageId)),
    atMs,
    idempotencyId: messageId,
  });
  return {
    type: 'done' as const,
    record: async (tx: Queries) => {
      const at = new Date(clock.now());
      await endPublishing(tx, portalId, messageId, id);
      await putThread(tx, task, threadId, at);
      const { ticketId } = (await threadOf(tx, task)) ?? { ticketId: null };
      if (ticketId === null) await addTicketLook(tx, { portalId, threadId }, at);
    },
  };
}

/** What may have arrived twice says so. */
async function sentText({ sms }: Pick<SmsClient, 'sms'>, messageId: string): Promise<string> {
  const { body, ambiguous } = await sms.getStatus(messageId);
  return `${body ?? '(The text is not kept any more.)'}${ambiguous ? '\n(It may have arrived twice.)' : ''}`;
}

/** Trying again would change nothing. */
const isRefusal = ({ kind }: HubSpotError) => kind === 'notFound' || kind === 'validation' || kind === 'scope';

/** Whatever becomes of the inbox, what somebody wrote is in HubSpot. */
export async function instead(storage: Storage, task: PublishTask, clock: Clock): Promise<TaskOutcome> {
  if (task.direction === 'OUTGOING' || task.needsThread) return { type: 'done' };
  const { portalId, messageId, contactNumber: from, ourNumber: to, body, atMs: receivedAtMs } = task;
  const at = new Date(clock.now());
  const text = { messageId, from, to, body: body ?? '', receivedAtMs, isKeyword: false, isTicket: true };
  const key = `received-as-ticket:${portalId}:${messageId}`;
  const payload = { portalId, ...text };
  const again = { key, lane: talkLane(portalId, from), kind: 'received', payload, dueAt: at };
  return { type: 'done', record: (tx) => addTask(tx, again, at) };
}

async function explain(options: PublishOptions, portal: Portal, own: OwnNumber, error: HubSpotError): Promise<void> {
  const { storage } = options;
  const { portalId } = portal;
  if (own.accountId !== null && error.kind === 'notFound') {
    await followAccount(options, portal, own.accountId);
    return;
  }
  const what = `HubSpot did not take a text of ${own.number} into the inbox (${error.reason}).`;
  await setNotice(storage, portalId, `${what} Replies that it does not take become tickets.`);
}

export interface TicketLook {
  readonly portalId: number;
  readonly threadId: string;
}

async function addTicketLook(on: Queries, look: TicketLook, at: Date): Promise<void> {
  const key = `thread:${look.portalId}:${look.threadId}`;
  await addTask(on, { key, lane: key, kind: 'thread', payload: look, dueAt: at }, at);
}

const LOOK_AGAIN_MS = 30_000;
const LOOK_FOR_MS = 600_000;

/** A help desk makes the ticket itself, a little later; an inbox makes none. */
export async function findTicket(
  { channels, clock }: PublishOptions,
  { portalId, threadId }: TicketLook,
  sinceMs: number,
): Promise<TaskOutcome> {
  const ticketId = await channels.ticketOfThread(portalId, threadId);
  if (ticketId !== null) return { type: 'done', record: (tx) => setThreadTicket(tx, portalId, threadId, ticketId) };
  if (clock.now() - sinceMs > LOOK_FOR_MS) return { type: 'done' };
  return { type: 'wait', ms: LOOK_AGAIN_MS, reason: 'the conversation has no ticket yet' };
}
