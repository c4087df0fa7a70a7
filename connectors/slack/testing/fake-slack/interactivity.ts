import type { Clock } from '../../../../server/clock.ts';
import { MethodError } from './method-error.ts';
import { APP, type Block, withIds, type Workspace } from './workspace.ts';

/** A modal or home as a person sees it. */
export interface View {
  readonly id: string;
  readonly user: string;
  json: Block;
  hash: string;
  isClosed: boolean;
}

export interface Interactivity {
  readonly views: Map<string, View>;
  /** Home of each person. */
  readonly homes: Map<string, View>;
  /** Good for 3 s and one view. */
  newTrigger(user: string): string;
  open(view: Block, triggerId: string): Block;
  update(viewId: string, view: Block, hash: string): Block;
  publish(user: string, view: Block): Block;
}

const TRIGGER_LIFE_MS = 3_000;

export function createInteractivity(workspace: Workspace, clock: Clock): Interactivity {
  const triggers = new Map<string, { user: string; until: number; isUsed: boolean }>();
  const views = new Map<string, View>();
  const homes = new Map<string, View>();
  let hashes = 0;

  const jsonOf = (view: Block, id: string, hash: string): Block => ({
    ...view,
    id,
    hash,
    team_id: workspace.team.id,
    app_id: APP,
    blocks: withIds((view['blocks'] ?? []) as Block[], workspace.nextId),
    state: { values: {} },
    private_metadata: view['private_metadata'] ?? '',
    callback_id: view['callback_id'] ?? '',
    root_view_id: id,
    previous_view_id: null,
  });
  const make = (view: Block, user: string): View => {
    const id = workspace.nextId('V');
    const hash = `${clock.now()}.${++hashes}`;
    return { id, user, hash, isClosed: false, json: jsonOf(view, id, hash) };
  };

  return {
    views,
    homes,
    newTrigger(user) {
      const id = `${workspace.nextId('')}.${workspace.team.id}`;
      triggers.set(id, { user, until: clock.monotonic() + TRIGGER_LIFE_MS, isUsed: false });
      return id;
    },
    open(view, triggerId) {
      const trigger = triggers.get(triggerId);
      if (!trigger) throw new MethodError('invalid_trigger_id');
      if (clock.monotonic() > trigger.until) throw new MethodError('expired_trigger_id');
      if (trigger.isUsed) throw new MethodError('exchanged_trigger_id');
      trigger.isUsed = true;
      const opened = make(view, trigger.user);
      views.set(opened.id, opened);
      return opened.json;
    },
    update(viewId, view, hash) {
      const shown = views.get(viewId);
      if (!shown || shown.isClosed) throw new MethodError('not_found');
      if (hash !== '' && hash !== shown.hash) throw new MethodError('hash_conflict');
      shown.hash = `${clock.now()}.${++hashes}`;
      shown.json = jsonOf(view, viewId, shown.hash);
      return shown.json;
    },
    publish(user, view) {
      const home = make(view, user);
      homes.set(user, home);
      return home.json;
    },
  };
}
