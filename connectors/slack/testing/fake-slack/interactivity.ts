import type { Clock } from '../../../../server/clock.ts';
import { MethodError } from './method-error.ts';
import { stateOf, type ViewState, withFilled } from './view-state.ts';
import { APP, BOT, type Block, withIds, type Workspace } from './workspace.ts';

/** A modal or home as a person sees it. */
export interface View {
  readonly id: string;
  readonly user: string;
  json: Block;
  hash: string;
  isClosed: boolean;
  /** What is filled in. */
  state: ViewState;
  /** What the app says is wrong, by block id. */
  errors: Readonly<Record<string, string>>;
}

export interface Interactivity {
  readonly views: Map<string, View>;
  /** Home of each person. */
  readonly homes: Map<string, View>;
  /** Good for 3 s and one view. */
  newTrigger(user: string, viewId?: string): string;
  open(view: Block, triggerId: string): Block;
  /** On top of the view in which the trigger was made. */
  push(view: Block, triggerId: string): Block;
  update(viewId: string, view: Block, hash: string): Block;
  publish(user: string, view: Block, hash: string): Block;
  fill(view: View, blockId: string, actionId: string, filled: object): void;
  /** The view as payloads show it. */
  jsonOf(view: View): Block;
  close(view: View): void;
}

const TRIGGER_LIFE_MS = 3_000;
/** A root, and two on top of it. */
const STACK_MAX = 3;

export function createInteractivity(workspace: Workspace, clock: Clock): Interactivity {
  const triggers = new Map<string, { user: string; viewId: string | null; until: number; isUsed: boolean }>();
  const views = new Map<string, View>();
  const homes = new Map<string, View>();
  let hashes = 0;
  const newHash = () => `${Math.floor(clock.now() / 1_000)}.${(++hashes).toString(36).padStart(8, '0')}`;

  const use = (triggerId: string) => {
    const trigger = triggers.get(triggerId);
    if (!trigger) throw new MethodError('invalid_trigger_id');
    if (clock.monotonic() > trigger.until) throw new MethodError('expired_trigger_id');
    if (trigger.isUsed) throw new MethodError('exchanged_trigger_id');
    trigger.isUsed = true;
    return trigger;
  };
  /** Shows another content in a view; what was filled in stays where the ids are the same. */
  const show = (view: View, given: Block) => {
    const blocks = withIds((given['blocks'] ?? []) as Block[], workspace.nextId);
    view.hash = newHash();
    view.json = { ...given, blocks };
    view.state = stateOf(view.json, view.state);
    view.errors = {};
  };
  const stackOf = (view: View) =>
    [...views.values()].filter((one) => !one.isClosed && one.json['root_view_id'] === view.json['root_view_id']);
  const make = (given: Block, user: string, below: View | null): View => {
    const id = workspace.nextId('V');
    const view: View = { id, user, hash: '', isClosed: false, json: {}, state: {}, errors: {} };
    show(view, given);
    const root_view_id = below?.json['root_view_id'] ?? id;
    view.json = { ...view.json, root_view_id, previous_view_id: below?.id ?? null };
    return view;
  };
  const jsonOf = (view: View): Block => ({
    ...view.json,
    id: view.id,
    hash: view.hash,
    team_id: workspace.team.id,
    app_id: APP,
    app_installed_team_id: workspace.team.id,
    bot_id: BOT.botId,
    state: { values: view.state },
    private_metadata: view.json['private_metadata'] ?? '',
    callback_id: view.json['callback_id'] ?? '',
  });

  return {
    views,
    homes,
    jsonOf,
    newTrigger(user, viewId) {
      const id = `${workspace.nextId('')}.${workspace.team.id}`;
      const until = clock.monotonic() + TRIGGER_LIFE_MS;
      triggers.set(id, { user, viewId: viewId ?? null, until, isUsed: false });
      return id;
    },
    open(given, triggerId) {
      const { user } = use(triggerId);
      const opened = make(given, user, null);
      views.set(opened.id, opened);
      return jsonOf(opened);
    },
    push(given, triggerId) {
      const { user, viewId } = use(triggerId);
      const below = viewId === null ? undefined : views.get(viewId);
      if (!below || below.isClosed) throw new MethodError('not_found');
      if (stackOf(below).length >= STACK_MAX) throw new MethodError('push_limit_reached');
      const pushed = make(given, user, below);
      views.set(pushed.id, pushed);
      return jsonOf(pushed);
    },
    update(viewId, given, hash) {
      const shown = views.get(viewId);
      if (!shown || shown.isClosed) throw new MethodError('not_found');
      if (hash !== '' && hash !== shown.hash) throw new MethodError('hash_conflict');
      const { root_view_id, previous_view_id } = shown.json;
      show(shown, { ...given, root_view_id, previous_view_id });
      return jsonOf(shown);
    },
    publish(user, given, hash) {
      const home = homes.get(user);
      if (home && hash !== '' && hash !== home.hash) throw new MethodError('hash_conflict');
      if (home) show(home, { ...given, root_view_id: home.id, previous_view_id: null });
      else homes.set(user, make(given, user, null));
      const shown = homes.get(user);
      return shown ? jsonOf(shown) : {};
    },
    fill(view, blockId, actionId, filled) {
      view.state = withFilled(view.state, blockId, actionId, filled);
    },
    close: (view) => void (view.isClosed = true),
  };
}
