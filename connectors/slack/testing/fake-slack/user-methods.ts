import { wordOf } from './http.ts';
import { MethodError } from './method-error.ts';
import type { Arguments } from './methods.ts';
import type { User, Workspace } from './workspace.ts';

/** Who is who in the workspace. */
export function createUserMethods(workspace: Workspace) {
  return {
    'usergroups.users.list'(given: Arguments) {
      const users = workspace.userGroups.get(wordOf(given['usergroup']));
      if (!users) throw new MethodError('no_such_subteam');
      return { users: [...users] };
    },
    'users.info'(given: Arguments) {
      const user = workspace.users.get(wordOf(given['user']));
      if (!user) throw new MethodError('user_not_found');
      return { user: userJson(workspace, user) };
    },
    'users.lookupByEmail'(given: Arguments) {
      const email = wordOf(given['email']).toLowerCase();
      const user = [...workspace.users.values()].find((each) => each.email === email && !each.isDeleted);
      if (!user) throw new MethodError('users_not_found');
      return { user: userJson(workspace, user) };
    },
  };
}

function userJson(workspace: Workspace, user: User) {
  const { id, name, team, isDeleted, isRestricted } = user;
  return {
    id,
    name,
    team_id: team,
    deleted: isDeleted,
    is_bot: false,
    is_restricted: isRestricted,
    is_ultra_restricted: false,
    // People of another organisation with whom a channel is shared are no strangers (docs.slack.dev, "User object").
    is_stranger: team !== workspace.team.id && ![...workspace.channels.values()].some(({ members }) => members.has(id)),
    profile: { real_name: name, display_name: name },
    ...organisationOf(workspace, user),
    tz: 'America/New_York',
  };
}

/** Members of an organisation have an identity there, too; strangers have one of their own. */
function organisationOf({ team: { id: here, enterprise } }: Workspace, { id, team, alsoIn }: User) {
  if (enterprise === null) return {};
  const teams = [team, ...alsoIn];
  const [enterprise_id, enterprise_name] = teams.includes(here)
    ? [enterprise, 'Fake Org']
    : ['E00000OTHER', 'Another Org'];
  return { enterprise_user: { id, enterprise_id, enterprise_name, teams } };
}
