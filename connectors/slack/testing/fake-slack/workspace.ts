import type { Clock } from '../../../../server/clock.ts';

/** The state of one workspace: people, channels, what was written. */

export interface User {
  readonly id: string;
  readonly name: string;
  /** In lower case; null = the workspace knows none. */
  readonly email: string | null;
  /** Another team than the workspace: a guest of Slack Connect. */
  readonly team: string;
  /** Workspaces of the same organisation to which they belong beside their home. */
  readonly alsoIn: readonly string[];
  readonly isRestricted: boolean;
  isDeleted: boolean;
}

export interface Channel {
  /** Changes when a private channel is shared. */
  id: string;
  name: string;
  readonly isPrivate: boolean;
  isArchived: boolean;
  isShared: boolean;
  /** Who may post, by the preferences of the workspace and of the channel: everybody, nobody of ours, or only there. */
  posting: 'everywhere' | 'nowhere' | 'read_only' | 'thread_only' | 'non_threadable';
  readonly members: Set<string>;
  /** By ts, the oldest first. */
  readonly messages: Map<string, Message>;
  readonly ephemerals: Ephemeral[];
}

export interface Message {
  readonly ts: string;
  readonly user: string;
  readonly bot: boolean;
  text: string;
  blocks: readonly Block[];
  readonly thread_ts: string | null;
  /** Shown in the channel as well as in its thread. */
  readonly isBroadcast: boolean;
  isEdited: boolean;
  isTombstone: boolean;
  /** Of a root: administrators let nobody answer any more. */
  isLocked: boolean;
  /** Name of the emoji -> who. */
  readonly reactions: Map<string, Set<string>>;
}

/** Seen by one person, and in no history. */
export interface Ephemeral {
  readonly ts: string;
  readonly user: string;
  readonly thread_ts: string | null;
  text: string;
  blocks: readonly Block[];
  isGone: boolean;
}

export type Block = Readonly<Record<string, unknown>>;

export const TEAM = 'T0000000001';
export const APP = 'A0000000001';
export const BOT = { userId: 'U0000000B0T', botId: 'B0000000001', name: 'sms' };

/** The workspace itself, and the app in it: its bot user is another one in each. */
export interface Team {
  readonly id: string;
  readonly name: string;
  /** The organisation it belongs to; null = none. */
  readonly enterprise: string | null;
  /** The app is installed for the whole organisation: events and answers name no workspace. */
  readonly isEnterpriseInstall: boolean;
  readonly bot: typeof BOT;
}

export const FIRST_TEAM: Team = { id: TEAM, name: 'Fake', enterprise: null, isEnterpriseInstall: false, bot: BOT };

export interface Workspace {
  readonly team: Team;
  readonly users: Map<string, User>;
  readonly channels: Map<string, Channel>;
  /** Id of a user group -> ids of its people. */
  readonly userGroups: Map<string, readonly string[]>;
  /** Whether posts keep the ids that the app has given their blocks: Slack promises nothing. */
  keepsBlockIds: boolean;
  /** So long what was written can be changed; a workspace may set it. */
  editableMs: number;
  isEditable(message: Pick<Message, 'ts'>): boolean;
  addUser(id: string, fields?: Partial<User>): User;
  addChannel(
    id: string,
    fields?: Partial<Omit<Channel, 'id' | 'members' | 'messages' | 'ephemerals'>> & {
      readonly members?: readonly string[];
    },
  ): Channel;
  /** Greater than every one before. */
  nextTs(): string;
  /** A short id that nobody had before. */
  nextId(prefix: string): string;
  /** Stored with ids for its blocks, as Slack gives them. */
  write(
    channel: Channel,
    message: Pick<Message, 'user' | 'bot' | 'text' | 'blocks' | 'thread_ts'> & { readonly isBroadcast?: boolean },
  ): Message;
}

/** `newNumber`: ids are unique, also those of several workspaces. */
export function createWorkspace(clock: Clock, team: Team = FIRST_TEAM, newNumber: () => number = counter()): Workspace {
  const users = new Map<string, User>();
  const channels = new Map<string, Channel>();
  let lastMicros = 0;
  const nextId = (prefix: string) => `${prefix}${newNumber().toString(36).toUpperCase().padStart(9, '0')}`;
  const nextTs = () => {
    lastMicros = Math.max(lastMicros + 1, Math.floor(clock.now()) * 1_000);
    return `${Math.floor(lastMicros / 1_000_000)}.${String(lastMicros % 1_000_000).padStart(6, '0')}`;
  };
  const workspace: Workspace = {
    team,
    users,
    channels,
    userGroups: new Map(),
    keepsBlockIds: true,
    editableMs: Infinity,
    isEditable: ({ ts }) => clock.now() - Number(ts) * 1_000 <= workspace.editableMs,
    nextId,
    nextTs,
    addUser(id, fields = {}) {
      const user: User = {
        id,
        name: id.toLowerCase(),
        email: null,
        team: team.id,
        alsoIn: [],
        isRestricted: false,
        isDeleted: false,
        ...fields,
      };
      users.set(id, user);
      return user;
    },
    addChannel(id, { members = [], ...fields } = {}) {
      const channel: Channel = {
        id,
        name: id.toLowerCase(),
        isPrivate: false,
        isArchived: false,
        isShared: false,
        posting: 'everywhere',
        ...fields,
        members: new Set(members),
        messages: new Map(),
        ephemerals: [],
      };
      channels.set(id, channel);
      return channel;
    },
    write(channel, { blocks, ...written }) {
      const message: Message = {
        isBroadcast: false,
        ...written,
        ts: nextTs(),
        blocks: withIds(workspace.keepsBlockIds ? blocks : blocks.map(withoutId), nextId),
        isEdited: false,
        isTombstone: false,
        isLocked: false,
        reactions: new Map(),
      };
      channel.messages.set(message.ts, message);
      return message;
    },
  };
  return workspace;
}

const withoutId = ({ block_id: _id, ...block }: Block): Block => block;

export function counter(): () => number {
  let count = 0;
  return () => ++count;
}

export const withIds = (blocks: readonly Block[], nextId: (prefix: string) => string): Block[] =>
  blocks.map((block) => ({ ...block, block_id: block['block_id'] ?? nextId('b') }));

/** A message as events and histories show it. */
export function messageJson(workspace: Workspace, message: Message): Record<string, unknown> {
  const { id, bot } = workspace.team;
  const author = message.bot
    ? {
        bot_id: bot.botId,
        app_id: APP,
        bot_profile: { id: bot.botId, app_id: APP, user_id: bot.userId, name: bot.name, team_id: id },
      }
    : { client_msg_id: `client-${message.ts}` };
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: workspace.users.get(message.user)?.team ?? id,
    blocks: message.blocks,
    ...author,
    ...(message.thread_ts === null ? {} : { thread_ts: message.thread_ts }),
    ...(message.isBroadcast ? broadcastOf(workspace, message) : {}),
    ...(message.isEdited ? { edited: { user: message.user, ts: message.ts } } : {}),
    ...(message.reactions.size > 0
      ? { reactions: [...message.reactions].map(([name, who]) => ({ name, users: [...who], count: who.size })) }
      : {}),
  };
}

/** It tells the root, too (docs.slack.dev, "thread_broadcast message"). */
function broadcastOf(workspace: Workspace, { thread_ts }: Message): object {
  const root = [...workspace.channels.values()].map(({ messages }) => messages.get(thread_ts ?? '')).find(Boolean);
  return { subtype: 'thread_broadcast', ...(root ? { root: messageJson(workspace, root) } : {}) };
}
