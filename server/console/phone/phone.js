// The simulated phones: a list of numbers, the conversation of one of them, and a box to answer as that phone.
// Everything that comes from outside is shown by textContent, never as markup.

const POLL_MS = 1000;
const POLL_AFTER_FAULT_MS = 3000;
const KEY = 'smsbridge-test-key';

const byId = (id) => document.getElementById(id);
const state = { key: takeKey(), number: null, sender: null, phones: '', texts: '', poll: 0 };

byId('key-form').addEventListener('submit', (event) => {
  event.preventDefault();
  useKey(byId('key').value.trim());
});
byId('copy').addEventListener('click', copyCurl);
byId('back').addEventListener('click', () => open(null));
byId('answer').addEventListener('submit', (event) => {
  event.preventDefault();
  void answer(byId('body').value, () => (byId('body').value = ''));
});
byId('sender').addEventListener('change', () => (state.sender = byId('sender').value));
byId('body').addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId('answer').requestSubmit();
});
for (const button of document.querySelectorAll('.quick')) {
  button.addEventListener('click', () => void answer(button.dataset.body, () => undefined));
}
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) pollSoon(0);
});
window.addEventListener('hashchange', () => {
  const key = takeKey();
  if (key) useKey(key);
});

if (state.key) pollSoon(0);
else askForKey('');

/** The key of the fragment moves into this tab's session, so that it is neither in the address bar nor in a bookmark. */
function takeKey() {
  const given = new URLSearchParams(location.hash.slice(1)).get('key');
  if (given) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(KEY);
}

function useKey(key) {
  sessionStorage.setItem(KEY, key);
  Object.assign(state, { key, phones: '', texts: '' });
  byId('key-form').hidden = true;
  byId('key').value = '';
  pollSoon(0);
}

function askForKey(fault) {
  sessionStorage.removeItem(KEY);
  state.key = null;
  byId('phones').hidden = true;
  byId('empty').hidden = true;
  byId('key-form').hidden = false;
  byId('key-fault').textContent = fault;
  byId('key').focus();
}

/** Asks the API; null when there is nothing to show, and the reason is on the page. */
async function ask(path, body) {
  const request = { headers: { Authorization: `Bearer ${state.key}` } };
  if (body) {
    request.method = 'POST';
    request.headers['Content-Type'] = 'application/json';
    request.body = JSON.stringify(body);
  }
  try {
    const response = await fetch(path, request);
    const answered = await response.json().catch(() => ({}));
    if (response.ok) {
      byId('connection').textContent = '';
      return answered;
    }
    const reason = answered.detail ?? answered.title ?? `The server answered ${response.status}.`;
    if (response.status === 401 || response.status === 403) askForKey(reason);
    else byId('connection').textContent = reason;
  } catch {
    byId('connection').textContent = 'The server does not answer. Trying again…';
  }
  return null;
}

function pollSoon(ms) {
  clearTimeout(state.poll);
  state.poll = setTimeout(poll, ms);
}

async function poll() {
  if (!state.key || document.hidden) return;
  const phones = await ask('/v1/sandbox/phones');
  if (phones) {
    showPhones(phones.data);
    await refreshTexts();
  }
  if (state.key) pollSoon(phones ? POLL_MS : POLL_AFTER_FAULT_MS);
}

async function refreshTexts() {
  const { number } = state;
  if (!number) return;
  const texts = await ask(`/v1/sandbox/phones/${encodeURIComponent(number)}/messages`);
  // Another phone may have been opened in the meantime.
  if (texts && number === state.number) showTexts(texts.data);
}

function showPhones(phones) {
  const seen = JSON.stringify([phones, state.number]);
  if (seen === state.phones) return;
  state.phones = seen;
  byId('empty').hidden = phones.length > 0;
  byId('phones').hidden = phones.length === 0;
  if (phones.length === 0) {
    open(null);
    byId('curl').textContent = curlLine();
    return;
  }
  const focused = document.activeElement?.dataset?.number;
  byId('list').replaceChildren(...phones.map(phoneButton));
  // Where list and phone stand side by side, the first text is there to be seen without a click.
  if (!state.number && matchMedia('(min-width: 46.01rem)').matches) open(phones[0].number);
  if (focused) [...byId('list').children].find(({ dataset }) => dataset.number === focused)?.focus();
}

function phoneButton({ number, messages, last_at: lastAt }) {
  const button = element('button', '', number);
  button.type = 'button';
  button.dataset.number = number;
  button.setAttribute('aria-current', String(number === state.number));
  const facts = [messages && `${messages} ${messages === 1 ? 'text' : 'texts'}`, lastAt && timeOf(lastAt)];
  button.append(element('small', '', facts.filter(Boolean).join(' · ')));
  button.addEventListener('click', () => open(number));
  return button;
}

function open(number) {
  const left = state.number;
  Object.assign(state, { number, sender: null, texts: '' });
  byId('phones').classList.toggle('open', number !== null);
  byId('phone').hidden = number === null;
  byId('choose').hidden = number !== null;
  byId('number').textContent = number ?? '';
  byId('texts').replaceChildren();
  byId('sent').textContent = '';
  for (const button of byId('list').children) {
    button.setAttribute('aria-current', String(button.dataset.number === number));
    if (number === null && button.dataset.number === left) button.focus();
  }
  if (number) {
    pollSoon(0);
    byId('body').focus();
  }
}

function showTexts(texts) {
  const seen = JSON.stringify(texts);
  if (seen === state.texts) return;
  state.texts = seen;
  const log = byId('texts');
  const wasAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  log.replaceChildren(...texts.map(textItem));
  if (wasAtEnd) log.scrollTop = log.scrollHeight;
  showSenders(texts);
}

const isOwn = (text) => text.from === state.number;

function textItem(text) {
  const item = element('li', isOwn(text) ? 'own' : '');
  const segments = text.segments && `${text.segments} ${text.segments === 1 ? 'segment' : 'segments'}`;
  const party = isOwn(text) ? `to ${text.to}` : text.from;
  const facts = [party, timeOf(text.at), segments, text.encoding].filter(Boolean).join(' · ');
  item.append(element('div', 'bubble', text.body), element('div', 'facts', facts));
  return item;
}

/** Whom an answer goes to: who wrote last, unless another sender was chosen. */
function showSenders(texts) {
  const latestFirst = texts.toReversed().map((text) => (isOwn(text) ? text.to : text.from));
  const senders = [...new Set(latestFirst)];
  const chosen = senders.includes(state.sender) ? state.sender : senders[0];
  const options = senders.map((sender) => new Option(sender, sender, false, sender === chosen));
  byId('sender').replaceChildren(...options);
  byId('senders').hidden = senders.length < 2;
}

async function answer(body, done) {
  const { number } = state;
  const to = byId('sender').value;
  if (!number || !to || body.trim() === '') return;
  byId('sent').textContent = 'Sending…';
  const answered = await ask('/v1/sandbox/inbound', { from: number, to, body });
  if (number !== state.number) return;
  byId('sent').textContent = answered ? outcome(answered) : 'Not sent.';
  if (answered) {
    done();
    pollSoon(0);
  }
}

function outcome({ delivered }) {
  return delivered ? 'Delivered.' : 'Waiting: the server is not connected to the simulated carrier.';
}

function curlLine() {
  const text = {
    to: '+14155552671',
    from: 'CartBoss',
    body: 'Hi there! Your order #1234 has been shipped and is on its way.',
  };
  return [
    `curl -s ${location.origin}/v1/messages/send`,
    `-H 'Authorization: Bearer ${state.key}'`,
    `-H 'Content-Type: application/json'`,
    `-d '${JSON.stringify(text)}'`,
  ].join(' \\\n  ');
}

async function copyCurl() {
  try {
    await navigator.clipboard.writeText(byId('curl').textContent);
    byId('copied').textContent = 'Copied.';
  } catch {
    getSelection().selectAllChildren(byId('curl'));
    byId('copied').textContent = 'Selected: copy it with your keyboard.';
  }
}

function element(name, className, text = '') {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function timeOf(timestamp) {
  return new Date(timestamp).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}
