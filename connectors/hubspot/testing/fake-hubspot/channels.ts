import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../../server/clock.ts';
import { type Answer, type Fields, fieldsOf, invalid, notFound, Refusal, textOf } from './answer.ts';
import { openChannelEvents } from './channel-events.ts';
import {
  type Account,
  type Channel,
  checkChannel,
  checkEgg,
  identifierOf,
  type Inbox,
  type Message,
  shownAccount,
  shownComment,
  shownMessage,
  shownThread,
  type Thread,
} from './channel-schema.ts';
import type { CrmCall } from './crm.ts';
import type { Portal } from './portal.ts';
import type { Caller } from './webhooks.ts';

export interface ChannelsOptions {
  readonly clock: Clock;
  readonly app: { readonly id: number; readonly developerKey: string };
  readonly portal: (id: number) => Portal;
  readonly nextId: () => string;
  readonly caller: Caller;
}

/** Custom channels are documented in two versions, everything else in the newest. */
const CHANNELS = /^\/conversations\/custom-channels\/(?:2026-09|2026-03)(?:\/(\d+))?(?:\/([a-z-]+)(?:\/([\w-]+))?)?$/;
const INBOXES = /^\/conversations\/conversations\/2026-09\/(inboxes|threads)(?:\/(\d+))?(\/messages)?$/;
const STATUSES = ['SENT', 'FAILED', 'READ'];

export type FakeChannels = ReturnType<typeof openChannels>;

/** Inboxes, and the channel of the app in them: what HubSpot's users see and write, and what the app is told of it. */
export function openChannels({ clock, app, portal, nextId, caller }: ChannelsOptions) {
  const channels = new Map<string, Channel>();
  const inboxes = new Map<number, Inbox[]>();
  const accounts = new Map<string, Account>();
  const threads = new Map<string, Thread>();
  const messages = new Map<string, Message>();
  const staged = new Map<string, { readonly portalId: number; readonly channelId: string; readonly inboxId: string }>();
  const events = openChannelEvents(caller);
  const now = () => new Date(clock.now()).toISOString();
  const created = (json: unknown): Answer => ({ status: 201, json });
  const ok = (json: unknown): Answer => ({ status: 200, json });

  function channelOf(id: string | undefined): Channel {
    const found = channels.get(id ?? '');
    if (!found) throw notFound(`There is no channel ${id ?? ''}`);
    return found;
  }
  function accountOf(portalId: number, id: unknown): Account {
    const found = accounts.get(textOf(id));
    if (!found || found.portalId !== portalId || found.archived) throw notFound('There is no such channel account');
    return found;
  }
  const inboxesOf = (portalId: number) => {
    const found = inboxes.get(portalId) ?? [
      { id: '9001', name: 'Sales inbox', type: 'INBOX' as const },
      { id: '9002', name: 'Help desk', type: 'HELP_DESK' as const },
    ];
    inboxes.set(portalId, found);
    return found;
  };
  const tell = (channel: Channel, type: string, portalId: number, more: object) => {
    const ids = { type, portalId: String(portalId), channelId: channel.id, eventId: randomUUID() };
    events.waiting.push({ channel, event: { ...ids, eventTimestamp: now(), ...more } });
  };
  const tellOfAccount = (account: Account, type: string) =>
    tell(channelOf(account.channelId), type, account.portalId, {
      channelAccountId: account.id,
      channelAccountDeliveryIdentifier: account.deliveryIdentifier,
      authorized: account.authorized,
    });

  /** With the key of the developer, in the address: `?hapikey=…&appId=…` (the guide "Custom channels"). */
  function answerDeveloper(method: string, path: string, query: URLSearchParams, body: unknown): Answer {
    if (query.get('hapikey') !== app.developerKey || query.get('appId') !== String(app.id))
      throw new Refusal(401, 'INVALID_AUTHENTICATION', 'The API key provided is invalid.');
    const match = CHANNELS.exec(path);
    const id = match?.[1];
    if (!match || match[2] !== undefined) throw notFound(`${method} ${path} is no address of 2026-09`);
    const shown = (channel: Channel) => ({ ...channel.given, id: channel.id, createdAt: channel.createdAt });
    if (method === 'GET' && id === undefined)
      return ok({ total: channels.size, results: [...channels.values()].map(shown) });
    if (method === 'GET') return ok(shown(channelOf(id)));
    if (method === 'POST' && id === undefined) {
      checkChannel(fieldsOf(body));
      const channel = { id: nextId(), createdAt: now(), given: fieldsOf(body) };
      channels.set(channel.id, channel);
      return created(shown(channel));
    }
    if (method !== 'PATCH') throw notFound(`${method} ${path} is no address of 2026-09`);
    const channel = channelOf(id);
    channel.given = { ...channel.given, ...fieldsOf(body) };
    checkChannel(channel.given);
    return ok(shown(channel));
  }

  /** With the token of an account; null: it is no address of channels or inboxes. */
  function answer(call: CrmCall): Answer | null {
    const inbox = INBOXES.exec(call.path);
    if (inbox?.[3] && call.method === 'POST') return comment(call, inbox[2] ?? '');
    if (inbox && call.method === 'GET') return answerInbox(call, inbox[1] ?? '', inbox[2]);
    const match = CHANNELS.exec(call.path);
    if (!match?.[2]) return null;
    const [, channelId, kind, id] = match;
    const channel = channelOf(channelId);
    call.needs(`conversations.custom_channels.${kind === 'messages' && call.method !== 'GET' ? 'write' : 'read'}`);
    switch (`${call.method} ${kind}${id === undefined ? '' : '/'}`) {
      case 'GET channel-accounts':
        return listAccounts(call, channel);
      case 'POST channel-accounts':
        return created(shownAccount(connect(call.portal.id, channel, fieldsOf(call.body))));
      case 'GET channel-accounts/':
        return ok(shownAccount(accountOf(call.portal.id, id)));
      case 'PATCH channel-accounts/':
        return changeAccount(accountOf(call.portal.id, id), fieldsOf(call.body));
      case 'PATCH channel-account-staging-tokens/':
        return connectStaged(call, channel, id ?? '');
      case 'POST messages':
        return publish(call, fieldsOf(call.body));
      case 'GET messages/':
        return ok(shownMessage(messageOf(call.portal.id, id), app.id));
      case 'PATCH messages/':
        return setStatus(messageOf(call.portal.id, id), fieldsOf(call.body));
      default:
        return null;
    }
  }

  function answerInbox(call: CrmCall, kind: string, id: string | undefined): Answer {
    call.needs('conversations.read');
    const portalId = call.portal.id;
    if (kind === 'inboxes' && id === undefined) {
      const results = inboxesOf(portalId).map((one) => ({
        ...one,
        createdAt: now(),
        updatedAt: now(),
        archived: false,
      }));
      return ok({ total: results.length, results });
    }
    const thread = threads.get(id ?? '');
    if (kind !== 'threads' || !thread || thread.portalId !== portalId) throw notFound();
    return ok(shownThread(thread, call.query.getAll('association').includes('TICKET'), clock));
  }

  /** Of the messages of a conversation, only the comment among users is played. */
  function comment(call: CrmCall, id: string): Answer {
    call.needs('conversations.write');
    const thread = threads.get(id);
    if (thread?.portalId !== call.portal.id) throw notFound();
    const { type, text, attachments } = fieldsOf(call.body);
    if (type !== 'COMMENT' || typeof text !== 'string' || !Array.isArray(attachments))
      throw invalid('A comment has a type, a text and attachments');
    thread.comments.push(text);
    return created(shownComment(thread, nextId(), text, app.id, now()));
  }

  function listAccounts({ portal: { id }, query }: CrmCall, channel: Channel): Answer {
    const values = query.getAll('deliveryIdentifierValue');
    const results = [...accounts.values()].filter(
      (one) =>
        one.portalId === id &&
        one.channelId === channel.id &&
        !one.archived &&
        (values.length === 0 || values.includes(one.deliveryIdentifier.value)),
    );
    return ok({ total: results.length, results: results.map(shownAccount) });
  }

  function connect(portalId: number, channel: Channel, body: Fields): Account {
    const { inboxId, name, authorized } = body;
    if (textOf(inboxId) === '' || textOf(name) === '' || typeof authorized !== 'boolean')
      throw invalid('Some required fields were not set: inboxId, name, authorized');
    if (!inboxesOf(portalId).some(({ id }) => id === textOf(inboxId))) throw invalid('There is no such inbox');
    const deliveryIdentifier = identifierOf(body['deliveryIdentifier'], channel);
    const isThere = [...accounts.values()].some(
      (one) => one.portalId === portalId && !one.archived && one.deliveryIdentifier.value === deliveryIdentifier.value,
    );
    if (isThere) throw invalid('A channel account with this delivery identifier exists already');
    const known = { portalId, channelId: channel.id, inboxId: textOf(inboxId), name: textOf(name), deliveryIdentifier };
    const account: Account = { ...known, id: nextId(), createdAt: now(), authorized, archived: false };
    accounts.set(account.id, account);
    tellOfAccount(account, 'CHANNEL_ACCOUNT_CREATED');
    return account;
  }

  function changeAccount(account: Account, { authorized }: Fields): Answer {
    if (typeof authorized === 'boolean') authorize(account, authorized);
    return ok(shownAccount(account));
  }

  function authorize(account: Account, authorized: boolean): void {
    if (account.authorized === authorized) return;
    account.authorized = authorized;
    tellOfAccount(account, 'CHANNEL_ACCOUNT_UPDATED');
  }

  function connectStaged(call: CrmCall, channel: Channel, accountToken: string): Answer {
    const token = staged.get(accountToken);
    if (token?.portalId !== call.portal.id || token.channelId !== channel.id) throw notFound('There is no such token');
    const { accountName, deliveryIdentifier } = fieldsOf(call.body);
    const { inboxId } = token;
    connect(call.portal.id, channel, { inboxId, name: accountName, authorized: true, deliveryIdentifier });
    staged.delete(accountToken);
    const ids = { genericChannelId: Number(channel.id), inboxId: Number(inboxId), userId: 77 };
    return ok({ accountToken, accountName, deliveryIdentifier, createdAt: now(), ...ids });
  }

  /** One message for each `integrationIdempotencyId`, however often it is published. */
  function publish(call: CrmCall, body: Fields): Answer {
    checkEgg(body);
    const account = accountOf(call.portal.id, body['channelAccountId']);
    if (!account.authorized) throw invalid('The channel account is not authorized');
    const isIncoming = body['messageDirection'] === 'INCOMING';
    const [sender, recipient] = [body['senders'], body['recipients']].map((some) => oneOf(some, account));
    const [ours, theirs] = isIncoming ? [recipient, sender] : [sender, recipient];
    if (!theirs || ours?.value !== account.deliveryIdentifier.value)
      throw invalid('The channel account takes no part in this message');
    const idempotencyId = textOf(body['integrationIdempotencyId']) || null;
    const there = [...messages.values()].find(
      (one) => idempotencyId !== null && one.idempotencyId === idempotencyId && one.thread.account === account,
    );
    if (there) return created(shownMessage(there, app.id));
    const contactId = textOf(body['associateWithContactId']) || null;
    if (contactId !== null) call.portal.get('contacts', contactId);
    const message = addMessage({
      thread: threadWith(call.portal, account, theirs.value, contactId),
      direction: isIncoming ? 'INCOMING' : 'OUTGOING',
      text: textOf(body['text']),
      attachments: [],
      idempotencyId,
      byUser: false,
    });
    return created(shownMessage(message, app.id));
  }

  function oneOf(participants: unknown, account: Account) {
    const list = Array.isArray(participants) ? (participants as unknown[]) : [];
    if (list.length !== 1) throw invalid('The channel takes one sender and one recipient');
    return identifierOf(fieldsOf(list[0])['deliveryIdentifier'], channelOf(account.channelId));
  }

  /** HubSpot tells the app of everything outgoing, also of what the app itself published. */
  function addMessage(
    given: Pick<Message, 'thread' | 'direction' | 'text' | 'attachments' | 'idempotencyId' | 'byUser'>,
  ) {
    const statusType = given.direction === 'INCOMING' ? 'RECEIVED' : 'SENT';
    const { portalId } = given.thread;
    const id = randomUUID().replaceAll('-', '');
    const message: Message = { ...given, id, portalId, createdAt: now(), status: { statusType }, archived: false };
    messages.set(id, message);
    if (given.direction === 'OUTGOING')
      tell(channelOf(given.thread.account.channelId), 'OUTGOING_CHANNEL_MESSAGE_CREATED', portalId, {
        channelIntegrationThreadIds: [],
        message: shownMessage(message, app.id),
      });
    return message;
  }

  function threadWith(owner: Portal, account: Account, number: string, contactId: string | null): Thread {
    const open = [...threads.values()].find(
      (one) => one.account === account && one.number === number && one.status === 'OPEN',
    );
    if (open) return open;
    const isDesk = inboxesOf(owner.id).some(({ id, type }) => id === account.inboxId && type === 'HELP_DESK');
    const id = nextId();
    const properties = { subject: `Conversation with ${number}`, hs_pipeline: '8001', hs_pipeline_stage: '80011' };
    const ticket = isDesk ? owner.create('tickets', { properties }) : null;
    if (ticket && contactId !== null) owner.link('tickets', ticket.id, 'contacts', contactId, [16]);
    const known = { id, portalId: owner.id, account, number, contactId, ticketId: ticket?.id ?? null, comments: [] };
    const thread: Thread = { ...known, createdAtMs: clock.now(), status: 'OPEN' };
    threads.set(id, thread);
    return thread;
  }

  function messageOf(portalId: number, id: string | undefined): Message {
    const found = messages.get(id ?? '');
    if (!found || found.portalId !== portalId || found.archived) throw notFound('There is no such message');
    return found;
  }

  function setStatus(message: Message, { statusType, errorMessage }: Fields): Answer {
    if (!STATUSES.includes(textOf(statusType))) throw invalid('Valid status are SENT, FAILED, and READ');
    if (message.direction !== 'OUTGOING') throw invalid('Only outgoing messages have a status');
    const failureDetails = { errorMessage: textOf(errorMessage), errorMessageTokens: {} };
    const isFailed = statusType === 'FAILED';
    message.status = { statusType: textOf(statusType), ...(isFailed ? { failureDetails } : {}) };
    return ok(shownMessage(message, app.id));
  }

  return {
    channels,
    accounts,
    threads,
    messages,
    inboxesOf,
    waiting: events.waiting,
    answer,
    answerDeveloper,
    /** The threads with a number, and what stands in one. */
    threadsWith: (number: string) => [...threads.values()].filter((one) => one.number === number),
    textsIn: (thread: Thread) => [...messages.values()].filter((one) => one.thread === thread),
    /** A user of HubSpot writes into a conversation. */
    write: (thread: Thread, text: string, attachments: readonly object[] = []) =>
      addMessage({ thread, direction: 'OUTGOING', text, attachments, idempotencyId: null, byUser: true }),
    remove(message: Message): void {
      message.archived = true;
    },
    close(thread: Thread): void {
      thread.status = 'CLOSED';
    },
    /** In HubSpot's inbox settings. */
    authorize,
    purge(account: Account): void {
      account.archived = true;
      tellOfAccount(account, 'CHANNEL_ACCOUNT_PURGED');
    },
    /** A user begins to connect the channel to an inbox: HubSpot opens the page of the app with what is answered here. */
    begin(portalId: number, channelId: string, inboxId: string, appUrl: string): string {
      portal(portalId);
      const accountToken = randomUUID();
      staged.set(accountToken, { portalId, channelId, inboxId });
      const back = `${appUrl}/live-messages-settings/${portalId}/done`;
      const query = { accountToken, channelId, inboxId, portalId: String(portalId), redirectUrl: back };
      return `${textOf(channelOf(channelId).given['channelAccountConnectionRedirectUrl'])}?${new URLSearchParams(query).toString()}`;
    },
    deliver: events.deliver,
  };
}
