import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../../server/clock.ts';
import { type Answer, type Fields, fieldsOf, invalid, notFound, textOf } from './answer.ts';
import type { ChannelAccounts } from './channel-accounts.ts';
import type { ChannelEvents } from './channel-events.ts';
import type { ChannelRegistry } from './channel-registry.ts';
import { type Account, checkEgg, identifierOf, type Message, shownMessage, type Thread } from './channel-schema.ts';
import type { CrmCall } from './crm.ts';
import type { Threads } from './threads.ts';

export interface MessagesOptions {
  readonly clock: Clock;
  readonly appId: number;
  readonly registry: ChannelRegistry;
  readonly accounts: ChannelAccounts;
  readonly threads: Threads;
  readonly events: ChannelEvents;
}

type NewMessage = Pick<Message, 'thread' | 'direction' | 'text' | 'attachments' | 'idempotencyId' | 'byUser'>;

const STATUSES = ['SENT', 'FAILED', 'READ'];

/** What is said in conversations: messages, and what the app is told of them. */
export function openMessages(options: MessagesOptions) {
  const { clock, appId, registry, accounts, threads, events } = options;
  const messages = new Map<string, Message>();
  const now = () => new Date(clock.now()).toISOString();

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
      thread: threads.with(call.portal, account, contact, contactId),
      direction: isIncoming ? 'INCOMING' : 'OUTGOING',
      text: textOf(body['text']),
      attachments: [],
      idempotencyId,
      byUser: false,
    });
    return { status: 201, json: shownMessage(message, appId) };
  }

  return {
    messages,
    publish,
    show: ({ portal }: CrmCall, id: string): Answer => ({
      status: 200,
      json: shownMessage(messageOf(portal.id, id), appId),
    }),
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

export type Messages = ReturnType<typeof openMessages>;
