import { describe, expect, test } from 'vitest';
import { virtualClock } from '../support/virtual-clock.ts';
import { RECIPIENT, type World, world } from '../support/world.ts';

const HOUR_MS = 3_600_000;
const DOUBTFUL = 'who is this';
const AGENT = { type: 'agent', id: 'ann' } as const;

const filter = { state: null, number: null, belowId: null };
const reviews = (w: World) => w.contacts.reviews.list('live', filter, 10);
const open = async (w: World) => (await w.contacts.reviews.list('live', { ...filter, state: 'open' }, 10)).length;
const status = async (w: World) => (await w.contacts.consents.status('live', RECIPIENT)).status;
const eventsOf = async (w: World, type: string) =>
  w.database.kysely.selectFrom('events').selectAll().where('type', '=', type).execute();

async function inDoubt(clock = virtualClock()) {
  const w = await world({ clock });
  const promotion = await w.send({ message_type: 'promotional' });
  const order = await w.send();
  await w.inbound(DOUBTFUL);
  const [review] = await reviews(w);
  return { w, clock, promotion, order, id: review?.id ?? '' };
}

/** The reply has opened a conversation, which keeps promotions back too. */
async function releases(w: World, id: string): Promise<void> {
  await w.sweep();
  expect(await w.message(id)).toMatchObject({ status: 'held', hold_reason: 'conversation' });
  const [conversation] = await w.database.kysely.selectFrom('conversations').select('id').execute();
  await w.contacts.conversations.change('live', conversation?.id ?? '', { status: { type: 'close' } });
  await w.sweep();
  expect((await w.message(id)).status).toBe('queued');
}

describe('a reply that may be an opt-out', () => {
  test('waits for a person, is told, and keeps promotional texts back and no others', async () => {
    const { w, promotion, order, id } = await inDoubt();
    expect(await status(w)).toBe('review');
    expect(await eventsOf(w, 'contact.opt_out_review')).toMatchObject([{ data: { review_id: id, number: RECIPIENT } }]);
    expect(await w.message(promotion)).toMatchObject({ status: 'held', hold_reason: 'opt_out_review' });
    expect((await w.message(order)).status).toBe('queued');
    const { verdict } = await w.accept({ message_type: 'promotional' });
    expect(verdict).toMatchObject({ ok: true, message: { status: 'held', hold_reason: 'opt_out_review' } });
  });

  test('that was none lets everything go, and leaves a trace of who decided', async () => {
    const { w, promotion, id } = await inDoubt();
    const decided = await w.contacts.reviews.resolve('live', id, 'not_opt_out', AGENT);
    expect(decided).toMatchObject({ state: 'resolved', decision: 'not_opt_out', resolved_by: AGENT, due_at: null });
    await releases(w, promotion);
    expect(await status(w)).toBe('unknown');
    const ledger = await w.contacts.consents.events('live', RECIPIENT, '0', 10);
    expect(ledger.map(({ action, actor }) => [action, actor])).toEqual([
      ['review', null],
      ['confirm', AGENT],
    ]);
    expect(await w.contacts.ledger.verify('live')).toMatchObject({ ok: true });
  });

  test('that was one opts out like any other, without a confirmation that would come too late', async () => {
    const { w, promotion, order, id } = await inDoubt();
    await w.contacts.reviews.resolve('live', id, 'opt_out', AGENT);
    expect(await status(w)).toBe('opted_out');
    for (const text of [promotion, order]) expect((await w.message(text)).status).toBe('canceled');
    expect(await eventsOf(w, 'contact.opted_out')).toMatchObject([
      { data: { source: 'review', keyword: expect.anything() } },
    ]);
    expect((await w.messages()).filter(({ purpose }) => purpose !== 'text')).toEqual([]);
  });

  test('is decided once, whoever else decides at the same time or later', async () => {
    const { w, id } = await inDoubt();
    const both = await Promise.all([
      w.contacts.reviews.resolve('live', id, 'opt_out', AGENT),
      w.contacts.reviews.resolve('live', id, 'not_opt_out', AGENT),
    ]);
    expect(new Set(both.map((review) => review?.decision)).size).toBe(1);
    const ledger = await w.contacts.consents.events('live', RECIPIENT, '0', 10);
    expect(ledger).toHaveLength(2);
  });

  test('belongs to its mode', async () => {
    const { w, id } = await inDoubt();
    expect(await w.contacts.reviews.resolve('test', id, 'opt_out', AGENT)).toBeNull();
    expect(await open(w)).toBe(1);
  });

  test('is no longer in doubt once the recipient says STOP', async () => {
    const { w } = await inDoubt();
    await w.inbound('STOP');
    expect(await reviews(w)).toMatchObject([{ state: 'resolved', decision: 'opt_out', resolved_by: null }]);
  });

  test('of somebody who has opted out of everything is not asked about', async () => {
    const w = await world();
    await w.inbound('STOP');
    await w.inbound(DOUBTFUL);
    expect(await reviews(w)).toEqual([]);
  });

  test('stays in doubt when somebody reports the opt-out of one topic', async () => {
    const { w, promotion } = await inDoubt();
    const said = { number: RECIPIENT, source: 'agent', method: null, actor: AGENT, jurisdiction: null, language: null };
    const rest = { messageId: null, evidence: {}, at: new Date(0), expiresAt: null };
    await w.contacts.consents.optOut({ mode: 'live', topic: 'sale', ...said, ...rest });
    expect(await open(w)).toBe(1);
    expect((await w.message(promotion)).status).toBe('held');
  });

  test('lets what was held go when the recipient is opted in meanwhile', async () => {
    const { w, promotion } = await inDoubt();
    const said = { number: RECIPIENT, source: 'agent', method: null, actor: AGENT, jurisdiction: null, language: null };
    const rest = { messageId: null, evidence: { text: 'said so' }, at: new Date(0), expiresAt: null };
    await w.contacts.consents.optIn({ mode: 'live', topic: '*', ...said, ...rest }, false);
    expect(await open(w)).toBe(0);
    await releases(w, promotion);
  });
});

describe('a reply that nobody decides', () => {
  test('becomes an opt-out after a day in the United States, by the sweep, and only then', async () => {
    const { w, clock, order } = await inDoubt();
    clock.jump(23 * HOUR_MS);
    await w.sweep();
    expect(await status(w)).toBe('review');
    clock.jump(HOUR_MS + 1_000);
    await w.sweep();
    expect(await status(w)).toBe('opted_out');
    expect((await w.message(order)).status).not.toBe('queued');
    expect(await reviews(w)).toMatchObject([{ decision: 'opt_out', resolved_by: { type: 'system', id: 'review' } }]);
    await w.sweep();
    expect(await eventsOf(w, 'contact.opted_out')).toHaveLength(1);
  });

  test.each([
    ['Canada', '+16135550123'],
    ['Germany', '+4915112345678'],
    ['France', '+33639980001'],
    ['Ireland', '+353851234567'],
  ])('becomes an opt-out after a day in %s too', async (_country, number) => {
    const clock = virtualClock();
    const w = await world({ clock });
    await w.inbound(DOUBTFUL, number);
    clock.jump(24 * HOUR_MS + 1_000);
    await w.sweep();
    expect((await w.contacts.consents.status('live', number)).status).toBe('opted_out');
  });

  test('waits for a person for ever where the law does not ask for that', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    await w.inbound(DOUBTFUL, '+447700900123');
    clock.jump(1_000 * HOUR_MS);
    await w.sweep();
    expect(await reviews(w)).toMatchObject([{ state: 'open', due_at: null }]);
  });
});
