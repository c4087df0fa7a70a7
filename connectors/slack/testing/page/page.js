/** Shows the state once a second; only text nodes, so nothing that people write is read as markup. */
const by = (id) => document.getElementById(id);
const act = (action) =>
  fetch('/do', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(action) }).then(
    show,
  );

const element = (tag, text, className) => {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
};

function named(line, people) {
  const mentioned = people.reduce((text, { id, name }) => text.replaceAll(`<@${id}>`, `@${name}`), line);
  return mentioned
    .replace(/<!date\^\d+\^[^|]*\|([^>]*)>/g, '$1')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}

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

async function show() {
  const { channel, people, messages, asides, phone } = await (await fetch('/state')).json();
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
        return [messageOf(root, people, 'root', root.author, people[0].id), ...below, ...said, form];
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
setInterval(show, 1_000);
void show();
