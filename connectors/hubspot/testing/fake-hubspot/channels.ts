import type { Clock } from '../../../../server/clock.ts';
import { type Answer, notFound } from './answer.ts';
import { type ChannelAccounts, openChannelAccounts } from './channel-accounts.ts';
import { openChannelEvents } from './channel-events.ts';
import { type ChannelRegistry, openChannelRegistry } from './channel-registry.ts';
import type { Message, Thread } from './channel-schema.ts';
import type { CrmCall } from './crm.ts';
import { type Inboxes, openInboxes } from './inboxes.ts';
import { type Messages, openMessages } from './messages.ts';
import type { Portal } from './portal.ts';
import { openStaging, type Staging } from './staging.ts';
import { openThreads, type Threads } from './threads.ts';
import type { Caller } from './webhooks.ts';

export interface ChannelsOptions {
  readonly clock: Clock;
  readonly app: { readonly id: number; readonly developerKey: string };
  readonly portal: (id: number) => Portal;
  readonly nextId: () => string;
  readonly caller: Caller;
}

/** Custom channels are documented in two versions, everything else in the newest. */
const CHANNEL = /^\/conversations\/custom-channels\/(?:2026-09|2026-03)\/(\d+)\/([a-z-]+)(?:\/([\w-]+))?$/;
const INBOXES = /^\/conversations\/conversations\/2026-09\/(inboxes|threads)(?:\/(\d+))?(\/messages)?$/;

/** Inboxes, and the channel of the app in them: what HubSpot's users see and write, and what the app is told of it. */
export function openChannels({ clock, app, portal, nextId, caller }: ChannelsOptions) {
  const events = openChannelEvents(caller, clock);
  const registry = openChannelRegistry({ clock, app, nextId });
  const inboxes = openInboxes();
  const accounts = openChannelAccounts({ clock, nextId, registry, inboxes, events });
  const staging = openStaging(clock, registry, accounts);
  const threads = openThreads({ clock, appId: app.id, nextId, inboxes });
  const messages = openMessages({ clock, appId: app.id, registry, accounts, threads, events });
  const parts: Parts = { clock, registry, inboxes, accounts, staging, threads, messages };

  return {
    channels: registry.channels,
    accounts: accounts.accounts,
    threads: threads.threads,
    messages: messages.messages,
    inboxesOf: inboxes.inboxesOf,
    waiting: events.waiting,
    deliver: events.deliver,
    answerDeveloper: registry.answer,
    /** With the token of an account; null: it is no address of channels or inboxes. */
    answer(call: CrmCall): Answer | null {
      const inbox = INBOXES.exec(call.path);
      if (inbox) return answerInbox(parts, call, inbox);
      const channel = CHANNEL.exec(call.path);
      return channel && answerChannel(parts, call, channel);
    },
    /** The threads with a number, and what stands in one. */
    threadsWith: (number: string) => [...threads.threads.values()].filter((one) => one.number === number),
    textsIn: (thread: Thread) => [...messages.messages.values()].filter((one) => one.thread === thread),
    write: messages.write,
    remove(message: Message): void {
      message.archived = true;
    },
    close(thread: Thread): void {
      thread.status = 'CLOSED';
    },
    authorize: accounts.authorize,
    purge: accounts.purge,
    begin(portalId: number, channelId: string, inboxId: string, appUrl: string): string {
      return staging.begin(portal(portalId).id, channelId, inboxId, appUrl);
    },
  };
}

interface Parts {
  readonly clock: Clock;
  readonly registry: ChannelRegistry;
  readonly inboxes: Inboxes;
  readonly accounts: ChannelAccounts;
  readonly staging: Staging;
  readonly threads: Threads;
  readonly messages: Messages;
}

function answerChannel(
  { registry, accounts, staging, messages }: Parts,
  call: CrmCall,
  [, channelId, kind = '', id]: RegExpExecArray,
): Answer | null {
  const channel = registry.channelOf(channelId);
  call.needs(`conversations.custom_channels.${kind === 'messages' && call.method !== 'GET' ? 'write' : 'read'}`);
  if (id === undefined)
    switch (`${call.method} ${kind}`) {
      case 'GET channel-accounts':
        return accounts.list(call, channel);
      case 'POST channel-accounts':
        return accounts.create(call, channel);
      case 'POST messages':
        return messages.publish(call);
      default:
        return null;
    }
  switch (`${call.method} ${kind}`) {
    case 'GET channel-accounts':
      return accounts.show(call, id);
    case 'PATCH channel-accounts':
      return accounts.change(call, id);
    case 'PATCH channel-account-staging-tokens':
      return staging.connect(call, channel, id);
    case 'GET messages':
      return messages.show(call, id);
    case 'PATCH messages':
      return messages.setStatus(call, id);
    default:
      return null;
  }
}

function answerInbox(
  { clock, inboxes, threads }: Parts,
  call: CrmCall,
  [, kind, id, within]: RegExpExecArray,
): Answer | null {
  if (call.method === 'POST' && within !== undefined) {
    call.needs('conversations.write');
    return threads.comment(call, id ?? '');
  }
  if (call.method !== 'GET' || within !== undefined) return null;
  call.needs('conversations.read');
  if (kind === 'threads') return threads.show(call, id ?? '');
  if (id !== undefined) throw notFound();
  return inboxes.list(call.portal.id, new Date(clock.now()).toISOString());
}
