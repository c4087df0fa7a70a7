import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import type { TaskOutcome } from '../../seam/tasks.ts';
import type { Envelope } from '../ingress/envelope.ts';
import { escaped } from '../rules/plain-words.ts';
import type { SlackSetup } from '../settings.ts';
import { changeChannel, type ChannelState, moveChannel } from '../store/channels.ts';
import { endInstallation, setCatchAll } from '../store/installations.ts';
import { openThreadsIn } from '../store/thread-lists.ts';
import { moveThread } from '../threads/move-thread.ts';
import { lookFor, type Places } from './channels.ts';
import { tellChannel, tellOperators } from './tell-operators.ts';
import type { Workspace } from './workspace.ts';
import { OF_SETTINGS, type Workspaces } from './workspaces.ts';

/** What happens to the app and to channels, beside what is written there. */

export interface LifeOptions {
  readonly storage: Storage;
  readonly setup: SlackSetup;
  readonly workspaces: Workspaces;
  readonly places: Places;
  readonly clock: Clock;
}

const channel = z.string().min(1).max(64);
const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('app_uninstalled') }),
  z.object({
    type: z.literal('tokens_revoked'),
    tokens: z.object({ bot: z.array(z.string()).max(1_000).catch([]) }),
  }),
  z.object({ type: z.literal('member_joined_channel'), user: z.string().max(64), channel }),
  z.object({ type: z.enum(['channel_archive', 'group_archive']), channel }),
  z.object({ type: z.enum(['channel_unarchive', 'group_unarchive']), channel }),
  z.object({ type: z.enum(['channel_deleted', 'group_deleted']), channel }),
  z.object({ type: z.enum(['channel_left', 'group_left']), channel }),
  z.object({
    type: z.enum(['channel_rename', 'group_rename']),
    channel: z.object({ id: channel, name: z.string().max(200) }),
  }),
  z.object({ type: z.literal('channel_id_changed'), old_channel_id: channel, new_channel_id: channel }),
  z.object({ type: z.literal('channel_shared'), channel }),
  z.object({ type: z.literal('channel_unshared'), channel, is_ext_shared: z.boolean().nullish() }),
]);
type LifeEvent = z.output<typeof eventSchema>;

/** Told by the event alone. */
export const isLife = (event: Envelope['event']): boolean => eventSchema.safeParse(event).success;

export async function hearLife(options: LifeOptions, envelope: Envelope): Promise<TaskOutcome> {
  const event = eventSchema.parse(envelope.event);
  const { team, enterprise = null } = envelope;
  const workspace = await options.workspaces.ofTeam({ team, enterprise });
  if (workspace) await hear(options, workspace, event, envelope);
  return { type: 'done' };
}

async function hear(
  options: LifeOptions,
  workspace: Workspace,
  event: LifeEvent,
  { id, at = null }: Envelope,
): Promise<void> {
  const now = new Date(options.clock.now());
  const change = async (current: string, changed: Parameters<typeof changeChannel>[2]) => {
    await changeChannel(options.storage, current, changed, now);
    await options.workspaces.refresh();
  };
  switch (event.type) {
    case 'tokens_revoked':
      // Those of people are not ours.
      if (event.tokens.bot.length === 0) return;
      return ended(options, workspace, event.type, at);
    case 'app_uninstalled':
      return ended(options, workspace, event.type, at);
    case 'member_joined_channel':
      return joined(options, workspace, event, id);
    case 'channel_archive':
    case 'group_archive':
      return closed(options, event.channel, 'archived', id);
    case 'channel_deleted':
    case 'group_deleted':
      return closed(options, event.channel, 'deleted', id);
    case 'channel_left':
    case 'group_left':
      return closed(options, event.channel, 'left', id);
    case 'channel_unarchive':
    case 'group_unarchive':
      return change(event.channel, { state: 'open' });
    case 'channel_rename':
    case 'group_rename':
      return change(event.channel.id, { name: event.channel.name });
    case 'channel_unshared':
      return change(event.channel, { is_shared: event.is_ext_shared === true });
    case 'channel_shared':
      await change(event.channel, { is_shared: true });
      return options.setup.allowsSlackConnect ? undefined : moveAway(options, event.channel, SHARED, id);
    case 'channel_id_changed':
      await moveChannel(options.storage, workspace.id, { from: event.old_channel_id, to: event.new_channel_id }, now);
      return options.workspaces.refresh();
  }
}

/** The app was removed, or its token: nothing is told there any more, and nothing is forgotten. */
async function ended(options: LifeOptions, workspace: Workspace, reason: string, at: number | null): Promise<void> {
  const { storage, setup, workspaces, clock } = options;
  const now = new Date(clock.now());
  // Which token the settings have, and whether it is good again, is theirs to say.
  if (workspace.id === OF_SETTINGS) return workspace.pause(reason);
  // Slack dates events by the second; what was installed again since is not meant.
  const before = at === null ? now : new Date(at + 999);
  if (!(await endInstallation(storage, workspace.id, reason, before))) return;
  await workspaces.refresh();
  const text = `🔴 The app was removed from *${escaped(workspace.id)}* (${reason}). Its conversations are kept; install it again to go on.`;
  const isThere = setup.alertChannel !== null && (await workspaces.ofChannel(setup.alertChannel)) === workspace;
  if (!isThere) await tellOperators(storage, setup, { key: `ended_${workspace.id}_${before.getTime()}`, text }, now);
}

/** Somebody has invited the app: the first channel of a workspace gets what no rule takes. */
async function joined(
  { storage, setup, workspaces, places, clock }: LifeOptions,
  workspace: Workspace,
  event: Extract<LifeEvent, { type: 'member_joined_channel' }>,
  eventId: string,
): Promise<void> {
  const self = await workspace.people.self();
  if (self.user !== event.user) return;
  await lookFor({ storage, clock }, [workspace], event.channel);
  await workspaces.refresh();
  const kept = await workspaces.keptId(event.channel);
  const at = new Date(clock.now());
  const say = async (text: string) => {
    await tellChannel(storage, kept, { key: `joined_${eventId}`, text }, at);
  };
  const row = await workspaces.channel(kept);
  if (row?.is_shared === true && !setup.allowsSlackConnect) return say(SHARED_HERE);
  const before = workspace.catchAll();
  const isNeeded = before === null || !(await places.isUsable(before));
  if (workspace.id === OF_SETTINGS || !isNeeded) return;
  await setCatchAll(storage, workspace.id, kept);
  await workspaces.refresh();
  await say('Texts of customers come to this channel from now on, as far as no rule of SLACK_ROUTING takes them.');
}

const SHARED = 'is shared with another organisation now';
const SHARED_HERE =
  'This channel is shared with another organisation, so no conversations are put here. Whoever runs the server can allow it: `allow_slack_connect` in SLACK_OPTIONS.';
const WHY: Readonly<Record<Exclude<ChannelState, 'open'>, string>> = {
  archived: 'was archived',
  deleted: 'was deleted',
  left: 'is closed to the app now',
};

async function closed(
  options: LifeOptions,
  current: string,
  state: Exclude<ChannelState, 'open'>,
  eventId: string,
): Promise<void> {
  const { workspaces, places, setup, storage } = options;
  const kept = await workspaces.keptId(current);
  const isKnown = (await workspaces.channel(kept)) !== null;
  const isNamed = setup.catchAll === kept || setup.rules.some((rule) => rule.channel === kept);
  // Most channels of a workspace have nothing to do with texts.
  if (!isKnown && !isNamed && (await openThreadsIn(storage, kept, 1)).length === 0) return;
  await places.close(kept, state);
  await moveAway(options, current, WHY[state], eventId);
}

/** More than so many are moved when their contacts write. */
const MOVED_MAX = 500;

/** The conversations go on elsewhere, and those who run the server are told. */
async function moveAway(options: LifeOptions, current: string, why: string, eventId: string): Promise<void> {
  const { storage, setup, workspaces, places, clock } = options;
  const from = await workspaces.keptId(current);
  const to = await places.placeFor(from);
  const row = await workspaces.channel(from);
  await storage.transaction(async (tx) => {
    const at = new Date(clock.now());
    const threads = await openThreadsIn(tx, from, MOVED_MAX);
    const isStuck = to === from;
    if (!isStuck)
      for (const thread of threads) await moveThread(tx, thread, { channel: to, digestAbove: setup.digestAbove }, at);
    const isCatchAll = [setup.catchAll, ...(await workspaces.all()).map((one) => one.catchAll())].includes(from);
    if (threads.length === 0 && !isCatchAll && !row) return;
    const name = `*#${escaped(row?.name ?? '')}* (${escaped(current)})`;
    const how = isStuck
      ? 'There is no other channel: its texts wait.'
      : `Its ${threads.length} conversations go on in ${to}.`;
    await tellOperators(tx, setup, { key: `moved_${eventId}`, text: `🟠 ${name} ${why}. ${how}` }, at);
  });
}
