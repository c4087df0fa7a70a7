import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import { Outage } from '../../seam/outage.ts';
import { failed } from '../egress/calling.ts';
import type { SlackClient, SlackResult } from '../egress/client.ts';
import { isOfAll } from '../egress/slack-errors.ts';
import type { SlackSettings } from '../settings.ts';

export interface Person {
  readonly id: string;
  /** As colleagues see them; goes with every text that they write. */
  readonly name: string;
  /** Whether what they write may become a text. */
  readonly isAgent: boolean;
}

/** The app itself, as the workspace knows it. */
export interface Self {
  /** The workspace in which it is installed; null = it is installed for all of an organisation. */
  readonly team: string | null;
  /** That organisation. */
  readonly enterprise: string | null;
  /** Who writes what it posts. */
  readonly user: string;
}

/** Who is who in the workspace, asked at most every ten minutes. Both throw `Outage` when Slack does not say. */
export interface People {
  find(user: string): Promise<Person>;
  self(): Promise<Self>;
  /** How those are called who have lately answered texts, without one of them. */
  colleaguesOf(user: string): readonly string[];
}

const KEPT_MS = 600_000;
const KNOWN_MAX = 5_000;
const NAME_MAX = 100;

const userSchema = z.object({
  user: z.object({
    id: z.string(),
    team_id: z.string().nullish(),
    name: z.string().nullish(),
    deleted: z.boolean().nullish(),
    is_bot: z.boolean().nullish(),
    is_restricted: z.boolean().nullish(),
    is_ultra_restricted: z.boolean().nullish(),
    is_stranger: z.boolean().nullish(),
    enterprise_user: z.object({ enterprise_id: z.string().nullish(), teams: z.array(z.string()).nullish() }).nullish(),
    profile: z.object({ real_name: z.string().nullish(), display_name: z.string().nullish() }).nullish(),
  }),
});

export interface PeopleOptions {
  readonly client: Pick<SlackClient, 'interactive'>;
  readonly settings: Pick<SlackSettings, 'agents'>;
  readonly clock: Clock;
  /** Who the app is, as far as that is known; null = Slack is asked. */
  readonly installed: () => Self | null;
}

export function createPeople({ client, settings, clock, installed }: PeopleOptions): People {
  const known = new Map<string, { readonly person: Person; readonly until: number }>();
  const isListed = createIsListed({ client, settings, clock });
  let own: Self | null = null;
  // Only an answer is kept: a failure must not last for the life of the process.
  const self = async () => installed() ?? (own ??= await askSelf(client));
  return {
    self,
    colleaguesOf: (user) =>
      [...known.values()].flatMap(({ person }) => (person.isAgent && person.id !== user ? [person.name] : [])),
    async find(user) {
      const cached = known.get(user);
      if (cached && cached.until > clock.monotonic()) return cached.person;
      const person = await ask(client, isListed, await self(), user);
      if (known.size >= KNOWN_MAX) known.clear();
      known.set(user, { person, until: clock.monotonic() + KEPT_MS });
      return person;
    },
  };
}

async function ask(
  client: PeopleOptions['client'],
  isListed: (user: string) => Promise<boolean>,
  installed: Self,
  user: string,
): Promise<Person> {
  const result = await client.interactive('users.info', { user });
  // Somebody whom the workspace does not know is nobody's agent.
  if (result.type === 'refused' && result.error.startsWith('user_not_'))
    return { id: user, name: user, isAgent: false };
  if (result.type !== 'ok') throw unsaid('who wrote', result);
  const { user: found } = userSchema.parse(result.data);
  const isMember =
    isOf(installed, found) &&
    !found.deleted &&
    !found.is_bot &&
    !found.is_restricted &&
    !found.is_ultra_restricted &&
    !found.is_stranger;
  const name = (found.profile?.display_name || found.profile?.real_name || found.name || user).slice(0, NAME_MAX);
  return { id: user, name, isAgent: isMember && (await isListed(user)) };
}

const groupSchema = z.object({ users: z.array(z.string()) });

/** Whether SLACK_AGENTS names somebody, or a user group that they are in; everybody where it names nobody. */
function createIsListed({ client, settings: { agents }, clock }: Omit<PeopleOptions, 'installed'>) {
  const groups = agents.filter((id) => id.startsWith('S'));
  const people = new Set(agents);
  const kept = new Map<string, { readonly users: ReadonlySet<string>; readonly until: number }>();
  async function usersOf(group: string): Promise<ReadonlySet<string>> {
    const cached = kept.get(group);
    if (cached && cached.until > clock.monotonic()) return cached.users;
    const result = await client.interactive('usergroups.users.list', { usergroup: group });
    // A group of another workspace, or one that the app may not read, has nobody in it.
    if (result.type !== 'ok' && (result.type !== 'refused' || isOfAll(result.error)))
      throw unsaid(`who is in ${group}`, result);
    const users = new Set(result.type === 'ok' ? groupSchema.parse(result.data).users : []);
    kept.set(group, { users, until: clock.monotonic() + KEPT_MS });
    return users;
  }
  return async (user: string): Promise<boolean> => {
    if (agents.length === 0 || people.has(user)) return true;
    for (const group of groups) if ((await usersOf(group)).has(user)) return true;
    return false;
  };
}

type Found = z.output<typeof userSchema>['user'];

/** In a shared channel `is_stranger` is false for people of the other organisation; in an organisation with several workspaces a member of ours may have another as home. */
const isOf = ({ team, enterprise }: Self, { team_id: home, enterprise_user: organisation }: Found) =>
  team === null
    ? organisation?.enterprise_id === enterprise
    : !home || home === team || (organisation?.teams ?? []).includes(team);

const selfSchema = z.object({
  team_id: z.string(),
  user_id: z.string(),
  enterprise_id: z.string().nullish(),
  is_enterprise_install: z.boolean().nullish(),
});

async function askSelf(client: PeopleOptions['client']): Promise<Self> {
  const result = await client.interactive('auth.test', {});
  if (result.type !== 'ok') throw unsaid('who the app is', result);
  const { team_id: team, user_id: user, enterprise_id, is_enterprise_install } = selfSchema.parse(result.data);
  return is_enterprise_install
    ? { team: null, enterprise: enterprise_id ?? team, user }
    : { team, enterprise: null, user };
}

/** Whoever asks waits as a call does that is answered so. */
function unsaid(what: string, result: Exclude<SlackResult, { type: 'ok' }>): Outage {
  const outcome = failed(result);
  const why = result.type === 'refused' ? result.error : result.type;
  return new Outage(`Slack does not say ${what}: ${why}`, outcome.type === 'wait' ? outcome.ms : null);
}
