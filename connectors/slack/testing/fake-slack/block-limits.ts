/** What Slack refuses as `invalid_blocks` (docs.slack.dev/reference/block-kit), as far as the connector builds it. */

type Block = Readonly<Record<string, unknown>>;

const MESSAGE_BLOCKS_MAX = 50;
const VIEW_BLOCKS_MAX = 100;

/** What is wrong with them; empty = nothing. */
export function blockFaults(blocks: unknown, surface: 'message' | 'view' = 'message'): string[] {
  if (!Array.isArray(blocks)) return ['must be an array [json-pointer:/blocks]'];
  const max = surface === 'view' ? VIEW_BLOCKS_MAX : MESSAGE_BLOCKS_MAX;
  const faults = blocks.length > max ? [`no more than ${max} items allowed [json-pointer:/blocks]`] : [];
  const ids = new Set<unknown>();
  blocks.forEach((block: Block, index) => {
    const id = block['block_id'];
    if (id !== undefined && ids.has(id)) faults.push('block_id already exists');
    ids.add(id);
    faults.push(...faultsOf(block).map((fault) => `${fault} [json-pointer:/blocks/${index}]`));
  });
  return faults;
}

export function viewFaults(view: Block): string[] {
  const faults = blockFaults(view['blocks'], 'view');
  if (view['type'] !== 'modal' && view['type'] !== 'home') faults.push('unsupported type [json-pointer:/view/type]');
  if (view['type'] === 'modal') {
    for (const name of ['title', 'submit', 'close']) {
      const text = view[name];
      if (text === undefined ? name === 'title' : !isText(text, 24, 'plain_text'))
        faults.push(`must be plain text of up to 24 characters [json-pointer:/view/${name}]`);
    }
    const hasInput = Array.isArray(view['blocks']) && view['blocks'].some((block: Block) => block['type'] === 'input');
    if (hasInput && view['submit'] === undefined) faults.push('missing required field: submit [json-pointer:/view]');
  }
  const callback = view['callback_id'];
  if (typeof callback === 'string' && callback.length > 255) faults.push('callback_id is too long');
  const metadata = view['private_metadata'];
  if (typeof metadata === 'string' && metadata.length > 3_000)
    faults.push('must be less than 3001 characters [json-pointer:/view/private_metadata]');
  return faults;
}

function faultsOf(block: Block): string[] {
  const faults: string[] = [];
  const need = (holds: boolean, fault: string) => void (holds || faults.push(fault));
  const id = block['block_id'];
  need(id === undefined || (typeof id === 'string' && id.length >= 1 && id.length <= 255), 'block_id is too long');
  switch (block['type']) {
    case 'section':
      need(block['text'] !== undefined || Array.isArray(block['fields']), 'a section needs text or fields');
      need(block['text'] === undefined || isText(block['text'], 3_000), 'must be less than 3001 characters');
      need(
        !Array.isArray(block['fields']) ||
          (block['fields'].length <= 10 && block['fields'].every((each) => isText(each, 2_000))),
        'bad fields',
      );
      if (block['accessory'] !== undefined) faults.push(...elementFaults(block['accessory'] as Block));
      break;
    case 'header':
      need(isText(block['text'], 150, 'plain_text'), 'must be plain text of less than 151 characters');
      break;
    case 'context':
      need(
        isList(block['elements'], 10) &&
          block['elements'].every((each) => isText(each, 3_000) || (each as Block)['type'] === 'image'),
        'bad context',
      );
      break;
    case 'actions': {
      need(isList(block['elements'], 25), 'no more than 25 items allowed');
      const elements = (block['elements'] ?? []) as Block[];
      for (const element of elements) faults.push(...elementFaults(element));
      const ids = elements.map(({ action_id: each }) => each).filter((each) => each !== undefined);
      need(new Set(ids).size === ids.length, 'action_id already exists');
      break;
    }
    case 'input':
      need(isText(block['label'], 2_000, 'plain_text'), 'bad label');
      need(block['hint'] === undefined || isText(block['hint'], 2_000, 'plain_text'), 'bad hint');
      faults.push(...elementFaults((block['element'] ?? {}) as Block));
      break;
    case 'rich_text':
      faults.push(...richTextFaults(block));
      break;
    case 'divider':
      break;
    default:
      faults.push(`unsupported type: ${String(block['type'])}`);
  }
  return faults;
}

function elementFaults(element: Block): string[] {
  const faults: string[] = [];
  const need = (holds: boolean, fault: string) => void (holds || faults.push(fault));
  const id = element['action_id'];
  need(id === undefined || (typeof id === 'string' && id.length >= 1 && id.length <= 255), 'action_id is too long');
  if (element['type'] === 'button') {
    need(isText(element['text'], 75, 'plain_text'), 'must be less than 76 characters');
    need(
      element['value'] === undefined || (typeof element['value'] === 'string' && element['value'].length <= 2_000),
      'must be less than 2001 characters',
    );
    need(
      element['style'] === undefined || element['style'] === 'primary' || element['style'] === 'danger',
      'bad style',
    );
  } else if (!ELEMENTS.has(String(element['type']))) {
    faults.push(`unsupported element: ${String(element['type'])}`);
  }
  const placeholder = element['placeholder'];
  need(placeholder === undefined || isText(placeholder, 150, 'plain_text'), 'bad placeholder');
  if (element['type'] === 'plain_text_input') faults.push(...inputFaults(element));
  const { options, confirm } = element;
  if (options !== undefined) {
    const max = OPTIONS_MAX.get(String(element['type'])) ?? 100;
    need(isList(options, max) && options.every((each) => isOption(each as Block)), `no more than ${max} sound options`);
  }
  if (confirm !== undefined) need(isConfirm(confirm as Block), 'bad confirm');
  return faults;
}

const OPTIONS_MAX: ReadonlyMap<string, number> = new Map([
  ['overflow', 5],
  ['checkboxes', 10],
  ['radio_buttons', 10],
]);

const isOption = ({ text, value, description }: Block) =>
  isText(text, 75) &&
  typeof value === 'string' &&
  value.length >= 1 &&
  value.length <= 150 &&
  (description === undefined || isText(description, 75));

const isConfirm = ({ title, text, confirm, deny }: Block) =>
  isText(title, 100, 'plain_text') &&
  isText(text, 300) &&
  isText(confirm, 30, 'plain_text') &&
  isText(deny, 30, 'plain_text');

function inputFaults({ max_length: max = 3_000, initial_value: initial = '' }: Block): string[] {
  const faults = typeof max === 'number' && max >= 1 && max <= 3_000 ? [] : ['bad max_length'];
  if (typeof initial !== 'string' || initial.length > Number(max)) faults.push('initial_value is too long');
  return faults;
}

/** Sections, lists, quotes and code, with elements that each say what they are; no text of them is empty. */
function richTextFaults({ elements }: Block): string[] {
  if (!isList(elements, 1_000)) return ['bad rich text'];
  return elements.flatMap((container) => {
    const { type, elements: inner } = container as Block;
    if (type === 'rich_text_list') return richTextFaults({ elements: inner });
    if (!CONTAINERS.has(String(type)) || !Array.isArray(inner)) return [`unsupported rich text: ${String(type)}`];
    return inner.flatMap((element) => leafFaults(element as Block));
  });
}

const CONTAINERS = new Set(['rich_text_section', 'rich_text_quote', 'rich_text_preformatted']);

function leafFaults({ type, text, url }: Block): string[] {
  const isWord = typeof text === 'string' && text.length >= 1;
  switch (type) {
    case 'text':
      return isWord ? [] : ['must be more than 0 characters'];
    case 'link':
      return typeof url === 'string' && URL.canParse(url) && (text === undefined || isWord) ? [] : ['bad link'];
    case 'emoji':
    case 'date':
    case 'user':
    case 'usergroup':
    case 'channel':
    case 'broadcast':
      return [];
    default:
      return [`unsupported element: ${String(type)}`];
  }
}

const ELEMENTS = new Set([
  'plain_text_input',
  'static_select',
  'external_select',
  'users_select',
  'datetimepicker',
  'overflow',
  'checkboxes',
  'radio_buttons',
]);

function isText(value: unknown, max: number, type?: 'plain_text'): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { type: given, text } = value as Block;
  if (type !== undefined ? given !== type : given !== 'plain_text' && given !== 'mrkdwn') return false;
  return typeof text === 'string' && text.length >= 1 && text.length <= max;
}

const isList = (value: unknown, max: number): value is unknown[] =>
  Array.isArray(value) && value.length >= 1 && value.length <= max;
