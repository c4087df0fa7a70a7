import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import type { SlackClient } from '../egress/client.ts';
import type { SlackSettings } from '../settings.ts';

export interface Person {
  readonly id: string;
  /** As colleagues see them; goes with every text that they write. */
  readonly name: string;
  /** Whether what they write may become a text. */
  readonly isAgent: boolean;
}

/** Who is who in the workspace, asked at most every ten minutes. */
export interface People {
  /** Throws when Slack does not say. */
  find(user: string): Promise<Person>;
}

const KEPT_MS = 600_000;
const KNOWN_MAX = 5_000;
const NAME_MAX = 100;

const userSchema = z.object({
  user: z.object({
    id: z.string(),
    team_id: z.string().optional(),
    name: z.string().default(''),
    deleted: z.boolean().default(false),
    is_bot: z.boolean().default(false),
    is_restricted: z.boolean().default(false),
    is_ultra_restricted: z.boolean().default(false),
    is_stranger: z.boolean().default(false),
    profile: z.object({ real_name: z.string().optional(), display_name: z.string().optional() }).default({}),
  }),
});

export interface PeopleOptions {
  readonly client: Pick<SlackClient, 'interactive'>;
  readonly settings: Pick<SlackSettings, 'agents'>;
  readonly clock: Clock;
}

export function createPeople({ client, settings, clock }: PeopleOptions): People {
  const known = new Map<string, { readonly person: Person; readonly until: number }>();
  const isListed = createIsListed({ client, settings, clock });
  return {
    async find(user) {
      const cached = known.get(user);
      if (cached && cached.until > clock.monotonic()) return cached.person;
      const person = await ask(client, isListed, user);
      if (known.size >= KNOWN_MAX) known.clear();
      known.set(user, { person, until: clock.monotonic() + KEPT_MS });
      return person;
    },
  };
}

async function ask(
  client: PeopleOptions['client'],
  isListed: (user: string) => Promise<boolean>,
  user: string,
): Promise<Person> {
  const result = await client.interactive('users.info', { user });
  // Somebody whom the workspace does not know is nobody's agent.
  if (result.type === 'refused' && result.error.startsWith('user_not_'))
    return { id: user, name: user, isAgent: false };
  if (result.type !== 'ok')
    throw new Error(`Slack does not say who wrote: ${result.type === 'refused' ? result.error : result.type}`);
  const { user: found } = userSchema.parse(result.data);
  const isMember =
    !found.deleted && !found.is_bot && !found.is_restricted && !found.is_ultra_restricted && !found.is_stranger;
  const name = (found.profile.display_name || found.profile.real_name || found.name || user).slice(0, NAME_MAX);
  return { id: user, name, isAgent: isMember && (await isListed(user)) };
}

const groupSchema = z.object({ users: z.array(z.string()) });

/** Whether SLACK_AGENTS names somebody, or a user group that they are in; everybody where it names nobody. */
function createIsListed({ client, settings: { agents }, clock }: PeopleOptions): (user: string) => Promise<boolean> {
  const groups = agents.filter((id) => id.startsWith('S'));
  const people = new Set(agents);
  const kept = new Map<string, { readonly users: ReadonlySet<string>; readonly until: number }>();
  async function usersOf(group: string): Promise<ReadonlySet<string>> {
    const cached = kept.get(group);
    if (cached && cached.until > clock.monotonic()) return cached.users;
    const result = await client.interactive('usergroups.users.list', { usergroup: group });
    // A group of another workspace, or one that the app may not read, has nobody in it.
    if (result.type !== 'ok' && result.type !== 'refused') throw new Error(`Slack does not say who is in ${group}.`);
    const users = new Set(result.type === 'ok' ? groupSchema.parse(result.data).users : []);
    kept.set(group, { users, until: clock.monotonic() + KEPT_MS });
    return users;
  }
  return async (user) => {
    if (agents.length === 0 || people.has(user)) return true;
    for (const group of groups) if ((await usersOf(group)).has(user)) return true;
    return false;
  };
}
