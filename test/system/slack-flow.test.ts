import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ANA, SHOP, type SlackWorld, slackWorld, SUPPORT } from '../support/slack-world.ts';

let world: SlackWorld;
beforeAll(async () => {
  world = await slackWorld({ undo_seconds: 0, quiet_minutes: 10, sla_minutes: 30 });
});
afterAll(() => world[Symbol.asyncDispose]());

let count = 0;
const newContact = () => `+1415555${String(500 + ++count).padStart(4, '0')}`;
const write = (thread: string, text: string) => world.slack.people.write(ANA, SUPPORT, text, thread);
const stateOf = (ts: string, state: string) =>
  world.until(async () => (await world.reply(SUPPORT, ts))?.state === state);
const asked = (thread: string, button: string) =>
  world.until(() =>
    world.slack.people
      .seenBy(ANA, SUPPORT)
      .findLast((one) => one.thread_ts === thread && JSON.stringify(one.blocks).includes(button)),
  );
const below = (thread: string, words: string) => world.below(thread).filter(({ text }) => text.includes(words));
const reactionsOf = (thread: string, ts: string) => [
  ...(world
    .below(thread)
    .find((one) => one.ts === ts)
    ?.reactions.keys() ?? []),
];

async function conversation(contact = newContact()) {
  await world.texts(contact, 'Where is my order?');
  return { contact, root: await world.root(contact) };
}

describe('what a channel hears of', () => {
  const broadcasts = (thread: string) =>
    world.slack.calls
      .filter(({ method, given }) => method === 'chat.postMessage' && given['thread_ts'] === thread)
      .map(({ given }) => given['reply_broadcast'] === true || given['reply_broadcast'] === 'true');

  test('is the first text after a silence of both sides, and none while they talk', async () => {
    const { contact, root } = await conversation();
    await world.texts(contact, 'Hello?');
    await world.until(() => world.below(root.ts).length === 1);
    await world.clock.advance(9 * 60_000);
    const ts = write(root.ts, 'I am looking.');
    await stateOf(ts, 'sent');
    // The contact has been silent for longer than ten minutes, and Ana has not.
    await world.clock.advance(9 * 60_000);
    await world.texts(contact, 'Thanks');
    await world.until(() => below(root.ts, 'Thanks').length === 1);
    expect(broadcasts(root.ts)).toEqual([false, false]);
    await world.clock.advance(11 * 60_000);
    await world.texts(contact, 'Anything new?');
    await world.until(() => below(root.ts, 'Anything').length === 1);
    expect(broadcasts(root.ts)).toEqual([false, false, true]);
  });

  test('is a text that nobody has answered in time, once, and none that somebody has', async () => {
    const silent = await conversation();
    await world.texts(silent.contact, 'Please');
    const answered = await conversation();
    const ts = write(answered.root.ts, 'Tomorrow.');
    await stateOf(ts, 'sent');
    await world.until(() => below(silent.root.ts, 'Nobody has answered').length > 0, 60_000);
    await world.clock.advance(7_200_000);
    await world.until(async () => {
      const left = await world.storage.query(`select 1 from tasks where kind = 'remind' and done_at is null`);
      return left.length === 0;
    }, 60_000);
    expect(below(silent.root.ts, 'Nobody has answered within 30 minutes')).toHaveLength(1);
    expect(broadcasts(silent.root.ts).at(-1)).toBe(true);
    expect(below(answered.root.ts, 'Nobody has answered')).toEqual([]);
  });
});

describe('a text that was sent from elsewhere', () => {
  test('is shown in the open thread of its contact with who sent it, and what was sent from Slack is not shown again', async () => {
    const { contact, root } = await conversation();
    const { conversation_id } = await world.until(async () => {
      const [row] = await world.storage.query<{ conversation_id: string }>(
        'select conversation_id from threads where contact_number = $1',
        [contact],
      );
      return row;
    });
    await world.sdk.sms.send({ to: contact, from: SHOP, body: 'Your order has left <!channel>' });
    await world.until(() => below(root.ts, '📤').length === 1);
    await world.sdk.conversations.reply(conversation_id, { body: 'This is Cleo', sent_by: 'Cleo <!here>' });
    await world.until(() => below(root.ts, '📤').length === 2);
    await world.texts(contact, 'HELP');
    await world.until(() => below(root.ts, '📤').length === 3);
    const ts = write(root.ts, 'And this is Ana.');
    await world.until(() => reactionsOf(root.ts, ts).includes('white_check_mark'));
    expect(below(root.ts, '📤').map(({ text }) => text)).toEqual([
      '📤 Sent by another system: Your order has left &lt;!channel&gt;',
      '📤 Sent by Cleo &lt;!here&gt;: This is Cleo',
      expect.stringMatching(/^📤 Sent automatically: /),
    ]);
    expect(below(root.ts, 'This is Ana')).toEqual([]);
  });

  test('says so when it did not arrive', async () => {
    const { contact, root } = await conversation('+15005550002');
    await world.sdk.sms.send({ to: contact, from: SHOP, body: 'Are you there?' });
    await world.until(() => below(root.ts, '❌').length === 1);
    expect(below(root.ts, '❌')[0]?.text).toContain('the SMS was not delivered');
    expect(below(root.ts, '📤')).toHaveLength(1);
  });

  test('is not asked for when its contact has no open thread, however many there are', async () => {
    const reads = vi.spyOn(world.own.sms, 'getStatus');
    const { contact, root } = await conversation();
    const strangers = Array.from({ length: 50 }, () => ({ to: newContact(), from: SHOP, body: 'Sale!' }));
    await world.sdk.sms.sendBatch(strangers);
    await world.sdk.sms.sendBatch([{ to: contact, from: SHOP, body: 'Sale for you!' }]);
    await world.until(() => below(root.ts, 'Sale for you!').length === 1);
    await world.until(async () => (await world.phone(strangers.at(-1)?.to ?? '')).length === 1);
    expect(below(root.ts, '📤')[0]?.text).toBe('📤 Sent in a batch: Sale for you!');
    expect(reads).toHaveBeenCalledTimes(1);
    reads.mockRestore();
  });
});

describe('a reply that is shown in its channel, too', () => {
  test('is sent once, as any other', async () => {
    const { contact, root } = await conversation();
    const ts = world.slack.people.broadcast(ANA, SUPPORT, 'For all to see', root.ts);
    await stateOf(ts, 'sent');
    await world.until(async () => (await world.phone(contact)).length > 0);
    expect(await world.phone(contact)).toEqual(['For all to see']);
  });
});

describe('a reply with a file', () => {
  test('is not sent half: the words wait for a decision, and a file alone is refused, for all to see', async () => {
    const { contact, root } = await conversation();
    const both = world.slack.people.share(ANA, SUPPORT, 'Here is the invoice', root.ts);
    const alone = world.slack.people.share(ANA, SUPPORT, '', root.ts);
    await stateOf(both, 'held');
    expect(await world.reply(SUPPORT, both)).toMatchObject({ reason: 'files' });
    await stateOf(alone, 'refused');
    await world.until(() => [both, alone].every((ts) => reactionsOf(root.ts, ts).includes('no_entry')));
    const ask = await asked(root.ts, 'hold_send');
    expect(ask.text).toContain('Files cannot be sent as SMS.');
    await world.slack.people.click(ANA, SUPPORT, ask.ts, 'hold_send');
    await stateOf(both, 'sent');
    await world.until(async () => (await world.phone(contact)).length > 0);
    expect(await world.phone(contact)).toEqual(['Here is the invoice']);
    const note = world.slack.people.share(ANA, SUPPORT, '// her photo', root.ts);
    await stateOf(note, 'internal');
  });
});

describe('a reply that did not arrive', () => {
  test('can be sent again once for each click, as a text of its own', async () => {
    // Undelivered, by its number.
    const contact = '+15005550002';
    await world.texts(contact, 'Please call me');
    const root = await world.root(contact);
    // A reply that was written without having read it would be held.
    await world.until(() => [root, ...world.below(root.ts)].some(({ text }) => text.includes('Please call me')));
    write(root.ts, 'Hello?');
    const ask = await asked(root.ts, 'retry');
    await world.slack.people.click(ANA, SUPPORT, ask.ts, 'retry');
    await world.slack.people.click(ANA, SUPPORT, ask.ts, 'retry').catch(() => undefined);
    const again = await world.until(() =>
      world.slack.people
        .seenBy(ANA, SUPPORT)
        .findLast((one) => one.ts !== ask.ts && JSON.stringify(one.blocks).includes('retry')),
    );
    expect(again.text).toContain('not delivered');
    const texts = async () => {
      const found = [];
      for await (const { body, client_ref } of world.sdk.sms.list({ to: contact }))
        if (body === 'Hello?') found.push(client_ref);
      return found;
    };
    expect(new Set(await texts()).size).toBe(2);
    expect(await texts()).toHaveLength(2);
  });

  test('can be sent again as well when it was written in a dialog, and its thread shows both', async () => {
    const root = await world.root('+15005550002');
    await world.slack.people.shortcut(ANA, 'sms_reply', { channel: SUPPORT, ts: root.ts });
    const view = world.slack.people.viewOf(ANA);
    if (!view) throw new Error('No dialog is open.');
    await world.slack.people.fill(view, 'text', 'Are you well?');
    await world.slack.people.submit(view.id);
    const failures = () =>
      world.slack.people
        .seenBy(ANA, SUPPORT)
        .filter(({ blocks }) => /Are you well.*"retry"/.test(JSON.stringify(blocks)));
    const [ask] = await world.until(() => failures().length > 0 && failures());
    await world.slack.people.click(ANA, SUPPORT, ask?.ts ?? '', 'retry');
    await world.slack.people.click(ANA, SUPPORT, ask?.ts ?? '', 'retry').catch(() => undefined);
    await world.until(() => failures().some(({ ts }) => ts !== ask?.ts));
    const shown = () => world.below(root.ts).filter(({ text }) => text.includes('Are you well?'));
    await world.until(
      () => shown().filter(({ blocks }) => JSON.stringify(blocks).includes('not delivered')).length === 2,
    );
    expect(shown()).toHaveLength(2);
    const sent = [];
    for await (const { body, client_ref } of world.sdk.sms.list({ to: '+15005550002' }))
      if (body === 'Are you well?') sent.push(client_ref);
    expect([sent.length, new Set(sent).size]).toEqual([2, 2]);
  });
});

describe('R165: whoever looks after a contact', () => {
  const lookups = () => world.slack.calls.filter(({ method }) => method === 'users.lookupByEmail').length;
  const calls = (of: { readonly blocks: unknown }) =>
    Array.from(JSON.stringify(of.blocks).matchAll(/\{"type":"user","user_id":"(\w+)"\}/g), ([, user]) => user);
  async function ownedBy(owner: string) {
    const contact = newContact();
    await world.sdk.contacts.put(contact, { owner });
    return conversation(contact);
  }

  test('is called once in the card of a new conversation, by their e-mail address, until somebody claims it', async () => {
    world.slack.workspace.addUser('U0000000DAN', { email: 'dan@example.com' });
    const before = lookups();
    const { contact, root } = await ownedBy('Dan@Example.com');
    expect(calls(root)).toEqual(['U0000000DAN']);
    expect(calls((await ownedBy('dan@example.com')).root)).toEqual(['U0000000DAN']);
    expect(lookups() - before).toBe(1);
    await world.texts(contact, 'Hello?');
    await world.until(() => world.below(root.ts).length === 1);
    expect(JSON.stringify(world.below(root.ts))).not.toContain('U0000000DAN');
    // Called is not claimed: who answers first has it.
    await stateOf(write(root.ts, 'I am looking.'), 'sent');
    await world.until(() => JSON.stringify(root.blocks).includes(`<@${ANA}>`));
    expect(calls(root)).toEqual([]);
    expect(JSON.stringify(root.blocks)).toContain('owner: Dan@Example.com');
  });

  test('is named and not called where they are no agent or no address, whatever the field says', async () => {
    world.slack.workspace.addUser('U000000GUS', { email: 'guest@example.com', isRestricted: true });
    world.slack.workspace.addUser('U000000GONE', { email: 'gone@example.com', isDeleted: true });
    for (const owner of ['nobody@example.com', 'guest@example.com', 'gone@example.com', 'U0000000DAN', `<@${ANA}>`]) {
      const { root } = await ownedBy(owner);
      expect(calls(root)).toEqual([]);
      expect(JSON.stringify(root.blocks)).toContain(`owner: ${owner.replace('<', '&lt;').replace('>', '&gt;')}`);
      expect(JSON.stringify(root.blocks)).not.toContain(`<@${ANA}>`);
    }
  });

  test.each([
    ['the scope is missing', { error: 'missing_scope' }],
    ['there are too many questions', { retryAfterSeconds: 30 }],
    ['Slack is out of order', { status: 503 }],
    ['the answer is lost', { reset: 'after' }],
  ] as const)('is no reason for a text to wait: %s', async (why, fault) => {
    const email = `${why.replaceAll(' ', '.').toLowerCase()}@example.com`;
    world.slack.workspace.addUser(`U0000${why.length}`, { email });
    world.slack.failNext('users.lookupByEmail', fault);
    const { root } = await ownedBy(email);
    expect(calls(root)).toEqual([]);
    expect(JSON.stringify(root.blocks)).toContain(`owner: ${email}`);
    expect(world.connector.health().detail ?? '').not.toContain('users.lookupByEmail');
    // Slack is asked again later.
    await world.clock.advance(600_000);
    expect(calls((await ownedBy(email)).root)).toEqual([`U0000${why.length}`]);
  });
});
