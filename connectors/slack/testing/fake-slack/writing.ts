import type { EventSender } from './events.ts';
import { type Block, type Channel, type Message, messageJson, withIds, type Workspace } from './workspace.ts';

/** What people, other apps and Slack itself write, change and take away. */
export interface Writing {
  /** Writes; `thread` is the ts of the root. Answers the ts. */
  write(user: string, channel: string, text: string, thread?: string): string;
  /** Answers in a thread, and shows it in the channel as well. */
  broadcast(user: string, channel: string, text: string, thread: string): string;
  /** Shares a file, with words beside it or without (docs.slack.dev, "file_share", "File object"). */
  share(user: string, channel: string, text: string, thread?: string): string;
  edit(channel: string, ts: string, text: string): void;
  remove(channel: string, ts: string): void;
  /** Slack adds the preview of a link. */
  unfurl(channel: string, ts: string, url: string): void;
  /** Another app writes. */
  writeAsOtherBot(channel: string, text: string, thread?: string): string;
  /** Slack itself says something: who joined, what was archived. */
  writeAsSlack(channel: string, text: string, thread?: string): string;
}

export function createWriting(workspace: Workspace, events: Pick<EventSender, 'send'>): Writing {
  const { id: team } = workspace.team;
  const told = (channel: Channel, message: Message) => ({
    ...messageJson(workspace, message),
    channel: channel.id,
    event_ts: message.ts,
    channel_type: channel.isPrivate ? 'group' : 'channel',
  });
  const writeAs = (
    author: Record<string, unknown>,
    user: string,
    channelId: string,
    text: string,
    thread?: string,
    isBroadcast = false,
  ) => {
    const channel = channelIn(workspace, channelId);
    const blocks = richText(text);
    const message = workspace.write(channel, {
      user,
      bot: false,
      text,
      blocks,
      thread_ts: thread ?? null,
      isBroadcast,
    });
    events.send({ ...told(channel, message), ...author }, channel);
    return message.ts;
  };

  return {
    write(user, channelId, text, thread) {
      const ts = writeAs({}, user, channelId, text, thread);
      const channel = channelIn(workspace, channelId);
      // A mention of the app is told twice.
      if (text.includes(`<@${workspace.team.bot.userId}>`))
        events.send({ ...told(channel, messageIn(channel, ts)), type: 'app_mention' }, channel);
      return ts;
    },
    broadcast: (user, channelId, text, thread) => writeAs({}, user, channelId, text, thread, true),
    share(user, channelId, text, thread) {
      const id = workspace.nextId('F');
      const file = {
        id,
        name: 'photo.png',
        title: 'photo.png',
        mimetype: 'image/png',
        filetype: 'png',
        user,
        mode: 'hosted',
        size: 1_000,
        url_private: `https://files.slack.com/files-pri/${team}-${id}/photo.png`,
      };
      return writeAs({ subtype: 'file_share', files: [file], upload: false }, user, channelId, text, thread);
    },
    writeAsOtherBot: (channel, text, thread) =>
      writeAs(
        { bot_id: 'B0000000099', app_id: 'A0000000099', client_msg_id: undefined },
        'U0000000099',
        channel,
        text,
        thread,
      ),
    writeAsSlack: (channel, text, thread) => writeAs({ client_msg_id: undefined }, 'USLACK', channel, text, thread),
    edit(channelId, ts, text) {
      const channel = channelIn(workspace, channelId);
      const message = messageIn(channel, ts);
      const previous_message = messageJson(workspace, message);
      message.text = text;
      message.blocks = withIds(richText(text), workspace.nextId);
      message.isEdited = true;
      const event_ts = workspace.nextTs();
      const shown = { ...messageJson(workspace, message), source_team: team, user_team: team };
      events.send(
        {
          type: 'message',
          subtype: 'message_changed',
          message: shown,
          previous_message,
          channel: channel.id,
          hidden: true,
          ts: event_ts,
          event_ts,
          channel_type: 'channel',
        },
        channel,
      );
    },
    unfurl(channelId, ts, url) {
      const channel = channelIn(workspace, channelId);
      const before = messageJson(workspace, messageIn(channel, ts));
      const event_ts = workspace.nextTs();
      const message = { ...before, attachments: [{ from_url: url, original_url: url, id: 1, title: 'A preview' }] };
      const about = { type: 'message', subtype: 'message_changed', hidden: true, channel: channel.id };
      const rest = { ts: event_ts, event_ts, channel_type: 'channel', previous_message: before };
      events.send({ ...about, message, ...rest }, channel);
    },
    remove(channelId, ts) {
      const channel = channelIn(workspace, channelId);
      const message = messageIn(channel, ts);
      const previous_message = messageJson(workspace, message);
      const event_ts = workspace.nextTs();
      const hasReplies = [...channel.messages.values()].some(({ thread_ts }) => thread_ts === ts);
      const changed = {
        type: 'message',
        channel: channel.id,
        hidden: true,
        ts: event_ts,
        event_ts,
        previous_message,
        channel_type: 'channel',
      };
      if (hasReplies) {
        // The root stays as a tombstone as long as somebody has answered it.
        Object.assign(message, { text: 'This message was deleted.', isTombstone: true });
        events.send(
          {
            ...changed,
            subtype: 'message_changed',
            message: { ...messageJson(workspace, message), subtype: 'tombstone' },
          },
          channel,
        );
      } else {
        channel.messages.delete(ts);
        events.send({ ...changed, subtype: 'message_deleted', deleted_ts: ts }, channel);
      }
    },
  };
}

/** Throws where there is none: a test has made a mistake. */
export function channelIn({ channels }: Workspace, id: string): Channel {
  const channel = channels.get(id);
  if (!channel) throw new Error(`There is no channel ${id}.`);
  return channel;
}

export function messageIn(channel: Channel, ts: string): Message {
  const message = channel.messages.get(ts);
  if (!message) throw new Error(`There is no message ${ts}.`);
  return message;
}

/** As the client of a person sends it, as long as they write plain words. */
const richText = (text: string): Block[] =>
  text === '' || /[<:]/.test(text)
    ? []
    : [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }] }];
