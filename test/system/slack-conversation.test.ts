import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANA, BEN, SALES, SHOP, type SlackWorld, slackWorld, SUPPORT } from '../support/slack-world.ts';

let world: SlackWorld;
const begin = async () => {
  world = await slackWorld(
    { note_prefixes: ['psst'] },
    {
      SLACK_ROUTING: JSON.stringify({
        rules: [{ channel: SALES, keyword: 'buy' }],
        channels: { [SALES]: { mode: 'explicit' } },
      }),
    },
  );
};

let count = 0;
const newContact = () => `+1415555${String(100 + ++count).padStart(4, '0')}`;
const { write, edit, remove, click, seenBy } = {
  write: (...given: Parameters<SlackWorld['slack']['people']['write']>) => world.slack.people.write(...given),
  edit: (ts: string, text: string) => world.slack.people.edit(SUPPORT, ts, text),
  remove: (ts: string) => world.slack.people.remove(SUPPORT, ts),
  click: (user: string, ts: string, id: string) => world.slack.people.click(user, SUPPORT, ts, id),
  seenBy: (user: string) => world.slack.people.seenBy(user, SUPPORT),
};
const stateOf = (ts: string, state: string) =>
  world.until(async () => (await world.reply(SUPPORT, ts))?.state === state);
const arrives = (contact: string, ...bodies: string[]) => world.arrives(contact, ...bodies);
/** What one person was asked last in a thread. */
const asked = (user: string, thread: string, button: string) =>
  world.until(() =>
    seenBy(user).findLast((one) => one.thread_ts === thread && JSON.stringify(one.blocks).includes(button)),
  );

async function conversation(body = 'Where is my order?') {
  const contact = newContact();
  await world.texts(contact, body);
  const root = await world.root(contact);
  return { contact, root };
}

describe.each(['HTTP', 'Socket Mode'])('a conversation in Slack, which is heard by %s', (transport) => {
  beforeAll(async () => {
    await begin();
    if (transport === 'HTTP') return;
    // Nobody reaches the app any more, but on its own connection.
    world.slack.connect('http://127.0.0.1:1/');
    await world.restart({ SLACK_APP_TOKEN: world.slack.appToken });
    await world.until(() => world.slack.sockets.count() === 1);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  test('R018: begins with a card, goes on in its thread, and what is answered there is sent, and ticked when it is delivered', async () => {
    const { contact, root } = await conversation();
    expect(JSON.stringify(root.blocks)).toContain('Where is my order?');
    expect(root.text).toContain(contact);

    const ts = write(ANA, SUPPORT, 'It is on its way.', root.ts);
    await arrives(contact, 'It is on its way.');
    await world.until(() => world.below(root.ts)[0]?.reactions.has('white_check_mark'));
    await world.until(() => JSON.stringify(root.blocks).includes('delivered'));
    expect(JSON.stringify(root.blocks)).toContain(`<@${ANA}>`);
    expect(await world.reply(SUPPORT, ts)).toMatchObject({ state: 'sent' });

    await world.texts(contact, 'Thank you! <!channel>');
    await world.until(() =>
      world.below(root.ts).some(({ bot, text }) => bot && text === 'Thank you! &lt;!channel&gt;'),
    );
    const { assignee, our_number } = await world.until(async () => {
      for await (const one of world.sdk.conversations.list({ contact })) if (one.assignee) return one;
      return null;
    });
    expect([assignee, our_number]).toEqual([ANA.toLowerCase(), SHOP]);
  });

  test('keeps notes, what other apps and Slack say, and what is written beside threads, inside', async () => {
    const { contact, root } = await conversation();
    const note = write(ANA, SUPPORT, '// she is angry', root.ts);
    const agreed = write(ANA, SUPPORT, 'Psst, she is back', root.ts);
    write(ANA, SUPPORT, 'Lunch?');
    world.slack.people.writeAsOtherBot(SUPPORT, 'Build 12 failed', root.ts);
    world.slack.people.writeAsSlack(SUPPORT, '<@U1> archived the channel', root.ts);
    world.slack.workspace.addUser('U000000GUEST', { isRestricted: true });
    world.slack.workspace.addUser('U00000STRANGER', { team: 'T0000000002' });
    const guest = write('U000000GUEST', SUPPORT, 'Hello from a guest', root.ts);
    const stranger = write('U00000STRANGER', SUPPORT, 'Hello from elsewhere', root.ts);
    const last = write(ANA, SUPPORT, 'The only text.', root.ts);
    await stateOf(note, 'internal');
    await stateOf(agreed, 'internal');
    await stateOf(guest, 'internal');
    await stateOf(stranger, 'refused');
    await stateOf(last, 'sent');
    await arrives(contact, 'The only text.');
    await world.until(() =>
      world
        .below(root.ts)
        .find(({ ts }) => ts === note)
        ?.reactions.has('lock'),
    );
    const conversations = world.sdk.conversations.list({ contact });
    for await (const { id } of conversations) {
      const notes = await world.until(async () => {
        const found = [];
        for await (const { body } of world.sdk.conversations.notes(id)) found.push(body);
        return found.length >= 3 && found;
      });
      expect(notes.toSorted()).toEqual(['// she is angry', 'Hello from a guest', 'Psst, she is back']);
    }
  });

  test('takes a reply back within the time for it, by deleting it or by the button, and changes it when it is edited', async () => {
    const { contact, root } = await conversation();
    world.slack.events.hold();
    const gone = write(ANA, SUPPORT, 'Wrong!', root.ts);
    remove(gone);
    const canceled = write(ANA, SUPPORT, 'Also wrong!', root.ts);
    const changed = write(ANA, SUPPORT, 'Your ordr is on its way.', root.ts);
    const hidden = write(ANA, SUPPORT, 'She is a pain.', root.ts);
    edit(changed, 'Your order is on its way.');
    edit(hidden, 'note: She is a pain.');
    world.slack.events.release();
    const { ts } = await world.until(
      () => seenBy(ANA).find((one) => one.thread_ts === root.ts && JSON.stringify(one.blocks).includes(canceled)),
      10,
    );
    await click(ANA, ts, 'undo');
    await stateOf(changed, 'sent');
    await stateOf(gone, 'canceled');
    await stateOf(canceled, 'canceled');
    await stateOf(hidden, 'internal');
    await arrives(contact, 'Your order is on its way.');

    // Too late: what has left cannot be changed, and the thread says so.
    edit(changed, 'Your order is late.');
    const correction = await asked(ANA, root.ts, 'correct');
    await click(ANA, correction.ts, 'correct');
    await click(ANA, correction.ts, 'correct').catch(() => undefined);
    await arrives(contact, 'Your order is on its way.', 'Your order is late.');
    remove(changed);
    await world.until(() => world.below(root.ts).some(({ text }) => text.includes('was deleted in Slack')));
  });

  test('holds what a colleague may not have meant to send, until they say', async () => {
    const { contact, root } = await conversation();
    const first = write(ANA, SUPPORT, 'I am looking into it.', root.ts);
    await stateOf(first, 'sent');
    const other = write(BEN, SUPPORT, 'Me too.', root.ts);
    await stateOf(other, 'held');
    const long = write(ANA, SUPPORT, 'x'.repeat(500), root.ts);
    const doubtful = write(ANA, SUPPORT, 'FYI it was lost.', root.ts);
    await stateOf(long, 'held');
    await stateOf(doubtful, 'held');
    expect(await world.reply(SUPPORT, long)).toMatchObject({ reason: 'segments' });
    expect(await world.reply(SUPPORT, other)).toMatchObject({ reason: 'claimed' });

    const ask = await asked(BEN, root.ts, 'hold_send');
    expect(ask.text).toContain('answered');
    await click(BEN, ask.ts, 'hold_send');
    await click(BEN, ask.ts, 'hold_send').catch(() => undefined);
    await stateOf(other, 'sent');
    const inner = await asked(ANA, root.ts, doubtful);
    await click(ANA, inner.ts, 'hold_keep');
    await stateOf(doubtful, 'internal');
    await arrives(contact, 'I am looking into it.', 'Me too.');

    // Something new from the contact: what was about to leave was written without it.
    const pending = write(ANA, SUPPORT, 'It was lost.', root.ts);
    await stateOf(pending, 'pending');
    await world.texts(contact, 'Found it!');
    await world.until(async () => (await world.reply(SUPPORT, pending))?.state === 'held', 1);
    expect(await world.reply(SUPPORT, pending)).toMatchObject({ reason: 'new_inbound' });
  });

  test('R143: sends nothing after an opt-out, wherever it came from, and says so', async () => {
    const { contact, root } = await conversation();
    const pending = write(ANA, SUPPORT, 'Just a moment.', root.ts);
    await stateOf(pending, 'pending');
    await world.texts(contact, 'STOP');
    await world.until(async () => (await world.reply(SUPPORT, pending))?.state === 'refused', 1);
    await world.until(() => JSON.stringify(root.blocks).includes('Opted out'));
    const later = write(ANA, SUPPORT, 'Are you there?', root.ts);
    await stateOf(later, 'refused');
    await world.until(() =>
      world
        .below(root.ts)
        .find(({ ts }) => ts === later)
        ?.reactions.has('no_entry'),
    );
    expect((await asked(ANA, root.ts, 'opted out')).text).toContain('opted out');
    await world.texts(contact, 'START');
    await world.until(() => !JSON.stringify(root.blocks).includes('Opted out'));
    expect((await world.phone(contact)).filter((body) => /moment|there/.test(body))).toEqual([]);

    // An agent may record one, too; the server answers for it.
    await click(ANA, root.ts, 'opt_out');
    await world.until(() => JSON.stringify(root.blocks).includes('Opted out'));
    expect(await world.sdk.optOuts.get(contact)).toMatchObject({ status: 'opted_out' });
  });

  test('is claimed by one, assigned, snoozed, noted and resolved, and begins anew with the next text', async () => {
    const { contact, root } = await conversation();
    await Promise.all([click(ANA, root.ts, 'claim'), click(BEN, root.ts, 'claim')]);
    await world.until(() => /<@U0000000(ANA|BEN)>/.test(JSON.stringify(root.blocks)));
    const submit = async (button: string, block: string, state: object) => {
      await click(ANA, root.ts, button);
      const view = world.slack.people.viewOf(ANA);
      return world.slack.people.submit(view?.id ?? '', { [block]: { [block]: state } });
    };
    await submit('assign', 'user', { type: 'users_select', selected_user: BEN });
    await world.until(() => JSON.stringify(root.blocks).includes(`<@${BEN}>`));
    await submit('note', 'text', { type: 'plain_text_input', value: 'Likes cats' });
    await submit('snooze', 'minutes', { type: 'static_select', selected_option: { value: '30' } });
    const status = async () => {
      for await (const one of world.sdk.conversations.list({ contact })) return one.status;
      return null;
    };
    await world.until(async () => (await status()) === 'snoozed');
    await world.until(() => JSON.stringify(root.blocks).includes('💤'));
    await world.texts(contact, 'Hello?');
    await world.until(() => !JSON.stringify(root.blocks).includes('💤'));
    await click(ANA, root.ts, 'resolve');
    await world.until(async () => (await status()) === 'closed');
    await world.until(() => root.text.startsWith('✅ Resolved'));
    // Answered after all: it is open again, and can be resolved again.
    write(BEN, SUPPORT, 'By the way, it is green.', root.ts);
    await world.until(async () => (await status()) === 'open' && !root.text.startsWith('✅ Resolved'));
    await click(ANA, root.ts, 'resolve');
    await world.until(async () => (await status()) === 'closed');
    await world.until(() => root.text.startsWith('✅ Resolved'));
    await world.texts(contact, 'One more thing');
    const next = await world.until(async () => {
      const found = await world.root(contact);
      return found.ts !== root.ts && found;
    });
    expect(JSON.stringify(next.blocks)).toContain('earlier thread');
  });

  test('goes where its rule says, and there only what is said to be sent is', async () => {
    const contact = newContact();
    await world.texts(contact, 'I want to buy it');
    const root = await world.root(contact, SALES);
    write(ANA, SALES, 'She wants to buy it', root.ts);
    const ts = write(ANA, SALES, '!sms It is yours.', root.ts);
    await world.until(async () => (await world.reply(SALES, ts))?.state === 'sent');
    await arrives(contact, 'It is yours.');
  });

  test('can be begun from Slack by a dialog that counts while it is typed', async () => {
    const contact = newContact();
    expect((await world.slack.people.command(ANA, SUPPORT, 'help')).body).toContain('find');
    await world.slack.people.command(ANA, SUPPORT, `${contact} Your parcel is here.`);
    const view = world.slack.people.viewOf(ANA);
    const submit = (to: string) =>
      world.slack.people.submit(view?.id ?? '', {
        to: { to: { type: 'plain_text_input', value: to } },
        from: { from: { type: 'plain_text_input', value: SHOP } },
        text: { text: { type: 'plain_text_input', value: 'Your parcel is here.' } },
      });
    expect(JSON.parse((await submit('+1')).body)).toMatchObject({
      response_action: 'errors',
      errors: { to: expect.any(String) },
    });
    expect((await submit(contact)).body).toBe('');
    await arrives(contact, 'Your parcel is here.');
    const root = await world.root(contact);
    await world.texts(contact, 'Great');
    await world.until(() => world.below(root.ts).some(({ text }) => text === 'Great'));
    const mine = await world.slack.people.command(ANA, SUPPORT, 'mine');
    expect(mine.body).toContain(contact);
    expect((await world.slack.people.command(BEN, SUPPORT, `find ${contact.slice(-4)}`)).body).toContain(contact);
  });
});
