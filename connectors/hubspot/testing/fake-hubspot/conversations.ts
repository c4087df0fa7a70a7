import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../../server/clock.ts';
import { type Answer, type Fields, fieldsOf, invalid, notFound, textOf } from './answer.ts';
import type { ChannelAccounts } from './channel-accounts.ts';
import type { ChannelEvents } from './channel-events.ts';
import type { ChannelRegistry } from './channel-registry.ts';
import {
  type Account,
  checkEgg,
  identifierOf,
  type Message,
  shownComment,
  shownMessage,
  shownThread,
  type Thread,
} from './channel-schema.ts';
import type { CrmCall } from './crm.ts';
import type { Inboxes } from './inboxes.ts';
import type { Portal } from './portal.ts';

export interface ConversationsOptions {
  readonly clock: Clock;
  readonly appId: number;
  readonly nextId: () => string;
  readonly registry: ChannelRegistry;
  readonly accounts: ChannelAccounts;
  readonly inboxes: Inboxes;
  readonly events: ChannelEvents;
}

type NewMessage = Pick<Message, 'thread' | 'direction' | 'text' | 'attachments' | 'idempotencyId' | 'byUser'>;

const STATUSES = ['SENT', 'FAILED', 'READ'];

/** What stands in the inboxes of accounts: conversations, and the messages in them. */
export function openConversations(options: ConversationsOptions) {
  const { clock, appId, nextId, registry, accounts, inboxes, events } = options;
  const threads = new Map<string, Thread>();
  const messages = new Map<string, Message>();
  const now = () => new Date(clock.now()).toISOString();

  function threadOf(portalId: number, id: string): Thread {
    const found = threads.get(id);
    if (found?.portalId !== portalId) throw notFound();
    return found;
  }
  function messageOf(portalId: number, id: string): Message {
    const found = messages.get(id);
    if (!found || found.portalId !== portalId || found.archived) throw notFound('There is no such message');
    return found;
  }

  /** HubSpot tells the app of everything outgoing, also of what the app itself published. */
  function add(given: NewMessage): Message {
    const statusType = given.direction === 'INCOMING' ? 'RECEIVED' : 'SENT';
    const { portalId, account } = given.thread;
    const id = randomUUID().replaceAll('-', '');
    const message: Message = { ...given, id, portalId, createdAt: now(), status: { statusType }, archived: false };
    messages.set(id, message);
    if (given.direction === 'OUTGOING')
      events.tell(registry.channelOf(account.channelId), 'OUTGOING_CHANNEL_MESSAGE_CREATED', portalId, {
        channelIntegrationThreadIds: [],
        message: shownMessage(message, appId),
      });
    return message;
  }

  function threadWith(owner: Portal, account: Account, number: string, contactId: string | null): Thread {
    const open = [...threads.values()].find(
      (one) => one.account === account && one.number === number && one.status === 'OPEN',
    );
    if (open) return open;
    const id = nextId();
    const ticketId = inboxes.isDesk(owner.id, account.inboxId) ? deskTicket(owner, number, contactId) : null;
    const known = { id, portalId: owner.id, account, number, contactId, ticketId, comments: [] };
    const thread: Thread = { ...known, createdAtMs: clock.now(), status: 'OPEN' };
    threads.set(id, thread);
    return thread;
  }

  /** Who takes part, of ours and theirs: the channel takes one sender and one recipient. */
  function sides(body: Fields, account: Account): { readonly isIncoming: boolean; readonly contact: string } {
    const isIncoming = body['messageDirection'] === 'INCOMING';
    const channel = registry.channelOf(account.channelId);
    const [sender, recipient] = [body['senders'], body['recipients']].map((some) =>
      identifierOf(onlyOne(some), channel),
    );
    const [ours, theirs] = isIncoming ? [recipient, sender] : [sender, recipient];
    if (!theirs || ours?.value !== account.deliveryIdentifier.value)
      throw invalid('The channel account takes no part in this message');
    return { isIncoming, contact: theirs.value };
  }

  /** One message for each `integrationIdempotencyId`, however often it is published. */
  function publish(call: CrmCall): Answer {
    const body = fieldsOf(call.body);
    checkEgg(body);
    const account = accounts.accountOf(call.portal.id, body['channelAccountId']);
    if (!account.authorized) throw invalid('The channel account is not authorized');
    const { isIncoming, contact } = sides(body, account);
    const idempotencyId = textOf(body['integrationIdempotencyId']) || null;
    const there = [...messages.values()].find(
      (one) => idempotencyId !== null && one.idempotencyId === idempotencyId && one.thread.account === account,
    );
    if (there) return { status: 201, json: shownMessage(there, appId) };
    const contactId = textOf(body['associateWithContactId']) || null;
    if (contactId !== null) call.portal.get('contacts', contactId);
    const message = add({
      thread: threadWith(call.portal, account, contact, contactId),
      direction: isIncoming ? 'INCOMING' : 'OUTGOING',
      text: textOf(body['text']),
      attachments: [],
      idempotencyId,
      byUser: false,
    });
    return { status: 201, json: shownMessage(message, appId) };
  }

  return {
    threads,
    messages,
    publish,
    show: ({ portal, query }: CrmCall, id: string): Answer => ({
      status: 200,
      json: shownThread(threadOf(portal.id, id), query.getAll('association').includes('TICKET'), clock),
    }),
    showMessage: ({ portal }: CrmCall, id: string): Answer => ({
      status: 200,
      json: shownMessage(messageOf(portal.id, id), appId),
    }),
    /** Of the messages of a conversation, only the comment among users is played. */
    comment(call: CrmCall, id: string): Answer {
      const thread = threadOf(call.portal.id, id);
      const { type, text, attachments } = fieldsOf(call.body);
      if (type !== 'COMMENT' || typeof text !== 'string' || !Array.isArray(attachments))
        throw invalid('A comment has a type, a text and attachments');
      thread.comments.push(text);
      return { status: 201, json: shownComment(thread, nextId(), text, appId, now()) };
    },
    setStatus(call: CrmCall, id: string): Answer {
      const message = messageOf(call.portal.id, id);
      const { statusType, errorMessage } = fieldsOf(call.body);
      if (!STATUSES.includes(textOf(statusType))) throw invalid('Valid status are SENT, FAILED, and READ');
      if (message.direction !== 'OUTGOING') throw invalid('Only outgoing messages have a status');
      const failureDetails = { errorMessage: textOf(errorMessage), errorMessageTokens: {} };
      const isFailed = statusType === 'FAILED';
      message.status = { statusType: textOf(statusType), ...(isFailed ? { failureDetails } : {}) };
      return { status: 200, json: shownMessage(message, appId) };
    },
    /** A user of HubSpot writes into a conversation. */
    write: (thread: Thread, text: string, attachments: readonly object[] = []) =>
      add({ thread, direction: 'OUTGOING', text, attachments, idempotencyId: null, byUser: true }),
  };
}

function onlyOne(participants: unknown): unknown {
  const list: readonly unknown[] = Array.isArray(participants) ? participants : [];
  if (list.length !== 1) throw invalid('The channel takes one sender and one recipient');
  return fieldsOf(list[0])['deliveryIdentifier'];
}

function deskTicket(owner: Portal, number: string, contactId: string | null): string {
  const properties = { subject: `Conversation with ${number}`, hs_pipeline: '8001', hs_pipeline_stage: '80011' };
  const ticket = owner.create('tickets', { properties });
  if (contactId !== null) owner.link('tickets', ticket.id, 'contacts', contactId, [16]);
  return ticket.id;
}
