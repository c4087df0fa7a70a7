import { viewFaults } from './block-limits.ts';
import type { AppAnswer } from './events.ts';
import type { Interactivity, View } from './interactivity.ts';
import { fieldsOf, missingIn, withFilled } from './view-state.ts';
import type { Block } from './workspace.ts';

/** What people do in dialogs and on the Home tab. */
export interface Dialogs {
  /** Clicks a button of a view; `value` where several have the same action. Throws when it is not there. */
  press(view: View, actionId: string, value?: string): Promise<AppAnswer>;
  /** Fills in a field: words, an option that is offered, a person, a moment. The app hears of it where it wants to. */
  fill(view: View, blockId: string, given: string | number): Promise<AppAnswer | null>;
  /** Types into a select that the app fills; answers what it offers. */
  suggest(view: View, blockId: string, typed: string): Promise<readonly Option[]>;
  /** Submits it: with what was filled in, and with `values` in place of that where they are given. */
  submit(viewId: string, values?: Readonly<Record<string, Readonly<Record<string, object>>>>): Promise<AppAnswer>;
}

export interface Option {
  readonly text: { readonly type: string; readonly text: string };
  readonly value: string;
}

export interface DialogsOptions {
  readonly interactivity: Interactivity;
  readonly interact: (payload: object) => Promise<AppAnswer>;
  /** Who does it, and a trigger for what follows. */
  readonly around: (user: string, viewId: string) => object;
}

export function createDialogs({ interactivity, interact, around }: DialogsOptions): Dialogs {
  const offered = new Map<string, readonly Option[]>();
  const tell = (view: View, action: object) =>
    interact({
      type: 'block_actions',
      ...around(view.user, view.id),
      container: { type: 'view', view_id: view.id },
      view: interactivity.jsonOf(view),
      actions: [action],
    });
  const fieldIn = (view: View, blockId: string) => {
    const field = fieldsOf(view.json).find(({ block }) => block['block_id'] === blockId);
    if (!field) throw new Error(`There is no ${blockId} in ${view.id}.`);
    return field;
  };

  return {
    press(view, actionId, value) {
      const found = fieldsOf(view.json).find(
        ({ element }) => element['action_id'] === actionId && (value === undefined || element['value'] === value),
      );
      if (!found) throw new Error(`There is no ${actionId} in ${view.id}.`);
      const { block, element } = found;
      const { type, action_id, text } = element;
      return tell(view, {
        type,
        action_id,
        block_id: block['block_id'],
        text,
        value: element['value'],
        action_ts: '0',
      });
    },
    async fill(view, blockId, given) {
      const { block, element } = fieldIn(view, blockId);
      const filled = filledWith(element, given, offered.get(`${view.id} ${blockId}`) ?? []);
      interactivity.fill(view, blockId, String(element['action_id']), filled);
      const isTold = block['type'] !== 'input' || block['dispatch_action'] === true;
      if (!isTold || !isTriggered(element)) return null;
      const { type, action_id } = element;
      return tell(view, { type, action_id, block_id: blockId, action_ts: String(given), ...filled });
    },
    async suggest(view, blockId, typed) {
      const { block, element } = fieldIn(view, blockId);
      if (element['type'] !== 'external_select') throw new Error(`${blockId} is not filled by the app.`);
      if (typed.length < Number(element['min_query_length'] ?? 3)) return [];
      const answer = await interact({
        type: 'block_suggestion',
        ...around(view.user, view.id),
        action_id: element['action_id'],
        block_id: block['block_id'],
        value: typed,
        container: { type: 'view', view_id: view.id },
        view: interactivity.jsonOf(view),
      });
      const { options } = JSON.parse(answer.body) as { options: Option[] };
      const select = { ...element, type: 'static_select', options };
      const faults = options.length === 0 ? [] : viewFaults({ ...view.json, blocks: [{ ...block, element: select }] });
      if (faults.length > 0) throw new Error(faults.join(' '));
      offered.set(`${view.id} ${blockId}`, options);
      return options;
    },
    async submit(viewId, values) {
      const view = interactivity.views.get(viewId);
      if (!view || view.isClosed) throw new Error(`There is no view ${viewId}.`);
      for (const [block, actions] of Object.entries(values ?? {}))
        for (const [action, filled] of Object.entries(actions))
          view.state = withFilled(view.state, block, action, filled);
      const missing = values ? [] : missingIn(view.json, view.state);
      if (missing.length > 0) throw new Error(`The client asks for ${missing.join(', ')}.`);
      const shown = interactivity.jsonOf(view);
      const answer = await interact({
        type: 'view_submission',
        ...around(view.user, view.id),
        view: shown,
        response_urls: [],
      });
      if (answer.status === 200) follow(interactivity, view, answer.body);
      return answer;
    },
  };
}

/** A click is always told; words only where `dispatch_action_config` asks for every character. */
function isTriggered(element: Block): boolean {
  if (element['type'] !== 'plain_text_input') return true;
  const triggers: unknown = Object(element['dispatch_action_config'])['trigger_actions_on'];
  return Array.isArray(triggers) && triggers.includes('on_character_entered');
}

function filledWith(element: Block, given: string | number, offered: readonly Option[]): object {
  switch (element['type']) {
    case 'plain_text_input': {
      const max = Number(element['max_length'] ?? 3_000);
      if (String(given).length > max) throw new Error(`The client takes ${max} characters at most.`);
      return { value: String(given) };
    }
    case 'users_select':
      return { selected_user: String(given) };
    case 'datetimepicker':
      return { selected_date_time: Number(given) };
    default: {
      const options = [...((element['options'] ?? []) as Option[]), ...offered];
      const option = options.find(({ value }) => value === given);
      if (!option) throw new Error(`${given} is not offered.`);
      return { selected_option: option };
    }
  }
}

/** docs.slack.dev, "Modals", "Updating views": an empty answer closes it. */
function follow(interactivity: Interactivity, view: View, body: string): void {
  const answer = (body === '' ? {} : JSON.parse(body)) as Block;
  const next = (answer['view'] ?? {}) as Block;
  switch (answer['response_action']) {
    case 'errors': {
      const errors = answer['errors'] as Record<string, string>;
      const inputs = new Set(
        fieldsOf(view.json).flatMap(({ block }) => (block['type'] === 'input' ? [block['block_id']] : [])),
      );
      const unknown = Object.keys(errors).filter((id) => !inputs.has(id));
      if (unknown.length > 0) throw new Error(`Slack cannot show an error at ${unknown.join(', ')}.`);
      view.errors = errors;
      return;
    }
    case 'update': {
      const faults = viewFaults(next);
      if (faults.length > 0) throw new Error(faults.join(' '));
      interactivity.update(view.id, next, '');
      return;
    }
    case 'clear':
      for (const one of interactivity.views.values())
        if (one.json['root_view_id'] === view.json['root_view_id']) interactivity.close(one);
      return;
    case undefined:
      interactivity.close(view);
      return;
    default:
      throw new Error(`${String(answer['response_action'])} is nothing that Slack knows.`);
  }
}
