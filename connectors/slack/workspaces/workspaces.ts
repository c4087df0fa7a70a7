import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import { type Access, createRenewingClient, createSlackClient, type SlackClient } from '../egress/client.ts';
import type { SlackSetup } from '../settings.ts';
import type { ChannelRow, ChannelState } from '../store/channels.ts';
import type { Installation } from '../store/installations.ts';
import type { Self } from '../threads/people.ts';
import { createSnapshots, type Snapshot } from './snapshots.ts';
import type { Refusal } from './refusals.ts';
import { createWorkspace, type Workspace, type WorkspaceOptions } from './workspace.ts';

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
  /** A sentence about each thing that somebody has to mend. */
  troubles(): readonly string[];
}

/** As events and interactions name a workspace. */
export interface TeamRef {
  readonly team: string | null;
  readonly enterprise: string | null;
}

export interface WorkspacesOptions {
  readonly storage: Storage;
  readonly setup: SlackSetup;
  readonly clock: Clock;
  /** Null: nothing is connected by OAuth. */
  readonly accessOf: ((id: string) => Access) | null;
  /** A channel that nobody has told of yet: who sees it? */
  readonly look: (workspaces: readonly Workspace[], channel: string) => Promise<boolean>;
  readonly onTrouble: (workspace: Workspace, refusal: Refusal) => void;
}

/** Nobody sees the channel: for so long nobody is asked again. */
const UNSEEN_MS = 60_000;
export const OF_SETTINGS = 'settings';

export function createWorkspaces(options: WorkspacesOptions): Workspaces {
  const { storage, setup, clock, accessOf } = options;
  const opened = new Map<string, Workspace>();
  const unseen = new Map<string, number>();
  const { read, last } = createSnapshots({ storage, clock, hasOAuth: accessOf !== null });

  const rowOf = (id: string) => last()?.installations.find((one) => one.id === id) ?? null;
  const currentId = (channel: string) => last()?.channels.get(channel)?.current_id ?? channel;
  const own = setup.botToken === null ? null : openOwn({ ...options, currentId }, setup.botToken);

  function open({ id }: Installation, access: Access): Workspace {
    const workspace =
      opened.get(id) ?? openConnected({ ...options, currentId }, id, createRenewingClient(access, setup.apiUrl), rowOf);
    opened.set(id, workspace);
    return workspace;
  }

  async function all(): Promise<readonly Workspace[]> {
    const { installations } = await read();
    const connected = accessOf ? installations.map((row) => open(row, accessOf(row.id))) : [];
    return own ? [own, ...connected] : connected;
  }

  const active = async () => (await all()).filter((one) => !one.isGone());

  async function ofChannel(channel: string): Promise<Workspace | null> {
    const everywhere = await all();
    if (everywhere.length <= 1) return everywhere[0] ?? null;
    const find = async () => {
      const row = (await read()).channels.get(channel);
      return (row && everywhere.find(({ id }) => id === row.installation)) ?? null;
    };
    const known = await find();
    if (known || (unseen.get(channel) ?? 0) > clock.monotonic()) return known ?? workspaces.home();
    const here = everywhere.filter((one) => !one.isGone());
    if (!(await options.look(here, channel))) {
      unseen.set(channel, clock.monotonic() + UNSEEN_MS);
      return workspaces.home();
    }
    await workspaces.refresh();
    return (await find()) ?? workspaces.home();
  }

  const workspaces: Workspaces = {
    all,
    async ofTeam({ team, enterprise }) {
      const everywhere = await all();
      if (!accessOf) return own;
      const here = everywhere.find(({ id }) => id === team) ?? everywhere.find(({ id }) => id === enterprise) ?? null;
      if (!own || (here && !here.isGone())) return here;
      const self = await own.people.self();
      return self.team === team ? own : here;
    },
    ofChannel,
    known(channel) {
      const [only, second] = [...(own ? [own] : []), ...opened.values()];
      if (only && !second) return only;
      const row = last()?.channels.get(channel);
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
      unseen.clear();
      await read(true);
    },
    troubles: () => troublesOf(last(), [...(own ? [own] : []), ...opened.values()], setup),
  };
  return workspaces;
}

function troublesOf(snapshot: Snapshot | null, everywhere: readonly Workspace[], setup: SlackSetup): readonly string[] {
  const places = [setup.catchAll, ...everywhere.map((one) => one.catchAll())].filter((place) => place !== null);
  if (snapshot && everywhere.length === 0) return ['No workspace is connected: open /connectors/slack/install.'];
  if (snapshot && places.length === 0) return ['No channel is known for texts: invite the app to one.'];
  const closed = [...new Set(places)].flatMap((place) => closedWords(snapshot?.channels.get(place), setup));
  return [...everywhere.flatMap((one) => one.troubles()), ...closed];
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

function installedAs(row: Installation | null): Self | null {
  if (row === null) return null;
  const { id, bot_user: user } = row;
  return id.startsWith('E') ? { team: null, enterprise: id, user } : { team: id, enterprise: null, user };
}

type OpenOptions = WorkspacesOptions & Pick<WorkspaceOptions, 'currentId'>;

/** One that was connected by OAuth; what is known of it is read anew each time. */
const openConnected = (
  options: OpenOptions,
  id: string,
  client: SlackClient,
  rowOf: (id: string) => Installation | null,
): Workspace =>
  createWorkspace({
    ...options,
    id,
    client,
    name: () => rowOf(id)?.name ?? id,
    catchAll: () => rowOf(id)?.catch_all ?? null,
    gone: () => rowOf(id)?.notice ?? null,
    installed: () => installedAs(rowOf(id)),
  });

/** The one of SLACK_BOT_TOKEN. Which workspace it is nobody asks before somebody has to know. */
function openOwn(options: OpenOptions, botToken: string): Workspace {
  const { setup } = options;
  return createWorkspace({
    ...options,
    id: OF_SETTINGS,
    client: createSlackClient(botToken, setup.apiUrl),
    name: () => null,
    catchAll: () => setup.catchAll,
    gone: () => null,
    installed: () => null,
  });
}
