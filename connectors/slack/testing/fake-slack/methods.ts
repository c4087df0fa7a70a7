import { blockFaults, viewFaults } from './block-limits.ts';
import type { MethodName } from './contract.ts';
import type { Functions } from './functions.ts';
import type { Interactivity } from './interactivity.ts';
import { MethodError } from './method-error.ts';
import type { OAuth } from './oauth.ts';
import { createUserMethods } from './user-methods.ts';
import { type Block, type Channel, type Message, messageJson, withIds, type Workspace } from './workspace.ts';

/** Arguments as they came: strings, with blocks and views parsed from JSON. */
export type Arguments = Readonly<Record<string, unknown>>;
export type MethodAnswer = Readonly<Record<string, unknown>>;

export interface MethodsOptions {
  readonly workspace: Workspace;
  readonly interactivity: Interactivity;
  readonly functions: Functions;
  readonly oauth: Pick<OAuth, 'exchange' | 'clientId' | 'clientSecret'>;
  /** The app is removed; `isTold`: events say so, too. */
  readonly onRevoked: (isTold: boolean) => void;
  /** For Socket Mode. */
  readonly newSocketUrl: () => string;
  /** Something was written or changed by the app itself. */
  readonly onPosted: (channel: Channel, message: Message) => void;
  readonly onChanged: (channel: Channel, message: Message, before: Record<string, unknown>) => void;
}

export function createMethods(
  options: MethodsOptions,
): Readonly<Record<MethodName, (given: Arguments, token: string) => MethodAnswer>> {
  const { workspace, interactivity, functions } = options;
  const find = (given: Arguments) => channelOf(workspace, given);
  return {
    ...createUserMethods(workspace),
    'apps.connections.open': () => ({ url: options.newSocketUrl() }),
    'oauth.v2.access': (given) => options.oauth.exchange(given),
    'auth.revoke'(given) {
      const isTest = stringOf(given['test']) === '1';
      if (!isTest) options.onRevoked(false);
      return { revoked: !isTest };
    },
    'apps.uninstall'(given) {
      if (given['client_id'] !== options.oauth.clientId) throw new MethodError('invalid_client_id');
      if (given['client_secret'] !== options.oauth.clientSecret) throw new MethodError('bad_client_secret');
      options.onRevoked(true);
      return {};
    },
    'auth.test': () => ({
      url: 'https://fake.slack.example/',
      team: workspace.team.name,
      team_id: workspace.team.id,
      user: workspace.team.bot.name,
      user_id: workspace.team.bot.userId,
      bot_id: workspace.team.bot.botId,
      is_enterprise_install: workspace.team.isEnterpriseInstall,
      ...(workspace.team.enterprise === null ? {} : { enterprise_id: workspace.team.enterprise }),
    }),
    'chat.postMessage'(given) {
      const channel = writable(workspace, find(given));
      const { text, blocks, warnings } = contentOf(given);
      const thread = stringOf(given['thread_ts']) || null;
      if (thread !== null && !channel.messages.has(thread)) throw new MethodError('cannot_reply_to_message');
      const restriction = restrictionOf(channel, thread);
      if (restriction !== null) throw new MethodError(restriction);
      const message = workspace.write(channel, {
        user: workspace.team.bot.userId,
        bot: true,
        text,
        blocks,
        thread_ts: thread,
        isBroadcast: thread !== null && String(given['reply_broadcast']) === 'true',
      });
      options.onPosted(channel, message);
      return { channel: channel.id, ts: message.ts, message: messageJson(workspace, message), ...warnings };
    },
    'chat.update'(given) {
      const channel = find(given);
      const message = messageIn(channel, given['ts']);
      if (!message.bot) throw new MethodError('cant_update_message');
      if (!workspace.isEditable(message)) throw new MethodError('edit_window_closed');
      const before = messageJson(workspace, message);
      const { text, blocks, warnings } = contentOf(given);
      message.text = text;
      message.blocks = withIds(blocks, workspace.nextId);
      message.isEdited = true;
      options.onChanged(channel, message, before);
      return { channel: channel.id, ts: message.ts, text, ...warnings };
    },
    'chat.delete'(given) {
      const channel = find(given);
      const message = messageIn(channel, given['ts']);
      if (!message.bot) throw new MethodError('cant_delete_message');
      channel.messages.delete(message.ts);
      return { channel: channel.id, ts: message.ts };
    },
    'chat.postEphemeral'(given) {
      const channel = writable(workspace, find(given));
      const user = stringOf(given['user']);
      if (!channel.members.has(user)) throw new MethodError('user_not_in_channel');
      if (channel.posting === 'nowhere') throw new MethodError('restricted_action');
      const { text, blocks } = contentOf(given);
      const thread_ts = stringOf(given['thread_ts']) || null;
      const ts = workspace.nextTs();
      channel.ephemerals.push({ ts, user, thread_ts, text, blocks: withIds(blocks, workspace.nextId), isGone: false });
      return { message_ts: ts };
    },
    'chat.getPermalink'(given) {
      const channel = find(given);
      const { ts } = messageIn(channel, given['message_ts']);
      const permalink = `https://fake.slack.example/archives/${channel.id}/p${ts.replace('.', '')}`;
      return { channel: channel.id, permalink };
    },
    'reactions.add'(given) {
      const channel = find(given);
      if (channel.isArchived) throw new MethodError('is_archived');
      if (!/^\d+\.\d{6}$/.test(stringOf(given['timestamp']))) throw new MethodError('bad_timestamp');
      const message = messageIn(channel, given['timestamp']);
      const name = stringOf(given['name']);
      if (!/^[a-z0-9_+'-]{1,100}$/.test(name)) throw new MethodError('invalid_name');
      const who = message.reactions.get(name) ?? new Set<string>();
      if (who.has(workspace.team.bot.userId)) throw new MethodError('already_reacted');
      if (message.reactions.size >= REACTIONS_MAX) throw new MethodError('too_many_reactions');
      message.reactions.set(name, who.add(workspace.team.bot.userId));
      return {};
    },
    'conversations.info': (given) => ({ channel: channelJson(workspace, find(given)) }),
    'conversations.join'(given) {
      const channel = find(given);
      if (channel.isPrivate) throw new MethodError('method_not_supported_for_channel_type');
      if (channel.isArchived) throw new MethodError('is_archived');
      channel.members.add(workspace.team.bot.userId);
      return { channel: channelJson(workspace, channel) };
    },
    'conversations.history'(given) {
      const channel = find(given);
      if (!channel.members.has(workspace.team.bot.userId)) throw new MethodError('not_in_channel');
      const roots = [...channel.messages.values()].filter(
        ({ thread_ts, ts, isBroadcast }) => thread_ts === null || thread_ts === ts || isBroadcast,
      );
      return pageOf(workspace, roots.toReversed(), given);
    },
    'conversations.replies'(given) {
      const channel = find(given);
      const root = stringOf(given['ts']);
      const thread = [...channel.messages.values()].filter(({ ts, thread_ts }) => ts === root || thread_ts === root);
      if (thread[0]?.ts !== root) throw new MethodError('thread_not_found');
      return pageOf(workspace, thread, given);
    },
    'functions.completeSuccess'(given, token) {
      functions.succeed(stringOf(given['function_execution_id']), token, given['outputs']);
      return {};
    },
    'functions.completeError'(given, token) {
      functions.fail(stringOf(given['function_execution_id']), token, stringOf(given['error']));
      return {};
    },
    'views.open': (given) => ({ view: interactivity.open(viewOf(given, 'modal'), stringOf(given['trigger_id'])) }),
    'views.push': (given) => ({ view: interactivity.push(viewOf(given, 'modal'), stringOf(given['trigger_id'])) }),
    'views.update': (given) => ({
      view: interactivity.update(stringOf(given['view_id']), viewOf(given, 'modal'), stringOf(given['hash'])),
    }),
    'views.publish': (given) => ({
      view: interactivity.publish(stringOf(given['user_id']), viewOf(given, 'home'), stringOf(given['hash'])),
    }),
  };
}

function channelOf(workspace: Workspace, given: Arguments): Channel {
  const channel = workspace.channels.get(stringOf(given['channel']));
  // Names are no ids, and a private channel is unknown to those who are not in it.
  if (!channel || (channel.isPrivate && !channel.members.has(workspace.team.bot.userId)))
    throw new MethodError('channel_not_found');
  return channel;
}

function writable(workspace: Workspace, channel: Channel): Channel {
  if (!channel.members.has(workspace.team.bot.userId)) throw new MethodError('not_in_channel');
  if (channel.isArchived) throw new MethodError('is_archived');
  return channel;
}

/** docs.slack.dev, "chat.postMessage", errors. */
function restrictionOf({ posting, messages }: Channel, thread: string | null): string | null {
  if (posting === 'nowhere') return 'restricted_action';
  if (posting === 'read_only') return 'restricted_action_read_only_channel';
  if (thread === null) return posting === 'thread_only' ? 'restricted_action_thread_only_channel' : null;
  if (posting === 'non_threadable') return 'restricted_action_non_threadable_channel';
  return messages.get(thread)?.isLocked ? 'restricted_action_thread_locked' : null;
}

function messageIn(channel: Channel, ts: unknown): Message {
  const message = channel.messages.get(stringOf(ts));
  if (!message || message.isTombstone) throw new MethodError('message_not_found');
  return message;
}

/** Different ones on one message. */
const REACTIONS_MAX = 50;
const TEXT_MAX = 40_000;
/** Measured by others: longer blocks are refused although each of them is short enough. */
const BLOCKS_MAX = 13_000;

/** docs.slack.dev, "Truncating really long messages". */
const TRUNCATED = { warning: 'message_truncated', response_metadata: { warnings: ['message_truncated'] } };

function contentOf(given: Arguments): { text: string; blocks: Block[]; warnings: object } {
  const markdown = stringOf(given['markdown_text']);
  if (markdown !== '' && (given['text'] !== undefined || given['blocks'] !== undefined))
    throw new MethodError('markdown_text_conflict');
  const characters = Array.from(markdown === '' ? stringOf(given['text']) : markdown);
  const text = characters.slice(0, TEXT_MAX).join('');
  const blocks = (given['blocks'] ?? []) as Block[];
  const faults = blockFaults(blocks);
  if (faults.length > 0)
    throw new MethodError('invalid_blocks', { errors: faults, response_metadata: { messages: faults } });
  if (JSON.stringify(blocks).length > BLOCKS_MAX) throw new MethodError('msg_blocks_too_long');
  if (text === '' && blocks.length === 0) throw new MethodError('no_text');
  return { text, blocks, warnings: characters.length > TEXT_MAX ? TRUNCATED : {} };
}

const VIEW_MAX_BYTES = 250_000;

function viewOf(given: Arguments, type: 'modal' | 'home'): Block {
  const view = given['view'] as Block;
  if (view['type'] !== type) {
    const messages = [`[ERROR] must be a ${type} [json-pointer:/view/type]`];
    throw new MethodError('invalid_arguments', { response_metadata: { messages } });
  }
  if (JSON.stringify(view).length > VIEW_MAX_BYTES) throw new MethodError('view_too_large');
  const faults = viewFaults(view);
  if (faults.length > 0) throw new MethodError('invalid_arguments', { response_metadata: { messages: faults } });
  return view;
}

const channelJson = (workspace: Workspace, { id, name, isArchived, isPrivate, isShared, members }: Channel) => ({
  id,
  name,
  is_channel: !isPrivate,
  is_private: isPrivate,
  is_archived: isArchived,
  is_ext_shared: isShared,
  is_member: members.has(workspace.team.bot.userId),
  context_team_id: workspace.team.id,
});

function pageOf(workspace: Workspace, messages: readonly Message[], given: Arguments): MethodAnswer {
  const { oldest = '0', latest = '9', limit = 100, inclusive, cursor } = given;
  if (!isTs(oldest)) throw new MethodError('invalid_ts_oldest');
  if (!isTs(latest)) throw new MethodError('invalid_ts_latest');
  const from = startOfPage(cursor);
  const isBetween = ({ ts }: Message) =>
    (ts > stringOf(oldest) && ts < stringOf(latest)) ||
    (String(inclusive) === 'true' && (ts === oldest || ts === latest));
  const found = messages.filter((message) => isBetween(message) || message.ts === given['ts']);
  const to = from + Number(limit);
  const hasMore = found.length > to;
  return {
    messages: found.slice(from, to).map((message) => messageJson(workspace, message)),
    has_more: hasMore,
    ...(hasMore ? { response_metadata: { next_cursor: Buffer.from(`next:${to}`).toString('base64') } } : {}),
  };
}

/** Whole seconds, or with the six digits of a message. */
const isTs = (value: unknown) => /^\d+(\.\d{1,6})?$/.test(stringOf(value));

/** Opaque to who asks (docs.slack.dev, "Pagination"). */
function startOfPage(cursor: unknown): number {
  if (stringOf(cursor) === '') return 0;
  const [, from] = /^next:(\d{1,9})$/.exec(Buffer.from(stringOf(cursor), 'base64').toString('utf8')) ?? [];
  if (from === undefined) throw new MethodError('invalid_cursor');
  return Number(from);
}

const stringOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
