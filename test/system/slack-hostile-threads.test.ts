import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOT, TEAM } from '../../connectors/slack/testing/fake-slack/index.ts';
import { blockFaults } from '../../connectors/slack/testing/fake-slack/block-limits.ts';
import { messageJson } from '../../connectors/slack/testing/fake-slack/workspace.ts';
import { ANA, BEN, SHOP, type SlackWorld, slackWorld, SUPPORT } from '../support/slack-world.ts';

let world: SlackWorld;
beforeAll(async () => {
  world = await slackWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

let count = 0;
const newContact = () => `+1415555${String(400 + ++count).padStart(4, '0')}`;
const people = () => world.slack.people;
const channel = () => {
  const found = world.slack.workspace.channels.get(SUPPORT);
  if (!found) throw new Error('There is no such channel.');
  return found;
};
const write = (user: string, text: string, thread: string) => people().write(user, SUPPORT, text, thread);
const stateOf = (ts: string, state: string) =>
  world.until(async () => (await world.reply(SUPPORT, ts))?.state === state);
const asked = (user: string, thread: string, words: string) =>
  world.until(() =>
    people()
      .seenBy(user, SUPPORT)
      .findLast((one) => one.thread_ts === thread && JSON.stringify(one.blocks).includes(words)),
  );
const reactionsOf = (ts: string) => [...(channel().messages.get(ts)?.reactions.keys() ?? [])];
const notesOf = async (contact: string) => {
  const found: string[] = [];
  for await (const { id } of world.sdk.conversations.list({ contact }))
    for await (const { body } of world.sdk.conversations.notes(id)) found.push(body);
  return found;
};

async function conversation(body = 'Hello') {
  const contact = newContact();
  await world.texts(contact, body);
  return { contact, root: await world.root(contact) };
}
const arrives = (contact: string, ...bodies: string[]) => world.arrives(contact, ...bodies);
/** Something that is sent, after which whatever came before it has been dealt with. */
const last = async (contact: string, root: string, ...before: string[]) => {
  const ts = write(ANA, 'That is all.', root);
  await stateOf(ts, 'sent');
  await arrives(contact, ...before, 'That is all.');
};

describe('what nobody meant to send', () => {
  test('is not sent: what the app writes and changes itself, what Slack, other apps, previews and tombstones say', async () => {
    const { contact, root } = await conversation();
    const own = channel().messages.get(root.ts);
    if (!own) throw new Error('There is no root.');
    const changed = (message: object, previous_message: object) =>
      world.slack.events.send({
        type: 'message',
        subtype: 'message_changed',
        hidden: true,
        channel: SUPPORT,
        channel_type: 'channel',
        ts: world.slack.workspace.nextTs(),
        message,
        previous_message,
      });
    // Our own update, as Slack tells of it, and as a workspace would that names no app.
    const shown = messageJson(world.slack.workspace, own);
    changed({ ...shown, text: 'changed by us' }, shown);
    const { bot_id: _bot, app_id: _app, bot_profile: _profile, ...bare } = shown;
    world.slack.events.send({ ...bare, channel: SUPPORT, thread_ts: root.ts, ts: world.slack.workspace.nextTs() });
    changed({ ...bare, text: 'changed by us', thread_ts: root.ts, ts: world.slack.workspace.nextTs() }, bare);
    people().writeAsSlack(SUPPORT, 'set the channel topic', root.ts);
    people().writeAsOtherBot(SUPPORT, 'Deployed.', root.ts);
    const kept = write(ANA, '// mine', root.ts);
    const written = channel().messages.get(kept);
    if (!written) throw new Error('There is no message.');
    const before = messageJson(world.slack.workspace, written);
    changed({ ...before, attachments: [{ from_url: 'https://example.com', title: 'A preview' }] }, before);
    for (const subtype of [
      'channel_join',
      'channel_topic',
      'bot_message',
      'reminder_add',
      'invented',
      'message_replied',
    ])
      world.slack.events.send({ ...before, subtype, channel: SUPPORT, ts: world.slack.workspace.nextTs() });
    world.slack.events.send({ ...before, hidden: true, channel: SUPPORT, ts: world.slack.workspace.nextTs() });
    world.slack.events.send({ ...before, type: 'app_mention', channel: SUPPORT, text: 'twice' });
    people().remove(SUPPORT, root.ts);
    await last(contact, root.ts);
    const rows = await world.storage.query<{ text: string }>(
      'select text from replies where channel = $1 and thread_id = (select id from threads where root_ts = $2) order by ts',
      [SUPPORT, root.ts],
    );
    expect(rows.map(({ text }) => text)).toEqual(['// mine', 'That is all.']);
    expect(await notesOf(contact)).toEqual(['// mine']);
  });

  test('is not sent: what people of other organisations, guests and the deactivated write, whoever shares the channel', async () => {
    const { contact, root } = await conversation();
    world.slack.workspace.addUser('U000000OTHER', { team: 'T0000000002' });
    world.slack.workspace.addUser('U00000RGUEST', { isRestricted: true });
    const gone = world.slack.workspace.addUser('U000000GONE', {});
    for (const id of ['U000000OTHER', 'U00000RGUEST', 'U000000GONE']) channel().members.add(id);
    gone.isDeleted = true;
    const other = write('U000000OTHER', 'We are the partner', root.ts);
    const guest = write('U00000RGUEST', 'I am a guest', root.ts);
    const left = write('U000000GONE', 'I have left', root.ts);
    const unknown = write('U00000NOBODY', 'Nobody knows me', root.ts);
    await stateOf(other, 'refused');
    for (const ts of [guest, left, unknown]) await stateOf(ts, 'internal');
    expect(await asked('U000000OTHER', root.ts, 'outside')).toBeDefined();
    // Their clicks count as little.
    await people().click('U00000RGUEST', SUPPORT, root.ts, 'resolve');
    await people().click('U000000OTHER', SUPPORT, root.ts, 'opt_out');
    // In a channel that is shared not even our own are sent.
    channel().isShared = true;
    const shared = write(ANA, 'Is anybody else reading this?', root.ts);
    await stateOf(shared, 'refused');
    channel().isShared = false;
    await last(contact, root.ts);
    expect(root.text).not.toContain('Resolved');
    expect(await world.sdk.optOuts.get(contact)).toMatchObject({ status: 'unknown' });
  });

  test('is not sent: what a colleague writes after they were deactivated, ten minutes later at most', async () => {
    const { contact, root } = await conversation();
    const user = world.slack.workspace.addUser('U0000LEAVING');
    channel().members.add(user.id);
    const first = write(user.id, 'I am still here.', root.ts);
    await stateOf(first, 'sent');
    user.isDeleted = true;
    await world.clock.advance(600_001);
    const second = write(user.id, 'I should not be here.', root.ts);
    await stateOf(second, 'internal');
    expect(await world.phone(contact)).toEqual(['I am still here.']);
  });

  test('is not sent: what becomes a note, is deleted or is emptied before it leaves, wherever the deletion says it was', async () => {
    const { contact, root } = await conversation();
    const noted = write(ANA, 'She is difficult.', root.ts);
    const gone = write(ANA, 'Wrong window', root.ts);
    await stateOf(noted, 'pending');
    await stateOf(gone, 'pending');
    people().edit(SUPPORT, noted, '// She is difficult.');
    world.slack.events.send({
      type: 'message',
      subtype: 'message_deleted',
      hidden: true,
      channel: SUPPORT,
      ts: world.slack.workspace.nextTs(),
      deleted_ts: gone,
    });
    await stateOf(noted, 'internal');
    await stateOf(gone, 'canceled');
    // A note stays one, and what is held goes on being held.
    people().edit(SUPPORT, noted, 'She is wonderful.');
    const held = write(ANA, 'FYI she called.', root.ts);
    await stateOf(held, 'held');
    people().edit(SUPPORT, held, 'She called.');
    await last(contact, root.ts);
    expect(await world.reply(SUPPORT, noted)).toMatchObject({ state: 'internal' });
    expect(await world.reply(SUPPORT, held)).toMatchObject({ state: 'held' });
    people().remove(SUPPORT, held);
    await stateOf(held, 'canceled');
    const ask = await asked(ANA, root.ts, held);
    await people().click(ANA, SUPPORT, ask.ts, 'hold_send');
    await last(contact, root.ts, 'That is all.');
  });

  test('is not sent: what an opt-out finds waiting, held or scheduled, nor what is clicked afterwards', async () => {
    const { contact, root } = await conversation();
    const held = write(ANA, 'FYI we can help.', root.ts);
    await stateOf(held, 'held');
    const ask = await asked(ANA, root.ts, held);
    const pending = write(ANA, 'One moment.', root.ts);
    await stateOf(pending, 'pending');
    await people().click(ANA, SUPPORT, root.ts, 'note');
    const dialog = people().viewOf(ANA)?.id ?? '';
    await world.sdk.optOuts.create({ number: contact, source: 'agent', reason: 'asked by phone' });
    await world.until(async () => (await world.reply(SUPPORT, pending))?.state === 'refused', 1);
    await people().click(ANA, SUPPORT, ask.ts, 'hold_send');
    // The dialog was open when the opt-out came: a note is no text.
    expect((await people().submit(dialog, { text: { text: { value: 'They called.' } } })).status).toBe(200);
    const after = write(BEN, 'Are you sure?', root.ts);
    await stateOf(after, 'refused');
    await world.until(() => reactionsOf(after).includes('no_entry'));
    await world.until(async () => (await notesOf(contact)).includes('They called.'));
    expect((await people().command(ANA, SUPPORT, `${contact} Hello again`)).status).toBe(200);
    const view = people().viewOf(ANA)?.id ?? '';
    const answer = await people().submit(view, {
      to: { to: { value: contact } },
      from: { from: { value: SHOP } },
      text: { text: { value: 'Hello again' } },
    });
    expect(answer.body).toContain('opted out');
    expect(await world.phone(contact)).toEqual([]);
  });
});

describe('what is decided twice, or by two', () => {
  test('two replies within ten milliseconds make one text; who was first has the conversation', async () => {
    const { contact, root } = await conversation();
    const first = write(ANA, 'Ana here.', root.ts);
    await world.clock.advance(10);
    const second = write(BEN, 'Ben here.', root.ts);
    await stateOf(first, 'sent');
    await stateOf(second, 'held');
    expect(await world.reply(SUPPORT, second)).toMatchObject({ reason: 'claimed' });
    await arrives(contact, 'Ana here.');
    const ask = await asked(BEN, root.ts, 'hold_send');
    await Promise.all([1, 2, 3].map(() => people().click(BEN, SUPPORT, ask.ts, 'hold_send')));
    await arrives(contact, 'Ana here.', 'Ben here.');
    // Only its author decides, and one who is not asked cannot.
    const third = write(BEN, 'FYI', root.ts);
    await stateOf(third, 'held');
    const other = await asked(BEN, root.ts, third);
    channel().ephemerals.push({ ...other, user: ANA, ts: world.slack.workspace.nextTs() });
    const copy = await asked(ANA, root.ts, third);
    await people().click(ANA, SUPPORT, copy.ts, 'hold_send');
    await last(contact, root.ts, 'Ana here.', 'Ben here.');
  });

  test('a dialog that is submitted twice says it once: one note, one text', async () => {
    const { contact, root } = await conversation();
    await people().click(ANA, SUPPORT, root.ts, 'note');
    const note = people().viewOf(ANA)?.id ?? '';
    const values = { text: { text: { value: 'Likes cats' } } };
    await Promise.all([people().submit(note, values), people().submit(note, values)]);
    const to = newContact();
    await people().command(ANA, SUPPORT, `${to} Hi`);
    const compose = people().viewOf(ANA)?.id ?? '';
    const filled = { to: { to: { value: to } }, from: { from: { value: SHOP } }, text: { text: { value: 'Hi' } } };
    const answers = await Promise.all([people().submit(compose, filled), people().submit(compose, filled)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    await arrives(to, 'Hi');
    await world.root(to);
    await last(contact, root.ts);
    expect(await world.phone(to)).toEqual(['Hi']);
    expect(await notesOf(contact)).toEqual(['Likes cats']);
  });

  test('a click whose trigger has expired, or that Slack forgets, changes nothing and can be made again', async () => {
    const { root } = await conversation();
    world.slack.failNext(
      'views.open',
      { error: 'expired_trigger_id' },
      { retryAfterSeconds: 30 },
      { status: 503 },
      { reset: 'before' },
    );
    for (let index = 0; index < 4; index += 1)
      expect((await people().click(ANA, SUPPORT, root.ts, 'assign')).status).toBe(200);
    expect(people().viewOf(ANA)?.json['callback_id']).not.toBe('sms_assign');
    await people().click(ANA, SUPPORT, root.ts, 'assign');
    expect(people().viewOf(ANA)?.json['callback_id']).toBe('sms_assign');
  });
});

describe('words of any kind', () => {
  test('come to the phone as they were written', async () => {
    const { contact, root } = await conversation();
    const said: string[] = [];
    const say = async (elements: object[], text: string) => {
      const ts = world.slack.workspace.nextTs();
      const blocks = [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] }];
      const message = { type: 'message', channel: SUPPORT, channel_type: 'channel', user: ANA, team: TEAM, ts };
      world.slack.events.send({ ...message, thread_ts: root.ts, text: 'not read', blocks });
      said.push(text);
      await stateOf(ts, 'sent');
    };
    await say(
      [
        { type: 'emoji', name: 'wave', unicode: '1f44b-1f3fd' },
        { type: 'text', text: ' 👩🏿‍🚒' },
      ],
      '👋🏽 👩🏿‍🚒',
    );
    await say([{ type: 'text', text: 'שלום \u202bעולם\u202c مرحبا' }], 'שלום \u202bעולם\u202c مرحبا');
    await say([{ type: 'text', text: '1 &lt; 2 <!channel> *not bold*' }], '1 &lt; 2 <!channel> *not bold*');
    await arrives(contact, ...said);
    const ts = write(ANA, 'Tom & Ana, 1 < 2', root.ts);
    // Without rich text the entities are Slack's own.
    const bare = world.slack.workspace.nextTs();
    const event = { type: 'message', channel: SUPPORT, user: ANA, team: TEAM, ts: bare, thread_ts: root.ts };
    await stateOf(ts, 'sent');
    world.slack.events.send({ ...event, text: 'Tom &amp; Ana: 1 &lt; 2 &amp;lt;' });
    await stateOf(bare, 'sent');
    await arrives(contact, ...said, 'Tom & Ana, 1 < 2', 'Tom & Ana: 1 < 2 &lt;');
  });

  test('of ten thousand characters are never cut without a word: they are refused, or asked about', async () => {
    const { contact, root } = await conversation();
    for (const text of ['x'.repeat(10_000), '👍'.repeat(5_000), 'ä'.repeat(1_000)]) {
      const ts = write(ANA, text, root.ts);
      await world.until(async () => ['held', 'refused'].includes((await world.reply(SUPPORT, ts))?.state ?? ''));
      const ask = await asked(ANA, root.ts, 'ot sent');
      expect(blockFaults(ask.blocks)).toEqual([]);
    }
    await last(contact, root.ts);
  });

  test('of a contact, and their name, cannot ping, link, unfold or break a card', async () => {
    const evil = '<!channel> @channel <https://evil.example|your bank> *x* `y`\n✅ Resolved: all\u202e &lt;@U1&gt;';
    const contact = newContact();
    await world.texts(contact, 'first');
    await world.root(contact);
    for await (const { id } of world.sdk.conversations.list({ contact }))
      await world.sdk.conversations.patch(id, { status: 'closed' });
    await people().click(ANA, SUPPORT, (await world.root(contact)).ts, 'resolve');
    await world.until(async () => (await world.root(contact)).text.startsWith('✅ Resolved'));
    const before = (await world.root(contact)).ts;
    await world.sdk.contacts.put(contact, { name: evil });
    await world.texts(contact, evil);
    const root = await world.until(async () => {
      const found = await world.root(contact);
      return found.ts !== before && found;
    });
    await world.texts(contact, evil.repeat(3));
    const [posted] = await world.until(() => world.below(root.ts).length > 0 && world.below(root.ts));
    for (const message of [root, posted]) {
      expect(blockFaults(message?.blocks)).toEqual([]);
      expect(message?.text).not.toMatch(/<[!@#h]|\u202e/);
      const marked = (message?.blocks ?? []).filter(({ type }) => type !== 'rich_text');
      expect(JSON.stringify(marked)).not.toMatch(/<[!@#h](?!date)|evil\.example/);
    }
    // In one line: nothing that they are called looks like a line of ours.
    const [head] = root.blocks;
    expect(root.text).not.toContain('\n');
    expect(JSON.stringify(head)).not.toContain('\\n');
    const posts = world.slack.calls.filter(({ method }) => ['chat.postMessage', 'chat.update'].includes(method));
    for (const { given } of posts)
      expect([String(given['parse']), String(given['link_names'])]).toEqual(['none', 'false']);
    for (const { given, method } of posts)
      if (method === 'chat.postMessage')
        expect([given['unfurl_links'], given['unfurl_media']].map(String)).toEqual(['false', 'false']);
    expect(posts.length).toBeGreaterThan(0);
    expect(BOT.userId).not.toBe(ANA);
  });
});
