import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../server/clock.ts';
import { STOPPED_TAG } from '../../server/contacts/automatic-reply.ts';
import type { WantedRule } from '../../server/contacts/keyword-rules-book.ts';
import { createSafeFetch } from '../../server/events/safe-fetch.ts';
import { newSecret, verify } from '../../server/events/sign.ts';
import { startWebhooks } from '../../server/events/webhooks.ts';
import { secretBox } from '../../server/access/secrets.ts';
import { httpSink } from '../support/http-sink.ts';
import { RECIPIENT, type World, world } from '../support/world.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const SENDER = '+14155550100';
const HOUR_MS = 3_600_000;

const ANY_TIME = { has_open_wait: null, within_hours_of_outbound: null };

async function keep(it: World, rule: Partial<WantedRule> & Pick<WantedRule, 'actions'>, words = ['hours']) {
  const match = { type: 'contains', keywords: words, language: null, to: [] } as const;
  const name = `rule ${Math.random()}`;
  const wanted = { name, enabled: true, priority: 0, stop: false, match, when: ANY_TIME, ...rule };
  const kept = await it.contacts.keywordRules.add('live', wanted);
  if (!kept.ok) throw new Error(JSON.stringify(kept));
  return kept.rule;
}

const reply = (text: string) => ({ type: 'reply', text }) as const;
const OPEN = reply('We are open from 9 to 5.');

const answers = async (it: World) =>
  (await it.messages()).filter(({ purpose }) => purpose === 'auto_reply').map(({ body }) => body);

const conversation = async ({ database }: World) =>
  database.kysely.selectFrom('conversations').selectAll().executeTakeFirst();

describe('a keyword rule', () => {
  test('R128: answers in the conversation, from the number that was texted', async () => {
    const it = await world();
    await keep(it, { actions: [OPEN] });
    await it.inbound('What are your hours?');
    const texts = await it.messages();
    expect(texts.find(({ purpose }) => purpose === 'auto_reply')).toMatchObject({
      from: SENDER,
      to: RECIPIENT,
      body: OPEN.text,
      message_type: 'conversational',
      status: 'queued',
      smsc_id: 'fake',
      in_reply_to: texts.find(({ direction }) => direction === 'inbound')?.id,
      conversation_id: (await conversation(it))?.id,
    });
    const after = await conversation(it);
    expect(after?.last_outbound_at).toEqual(after?.last_inbound_at);
  });

  test('R128: tags and assigns the conversation, and the rule that is asked first has the say', async () => {
    const it = await world();
    await keep(it, {
      priority: 1,
      actions: [
        { type: 'assign', agent: 'ann' },
        { type: 'tag', tag: 'hours' },
      ],
    });
    await keep(it, {
      actions: [
        { type: 'assign', agent: 'bob' },
        { type: 'tag', tag: 'second' },
      ],
    });
    await it.inbound('hours?');
    expect(await conversation(it)).toMatchObject({ assignee: 'ann', tags: ['hours', 'second'], status: 'open' });
    await it.inbound('hours again?');
    expect(await conversation(it)).toMatchObject({ tags: ['hours', 'second'] });
    const events = await it.database.query<{ type: string }>({
      text: `select type from events where type like 'conversation.%' order by id`,
      values: [],
    });
    expect(events.map(({ type }) => type)).toEqual(['conversation.created', 'conversation.assigned']);
  });

  test('never sees a text about consent or a call for help, not even as a catch-all', async () => {
    const it = await world();
    const match = { type: 'any', keywords: [], language: null, to: [] } as const;
    await keep(it, { match, actions: [reply('Hello'), { type: 'tag', tag: 'any' }] });
    for (const word of ['STOP', 'help', 'Start', 'please stop texting me']) await it.inbound(word);
    expect(await answers(it)).toEqual([]);
    expect(await conversation(it)).toMatchObject({ tags: [] });
  });

  test('tags a text that may be an opt-out, and does not answer it', async () => {
    const it = await world();
    const match = { type: 'any', keywords: [], language: null, to: [] } as const;
    await keep(it, { match, actions: [reply('Hello'), { type: 'tag', tag: 'any' }] });
    await it.inbound('who is this');
    expect(await answers(it)).toEqual([]);
    expect(await conversation(it)).toMatchObject({ tags: ['any'] });
  });

  test('does not answer whoever has opted out', async () => {
    const it = await world();
    await keep(it, { actions: [OPEN, { type: 'tag', tag: 'hours' }] });
    await it.inbound('STOP');
    await it.inbound('hours?');
    expect(await answers(it)).toEqual([]);
    expect(await conversation(it)).toMatchObject({ tags: ['hours'] });
  });

  test('answers no machine, not its own words, and nobody six times in ten minutes, and marks it for a person', async () => {
    const clock = virtualClock();
    const it = await world({ clock });
    await keep(it, { actions: [OPEN] }, ['hours', 'open']);
    await it.inbound('Automatic reply: our hours are 9 to 5');
    expect(await answers(it)).toEqual([]);
    await it.inbound('hours?');
    await it.inbound(OPEN.text);
    expect(await answers(it)).toHaveLength(1);
    for (let count = 0; count < 10; count++) {
      clock.jump(1_000);
      await it.inbound(`hours? ${count}`);
    }
    expect(await answers(it)).toHaveLength(5);
    expect(await conversation(it)).toMatchObject({ status: 'open', tags: [STOPPED_TAG] });
    clock.jump(600_000);
    await it.inbound('and the hours on Sunday?');
    expect(await answers(it)).toHaveLength(6);
  });

  test('does not answer a short code or a name', async () => {
    const it = await world();
    await keep(it, { actions: [OPEN] });
    await it.inbound('hours', '40404');
    await it.inbound('hours', 'BANK');
    expect(await answers(it)).toEqual([]);
  });

  test('may hold only so long after our last text, and automatic answers are none', async () => {
    const clock = virtualClock();
    const it = await world({ clock });
    await keep(it, { when: { ...ANY_TIME, within_hours_of_outbound: 2 }, actions: [OPEN] });
    await it.inbound('hours?');
    expect(await answers(it)).toEqual([]);
    await it.send();
    clock.jump(HOUR_MS);
    await it.inbound('hours?');
    expect(await answers(it)).toHaveLength(1);
    clock.jump(1.5 * HOUR_MS);
    await it.inbound('hours?');
    expect(await answers(it)).toHaveLength(1);
  });

  test('can ask that a reply is waited for, and is not asked about the reply that is', async () => {
    const it = await world();
    await keep(it, { when: { ...ANY_TIME, has_open_wait: true }, actions: [{ type: 'tag', tag: 'unclear' }] }, ['yes']);
    await it.send({ expect_reply: { match: ['YES'], timeout_seconds: 600, callback_url: null } });
    await it.inbound('yes and no, who knows');
    expect(await conversation(it)).toMatchObject({ tags: ['unclear'] });
    const other = '+14155550124';
    await it.send({ to: other, expect_reply: { match: ['YES'], timeout_seconds: 600, callback_url: null } });
    await it.inbound('YES', other);
    const rows = await it.database.kysely
      .selectFrom('conversations')
      .select('tags')
      .where('contact', '=', other)
      .execute();
    expect(rows).toEqual([{ tags: [] }]);
  });

  test('counts for contacts of its language, its number and its mode alone', async () => {
    const it = await world();
    const match = { type: 'contains', keywords: ['hours'], language: 'fr', to: [] } as const;
    await keep(it, { match, actions: [{ type: 'tag', tag: 'french' }] });
    await keep(it, {
      match: { ...match, language: null, to: ['+14155550199'] },
      actions: [{ type: 'tag', tag: 'other' }],
    });
    const elsewhere = { name: 'test', enabled: true, priority: 0, stop: false, when: ANY_TIME };
    const tagged = {
      ...elsewhere,
      match: { ...match, language: null },
      actions: [{ type: 'tag', tag: 'test' } as const],
    };
    await it.contacts.keywordRules.add('test', tagged);
    await it.inbound('hours');
    expect(await conversation(it)).toMatchObject({ tags: [] });
    const facts = { name: null, time_zone: null, state: null, country: null, language: 'fr-CA', owner: null };
    await it.contacts.contactBook.store('live', RECIPIENT, { ...facts, attributes: {} });
    await it.inbound('hours');
    expect(await conversation(it)).toMatchObject({ tags: ['french'] });
  });

  test('leaves no more tags than a conversation may have', async () => {
    const it = await world();
    const tags = (from: number) =>
      Array.from({ length: 10 }, (_, at) => ({ type: 'tag', tag: `t${from + at}` }) as const);
    for (const from of [0, 10, 20]) await keep(it, { actions: tags(from) });
    await it.inbound('hours');
    expect((await conversation(it))?.tags).toHaveLength(20);
  });

  test('calls its URL with the text, signed and once', async () => {
    const it = await world();
    const sink = await httpSink();
    const secret = newSecret();
    const safeFetch = createSafeFetch({ allowlist: [`127.0.0.1:${sink.port}`], allowLoopback: () => false });
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const secrets = secretBox([Buffer.alloc(32, 7).toString('base64')]);
    const { database } = it;
    await keep(it, { actions: [{ type: 'webhook', url: `${sink.url}/hook` }] });
    await keep(it, { actions: [{ type: 'webhook', url: `${sink.url}/hook` }] });
    await it.inbound('hours?');
    const organisationSecret = () => secret;
    const webhooks = startWebhooks({
      database,
      safeFetch,
      secrets,
      organisationSecret,
      clock: systemClock,
      log,
      random: () => 0.5,
    });
    onTestFinished(async () => {
      await webhooks.stop();
      safeFetch.close();
      await sink[Symbol.asyncDispose]();
    });
    const [request] = await sink.received(1);
    const body = JSON.parse(request?.body ?? '') as { type: string; data: Record<string, unknown> };
    expect(body).toMatchObject({ type: 'message.received', data: { from: RECIPIENT, body: 'hours?' } });
    expect(body.data['conversation_id']).toBe((await conversation(it))?.id);
    const signed = verify(request?.headers ?? {}, request?.body ?? '', secret, Date.now() / 1_000);
    expect(signed).toMatchObject({ ok: true });
    expect(await database.kysely.selectFrom('webhook_deliveries').select('url').execute()).toHaveLength(1);
  });

  test('that was deleted or switched off does nothing', async () => {
    const it = await world();
    const rule = await keep(it, { actions: [OPEN] });
    expect(await it.contacts.keywordRules.change('live', rule.id, { enabled: false })).toMatchObject({ ok: true });
    await it.inbound('hours?');
    expect(await it.contacts.keywordRules.remove('test', rule.id)).toBe(false);
    expect(await it.contacts.keywordRules.remove('live', rule.id)).toBe(true);
    expect(await it.contacts.keywordRules.change('live', rule.id, { enabled: true })).toMatchObject({
      reason: 'unknown',
    });
    await it.inbound('hours?');
    expect(await answers(it)).toEqual([]);
  });
});

describe('the test of rules', () => {
  const TEXTS = [
    'hours',
    'open today?',
    'STOP',
    'stop by at the open door',
    'help',
    'who is this',
    'YES',
    'Öffnung 👍',
  ];

  test('says of any text what receiving it then does', async () => {
    const it = await world();
    await keep(it, { priority: 5, stop: true, actions: [reply('one'), { type: 'tag', tag: 'a' }] }, ['open', '👍']);
    await keep(it, { actions: [reply('two'), { type: 'tag', tag: 'b' }] }, ['hours', 'is', 'open']);
    let phone = 14155550200;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...TEXTS), fc.constantFrom(...TEXTS), async (first, second) => {
        const contact = `+${++phone}`;
        const body = `${first} ${second}`;
        const question = { mode: 'live', contact, ourNumber: SENDER, body, at: new Date() } as const;
        const told = (await it.contacts.keywordRules.explain(question)).actions.map(({ action }) => action);
        await it.inbound(body, contact);
        const sent = (await it.messages()).filter((text) => text.contact === contact && text.purpose === 'auto_reply');
        const row = await it.database.kysely
          .selectFrom('conversations')
          .select('tags')
          .where('contact', '=', contact)
          .executeTakeFirst();
        expect(sent.map((text) => text.body)).toEqual(told.flatMap((one) => (one.type === 'reply' ? [one.text] : [])));
        expect(row?.tags).toEqual(told.flatMap((one) => (one.type === 'tag' ? [one.tag] : [])));
      }),
      { numRuns: 40 },
    );
  });

  test('changes nothing, and names the wait that would take the text', async () => {
    const it = await world();
    await keep(it, { actions: [OPEN] }, ['yes']);
    await it.send({ expect_reply: { match: ['YES'], timeout_seconds: 600, callback_url: null } });
    const question = { mode: 'live', contact: RECIPIENT, ourNumber: SENDER, body: 'yes', at: new Date() } as const;
    const explained = await it.contacts.keywordRules.explain(question);
    expect(explained).toMatchObject({ takenBy: { value: 'YES' }, actions: [], intent: null });
    expect(await it.messages()).toHaveLength(1);
  });
});
