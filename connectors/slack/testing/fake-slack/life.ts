import type { EventSender } from './events.ts';
import type { OAuth } from './oauth.ts';
import type { Channel, Workspace } from './workspace.ts';

/** What happens to the app and to channels (docs.slack.dev/reference/events), told to the app. */
export interface Life {
  /** Somebody removes the app from the workspace: its tokens are gone, and two events say so. */
  uninstall(): void;
  /** The bot token alone. */
  revokeTokens(): void;
  archive(channel: string): void;
  unarchive(channel: string): void;
  remove(channel: string): void;
  /** Somebody takes the app out of the channel. */
  leave(channel: string): void;
  /** Somebody invites the app. */
  invite(channel: string): void;
  rename(channel: string, name: string): void;
  /** A private channel that is about to be shared gets another id. */
  changeId(from: string, to: string): void;
  share(channel: string): void;
  unshare(channel: string): void;
}

const OTHER_TEAM = 'T0000000099';

export function createLife(workspace: Workspace, events: EventSender, oauth: OAuth): Life {
  const { id: team, bot } = workspace.team;
  const find = (id: string): Channel => {
    const channel = workspace.channels.get(id);
    if (!channel) throw new Error(`There is no channel ${id}.`);
    return channel;
  };
  const tell = (channel: Channel, event: Readonly<Record<string, unknown>>) =>
    events.send({ ...event, event_ts: workspace.nextTs() }, channel);
  /** Private channels have events of their own for the same. */
  const named = ({ isPrivate }: Channel, what: string) => `${isPrivate ? 'group' : 'channel'}_${what}`;
  const told = (id: string, what: string) => {
    const channel = find(id);
    tell(channel, { type: named(channel, what), channel: id });
    return channel;
  };
  const revokeTokens = () => {
    oauth.revoke(team);
    events.send({ type: 'tokens_revoked', tokens: { oauth: [], bot: [bot.userId] } });
  };
  return {
    revokeTokens,
    uninstall() {
      revokeTokens();
      events.send({ type: 'app_uninstalled' });
    },
    archive(id) {
      told(id, 'archive').isArchived = true;
    },
    unarchive(id) {
      told(id, 'unarchive').isArchived = false;
    },
    remove(id) {
      told(id, 'deleted');
      workspace.channels.delete(id);
    },
    leave(id) {
      told(id, 'left').members.delete(bot.userId);
    },
    invite(id) {
      const channel = find(id);
      channel.members.add(bot.userId);
      const kind = channel.isPrivate ? 'G' : 'C';
      tell(channel, { type: 'member_joined_channel', user: bot.userId, channel: id, channel_type: kind, team });
    },
    rename(id, name) {
      const channel = find(id);
      channel.name = name;
      tell(channel, { type: named(channel, 'rename'), channel: { id, name, created: 1 } });
    },
    changeId(from, to) {
      const channel = find(from);
      workspace.channels.delete(from);
      channel.id = to;
      workspace.channels.set(to, channel);
      tell(channel, { type: 'channel_id_changed', old_channel_id: from, new_channel_id: to });
    },
    share(id) {
      const channel = find(id);
      channel.isShared = true;
      tell(channel, { type: 'channel_shared', channel: id, connected_team_id: OTHER_TEAM });
    },
    unshare(id) {
      const channel = find(id);
      channel.isShared = false;
      tell(channel, {
        type: 'channel_unshared',
        channel: id,
        previously_connected_team_id: OTHER_TEAM,
        is_ext_shared: false,
      });
    },
  };
}
