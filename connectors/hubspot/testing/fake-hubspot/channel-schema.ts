import type { Clock } from '../../../../server/clock.ts';
import { type Fields, fieldsOf, invalid, isFields, listOf, Refusal, textOf } from './answer.ts';

/** What HubSpot has of channels, and what it takes (its OpenAPI files "Custom Channels" and "Conversations", 2026-09). */

export interface Identifier {
  readonly type: string;
  readonly value: string;
}

export interface Channel {
  readonly id: string;
  readonly createdAt: string;
  /** As it was registered. */
  given: Fields;
}

export interface Inbox {
  readonly id: string;
  readonly name: string;
  readonly type: 'INBOX' | 'HELP_DESK';
}

export interface Account {
  readonly id: string;
  readonly portalId: number;
  readonly channelId: string;
  readonly inboxId: string;
  readonly name: string;
  readonly deliveryIdentifier: Identifier;
  readonly createdAt: string;
  authorized: boolean;
  archived: boolean;
}

export interface Thread {
  readonly id: string;
  readonly portalId: number;
  readonly account: Account;
  /** The number of the contact. */
  readonly number: string;
  readonly contactId: string | null;
  /** Of a help desk. */
  readonly ticketId: string | null;
  readonly createdAtMs: number;
  /** Of users, and of apps to them. */
  readonly comments: string[];
  status: 'OPEN' | 'CLOSED';
}

export interface Message {
  readonly id: string;
  readonly portalId: number;
  readonly thread: Thread;
  readonly direction: 'INCOMING' | 'OUTGOING';
  readonly text: string;
  readonly createdAt: string;
  readonly attachments: readonly object[];
  readonly idempotencyId: string | null;
  /** By a user of HubSpot; else by the app. */
  readonly byUser: boolean;
  status: { statusType: string; failureDetails?: object };
  archived: boolean;
}

const IDENTIFIER_TYPES = ['CHANNEL_SPECIFIC_OPAQUE_ID', 'HS_EMAIL_ADDRESS', 'HS_PHONE_NUMBER', 'HS_SHORT_CODE'];
/** The guide "Custom channels" names these two. */
const THREADING_MODELS = ['INTEGRATION_THREAD_ID', 'DELIVERY_IDENTIFIER'];

/** What is wrong with a capability is told with this sub-category, as users of the API have reported. */
export function checkChannel(body: Fields): void {
  if (textOf(body['name']) === '' || !isFields(body['capabilities']))
    throw invalid('Some required fields were not set: name, capabilities');
  const { deliveryIdentifierTypes, threadingModel, richText } = body['capabilities'];
  const types = listOf(deliveryIdentifierTypes);
  const isKnown = types.length > 0 && types.every((type) => IDENTIFIER_TYPES.includes(textOf(type)));
  if (!isKnown || !THREADING_MODELS.includes(textOf(threadingModel)) || !Array.isArray(richText))
    throw new Refusal(400, 'VALIDATION_ERROR', 'One or more Channel Capabilities specified had invalid values', {
      subCategory: 'CustomChannelsError.INVALID_CHANNEL_CAPABILITY_VALUES',
    });
}

export function identifierOf(value: unknown, channel: Channel): Identifier {
  const { type, value: number } = fieldsOf(value);
  const allowed = listOf(fieldsOf(channel.given['capabilities'])['deliveryIdentifierTypes']);
  if (!allowed.includes(type)) throw invalid(`The channel takes no delivery identifier of the type ${textOf(type)}`);
  if (type === 'HS_PHONE_NUMBER' && !/^\+[1-9]\d{5,14}$/.test(textOf(number)))
    throw invalid('A phone number has to be in E.164');
  return { type: textOf(type), value: textOf(number) };
}

const EGG_REQUIRED = [
  'attachments',
  'channelAccountId',
  'messageDirection',
  'recipients',
  'senders',
  'text',
  'timestamp',
];
const EGG_OPTIONAL = [
  'associateWithContactId',
  'inReplyToId',
  'integrationIdempotencyId',
  'integrationThreadId',
  'preResolvedContacts',
  'richText',
];

/** `ChannelIntegrationMessageEgg`. */
export function checkEgg(body: Fields): void {
  const missing = EGG_REQUIRED.filter((name) => body[name] === undefined || body[name] === null);
  if (missing.length > 0) throw invalid(`Some required fields were not set: ${missing.join(', ')}`);
  const unknown = Object.keys(body).filter((name) => !EGG_REQUIRED.includes(name) && !EGG_OPTIONAL.includes(name));
  if (unknown.length > 0) throw invalid(`Unknown fields: ${unknown.join(', ')}`);
  if (!['INCOMING', 'OUTGOING'].includes(textOf(body['messageDirection']))) throw invalid('messageDirection is wrong');
  if (typeof body['text'] !== 'string' || !Array.isArray(body['attachments'])) throw invalid('text or attachments');
  if (Number.isNaN(Date.parse(textOf(body['timestamp'])))) throw invalid('timestamp is no date-time');
  const contact = body['associateWithContactId'];
  if (contact !== undefined && !Number.isSafeInteger(contact)) throw invalid('associateWithContactId is no integer');
}

/** `PublicConversationsMessage`. */
export function shownMessage(message: Message, appId: number): object {
  const { id, thread, direction, text, createdAt, attachments, byUser, status, archived } = message;
  const ours = { deliveryIdentifier: thread.account.deliveryIdentifier, name: thread.account.name };
  const theirs = {
    actorId: `V-${thread.contactId ?? thread.id}`,
    deliveryIdentifier: { type: 'HS_PHONE_NUMBER', value: thread.number },
  };
  const actorId = byUser ? 'A-77' : `I-${appId}`;
  const isIncoming = direction === 'INCOMING';
  return {
    type: 'MESSAGE',
    id,
    channelId: thread.account.channelId,
    channelAccountId: thread.account.id,
    conversationsThreadId: thread.id,
    createdAt,
    createdBy: actorId,
    client: byUser ? { clientType: 'HUBSPOT' } : { clientType: 'INTEGRATION', integrationAppId: appId },
    direction,
    senders: [isIncoming ? theirs : { ...ours, actorId }],
    recipients: [isIncoming ? { ...ours, actorId: `A-${thread.account.id}` } : theirs],
    text,
    richText: `<p>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>`,
    attachments,
    status,
    truncationStatus: 'NOT_TRUNCATED',
    archived,
  };
}

/** `PublicComment`. */
export function shownComment(thread: Thread, id: string, text: string, appId: number, createdAt: string): object {
  const client = { clientType: 'INTEGRATION', integrationAppId: appId };
  const known = { type: 'COMMENT', id, conversationsThreadId: thread.id, createdAt, createdBy: `I-${appId}`, client };
  return { ...known, senders: [], recipients: [], archived: false, text, richText: `<p>${text}</p>`, attachments: [] };
}

export function shownAccount(account: Account): object {
  const { id, channelId, inboxId, name, deliveryIdentifier, createdAt, authorized, archived } = account;
  return { id, channelId, inboxId, name, deliveryIdentifier, createdAt, active: authorized, authorized, archived };
}

/** A help desk makes its ticket a little after the conversation. */
const TICKET_LAG_MS = 1_000;

/** `PublicThread`. */
export function shownThread(thread: Thread, withTicket: boolean, clock: Clock): object {
  const { id, account, contactId, ticketId, createdAtMs, status } = thread;
  const hasTicket = ticketId !== null && clock.now() - createdAtMs >= TICKET_LAG_MS;
  const associatedTicketId = hasTicket ? { associatedTicketId: ticketId } : {};
  return {
    id,
    status,
    inboxId: account.inboxId,
    associatedContactId: contactId ?? id,
    originalChannelId: account.channelId,
    originalChannelAccountId: account.id,
    createdAt: new Date(createdAtMs).toISOString(),
    archived: false,
    spam: false,
    ...(withTicket ? { threadAssociations: associatedTicketId } : {}),
  };
}
