import { STEP } from '../../steps/read-step.ts';
import { createDialogs, type Dialogs } from './dialogs.ts';
import type { AppAnswer, EventSender } from './events.ts';
import type { Execution, Functions } from './functions.ts';
import type { Interactivity, View } from './interactivity.ts';
import { APP, type Block, type Ephemeral, messageJson, type Workspace } from './workspace.ts';
import { channelIn, createWriting, messageIn, type Writing } from './writing.ts';

/** What people do in the workspace. Each answers when the app has answered. */
export interface People extends Dialogs, Writing {
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

  return {
    ...createDialogs({ interactivity, interact, around }),
    ...createWriting(workspace, events),
    click(user, channelId, ts, actionId) {
      const channel = channelIn(workspace, channelId);
      const ephemeral = channel.ephemerals.find((one) => one.ts === ts && one.user === user && !one.isGone);
      const shown = ephemeral ?? messageIn(channel, ts);
      const action = actionIn(shown.blocks, actionId);
      if (!action) throw new Error(`There is no ${actionId} in ${ts}.`);
      const message = ephemeral ? undefined : messageJson(workspace, messageIn(channel, ts));
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
        channel_name: channelIn(workspace, channelId).name,
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
      const channel = channelIn(workspace, on.channel);
      const message = messageJson(workspace, messageIn(channel, on.ts));
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
    seenBy: (user, channelId) =>
      channelIn(workspace, channelId).ephemerals.filter((one) => one.user === user && !one.isGone),
    viewOf: (user) =>
      [...interactivity.views.values()].findLast((view) => view.user === user && !view.isClosed) ?? null,
    homeOf: (user) => interactivity.homes.get(user) ?? null,
  };
}

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
