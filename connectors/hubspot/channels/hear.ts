import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import type { Queries, Storage } from '../../seam/storage.ts';
import { addTask } from '../../seam/tasks.ts';
import { json, type Reply } from '../http/reply.ts';
import { parseJson } from '../http/routes.ts';
import { addAnswer } from '../store/channels.ts';
import { portalOfId } from '../store/portals.ts';
import type { AnswerTask } from './answer.ts';

/**
 * What HubSpot tells of the channel (developers.hubspot.com, "Custom channels", "Webhooks"): one object, signed by v3.
 * Ids come as numbers or as text, and the participant of a message as an object or as the bare number.
 */
const id = z.union([z.string().min(1).max(100), z.number().int().nonnegative()]).transform(String);
const identifier = z.union([
  z.string().max(100),
  z.object({ value: z.string().max(100) }).transform(({ value }) => value),
]);
const participant = z.object({ actorId: z.string().max(100).nullish(), deliveryIdentifier: identifier.nullish() });
const messageSchema = z.object({
  id,
  channelAccountId: id,
  conversationsThreadId: id.nullish(),
  recipients: z.array(participant).max(100).nullish(),
  text: z.string().max(100_000).nullish(),
  attachments: z.array(z.unknown()).max(100).nullish(),
  integrationIdempotencyId: z.string().max(200).nullish(),
  client: z.object({ clientType: z.string().max(40).nullish(), integrationAppId: id.nullish() }).nullish(),
});
const eventSchema = z.object({
  type: z.string().max(60),
  portalId: id,
  eventId: id.nullish(),
  channelId: id.nullish(),
  eventTimestamp: z.unknown().optional(),
  channelAccountId: id.nullish(),
  message: z.unknown().optional(),
});
type ChannelEvent = z.output<typeof eventSchema>;
/** One, as far as anybody has seen. */
const eventsSchema = z.array(eventSchema).min(1).max(100);

export interface HearOptions {
  readonly storage: Storage;
  /** Of our app; null = nobody said. */
  readonly appId: string | null;
  readonly channelId: string;
  readonly clock: Clock;
  readonly onTask: () => void;
}

/** Stored, and nothing else: HubSpot repeats what was not answered. One message of an agent is one text, whatever the copy. */
export function createHear(options: HearOptions) {
  const { storage, channelId, onTask } = options;
  return async (body: Buffer): Promise<Reply> => {
    const parsed = eventsSchema.safeParse([parseJson(body)].flat());
    if (!parsed.success) return { status: 400 };
    const isRead = await storage.transaction(async (tx) => {
      for (const event of parsed.data) {
        const portal = await portalOfId(tx, Number(event.portalId));
        // An account that is not connected, or a channel of before: a refusal would only be repeated.
        if (!portal || (event.channelId ?? channelId) !== channelId) continue;
        if (!(await take(options, tx, portal.portalId, event))) return false;
      }
      return true;
    });
    if (isRead) onTask();
    return isRead ? json({}) : { status: 400 };
  };
}

/** False: it cannot be read. */
async function take(options: HearOptions, tx: Queries, portalId: number, event: ChannelEvent): Promise<boolean> {
  if (event.type.startsWith('CHANNEL_ACCOUNT_')) return takeAccount(options, tx, portalId, event);
  // A kind that is new is no fault.
  if (event.type !== 'OUTGOING_CHANNEL_MESSAGE_CREATED') return true;
  return takeMessage(options, tx, portalId, event);
}

async function takeAccount({ clock }: HearOptions, tx: Queries, portalId: number, event: ChannelEvent) {
  const { channelAccountId: accountId, eventId, type, eventTimestamp } = event;
  if (!accountId) return false;
  const at = new Date(clock.now());
  const key = `account:${portalId}:${accountId}:${type}:${eventId ?? JSON.stringify(eventTimestamp ?? at)}`.slice(
    0,
    300,
  );
  const lane = `account:${portalId}:${accountId}`;
  await addTask(tx, { key, lane, kind: 'channel_account', payload: { portalId, accountId }, dueAt: at }, at);
  return true;
}

async function takeMessage(options: HearOptions, tx: Queries, portalId: number, event: ChannelEvent): Promise<boolean> {
  const parsed = messageSchema.safeParse(event.message);
  if (!parsed.success) return false;
  const message = parsed.data;
  const writer = writerOf(options, message);
  if (writer === 'us') return true;
  const at = new Date(options.clock.now());
  const [recipient, ...others] = message.recipients ?? [];
  const to = recipient?.deliveryIdentifier ?? '';
  if (!(await addAnswer(tx, portalId, message.id, to, at))) return true;
  const payload: AnswerTask = {
    portalId,
    channelMessageId: message.id,
    accountId: message.channelAccountId,
    threadId: message.conversationsThreadId ?? null,
    to,
    hasOthers: others.length > 0,
    contactId: /^V-(\d{1,20})$/.exec(recipient?.actorId ?? '')?.[1] ?? null,
    text: message.text ?? '',
    hasAttachments: (message.attachments ?? []).length > 0,
    writer,
    atMs: at.getTime(),
  };
  const key = `answer:${portalId}:${message.id}`;
  await addTask(tx, { key, lane: `answer:${portalId}:${to || message.id}`, kind: 'answer', payload, dueAt: at }, at);
  return true;
}

/**
 * HubSpot also tells of what we publish ourselves, and that must never be texted again: it has our id, or an app wrote it
 * that is not known to be another one. Only HUBSPOT is a person at HubSpot's own inbox ("PublicClient" of the specs).
 */
function writerOf(
  { appId }: HearOptions,
  message: z.output<typeof messageSchema>,
): 'us' | NonNullable<AnswerTask['writer']> {
  if (message.integrationIdempotencyId) return 'us';
  const { clientType, integrationAppId: by } = message.client ?? {};
  if (clientType === 'HUBSPOT') return 'person';
  if (clientType !== 'INTEGRATION') return 'unknown';
  return appId !== null && by && by !== appId ? 'app' : 'us';
}
