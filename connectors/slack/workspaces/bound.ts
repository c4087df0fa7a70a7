import type { SlackSetup } from '../settings.ts';
import type { Around } from '../threads/around.ts';
import type { Places } from './channels.ts';
import type { Workspace } from './workspace.ts';
import type { Workspaces } from './workspaces.ts';

export interface BoundOptions {
  /** What is the same everywhere. */
  readonly base: Omit<Around, 'team' | 'settings' | 'people' | 'places'>;
  readonly setup: SlackSetup;
  readonly workspaces: Workspaces;
  readonly places: Places;
}

/** What the verbs need in one workspace. Null: no channel is known yet to which anything could go. */
export type BindTo = (workspace: Workspace) => Promise<Around | null>;

export function createBinding({ base, setup, workspaces, places }: BoundOptions): BindTo {
  return async (workspace) => {
    const home = await workspaces.home();
    const own = workspace.catchAll();
    const catchAll = workspace === home ? (setup.catchAll ?? own) : (own ?? setup.catchAll ?? home?.catchAll() ?? null);
    if (catchAll === null) return null;
    return { ...base, team: workspace.id, settings: { ...setup, catchAll }, people: workspace.people, places };
  };
}
