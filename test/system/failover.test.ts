import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../server/messages/carrier.ts';
import { twoCarriers } from '../support/two-carriers.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { type World, world } from '../support/world.ts';

const refusal = (over: Partial<Extract<Outcome, { kind: 'refused' }>>): Outcome => ({
  kind: 'refused',
  class: 'failover',
  commandStatus: 0x45,
  name: 'ESME_RSUBMITFAIL',
  ...over,
});
const busy = refusal({ class: 'retry', commandStatus: 0x08, name: 'ESME_RSYSERR' });

const triedOf = async (w: Pick<World, 'database'>, id: string) => {
  const [row] = await w.database.query<{ tried: string[] | null }>({
    text: 'select tried from messages where id = $1',
    values: [id],
  });
  return row?.tried ?? null;
};

describe('a refusal of the class failover', () => {
  test('moves the text to the next carrier, and never back', async () => {
    const w = await twoCarriers();
    w.first.answer = () => refusal({});
    w.startWorking();
    const id = await w.send();
    const sent = await w.reaches(id, 'sent');
    expect(sent).toMatchObject({ smsc_id: 'second', ambiguous: false, attempts: 2 });
    expect([w.first.parts.length, w.second.parts.length]).toEqual([1, 1]);
    expect(await triedOf(w, id)).toEqual(['first']);
    expect(await w.eventTypes(id)).toEqual(['message.queued', 'message.queued', 'message.sent']);
  });

  test('fails the text once every carrier has refused it', async () => {
    const w = await twoCarriers();
    for (const one of w.carriers) one.answer = () => refusal({});
    w.startWorking();
    const failed = await w.reaches(await w.send(), 'failed');
    expect(failed.error).toMatchObject({ upstream: { command_status: '0x00000045' } });
    expect([w.first.parts.length, w.second.parts.length]).toEqual([1, 1]);
  });

  test('fails the text at once where there is only one carrier', async () => {
    const w = await world();
    w.carrier.answer = () => refusal({});
    w.startWorking();
    await w.reaches(await w.send(), 'failed');
    expect(w.carrier.parts).toHaveLength(1);
  });

  test('fails a text of which a part was taken: its parts go one way', async () => {
    const w = await twoCarriers();
    w.first.answer = (part) =>
      part.concatenation?.number === 2 ? refusal({}) : { kind: 'accepted', carrierId: String(Math.random()) };
    w.startWorking();
    await w.reaches(await w.send({ body: 'x'.repeat(300) }), 'failed');
    expect(w.second.parts).toEqual([]);
  });

  test('of the class permanent is one everywhere', async () => {
    const w = await twoCarriers();
    w.first.answer = () => refusal({ class: 'permanent', commandStatus: 0x0b, name: 'ESME_RINVDSTADR' });
    w.startWorking();
    await w.reaches(await w.send(), 'failed');
    expect(w.second.parts).toEqual([]);
  });
});

describe('a carrier that is away', () => {
  test('R095: keeps its texts for ten seconds, then they move to the next one, unflagged because none was written', async () => {
    const clock = virtualClock();
    const w = await twoCarriers({ clock });
    w.startWorking();
    w.first.setUp(false);
    const ids = await Promise.all(Array.from({ length: 20 }, () => w.send()));
    await clock.advance(9_000);
    expect(w.second.parts).toEqual([]);
    await clock.advance(3_000);
    for (const id of ids) expect(await w.reaches(id, 'sent')).toMatchObject({ smsc_id: 'second', ambiguous: false });
    expect(w.first.parts).toEqual([]);
    expect((await w.message(await w.send())).smsc_id).toBe('second');
    w.first.setUp(true);
    expect((await w.message(await w.send())).smsc_id).toBe('first');
  });

  test('keeps them for as long as it takes where there is no other one', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    w.startWorking();
    w.carrier.setUp(false);
    const id = await w.send();
    await clock.advance(60_000);
    expect((await w.message(id)).status).toBe('queued');
    w.carrier.setUp(true);
    await w.reaches(id, 'sent');
  });

  test('gives away a text that it may have taken only with the flag', async () => {
    const clock = virtualClock();
    const w = await twoCarriers({ clock });
    w.startWorking();
    w.first.answer = () => {
      w.first.setUp(false);
      return { kind: 'unknown', reason: 'link_lost' };
    };
    const id = await w.send();
    await until(async () => (await w.message(id)).ambiguous);
    await clock.advance(12_000);
    await w.sweep();
    await clock.advance(12_000);
    const sent = await w.reaches(id, 'sent');
    expect(sent).toMatchObject({ smsc_id: 'second', ambiguous: true });
    const [event] = await w.database.query<{ data: Record<string, unknown> }>({
      text: `select data from events where message_id = $1 and type = 'message.sent'`,
      values: [id],
    });
    expect(event?.data).toMatchObject({ ambiguous: true, smsc_id: 'second' });
  });

  test('keeps a text of which it has taken a part', async () => {
    const clock = virtualClock();
    const w = await twoCarriers({ clock });
    w.startWorking();
    w.first.answer = (part) => {
      if (part.concatenation?.number === 1) return { kind: 'accepted', carrierId: '1' };
      w.first.setUp(false);
      return { kind: 'unsent', reason: 'link' };
    };
    const id = await w.send({ body: 'x'.repeat(300) });
    await until(async () => w.first.parts.length === 2 && (await w.message(id)).status === 'queued');
    const whole = await w.send();
    await clock.advance(12_000);
    await w.reaches(whole, 'sent');
    await until(async () => (await w.queue.depth('send.second.normal')) === 0);
    expect(await w.message(id)).toMatchObject({ status: 'queued', smsc_id: 'first' });
    expect(w.second.parts).toHaveLength(1);
  });
});

describe('a carrier that fails five texts in a row', () => {
  async function broken() {
    const clock = virtualClock();
    const w = await twoCarriers({ clock });
    w.first.answer = () => busy;
    w.startWorking();
    const ids: string[] = [];
    for (let count = 1; count <= 5; count++) {
      ids.push(await w.send());
      await until(() => w.first.parts.length === count);
    }
    await until(() => w.sending.health.of('first') === 'down');
    return { ...w, clock, ids };
  }

  test('R095: is passed by until its time is up', async () => {
    const { send, message, sending, clock, first } = await broken();
    expect((await message(await send())).smsc_id).toBe('second');
    await clock.advance(29_000);
    expect(sending.health.of('first')).toBe('down');
    expect(first.parts).toHaveLength(5);
    await clock.advance(2_000);
    expect(sending.health.of('first')).toBe('half_open');
  });

  test('is then tried with one text; while that has no answer, and after it fails, the others go the other way', async () => {
    const { send, reaches, sending, clock, first, second } = await broken();
    await clock.advance(31_000);
    const before = second.parts.length;
    const answer = Promise.withResolvers<Outcome>();
    first.answer = () => answer.promise;
    const ids = await Promise.all(Array.from({ length: 10 }, () => send()));
    await until(() => first.parts.length === 6 && second.parts.length === before + 9);
    answer.resolve(busy);
    await until(() => sending.health.of('first') === 'down');
    const statuses = await Promise.all(ids.map((id) => reaches(id, 'sent', 'queued')));
    expect(statuses.filter(({ smsc_id }) => smsc_id === 'second')).toHaveLength(9);
    await clock.advance(31_000);
    expect(sending.health.of('first')).toBe('down');
    await clock.advance(30_000);
    expect(sending.health.of('first')).toBe('half_open');
  });

  test('takes texts again after one that succeeds', async () => {
    const { send, reaches, sending, clock, first } = await broken();
    await clock.advance(31_000);
    first.answer = (_part, count) => ({ kind: 'accepted', carrierId: String(count) });
    await reaches(await send(), 'sent');
    expect(sending.health.of('first')).toBe('up');
    expect(await reaches(await send(), 'sent')).toMatchObject({ smsc_id: 'first' });
  });

  test('is not blamed for texts that are refused for good', async () => {
    const w = await twoCarriers();
    w.first.answer = () => refusal({ class: 'permanent' });
    w.startWorking();
    const ids = await Promise.all(Array.from({ length: 12 }, () => w.send()));
    for (const id of ids) await w.reaches(id, 'failed');
    expect(w.sending.health.of('first')).toBe('up');
  });
});
