import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import { type Access, createRenewingClient, createSlackClient } from '../egress/client.ts';
import type { SlackSetup } from '../settings.ts';
import { type ChannelRow, channelsOf, type ChannelState } from '../store/channels.ts';
import { type Installation, installationsOf } from '../store/installations.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

/** Where the app is, and whose a channel is: every call to Slack is made by what is found here. */
export interface Workspaces {
  /** Null: it is not connected. */
  ofTeam(team: TeamRef): Promise<Workspace | null>;
  /** The one that sees the channel; the first one where nobody does. Throws when Slack cannot be asked. */
  ofChannel(channel: string): Promise<Workspace | null>;
  /** The same, as far as it is known without asking. */
  known(channel: string): Workspace | null;
  /** Where everything goes that is nowhere else at home. */
  home(): Promise<Workspace | null>;
  all(): Promise<readonly Workspace[]>;
  /** By the id that it is kept or seen by. */
  channel(id: string): Promise<ChannelRow | null>;
  channels(): Promise<readonly ChannelRow[]>;
  /** By what id a channel of Slack is kept. */
  keptId(id: string): Promise<string>;
  /** Something has changed: it is read again. */
  refresh(): Promise<void>;
  /** A sentence about each that nothing can be told in. */
  troubles(): readonly string[];
  /** Who the app is there, and where: null while Slack does not say. */
  identityOf(workspace: Workspace): Promise<Identity | null>;
}

/** As events and interactions name a workspace. */
export interface TeamRef {
  readonly team: string | null;
  readonly enterprise: string | null;
}

export interface Identity {
  /** Null: the app is installed for an organisation. */
  readonly team: string | null;
  readonly botUser: string;
}

export interface WorkspacesOptions {
  readonly storage: Storage;
  readonly setup: SlackSetup;
  readonly clock: Clock;
  /** Null: nothing is connected by OAuth. */
  readonly accessOf: ((id: string) => Access) | null;
  /** A channel that nobody has told of yet: who sees it? */
  readonly look: (workspaces: readonly Workspace[], channel: string) => Promise<boolean>;
  readonly onTrouble: (workspace: Workspace, reason: string) => void;
}

/** Other processes change these tables, too. */
const READ_EVERY_MS = 5_000;
/** Nobody sees the channel: for so long nobody is asked again. */
const UNSEEN_MS = 60_000;
export const OF_SETTINGS = 'settings';

const identitySchema = z.object({ team_id: z.string().min(1), user_id: z.string().min(1) });

interface Snapshot {
  readonly at: number;
  readonly installations: readonly Installation[];
  readonly channels: ReadonlyMap<string, ChannelRow>;
}

export function createWorkspaces(options: WorkspacesOptions): Workspaces {
  const { storage, setup, clock, accessOf } = options;
  const opened = new Map<string, Workspace>();
  const identities = new Map<string, Identity>();
  const unseen = new Map<string, number>();
  let snapshot: Snapshot | null = null;

  const rowOf = (id: string) => snapshot?.installations.find((one) => one.id === id) ?? null;
  const own = setup.botToken === null ? null : openOwn(options, setup.botToken);

  function open({ id }: Installation, access: Access): Workspace {
    const known = opened.get(id);
    if (known) return known;
    const workspace = createWorkspace({
      ...options,
      id,
      client: createRenewingClient(access, setup.apiUrl),
      name: () => rowOf(id)?.name ?? id,
      catchAll: () => rowOf(id)?.catch_all ?? null,
      gone: () => rowOf(id)?.notice ?? null,
    });
    opened.set(id, workspace);
    return workspace;
  }

  async function read(): Promise<Snapshot> {
    if (snapshot && clock.monotonic() - snapshot.at < READ_EVERY_MS) return snapshot;
    const [installations, channels] = await Promise.all([
      accessOf ? installationsOf(storage) : Promise.resolve([]),
      channelsOf(storage),
    ]);
    const byId = channels.flatMap((row) => [[row.id, row] as const, [row.current_id, row] as const]);
    snapshot = { at: clock.monotonic(), installations, channels: new Map(byId) };
    return snapshot;
  }

  async function all(): Promise<readonly Workspace[]> {
    const { installations } = await read();
    const connected = accessOf ? installations.map((row) => open(row, accessOf(row.id))) : [];
    return own ? [own, ...connected] : connected;
  }

  const active = async () => (await all()).filter((one) => !one.isGone());

  async function identityOf(workspace: Workspace): Promise<Identity | null> {
    const row = rowOf(workspace.id);
    if (row) return { team: row.id.startsWith('E') ? null : row.id, botUser: row.bot_user };
    const known = identities.get(workspace.id);
    if (known) return known;
    const result = await workspace.client.interactive('auth.test', {});
    const told = result.type === 'ok' ? identitySchema.safeParse(result.data).data : undefined;
    if (!told) return null;
    const identity = { team: told.team_id, botUser: told.user_id };
    identities.set(workspace.id, identity);
    return identity;
  }

  const workspaces: Workspaces = {
    all,
    identityOf,
    async ofTeam({ team, enterprise }) {
      const everywhere = await all();
      if (!accessOf) return own;
      const here = everywhere.find(({ id }) => id === team) ?? everywhere.find(({ id }) => id === enterprise) ?? null;
      if (!own || (here && !here.isGone())) return here;
      const identity = await identityOf(own);
      if (!identity) throw new Error('Slack does not say whose SLACK_BOT_TOKEN is.');
      return identity.team === team ? own : here;
    },
    async ofChannel(channel) {
      const everywhere = await all();
      if (everywhere.length <= 1) return everywhere[0] ?? null;
      const find = async () => {
        const row = (await read()).channels.get(channel);
        return (row && everywhere.find(({ id }) => id === row.installation)) ?? null;
      };
      const known = await find();
      if (known || (unseen.get(channel) ?? 0) > clock.monotonic()) return known ?? workspaces.home();
      if (
        await options.look(
          everywhere.filter((one) => !one.isGone()),
          channel,
        )
      ) {
        await workspaces.refresh();
        return (await find()) ?? workspaces.home();
      }
      unseen.set(channel, clock.monotonic() + UNSEEN_MS);
      return workspaces.home();
    },
    known(channel) {
      const [only, second] = [...(own ? [own] : []), ...opened.values()];
      if (only && !second) return only;
      const row = snapshot?.channels.get(channel);
      return row ? (row.installation === OF_SETTINGS ? own : (opened.get(row.installation) ?? null)) : null;
    },
    async home() {
      if (own) return own;
      const connected = await active();
      const { catchAll } = setup;
      const row = catchAll === null ? undefined : (await read()).channels.get(catchAll);
      return connected.find(({ id }) => id === row?.installation) ?? connected[0] ?? null;
    },
    channel: async (id) => (await read()).channels.get(id) ?? null,
    channels: async () => [...new Set((await read()).channels.values())],
    keptId: async (id) => (await read()).channels.get(id)?.id ?? id,
    async refresh() {
      snapshot = null;
      unseen.clear();
      await read();
    },
    troubles() {
      const everywhere = [...(own ? [own] : []), ...opened.values()];
      const places = [setup.catchAll, ...everywhere.map((one) => one.catchAll())].filter((place) => place !== null);
      if (snapshot && everywhere.length === 0) return ['No workspace is connected: open /connectors/slack/install.'];
      if (snapshot && places.length === 0) return ['No channel is known for texts: invite the app to one.'];
      const closed = [...new Set(places)].flatMap((place) => closedWords(snapshot?.channels.get(place), setup));
      return [...everywhere.flatMap((one) => one.trouble() ?? []), ...closed];
    },
  };
  return workspaces;
}

function closedWords(row: ChannelRow | undefined, { allowsSlackConnect }: SlackSetup): readonly string[] {
  const isRefused = row?.is_shared === true && !allowsSlackConnect;
  if (!row || (row.state === 'open' && !isRefused)) return [];
  const why = row.state === 'open' ? 'is shared with another organisation' : WHY[row.state];
  return [`${row.current_id} is for what no rule takes, and ${why}.`];
}

const WHY: Readonly<Record<Exclude<ChannelState, 'open'>, string>> = {
  archived: 'is archived',
  deleted: 'was deleted',
  left: 'is closed to the app',
};

/** The one of SLACK_BOT_TOKEN. Which workspace it is nobody asks before somebody has to know. */
function openOwn(options: WorkspacesOptions, botToken: string): Workspace {
  const { setup } = options;
  return createWorkspace({
    ...options,
    id: OF_SETTINGS,
    client: createSlackClient(botToken, setup.apiUrl),
    name: () => null,
    catchAll: () => setup.catchAll,
    gone: () => null,
  });
}
