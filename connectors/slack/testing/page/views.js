/** Draws a dialog or the Home tab from its blocks, as far as this app uses them. */

export const element = (tag, text, className) => {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
};

export function named(line, people) {
  const mentioned = people.reduce((text, { id, name }) => text.replaceAll(`<@${id}>`, `@${name}`), line);
  return mentioned
    .replace(/<!date\^(\d+)\^[^|]*\|[^>]*>/g, (_, seconds) => new Date(Number(seconds) * 1_000).toLocaleString())
    .replace(/<https?:[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<#([^>]*)>/g, '#$1')
    .replace(/\*([^*\n]+)\*/g, '$1')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}

/** What is typed, by field: it counts for more than what the workspace has heard of so far. */
const typed = new Map();
/** Keys arrive in the order in which they were pressed. */
let filling = Promise.resolve();

export function viewOf(view, people, act) {
  const shown = element('div', '', 'view');
  if (view.title) shown.append(element('h2', view.title.text));
  shown.append(...view.blocks.flatMap((block) => blockOf(block, view, people, act)));
  if (view.type === 'modal') {
    const close = element('button', view.close?.text ?? 'Close');
    close.addEventListener('click', () => act({ what: 'close', view: view.id }));
    const submit = view.submit ? element('button', view.submit.text, 'primary') : null;
    submit?.addEventListener('click', () => act({ what: 'submit', view: view.id }));
    shown.append(...(submit ? [submit] : []), close);
  }
  return shown;
}

function blockOf(block, view, people, act) {
  switch (block.type) {
    case 'section':
      return [element('p', named(block.text.text, people))];
    case 'context':
      return [element('p', block.elements.map(({ text }) => named(text, people)).join(' '), 'context')];
    case 'rich_text':
      return [
        element('p', block.elements.flatMap(({ elements }) => elements.map(({ text }) => text)).join(''), 'quote'),
      ];
    case 'divider':
      return [document.createElement('hr')];
    case 'actions': {
      const row = element('div', '');
      row.append(...block.elements.map((button) => buttonOf(button, view, act)));
      return [row];
    }
    case 'input':
      return [fieldOf(block, view, act)];
    default:
      return [];
  }
}

function buttonOf({ text, style, action_id: action, value, url, confirm: asks }, view, act) {
  const button = element('button', text.text, style);
  if (url) button.title = url;
  button.addEventListener('click', () => {
    if (!asks || confirm(`${asks.title.text}\n${asks.text.text}`))
      void act({ what: 'press', view: view.id, action, value });
  });
  return button;
}

function fieldOf(block, view, act) {
  const { element: given, block_id: id } = block;
  const label = element('label', block.label.text);
  label.dataset.block = `${view.id} ${id}`;
  const state = view.state.values[id]?.[given.action_id] ?? {};
  const key = label.dataset.block;
  const fill = (value) => {
    typed.set(key, value);
    filling = filling.then(() => typed.get(key) === value && act({ what: 'fill', view: view.id, block: id, value }));
    return filling;
  };
  const value = typed.get(key) ?? state.value ?? '';
  label.append(
    inputOf(given, { ...state, value }, fill, (words) =>
      act({ what: 'suggest', view: view.id, block: id, value: words }),
    ),
  );
  if (block.hint) label.append(element('span', block.hint.text, 'hint'));
  if (view.errors[id]) label.append(element('span', view.errors[id], 'error'));
  return label;
}

function inputOf(given, state, fill, suggest) {
  switch (given.type) {
    case 'static_select':
      return selectOf(given.options, state, fill);
    case 'users_select':
      return Object.assign(document.createElement('input'), {
        value: state.selected_user ?? '',
        placeholder: 'U…',
        onchange: (event) => fill(event.target.value),
      });
    case 'external_select':
      return searchOf(given, state, fill, suggest);
    case 'datetimepicker': {
      const input = Object.assign(document.createElement('input'), { type: 'datetime-local' });
      input.addEventListener('change', () => fill(String(Math.floor(new Date(input.value).getTime() / 1_000))));
      if (state.selected_date_time) {
        const at = new Date(state.selected_date_time * 1_000);
        input.value = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
      }
      return input;
    }
    default: {
      const input = document.createElement(given.multiline ? 'textarea' : 'input');
      Object.assign(input, { value: state.value ?? '', placeholder: given.placeholder?.text ?? '' });
      if (given.max_length) input.maxLength = given.max_length;
      input.addEventListener('input', () => fill(input.value));
      return input;
    }
  }
}

function selectOf(options, state, fill) {
  const select = document.createElement('select');
  const none = Object.assign(element('option', '—'), { value: '' });
  select.append(none, ...options.map(({ text, value }) => Object.assign(element('option', text.text), { value })));
  select.value = state.selected_option?.value ?? '';
  select.addEventListener('change', () => select.value && fill(select.value));
  return select;
}

/** What is offered for what is typed; a click chooses. */
function searchOf(given, state, fill, suggest) {
  const box = element('span', '');
  const input = Object.assign(document.createElement('input'), {
    value: state.selected_option?.text.text ?? '',
    placeholder: given.placeholder?.text ?? '',
  });
  const found = element('span', '');
  input.addEventListener('input', async () => {
    const options = (await suggest(input.value)) ?? [];
    found.replaceChildren(
      ...options.map(({ text, value }) => {
        const button = element('button', text.text);
        button.addEventListener('click', (event) => {
          event.preventDefault();
          void fill(value);
        });
        return button;
      }),
    );
  });
  box.append(input, found);
  return box;
}
