import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../server/messages/carrier.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { RECIPIENT, type World, world } from '../support/world.ts';

const unknown: Outcome = { kind: 'unknown', reason: 'link_lost' };
const accepted = (carrierId: string): Outcome => ({ kind: 'accepted', carrierId });
const blocked = { kind: 'refused', class: 'permanent', commandStatus: 0x0b, name: 'ESME_RINVDSTADR' } as const;
const SENDER = '14155550100';
/** Long enough that nothing is sent again while a test looks. */
const patient = { retryPolicy: { ambiguous: { intervals_seconds: [30] } } };
const proof = (carrierId: string) => ({ carrierId, sender: SENDER });

/** A text whose only attempt so far has no answer. */
async function inDoubt(w: World, request: Parameters<World['send']>[0] = {}) {
  w.carrier.answer = () => unknown;
  w.startWorking();
  const id = await w.send(request);
  await until(async () => (await w.message(id)).ambiguous);
  return id;
}

/** A text of two parts that a server had claimed when it was killed. */
async function claimedByTheDead(w: World): Promise<string> {
  const id = await w.send({ body: 'x'.repeat(300) });
  const dead = randomUUID();
  await w.database.query({ text: 'insert into instances (id, started_at) values ($1, now())', values: [dead] });
  await w.database.query({
    text: `update messages set status = 'sending', claimed_by = $2, claimed_at = now() - make_interval(secs => 1),
      attempts = 1 where id = $1`,
    values: [id, dead],
  });
  return id;
}

const states = async ({ database }: World, id: string) => {
  const rows = await database.kysely
    .selectFrom('segments')
    .select(['part', 'attempt', 'state'])
    .where('message_id', '=', id)
    .orderBy('part')
    .orderBy('attempt')
    .execute();
  return rows.map(({ part, attempt, state }) => `${part}.${attempt} ${state}`);
};

describe('a text in doubt', () => {
  test('waits before it is sent again, and is flagged from the start', async () => {
    const clock = virtualClock();
    const w = await world({ clock, retryPolicy: { ambiguous: { intervals_seconds: [10] } } });
    const id = await inDoubt(w);
    w.carrier.answer = () => accepted('2');
    await clock.advance(9_000);
    await w.sweep();
    expect(await w.message(id)).toMatchObject({ status: 'queued', ambiguous: true, attempts: 1 });
    await clock.advance(2_000);
    await w.sweep();
    expect(await w.reaches(id, 'sent')).toMatchObject({ ambiguous: true, attempts: 2 });
    expect(await states(w, id)).toEqual(['1.1 unknown', '1.2 sent']);
  });

  test('is sent again at once for who asks for that', async () => {
    const w = await world(patient);
    w.carrier.answer = (_part, count) => (count === 1 ? unknown : accepted('2'));
    w.startWorking();
    expect(await w.reaches(await w.send({ on_ambiguous: 'resend' }), 'sent')).toMatchObject({ attempts: 2 });
  });

  test('is proven by a receipt with an unknown id: delivered, and not sent again', async () => {
    const w = await world(patient);
    const id = await inDoubt(w);
    await w.receipt(proof('x9'));
    expect(await w.message(id)).toMatchObject({ status: 'delivered', ambiguous: true, smsc_id: 'fake', due_at: null });
    expect(await w.eventTypes(id)).toEqual(['message.queued', 'message.queued', 'message.sent', 'message.delivered']);
    await w.receipt(proof('x9'));
    await w.sweep();
    expect(w.carrier.parts).toHaveLength(1);
    expect(await w.eventTypes(id)).toHaveLength(4);
    expect(await w.database.query({ text: 'select 1 from early_receipts', values: [] })).toEqual([]);
  });

  test('is proven by an intermediate receipt too, which delivers nothing', async () => {
    const w = await world(patient);
    const id = await inDoubt(w);
    await w.receipt({ ...proof('x9'), state: 'enroute' });
    expect((await w.message(id)).status).toBe('sent');
    await w.receipt({ ...proof('x9'), state: 'undelivered', raw: 'id:x9 stat:UNDELIV' });
    expect(await w.message(id)).toMatchObject({ status: 'undelivered', ambiguous: true });
  });

  test('that is held is proven as well: sent, then delivered', async () => {
    const w = await world(patient);
    const id = await inDoubt(w, { message_type: 'promotional' });
    expect((await w.message(id)).status).toBe('held');
    await w.receipt(proof('x9'));
    expect(await w.message(id)).toMatchObject({ status: 'delivered', hold_reason: null, ambiguous: true });
    expect(await w.eventTypes(id)).toEqual(['message.queued', 'message.held', 'message.sent', 'message.delivered']);
  });

  test.each([
    ['names another sender', { sender: '14155550999' }],
    ['names no sender', { sender: '' }],
    ['names another recipient', { recipient: '14155550999' }],
    ['is of another account', { smscId: 'other' }],
  ])('is not proven by a receipt that %s', async (_name, changes) => {
    const w = await world(patient);
    const id = await inDoubt(w);
    await w.receipt({ ...proof('x9'), ...changes });
    expect((await w.message(id)).status).toBe('queued');
  });

  test('is not proven by a receipt that is older than the attempt', async () => {
    const w = await world(patient);
    await w.receipt(proof('old'));
    const id = await inDoubt(w);
    await w.sweep();
    expect((await w.message(id)).status).toBe('queued');
  });

  test('is not proven while two texts could be meant: both are sent again, and flagged', async () => {
    const clock = virtualClock();
    const w = await world({ clock, retryPolicy: { ambiguous: { intervals_seconds: [10] } } });
    const ids = [await inDoubt(w), await inDoubt(w, { body: 'Another' })];
    await w.receipt(proof('x9'));
    for (const id of ids) expect((await w.message(id)).status).toBe('queued');
    w.carrier.answer = (_part, count) => accepted(String(count));
    await clock.advance(11_000);
    await w.sweep();
    for (const id of ids) expect((await w.reaches(id, 'sent')).ambiguous).toBe(true);
  });

  test('is not proven while another text to the same number waits for its receipt', async () => {
    const w = await world(patient);
    w.carrier.answer = () => accepted('first');
    w.startWorking();
    const sent = await w.send();
    await w.reaches(sent, 'sent');
    const id = await inDoubt(w);
    await w.receipt(proof('x9'));
    expect((await w.message(id)).status).toBe('queued');
    await w.receipt({ carrierId: 'first' });
    await w.sweep();
    expect((await w.message(id)).status).toBe('delivered');
  });

  test('is not proven by the early receipt of a text that is under way to the same number', async () => {
    const w = await world(patient);
    const id = await inDoubt(w);
    w.carrier.answer = async () => {
      await w.receipt(proof('second'));
      return accepted('second');
    };
    const second = await w.send();
    expect((await w.reaches(second, 'delivered')).ambiguous).toBe(false);
    expect((await w.message(id)).status).toBe('queued');
  });

  test('of a server that was killed is proven by its receipt, in whichever order the two come', async () => {
    for (const receiptFirst of [true, false]) {
      const w = await world(patient);
      const id = await claimedByTheDead(w);
      if (!receiptFirst) await w.sweep();
      await w.receipt(proof('x1'));
      await w.receipt(proof('x2'));
      await w.sweep();
      expect(await w.message(id)).toMatchObject({ status: 'delivered', ambiguous: true, segments_delivered: 2 });
      expect(w.carrier.parts).toEqual([]);
    }
  });

  test('is proven once by a receipt that comes twice: the other part is still in doubt', async () => {
    for (const receiptFirst of [true, false]) {
      const w = await world(patient);
      const id = await claimedByTheDead(w);
      if (!receiptFirst) await w.sweep();
      await w.receipt(proof('x1'));
      await w.receipt(proof('x1'));
      await w.sweep();
      expect(await w.message(id)).toMatchObject({ status: 'queued', segments_delivered: 1 });
      expect(await states(w, id)).toEqual(['1.1 delivered', '2.1 unknown']);
    }
  });

  test('is proven once by a receipt that two servers have got', async () => {
    const one = await world(patient);
    const id = await claimedByTheDead(one);
    await one.sweep();
    const other = await world({ ...patient, database: one.database });
    await Promise.all([one.receipt(proof('x1')), other.receipt(proof('x1'))]);
    await Promise.all([one.sweep(), other.sweep()]);
    expect(await states(one, id)).toEqual(['1.1 delivered', '2.1 unknown']);
  });

  test('is proven part by part: only what is not proven is sent again', async () => {
    const clock = virtualClock();
    const w = await world({ clock, retryPolicy: { ambiguous: { intervals_seconds: [10] } } });
    w.carrier.answer = (part, count) =>
      part.concatenation?.number === 2 && count < 3 ? unknown : accepted(`p${count}`);
    w.startWorking();
    const id = await w.send({ body: 'x'.repeat(400) });
    await until(async () => (await w.message(id)).ambiguous);
    await w.receipt({ carrierId: 'p1' });
    await w.receipt(proof('x2'));
    expect(await w.message(id)).toMatchObject({ status: 'queued', segments_delivered: 2 });
    await clock.advance(11_000);
    await w.sweep();
    await w.reaches(id, 'sent');
    expect(w.carrier.parts.map((part) => part.concatenation?.number)).toEqual([1, 2, 3]);
    await w.receipt({ carrierId: 'p3' });
    expect(await w.message(id)).toMatchObject({ status: 'delivered', ambiguous: true });
  });

  test('that is held goes on by itself once no doubt is left', async () => {
    const w = await world(patient);
    w.carrier.answer = (part, count) =>
      part.concatenation?.number === 1 && count === 1 ? unknown : accepted(`p${count}`);
    w.startWorking();
    const id = await w.send({ body: 'x'.repeat(270), message_type: 'promotional' });
    await w.reaches(id, 'held');
    await w.receipt(proof('x1'));
    await w.sweep();
    await w.reaches(id, 'sent');
    expect(w.carrier.parts.map((part) => part.concatenation?.number)).toEqual([1, 2]);
  });
});

describe('an answer that comes too late', () => {
  test('makes the text sent, flagged, and not sent again; its receipt finds it', async () => {
    const w = await world(patient);
    const id = await inDoubt(w);
    w.carrier.late[0]?.({ kind: 'accepted', carrierId: 'late-1' });
    expect(await w.reaches(id, 'sent')).toMatchObject({ ambiguous: true, attempts: 1 });
    await w.receipt({ carrierId: 'late-1' });
    expect(await w.message(id)).toMatchObject({ status: 'delivered', ambiguous: true });
    expect(w.carrier.parts).toHaveLength(1);
  });

  test('waits for the end of its attempt to be stored', async () => {
    const w = await world(patient);
    w.carrier.answer = () => {
      // Called before the unknown outcome even reaches the caller.
      setImmediate(() => w.carrier.late[0]?.({ kind: 'accepted', carrierId: 'late-1' }));
      return unknown;
    };
    w.startWorking();
    expect(await w.reaches(await w.send(), 'sent')).toMatchObject({ ambiguous: true });
  });

  test('finds the receipt that came before it', async () => {
    const w = await world(patient);
    const id = await inDoubt(w);
    await w.receipt({ carrierId: 'late-1', sender: '' });
    w.carrier.late[0]?.({ kind: 'accepted', carrierId: 'late-1' });
    await w.reaches(id, 'delivered');
  });

  test('frees a promotion that is held', async () => {
    const w = await world(patient);
    const id = await inDoubt(w, { message_type: 'promotional' });
    w.carrier.late[0]?.({ kind: 'accepted', carrierId: 'late-1' });
    expect(await w.reaches(id, 'sent')).toMatchObject({ ambiguous: true, hold_reason: null });
  });

  test('that refuses leaves no doubt: a held text goes on and is refused for good', async () => {
    const w = await world(patient);
    const id = await inDoubt(w, { message_type: 'promotional' });
    w.carrier.answer = () => blocked;
    w.carrier.late[0]?.(blocked);
    await until(async () => (await w.message(id)).status === 'queued');
    await w.sweep();
    expect(await w.reaches(id, 'failed')).toMatchObject({ ambiguous: true, error: { code: 'INVALID_NUMBER' } });
    expect(await states(w, id)).toEqual(['1.1 refused', '1.2 refused']);
  });

  test('during the second attempt keeps a refusal of that one from calling the text failed', async () => {
    const w = await world();
    const second = Promise.withResolvers<Outcome>();
    w.carrier.answer = (_part, count) => (count === 1 ? unknown : second.promise);
    w.startWorking();
    const id = await w.send();
    await until(() => w.carrier.parts.length === 2);
    w.carrier.late[0]?.({ kind: 'accepted', carrierId: 'late-1' });
    await until(async () => (await states(w, id)).includes('1.1 sent'));
    second.resolve(blocked);
    expect(await w.reaches(id, 'sent', 'failed')).toMatchObject({ status: 'sent', error: null, ambiguous: true });
    await w.receipt({ carrierId: 'late-1' });
    expect((await w.message(id)).status).toBe('delivered');
  });

  test('after the second attempt was accepted counts as well: one copy that arrived is enough', async () => {
    const w = await world();
    w.carrier.answer = (_part, count) => (count === 1 ? unknown : accepted('second'));
    w.startWorking();
    const id = await w.send();
    await w.reaches(id, 'sent');
    w.carrier.late[0]?.({ kind: 'accepted', carrierId: 'first' });
    await until(async () => (await states(w, id))[0] === '1.1 sent');
    await w.receipt({ carrierId: 'second', state: 'undelivered' });
    expect((await w.message(id)).status).toBe('sent');
    await w.receipt({ carrierId: 'first' });
    expect(await w.message(id)).toMatchObject({ status: 'delivered', ambiguous: true });
  });

  test('never changes a text that was opted out meanwhile', async () => {
    const w = await world(patient);
    const id = await inDoubt(w);
    await w.inbound('STOP', RECIPIENT);
    await w.reaches(id, 'canceled');
    w.carrier.late[0]?.({ kind: 'accepted', carrierId: 'late-1' });
    await until(async () => (await states(w, id)).includes('1.1 sent'));
    await w.receipt({ carrierId: 'late-1' });
    expect((await w.message(id)).status).toBe('canceled');
  });
});

test('a claim that seemed lost and was answered after all is no longer in doubt', async () => {
  const clock = virtualClock();
  const w = await world({ clock, ...patient });
  const answer = Promise.withResolvers<Outcome>();
  w.carrier.answer = () => answer.promise;
  w.startWorking();
  const id = await w.send();
  await until(() => w.carrier.parts.length === 1);
  // Another process of the same name would see it like this: claimed, and nobody knows of it.
  const [row] = await w.database.query<{ claimed_by: string }>({
    text: 'select claimed_by from messages where id = $1',
    values: [id],
  });
  await w.database.query({
    text: `insert into segments (message_id, part, attempt, smsc_id, state, in_doubt_of, created_at)
      values ($1, 1, 1, 'fake', 'unknown', $2, now())`,
    values: [id, RECIPIENT],
  });
  await w.database.query({
    text: `update messages set status = 'queued', ambiguous = true, due_at = expires_at - make_interval(secs => 60),
      claimed_by = null where id = $1`,
    values: [id],
  });
  expect(row?.claimed_by).toBe(w.instanceId);
  answer.resolve(accepted('after-all'));
  expect(await w.reaches(id, 'sent')).toMatchObject({ ambiguous: true, attempts: 1 });
});
