import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { View } from '../../connectors/slack/testing/fake-slack/interactivity.ts';
import { ANA, BEN, SALES, SHOP, type SlackWorld, slackWorld, SUPPORT } from '../support/slack-world.ts';

let world: SlackWorld;
let people: SlackWorld['slack']['people'];
beforeAll(async () => {
  world = await slackWorld(
    {},
    {
      SLACK_ROUTING: JSON.stringify({
        rules: [
          { channel: SALES, keyword: 'buy' },
          { channel: SALES, country: 'GB' },
          { channel: SALES, language: 'fr' },
        ],
        channels: { [SALES]: { mode: 'explicit' } },
      }),
    },
  );
  ({ people } = world.slack);
  await world.sdk.senders.create({ value: SHOP, type: 'long_code' });
});
afterAll(() => world[Symbol.asyncDispose]());

let count = 0;
const newContact = () => `+1415555${String(700 + ++count).padStart(4, '0')}`;
async function conversation(body = 'Where is my order?', channel = SUPPORT) {
  const contact = newContact();
  await world.texts(contact, body);
  return { contact, root: await world.root(contact, channel) };
}
/** The dialog of a command, with the sender chosen. */
async function composing(text: string, user = ANA): Promise<View> {
  await people.command(user, SUPPORT, text);
  await people.fill(dialog(user), 'from', SHOP);
  return dialog(user);
}
const dialog = (user = ANA): View => {
  const view = people.viewOf(user);
  if (!view) throw new Error('No dialog is open.');
  return view;
};
const shown = (view: View) => JSON.stringify(view.json);
const textBlock = (view: View) => Object.keys(view.state).find((id) => id.startsWith('text')) ?? '';
const typed = (view: View) => view.state[textBlock(view)]?.['text']?.['value'];
const arrives = (contact: string, ...bodies: string[]) => world.arrives(contact, ...bodies);
const belowOf = (root: string, channel: string, words: string) =>
  world.until(() => world.below(root, channel).find((one) => JSON.stringify(one.blocks).includes(words)));
const onMessage = (id: string, ts: string, user = ANA, channel = SUPPORT) => people.shortcut(user, id, { channel, ts });

describe('a text that is written in a dialog', () => {
  test('asks for a sender in words for people where none is chosen', async () => {
    await people.command(ANA, SUPPORT, `${newContact()} Hello`);
    const answer = await people.submit(dialog().id, {});
    expect(JSON.stringify(answer)).toContain('Choose a sender.');
    expect(JSON.stringify(answer)).not.toContain('Correct the field');
  });

  test('is counted at every key, names what makes it longer, and loses no word to a late answer', async () => {
    const contact = newContact();
    const view = await composing(contact);
    expect(shown(view)).toContain('Nothing written yet.');
    await people.fill(view, 'text', 'Hello');
    expect(shown(view)).toContain('*1 SMS* (GSM-7)');
    expect(shown(view)).toContain(`From ${SHOP}`);
    await people.fill(view, 'text', 'Hello 😀');
    expect(shown(view)).toContain('*1 SMS* (UCS-2)');
    expect(shown(view)).toContain('Not in the short alphabet of SMS: 😀');
    await people.fill(view, 'text', 'x'.repeat(700));
    expect(shown(view)).toContain('*5 SMS* (GSM-7)');
    expect(shown(view)).toContain('Each of the 5 SMS costs.');

    // Three keys before the first answer: the last one counts, and every word stays.
    const keys = ['One', 'One two', `One two ${'three '.repeat(40)}`];
    await Promise.all(keys.map((words) => people.fill(view, 'text', words)));
    expect(typed(view)).toBe(keys.at(-1));
    expect(shown(view)).toContain('*2 SMS* (GSM-7)');
    const conflicts = world.slack.calls.filter(({ outcome }) => outcome === 'hash_conflict');
    expect(conflicts.length).toBeGreaterThan(0);

    await people.fill(view, 'to', `${contact}99`);
    expect(typed(view)).toBe(keys.at(-1));
    expect((await people.submit(view.id)).body).toContain('errors');
    expect(Object.keys(view.errors)).toEqual(['to']);
    await people.fill(view, 'to', contact);
    await people.fill(view, 'text', 'Your parcel is here.');
    await Promise.all([people.submit(view.id), people.submit(view.id)]);
    await arrives(contact, 'Your parcel is here.');
    const root = await world.root(contact);
    await belowOf(root.ts, SUPPORT, '✅ delivered');
    expect(view.isClosed).toBe(true);
  });

  test('may come from a template, whose places are filled in or named, behind what was typed', async () => {
    const contact = newContact();
    await world.sdk.contacts.put(contact, { name: 'Zoe Summers' });
    const template = await world.sdk.templates.create({
      name: 'Shipped',
      body: 'Hi {{contact.firstname|there}}, order {{order}} is on its way.',
    });
    await world.clock.advance(61_000);
    await people.shortcut(ANA, 'sms_compose');
    const view = dialog();
    const [found] = await people.suggest(view, 'contact', 'Zo');
    expect(found?.text.text).toBe(`Zoe Summers (${contact})`);
    await people.fill(view, 'contact', contact);
    await people.fill(view, 'from', SHOP);
    await people.fill(view, 'text', 'Good news!');
    await people.fill(view, 'template', template.id);
    expect(typed(view)).toBe('Good news!\nHi Zoe, order {{order}} is on its way.');
    expect(shown(view)).toContain('Still to be filled in: {{order}}');
    await people.submit(view.id);
    expect(view.errors).toEqual({ text_1: 'Still to be filled in: {{order}}' });
    await people.fill(view, 'text_1', 'Good news! Order 12 is on its way.');
    await people.submit(view.id);
    await arrives(contact, 'Good news! Order 12 is on its way.');
    // Another template takes the place of the words of the one before.
    await people.shortcut(ANA, 'sms_compose');
    const next = dialog();
    await people.fill(next, 'template', template.id);
    await people.fill(next, 'to', contact);
    await people.fill(next, 'template', template.id);
    expect(typed(next)).toBe('Hi Zoe, order {{order}} is on its way.');
  });

  test('may be planned, is shown so in its thread, and is canceled there once', async () => {
    const { contact, root } = await conversation();
    await onMessage('sms_reply', root.ts);
    const view = dialog();
    await people.fill(view, 'text', 'See you tomorrow.');
    await people.fill(view, 'at', Math.floor(world.clock.now() / 1_000) + 86_400);
    await people.submit(view.id);
    const post = await belowOf(root.ts, SUPPORT, 'cancel_scheduled');
    expect(JSON.stringify(post.blocks)).toContain('⏰ scheduled for');
    await world.until(async () => (await textsTo(contact)).some(({ status }) => status === 'scheduled'));
    await Promise.all([
      people.click(BEN, SUPPORT, post.ts, 'cancel_scheduled'),
      people.click(ANA, SUPPORT, post.ts, 'cancel_scheduled'),
    ]);
    await world.until(async () => (await textsTo(contact)).some(({ status }) => status === 'canceled'));
    await world.until(() => JSON.stringify(post.blocks).includes('canceled'));
    expect(JSON.stringify(post.blocks)).not.toContain('cancel_scheduled');
    expect(await world.phone(contact)).toEqual([]);

    // To somebody new, too: the thread is there before the text leaves.
    const other = newContact();
    await composing(`${other} Happy birthday!`);
    await people.fill(dialog(), 'at', Math.floor(world.clock.now() / 1_000) + 86_400);
    await people.submit(dialog().id);
    const card = await world.root(other);
    const planned = await belowOf(card.ts, SUPPORT, 'cancel_scheduled');
    await people.click(ANA, SUPPORT, planned.ts, 'cancel_scheduled');
    await world.until(() => JSON.stringify(planned.blocks).includes('canceled'));
  });

  test('answers in a thread where only what is said to be sent is, and in none for alerts or without a conversation', async () => {
    const { contact, root } = await conversation('I want to buy it', SALES);
    const inner = people.write(BEN, SALES, 'She wants to buy it', root.ts);
    await onMessage('sms_reply', inner, ANA, SALES);
    await people.fill(dialog(), 'text', 'It is yours.');
    await people.submit(dialog().id);
    await arrives(contact, 'It is yours.');
    await belowOf(root.ts, SALES, '✅ delivered');

    const elsewhere = people.write(ANA, SUPPORT, 'Lunch?');
    for (const id of ['sms_reply', 'sms_conversation']) {
      await onMessage(id, elsewhere);
      expect(shown(dialog())).toContain('belongs to no SMS conversation');
      world.slack.interactivity.close(dialog());
    }
  });

  test('asks before it is sent into the conversation of a colleague, or past what the contact has just written', async () => {
    const { contact, root } = await conversation();
    await people.click(BEN, SUPPORT, root.ts, 'claim');
    await onMessage('sms_reply', root.ts);
    const view = dialog();
    expect(shown(view)).toContain(`<@${BEN}> has this conversation`);
    await people.fill(view, 'text', 'Let me help.');
    await people.submit(view.id);
    expect(shown(view)).toContain('Send anyway');
    expect(typed(view)).toBe('Let me help.');
    await world.texts(contact, 'Never mind!');
    await belowOf(root.ts, SUPPORT, 'Never mind!');
    await people.submit(view.id);
    expect(shown(view)).toContain('The customer has written again while you wrote.');
    expect(await world.phone(contact)).toEqual([]);
    await Promise.all([people.submit(view.id), people.submit(view.id)]);
    await arrives(contact, 'Let me help.');
  });

  test('R143: is refused where the contact opts out while the dialog is open, and nothing is sent', async () => {
    const { contact, root } = await conversation();
    await onMessage('sms_reply', root.ts);
    const answer = dialog();
    const composed = await composing(`${contact} Hello`, BEN);
    await people.fill(answer, 'text', 'One more thing');
    await world.texts(contact, 'STOP');
    await world.until(() => JSON.stringify(root.blocks).includes('Opted out'));
    await people.fill(composed, 'text', 'Hello?');
    expect(shown(composed)).toContain('⛔ This contact has opted out');
    for (const view of [answer, composed]) {
      await people.submit(view.id);
      expect(Object.values(view.errors)).toEqual(['This contact has opted out: nothing can be sent.']);
    }
    await onMessage('sms_reply', root.ts);
    expect(shown(dialog())).toContain('opted out');
    expect((await world.phone(contact)).filter((body) => /thing|Hello/.test(body))).toEqual([]);
  });

  test('tells of the night of the contact before it is sent', async () => {
    const hour = Number(
      new Intl.DateTimeFormat('en-GB', { timeZone: 'America/Los_Angeles', hour: '2-digit', hourCycle: 'h23' }).format(
        world.clock.now(),
      ),
    );
    await world.restart({
      SLACK_OPTIONS: JSON.stringify({ quiet_from_hour: hour, quiet_to_hour: (hour + 2) % 24 }),
    });
    const contact = newContact();
    const view = await composing(`${contact} Hello`);
    expect(shown(view)).toContain('🌙 It will be');
    await people.submit(view.id);
    expect(shown(view)).toContain('Send anyway');
    // Another time is another question.
    await people.fill(view, 'at', Math.floor(world.clock.now() / 1_000) + 6 * 3_600);
    expect(shown(view)).not.toContain('🌙');
    await people.submit(view.id);
    await world.until(async () => (await textsTo(contact)).some(({ status }) => status === 'scheduled'));
    await world.restart();
  });

  test('whose trigger is over is said, where there is a place for it', async () => {
    const { root } = await conversation();
    world.slack.failNext('views.open', { error: 'expired_trigger_id' }, { error: 'expired_trigger_id' });
    await people.click(ANA, SUPPORT, root.ts, 'note');
    await world.until(() => people.seenBy(ANA, SUPPORT).some(({ text }) => text.startsWith('That took too long.')));
    expect((await people.command(ANA, SUPPORT, '')).body).toContain('That took too long.');
  });
});

const textsTo = async (to: string) => {
  const found = [];
  for await (const text of world.sdk.sms.list({ to })) found.push(text);
  return found;
};

describe('the dialog of a conversation', () => {
  test('shows who it is, what was agreed and written, and acts: one is faster, and the dialog says so', async () => {
    const { contact, root } = await conversation();
    await onMessage('sms_conversation', root.ts);
    const view = dialog();
    expect(shown(view)).toContain(contact);
    expect(shown(view)).toContain('Where is my order?');
    expect(shown(view)).toContain('Nothing is known of their consent');

    await people.press(view, 'contact_edit');
    await people.fill(dialog(), 'name', 'Zoe <!channel>');
    await people.fill(dialog(), 'owner', 'ana@example.com');
    await people.submit(dialog().id);
    await world.until(
      async () => (await world.sdk.contacts.get(contact).catch(() => null))?.owner === 'ana@example.com',
    );
    await world.until(() => root.text.includes('Zoe &lt;!channel&gt;'));

    await onMessage('sms_conversation', root.ts, BEN);
    const bens = dialog(BEN);
    await Promise.all([people.press(view, 'claim'), people.press(bens, 'claim')]);
    await world.until(() => /was faster/.test(shown(view) + shown(bens)));

    await people.press(view, 'note');
    await people.fill(dialog(), 'text', 'Likes cats');
    await people.submit(dialog().id);
    expect(dialog().id).toBe(view.id);
    expect(shown(view)).toContain('Noted.');
    await people.press(view, 'resolve');
    await world.until(() => root.text.startsWith('✅ Resolved'));
    expect(shown(view)).toContain('resolved');
  });

  test('R143: takes an opt-out back only with a reason that somebody types, and keeps it as the evidence', async () => {
    const { contact, root } = await conversation();
    await world.texts(contact, 'STOP');
    await world.until(() => JSON.stringify(root.blocks).includes('Opted out'));
    await onMessage('sms_conversation', root.ts);
    const view = dialog();
    expect(shown(view)).toContain('⛔ Opted out, since');
    expect(shown(view)).not.toContain('"reply"');
    await people.press(view, 'opt_in');
    await people.submit(dialog().id, { reason: { reason: { value: 'please' } } });
    expect(dialog().errors).toEqual({ reason: 'Something is missing.' });
    await people.fill(dialog(), 'reason', 'She called us today and asked for it.');
    await people.submit(dialog().id);
    await world.until(() => !JSON.stringify(root.blocks).includes('Opted out'));
    expect(await world.sdk.optOuts.get(contact)).toMatchObject({ status: 'opted_in' });
    const evidence = [];
    for await (const event of world.sdk.consents.events(contact)) evidence.push(JSON.stringify(event));
    expect(evidence.join()).toContain('She called us today and asked for it.');
  });
});

describe('commands', () => {
  test('find conversations with a link, and say which channel would get a text and why', async () => {
    const { contact, root } = await conversation();
    const link = `https://fake.slack.example/archives/${SUPPORT}/p${root.ts.replace('.', '')}`;
    expect((await people.command(ANA, SUPPORT, `find ${contact.slice(-4)}`)).body).toContain(link);
    expect((await people.command(ANA, SUPPORT, 'find nobody')).body).toContain('Nothing was found.');
    const { body } = await people.command(ANA, SUPPORT, 'route +14155550999 I want to buy it');
    expect(body).toContain(`<#${SALES}>: rule 1`);
    expect((await people.command(ANA, SUPPORT, 'route +14155550999 Hello')).body).toContain(
      'Rule 2 does not fit: the country is US, not GB',
    );
    expect((await people.command(ANA, SUPPORT, `route ${contact} I want to buy it`)).body).toContain('goes on there');
    expect((await people.command(ANA, SUPPORT, 'route nobody')).body).toContain('international form');

    people.openHome(ANA);
    const home = await world.until(() => people.homeOf(ANA));
    await people.press(home, 'route');
    await people.fill(dialog(), 'number', '+447700900123');
    await people.submit(dialog().id);
    expect(shown(dialog())).toContain(`<#${SALES}>: rule 2 is the first that fits`);
    world.slack.interactivity.close(dialog());
  });

  test('R165: a contact is answered where their language is spoken, also when the conversation is begun from Slack', async () => {
    const [french, german] = [newContact(), newContact()];
    await world.sdk.contacts.put(french, { language: 'fr-CA' });
    await world.sdk.contacts.put(german, { language: 'de' });
    expect((await people.command(ANA, SUPPORT, `route ${french} Bonjour`)).body).toContain(`<#${SALES}>: rule 3`);
    expect((await people.command(ANA, SUPPORT, `route ${german} Hallo`)).body).toContain(
      'Rule 3 does not fit: the language is de, not fr',
    );
    await world.texts(french, 'Bonjour');
    expect((await world.root(french, SALES)).text).toContain(french);
    await world.texts(german, 'Hallo');
    expect((await world.root(german)).text).toContain(german);

    const another = newContact();
    await world.sdk.contacts.put(another, { language: 'fr' });
    await people.submit((await composing(`${another} Votre colis est là.`)).id);
    expect((await world.root(another, SALES)).text).toContain(another);
  });

  test('are written in threads, where those of Slack do not work, and never sent', async () => {
    const { contact, root } = await conversation();
    people.write(ANA, SUPPORT, '!claim', root.ts);
    await world.until(() => JSON.stringify(root.blocks).includes(`<@${ANA}>`));
    people.write(BEN, SUPPORT, '!claim', root.ts);
    await world.until(() => people.seenBy(BEN, SUPPORT).some(({ text }) => text.includes('was faster')));
    people.write(ANA, SUPPORT, '!snooze 30m', root.ts);
    await world.until(() => JSON.stringify(root.blocks).includes('💤'));
    const typo = people.write(ANA, SUPPORT, '!reslove', root.ts);
    await world.until(async () => (await world.reply(SUPPORT, typo))?.state === 'held');
    people.write(ANA, SUPPORT, '!resolve', root.ts);
    await world.until(() => root.text.startsWith('✅ Resolved'));
    expect(await world.phone(contact)).toEqual([]);
  });
});
