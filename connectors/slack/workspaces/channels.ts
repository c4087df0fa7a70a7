import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import type { Call } from '../egress/client.ts';
import { type ChannelRow, type ChannelState, upsertChannel } from '../store/channels.ts';
import type { Workspace } from './workspace.ts';
import type { Workspaces } from './workspaces.ts';

/** What Slack says of a channel (docs.slack.dev, `conversations.info`). */
const infoSchema = z.object({
  channel: z.object({
    id: z.string().max(64),
    name: z.string().max(200).catch(''),
    is_archived: z.boolean().nullish(),
    is_ext_shared: z.boolean().nullish(),
    is_member: z.boolean().nullish(),
  }),
});

interface LookOptions {
  readonly storage: Storage;
  readonly clock: Clock;
}

/**
 * Asks one workspace after the other which of them sees a channel, and writes it down. False: none of those that
 * answered. Throws when one could not be asked: it might be that one.
 */
export async function lookFor(
  { storage, clock }: LookOptions,
  workspaces: readonly Workspace[],
  channel: string,
): Promise<boolean> {
  let unanswered = '';
  for (const { id, client } of workspaces) {
    const seen = await seenBy(client.bulk, channel);
    if (typeof seen !== 'object') unanswered = seen === 'unanswered' ? id : unanswered;
    else {
      await upsertChannel(storage, { ...seen, installation: id }, new Date(clock.now()));
      return true;
    }
  }
  if (unanswered !== '') throw new Error(`Slack does not say whether ${unanswered} sees the channel.`);
  return false;
}

type Seen = Omit<ChannelRow, 'id' | 'installation'> & { readonly isMember: boolean };

async function seenBy(call: Call, channel: string): Promise<Seen | 'unseen' | 'unanswered'> {
  const result = await call('conversations.info', { channel });
  if (result.type === 'limited' || result.type === 'unknown') return 'unanswered';
  const info = result.type === 'ok' ? infoSchema.safeParse(result.data).data?.channel : undefined;
  // Also where the scope for asking is missing: whoever posts there finds out.
  if (!info) return 'unseen';
  const { id, name, is_archived: isArchived, is_ext_shared, is_member } = info;
  return {
    current_id: id,
    name,
    state: isArchived ? 'archived' : 'open',
    is_shared: is_ext_shared === true,
    isMember: is_member === true,
  };
}

/** Looks again at every channel that is known: events may have been missed. */
export async function lookAgain(options: LookOptions, workspaces: Workspaces): Promise<void> {
  const everywhere = await workspaces.all();
  for (const row of await workspaces.channels()) {
    const workspace = everywhere.find(({ id }) => id === row.installation);
    if (!workspace || workspace.pausedMs() > 0) continue;
    const seen = await seenBy(workspace.client.bulk, row.current_id);
    if (typeof seen !== 'object') continue;
    const { isMember, ...now } = seen;
    // Being in it is reason enough to try: whether somebody has allowed posts again Slack does not say.
    if (row.state === 'left' && !isMember) continue;
    await upsertChannel(options.storage, { ...now, installation: row.installation }, new Date(options.clock.now()));
  }
  await workspaces.refresh();
}

/** Where a conversation can be. */
export interface Places {
  /** The channel itself; while it cannot be used, the one for everything of its workspace, or of the first one. */
  placeFor(channel: string): Promise<string>;
  isUsable(channel: string): Promise<boolean>;
  /** Slack takes nothing there any more. */
  close(channel: string, state: ChannelState): Promise<void>;
}

const ASK_EVERY_MS = 600_000;

export interface PlacesOptions extends LookOptions {
  readonly workspaces: Workspaces;
  readonly allowsSlackConnect: boolean;
  /** Of SLACK_CHANNEL. */
  readonly catchAll: string | null;
}

export function createPlaces(options: PlacesOptions): Places {
  const { workspaces, allowsSlackConnect, catchAll } = options;

  const askedUntil = new Map<string, number>();

  /** Asked once; what Slack does not say now is found out by whoever posts. */
  async function rowOf(channel: string, workspace: Workspace): Promise<ChannelRow | null> {
    const known = await workspaces.channel(channel);
    if (known || (askedUntil.get(channel) ?? 0) > options.clock.monotonic()) return known;
    askedUntil.set(channel, options.clock.monotonic() + ASK_EVERY_MS);
    const isSeen = await lookFor(options, [workspace], channel).catch(() => false);
    if (!isSeen) return null;
    await workspaces.refresh();
    return workspaces.channel(channel);
  }

  async function isUsable(channel: string): Promise<boolean> {
    const workspace = await workspaces.ofChannel(channel);
    if (!workspace || workspace.isGone()) return false;
    const row = await rowOf(channel, workspace);
    return row === null || (row.state === 'open' && (allowsSlackConnect || !row.is_shared));
  }

  return {
    isUsable,
    async close(channel, state) {
      const workspace = await workspaces.ofChannel(channel);
      const row = await workspaces.channel(channel);
      const installation = row?.installation ?? workspace?.id ?? '';
      const { current_id, name, is_shared } = row ?? { current_id: channel, name: '', is_shared: false };
      const at = new Date(options.clock.now());
      await upsertChannel(options.storage, { current_id, name, is_shared, installation, state }, at);
      await workspaces.refresh();
    },
    async placeFor(channel) {
      const everywhere = [await workspaces.ofChannel(channel), await workspaces.home(), ...(await workspaces.all())];
      const others = everywhere.map((workspace) => workspace?.catchAll() ?? null);
      const [theirs = null, ...rest] = others;
      for (const candidate of new Set([channel, theirs, catchAll, ...rest]))
        if (candidate !== null && (await isUsable(candidate))) return candidate;
      return channel;
    },
  };
}
