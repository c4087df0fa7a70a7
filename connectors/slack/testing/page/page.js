import { element, named, viewOf } from './views.js';

/** Shows the state once a second; only text nodes, so nothing that people write is read as markup. */
const by = (id) => document.getElementById(id);
const act = (action) =>
  fetch('/do', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(action) })
    .then((response) => (response.ok ? response.json() : response.text().then((why) => Promise.reject(new Error(why)))))
    .catch((error) => ({ result: { body: JSON.stringify({ text: error.message }) } }))
    .then((answer) => show().then(() => answer.result));

const EMOJI = { lock: '🔒', white_check_mark: '✅', x: '❌', no_entry: '⛔' };

function messageOf(message, people, className, author, user) {
  const article = element('article', '', className);
  article.append(
    element('strong', author),
    document.createTextNode(`\n${message.lines.map((line) => named(line, people)).join('\n')} `),
  );
  article.append(element('span', message.reactions.map((name) => EMOJI[name] ?? name).join(' ')));
  const buttons = element('div', '');
  for (const { id, label } of message.buttons) {
    const button = element('button', label);
    button.addEventListener('click', () => act({ what: 'click', user, ts: message.ts, action: id }));
    buttons.append(button);
  }
  article.append(buttons);
  return article;
}

function replyForm(thread, people) {
  const form = document.createElement('form');
  const who = document.createElement('select');
  who.append(...people.map(({ id, name }) => Object.assign(element('option', name), { value: id })));
  const input = Object.assign(document.createElement('input'), { placeholder: 'Answer in the thread' });
  input.setAttribute('aria-label', 'Answer in the thread');
  form.append(who, input, element('button', 'Send'));
  form.dataset.thread = thread;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void act({ what: 'write', user: who.value, text: input.value, ts: thread });
    input.value = '';
  });
  return form;
}

const forms = new Map();

const shortcutsOf = (message) => {
  const row = element('div', '', 'shortcuts');
  const as = by('as');
  for (const [action, label] of [
    ['sms_reply', 'Reply by SMS'],
    ['sms_conversation', 'SMS conversation'],
  ]) {
    const button = element('button', `⋮ ${label}`);
    button.addEventListener('click', () => act({ what: 'shortcut', user: as.value, action, ts: message.ts }));
    row.append(button);
  }
  return row;
};

let shown = '';

/** Drawn again only when it has changed: somebody may be typing. */
function showViews(people, homes, dialogs) {
  const as = by('as');
  if (as.options.length === 0)
    as.append(...people.map(({ id, name }) => Object.assign(element('option', name), { value: id })));
  const mine = (view) => view?.user === as.value;
  const [home = null, dialog = null] = [homes.find(mine), dialogs.find(mine)];
  const now = JSON.stringify([as.value, home?.hash, dialog?.id, dialog?.hash, dialog?.errors]);
  if (now === shown) return;
  shown = now;
  const active = document.activeElement?.closest('[data-block]');
  const { selectionStart: from, selectionEnd: to } = document.activeElement ?? {};
  by('home').replaceChildren(...(home ? [viewOf(home, people, act)] : [element('p', 'Not opened yet.')]));
  by('dialog').replaceChildren(...(dialog ? [viewOf(dialog, people, act)] : []));
  const again =
    active &&
    document.querySelector(
      `[data-block="${active.dataset.block}"] input, [data-block="${active.dataset.block}"] textarea`,
    );
  again?.focus();
  if (again && typeof from === 'number') again.setSelectionRange?.(from, to);
}

async function show() {
  const { channel, people, messages, asides, phone, homes, dialogs } = await (await fetch('/state')).json();
  showViews(people, homes, dialogs);
  by('channel').textContent = `#${channel}`;
  const focused = document.activeElement;
  by('messages').replaceChildren(
    ...messages
      .filter(({ thread }) => thread === null)
      .flatMap((root) => {
        const below = messages
          .filter(({ thread }) => thread === root.ts)
          .map((one) => messageOf(one, people, 'reply', one.author, one.user));
        const said = asides
          .filter(({ thread }) => thread === root.ts)
          .map((one) => messageOf(one, people, 'aside', `only ${named(`<@${one.user}>`, people)} sees this`, one.user));
        const form = forms.get(root.ts) ?? replyForm(root.ts, people);
        forms.set(root.ts, form);
        return [
          messageOf(root, people, 'root', root.author, by('as').value),
          ...(root.isBot ? [shortcutsOf(root)] : []),
          ...below,
          ...said,
          form,
        ];
      }),
  );
  focused?.focus();
  by('texts').replaceChildren(
    ...phone.map(({ isOurs, body }) => element('div', body, isOurs ? 'text' : 'text theirs')),
  );
}

by('write').addEventListener('submit', (event) => {
  event.preventDefault();
  void act({ what: 'text', text: by('text').value || by('text').placeholder });
  by('text').value = '';
});
by('as').addEventListener('change', () => void show());
by('open-home').addEventListener('click', () => act({ what: 'home', user: by('as').value }));
by('compose').addEventListener('click', () => act({ what: 'shortcut', user: by('as').value, action: 'sms_compose' }));
by('command').addEventListener('submit', async (event) => {
  event.preventDefault();
  const text = by('words').value.replace(/^\/sms\s*/, '');
  const result = await act({ what: 'command', user: by('as').value, text });
  const { people } = await (await fetch('/state')).json();
  const said = result?.body ? JSON.parse(result.body).text : '';
  by('said').textContent = named(said ?? '', people);
});
setInterval(show, 1_000);
void show();
