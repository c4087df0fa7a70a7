import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANA, BEN, SHOP, type SlackWorld, slackWorld, SUPPORT } from '../support/slack-world.ts';

let world: SlackWorld;
beforeAll(async () => {
  world = await slackWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

let count = 0;
const newContact = () => `+1415555${String(100 + ++count).padStart(4, '0')}`;
const sees = (user: string) => world.slack.people.seenBy(user, SUPPORT);

describe('a conversation in Slack', () => {
  test('begins with a card, goes on in its thread, and what is answered there is sent and ticked', async () => {
    const contact = newContact();
    await world.texts(contact, 'Where is my order?');
    const root = await world.root(contact);
    expect(JSON.stringify(root.blocks)).toContain('Where is my order?');
    expect(root.text).toContain(contact);

    const ts = world.slack.people.write(ANA, SUPPORT, 'It is on its way.', root.ts);
    await world.until(async () => (await world.reply(SUPPORT, ts))?.state === 'sent');
    await world.until(async () => (await world.phone(contact)).length > 0);
    expect(await world.phone(contact)).toEqual(['It is on its way.']);
    await world.until(() => world.below(root.ts)[0]?.reactions.has('white_check_mark'));
    await world.until(() => JSON.stringify(root.blocks).includes('delivered'));
    expect(JSON.stringify(root.blocks)).toContain(`<@${ANA}>`);

    await world.texts(contact, 'Thank you!');
    await world.until(() =>
      world.below(root.ts).some(({ bot, blocks }) => bot && JSON.stringify(blocks).includes('Thank you!')),
    );
    const { assignee, our_number } = await world.until(async () => {
      for await (const one of world.sdk.conversations.list({ contact })) if (one.assignee) return one;
      return null;
    });
    expect([assignee, our_number]).toEqual([ANA.toLowerCase(), SHOP]);
  });
});
