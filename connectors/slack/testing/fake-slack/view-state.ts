import type { Block } from './workspace.ts';

/** What is filled in, by block id and action id, as `view.state.values` shows it (docs.slack.dev, "Modals"). */
export type ViewState = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** Elements that hold something; the others are only clicked. */
const HOLDING = new Set([
  'plain_text_input',
  'static_select',
  'external_select',
  'users_select',
  'datetimepicker',
  'checkboxes',
  'radio_buttons',
]);

export interface Field {
  readonly block: Block;
  readonly element: Block;
}

/** Every element of a view, whatever block it is in. */
export function fieldsOf(view: Block): Field[] {
  return ((view['blocks'] ?? []) as Block[]).flatMap((block) => {
    const inside = [block['element'], block['accessory'], ...((block['elements'] ?? []) as unknown[])];
    return inside.flatMap((element) =>
      typeof element === 'object' && element !== null && 'action_id' in element
        ? [{ block, element: element as Block }]
        : [],
    );
  });
}

/**
 * What a view holds once it is shown. A field that was there before under the same ids keeps what was filled in, and its
 * initial value counts for nothing; a new one begins with its own.
 */
export function stateOf(view: Block, before: ViewState): ViewState {
  const state: Record<string, Record<string, Readonly<Record<string, unknown>>>> = {};
  for (const { block, element } of fieldsOf(view)) {
    if (!HOLDING.has(String(element['type']))) continue;
    const [blockId, actionId] = [String(block['block_id']), String(element['action_id'])];
    const kept = before[blockId]?.[actionId];
    const held = kept && kept['type'] === element['type'] ? kept : initialOf(element);
    state[blockId] = { ...state[blockId], [actionId]: held };
  }
  return state;
}

function initialOf(element: Block): Readonly<Record<string, unknown>> {
  const { type } = element;
  switch (type) {
    case 'plain_text_input':
      return { type, value: element['initial_value'] ?? null };
    case 'users_select':
      return { type, selected_user: element['initial_user'] ?? null };
    case 'datetimepicker':
      return { type, selected_date_time: element['initial_date_time'] ?? null };
    case 'checkboxes':
      return { type, selected_options: element['initial_options'] ?? [] };
    default:
      return { type, selected_option: element['initial_option'] ?? null };
  }
}

export function withFilled(state: ViewState, blockId: string, actionId: string, filled: object): ViewState {
  const before = state[blockId]?.[actionId] ?? {};
  return { ...state, [blockId]: { ...state[blockId], [actionId]: { ...before, ...filled } } };
}

/** Inputs that have to be filled in, and are not: the client does not submit those. */
export function missingIn(view: Block, state: ViewState): string[] {
  return fieldsOf(view).flatMap(({ block, element }) => {
    if (block['type'] !== 'input' || block['optional'] === true) return [];
    const { type: _type, ...held } = state[String(block['block_id'])]?.[String(element['action_id'])] ?? {};
    const [value] = Object.values(held);
    return value === null || value === undefined || value === '' ? [String(block['block_id'])] : [];
  });
}
