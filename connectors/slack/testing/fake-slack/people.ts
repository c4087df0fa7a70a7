import { createDialogs, type Dialogs } from './dialogs.ts';
import type { AppAnswer, EventSender } from './events.ts';
import { STEP } from '../../steps/read-step.ts';
import type { Execution, Functions } from './functions.ts';
import type { Interactivity, View } from './interactivity.ts';
import {
  APP,
  type Block,
  type Channel,
  type Ephemeral,
  type Message,
  messageJson,
  withIds,
  type Workspace,
} from './workspace.ts';

/** What people do in the workspace. Each answers when the app has answered. */
export interface People extends Dialogs {
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
  /** Clicks a button of a message or of something only they see; throws when it is not there. */
  click(user: string, channel: string, ts: string, actionId: string): Promise<AppAnswer>;
  command(user: string, channel: string, text: string): Promise<AppAnswer>;
  /** A shortcut on a message, or a global one. */
  shortcut(
    user: string,
    callbackId: string,
    on?: { readonly channel: string; readonly ts: string },
  ): Promise<AppAnswer>;
  openHome(user: string): void;
  /** A workflow comes to a step of the app. */
  runStep(inputs: Readonly<Record<string, unknown>>, callbackId?: string): Execution;
  /** What one person sees beside the messages, the oldest first. */
  seenBy(user: string, channel: string): readonly Ephemeral[];
  /** The view that was opened last for a person and is not closed. */
  viewOf(user: string): View | null;
  /** The Home tab, once it was published. */
  homeOf(user: string): View | null;
}

export interface PeopleOptions {
  readonly workspace: Workspace;
  readonly interactivity: Interactivity;
  readonly functions: Functions;
  readonly events: EventSender;
  readonly responseUrl: (target: { channel: string; ts: string; user: string }) => string;
}

const FORM = 'application/x-www-form-urlencoded';

export function createPeople({ workspace, interactivity, functions, events, responseUrl }: PeopleOptions): People {
  const { id: team, enterprise, isEnterpriseInstall } = workspace.team;
  const channelOf = (id: string): Channel => {
    const channel = workspace.channels.get(id);
    if (!channel) throw new Error(`There is no channel ${id}.`);
    return channel;
  };
  const messageOf = (channel: Channel, ts: string): Message => {
    const message = channel.messages.get(ts);
    if (!message) throw new Error(`There is no message ${ts}.`);
    return message;
  };
  const told = (channel: Channel, message: Message) => ({
    ...messageJson(workspace, message),
    channel: channel.id,
    event_ts: message.ts,
    channel_type: channel.isPrivate ? 'group' : 'channel',
  });
  const interact = (payload: object) =>
    events.post(new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), FORM);
  const person = (id: string) => ({
    id,
    username: id.toLowerCase(),
    name: id.toLowerCase(),
    team_id: workspace.users.get(id)?.team ?? workspace.team.id,
  });
  const around = (user: string, viewId?: string) => ({
    team: isEnterpriseInstall ? null : { id: team, domain: 'fake' },
    user: person(user),
    api_app_id: APP,
    token: 'not-used',
    trigger_id: interactivity.newTrigger(user, viewId),
    is_enterprise_install: isEnterpriseInstall,
    enterprise: enterprise === null ? null : { id: enterprise, name: 'Fake Org' },
  });

  const writeAs = (
    author: Record<string, unknown>,
    user: string,
    channelId: string,
    text: string,
    thread?: string,
    isBroadcast = false,
  ) => {
    const channel = channelOf(channelId);
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
    ...createDialogs({ interactivity, interact, around }),
    write(user, channelId, text, thread) {
      const ts = writeAs({}, user, channelId, text, thread);
      const channel = channelOf(channelId);
      // A mention of the app is told twice.
      if (text.includes(`<@${workspace.team.bot.userId}>`))
        events.send({ ...told(channel, messageOf(channel, ts)), type: 'app_mention' }, channel);
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
      const channel = channelOf(channelId);
      const message = messageOf(channel, ts);
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
      const channel = channelOf(channelId);
      const before = messageJson(workspace, messageOf(channel, ts));
      const event_ts = workspace.nextTs();
      const message = { ...before, attachments: [{ from_url: url, original_url: url, id: 1, title: 'A preview' }] };
      const about = { type: 'message', subtype: 'message_changed', hidden: true, channel: channel.id };
      const rest = { ts: event_ts, event_ts, channel_type: 'channel', previous_message: before };
      events.send({ ...about, message, ...rest }, channel);
    },
    remove(channelId, ts) {
      const channel = channelOf(channelId);
      const message = messageOf(channel, ts);
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
    click(user, channelId, ts, actionId) {
      const channel = channelOf(channelId);
      const ephemeral = channel.ephemerals.find((one) => one.ts === ts && one.user === user && !one.isGone);
      const shown = ephemeral ?? messageOf(channel, ts);
      const action = actionIn(shown.blocks, actionId);
      if (!action) throw new Error(`There is no ${actionId} in ${ts}.`);
      const message = ephemeral ? undefined : messageJson(workspace, messageOf(channel, ts));
      return interact({
        type: 'block_actions',
        ...around(user),
        container: {
          type: 'message',
          message_ts: ts,
          channel_id: channel.id,
          is_ephemeral: ephemeral !== undefined,
          ...(shown.thread_ts === null ? {} : { thread_ts: shown.thread_ts }),
        },
        channel: { id: channel.id, name: channel.name },
        ...(message ? { message } : {}),
        response_url: responseUrl({ channel: channel.id, ts, user }),
        state: { values: {} },
        actions: [action],
      });
    },
    command(user, channelId, text) {
      const fields = {
        command: '/sms',
        text,
        user_id: user,
        user_name: user.toLowerCase(),
        channel_id: channelId,
        channel_name: channelOf(channelId).name,
        team_id: team,
        ...(enterprise === null ? {} : { enterprise_id: enterprise }),
        team_domain: 'fake',
        api_app_id: APP,
        token: 'not-used',
        is_enterprise_install: String(isEnterpriseInstall),
        trigger_id: interactivity.newTrigger(user),
        response_url: responseUrl({ channel: channelId, ts: '', user }),
      };
      return events.post(new URLSearchParams(fields).toString(), FORM);
    },
    shortcut(user, callbackId, on) {
      const shared = { ...around(user), callback_id: callbackId, action_ts: workspace.nextTs() };
      if (!on) return interact({ type: 'shortcut', ...shared });
      const channel = channelOf(on.channel);
      const message = messageJson(workspace, messageOf(channel, on.ts));
      const response_url = responseUrl({ channel: channel.id, ts: on.ts, user });
      return interact({
        type: 'message_action',
        ...shared,
        message_ts: on.ts,
        message,
        channel: { id: channel.id, name: channel.name },
        response_url,
      });
    },
    openHome(user) {
      const home = interactivity.homes.get(user);
      events.send({
        type: 'app_home_opened',
        user,
        channel: `D${user.slice(1)}`,
        tab: 'home',
        event_ts: workspace.nextTs(),
        ...(home ? { view: interactivity.jsonOf(home) } : {}),
      });
    },
    runStep(inputs, callbackId = STEP) {
      const { execution, event } = functions.execute(callbackId, inputs);
      events.send({ ...event });
      return execution;
    },
    seenBy: (user, channelId) => channelOf(channelId).ephemerals.filter((one) => one.user === user && !one.isGone),
    viewOf: (user) =>
      [...interactivity.views.values()].findLast((view) => view.user === user && !view.isClosed) ?? null,
    homeOf: (user) => interactivity.homes.get(user) ?? null,
  };
}

/** As the client of a person sends it, as long as they write plain words. */
const richText = (text: string): Block[] =>
  text === '' || /[<:]/.test(text)
    ? []
    : [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }] }];

/** The action of a click, as Slack tells it. */
function actionIn(blocks: readonly Block[], actionId: string): Record<string, unknown> | null {
  for (const block of blocks) {
    const elements = [
      ...((block['elements'] ?? []) as Block[]),
      ...(block['accessory'] ? [block['accessory'] as Block] : []),
    ];
    const element = elements.find((one) => one['action_id'] === actionId);
    if (element)
      return {
        type: element['type'],
        action_id: actionId,
        block_id: block['block_id'],
        value: element['value'],
        text: element['text'],
        action_ts: '0',
      };
  }
  return null;
}
