import type { Clock } from '../../../../server/clock.ts';

/** The state of one workspace: people, channels, what was written. */

export interface User {
  readonly id: string;
  readonly name: string;
  /** Another team than the workspace: a guest of Slack Connect. */
  readonly team: string;
  readonly isRestricted: boolean;
  isDeleted: boolean;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly isPrivate: boolean;
  isArchived: boolean;
  isShared: boolean;
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
  isEdited: boolean;
  isTombstone: boolean;
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

export interface Workspace {
  readonly users: Map<string, User>;
  readonly channels: Map<string, Channel>;
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
    message: { user: string; bot: boolean; text: string; blocks: readonly Block[]; thread_ts: string | null },
  ): Message;
}

export function createWorkspace(clock: Clock): Workspace {
  const users = new Map<string, User>();
  const channels = new Map<string, Channel>();
  let lastMicros = 0;
  let count = 0;
  const nextId = (prefix: string) => `${prefix}${(++count).toString(36).toUpperCase().padStart(9, '0')}`;
  const nextTs = () => {
    lastMicros = Math.max(lastMicros + 1, Math.floor(clock.now()) * 1_000);
    return `${Math.floor(lastMicros / 1_000_000)}.${String(lastMicros % 1_000_000).padStart(6, '0')}`;
  };
  return {
    users,
    channels,
    nextId,
    nextTs,
    addUser(id, fields = {}) {
      const user: User = { id, name: id.toLowerCase(), team: TEAM, isRestricted: false, isDeleted: false, ...fields };
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
        ...written,
        ts: nextTs(),
        blocks: withIds(blocks, nextId),
        isEdited: false,
        isTombstone: false,
        reactions: new Map(),
      };
      channel.messages.set(message.ts, message);
      return message;
    },
  };
}

export const withIds = (blocks: readonly Block[], nextId: (prefix: string) => string): Block[] =>
  blocks.map((block) => ({ ...block, block_id: block['block_id'] ?? nextId('b') }));

/** A message as events and histories show it. */
export function messageJson(workspace: Workspace, message: Message): Record<string, unknown> {
  const author = message.bot
    ? {
        bot_id: BOT.botId,
        app_id: APP,
        bot_profile: { id: BOT.botId, app_id: APP, user_id: BOT.userId, name: BOT.name, team_id: TEAM },
      }
    : { client_msg_id: `client-${message.ts}` };
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: workspace.users.get(message.user)?.team ?? TEAM,
    blocks: message.blocks,
    ...author,
    ...(message.thread_ts === null ? {} : { thread_ts: message.thread_ts }),
    ...(message.isEdited ? { edited: { user: message.user, ts: message.ts } } : {}),
    ...(message.reactions.size > 0
      ? { reactions: [...message.reactions].map(([name, who]) => ({ name, users: [...who], count: who.size })) }
      : {}),
  };
}
