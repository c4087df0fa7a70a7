import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openInstance } from '../../server/store/instance.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { type World, world } from '../support/world.ts';

const HOUR_MS = 3_600_000;

/** A text that another server had claimed when it died. */
async function claimedByTheDead(w: World, instanceId: string, request: Parameters<World['send']>[0] = {}) {
  const id = await w.send(request);
  await w.database.query({
    text: `update messages set status = 'sending', claimed_by = $2, claimed_at = now(), attempts = 1 where id = $1`,
    values: [id, instanceId],
  });
  return id;
}

async function deadInstance(w: World): Promise<string> {
  const id = randomUUID();
  const values = [id];
  await w.database.query({ text: 'insert into instances (id, started_at) values ($1, now())', values });
  return id;
}

describe('the sweep', () => {
  test('R198: decides the texts of a dead server at once: an order update is queued again, flagged', async () => {
    const w = await world();
    const id = await claimedByTheDead(w, await deadInstance(w));
    await w.sweep();
    expect(await w.message(id)).toMatchObject({ status: 'queued', ambiguous: true });
    w.startWorking();
    expect(await w.reaches(id, 'sent')).toMatchObject({ ambiguous: true, attempts: 2 });
    expect(await w.database.query({ text: 'select 1 from instances', values: [] })).toHaveLength(1);
  });

  test('holds a promotion of a dead server for a person', async () => {
    const w = await world();
    const id = await claimedByTheDead(w, await deadInstance(w), { message_type: 'promotional' });
    await w.sweep();
    expect(await w.message(id)).toMatchObject({ status: 'held', hold_reason: 'ambiguous', ambiguous: true });
    expect(await w.eventTypes(id)).toEqual(['message.queued', 'message.held']);
  });

  test('leaves the texts of a living server alone', async () => {
    const w = await world();
    const id = randomUUID();
    const { connection } = w.database;
    const clock = virtualClock();
    const other = await openInstance({ connection, id, exclusive: false, clock, onLost: () => undefined });
    await other.register();
    const text = await claimedByTheDead(w, id);
    await w.sweep();
    expect((await w.message(text)).status).toBe('sending');
    await other.release();
    await w.sweep();
    expect((await w.message(text)).status).toBe('queued');
  });

  test('decides more texts of a dead server than fit into one chunk', async () => {
    const w = await world();
    const dead = await deadInstance(w);
    await Promise.all(Array.from({ length: 1_100 }, () => w.send()));
    const values = [dead];
    await w.database.query({ text: `update messages set status = 'sending', claimed_by = $1, attempts = 1`, values });
    await w.sweep();
    const undecided = await w.database.query({ text: `select 1 from messages where status = 'sending'`, values: [] });
    expect(undecided).toEqual([]);
  });

  test('takes back a claim of its own that this process knows nothing of, once the lease is over', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    const id = await w.send();
    await w.database.query({
      text: `update messages set status = 'sending', claimed_by = $2, claimed_at = $3, attempts = 1 where id = $1`,
      values: [id, w.instanceId, new Date(clock.now())],
    });
    await w.sweep();
    expect((await w.message(id)).status).toBe('sending');
    await clock.advance(91_000);
    await w.sweep();
    expect(await w.message(id)).toMatchObject({ status: 'queued', ambiguous: true });
  });

  test('announces queued texts that no job knows of', async () => {
    const w = await world();
    const id = await w.send();
    await w.database.query({ text: 'truncate bullmq.job cascade', values: [] });
    w.startWorking();
    await w.sweep();
    await w.reaches(id, 'sent');
  });

  test('R029: expires a text that has waited for QUEUE_TTL, counted from when it could go, whatever its validity', async () => {
    const clock = virtualClock();
    const w = await world({ clock, queueTtlSeconds: 7_200 });
    const now = clock.now();
    const texts = {
      atOnce: await w.send(),
      short: await w.send({ validity_period: 600 }),
      planned: await w.send({ schedule_for: new Date(now + 5 * HOUR_MS) }),
    };
    expect((await w.message(texts.atOnce)).expires_at).toEqual(new Date(now + 2 * HOUR_MS));
    expect((await w.message(texts.short)).expires_at).toEqual(new Date(now + 600_000));
    expect((await w.message(texts.planned)).expires_at).toBeNull();
    await clock.advance(2 * HOUR_MS);
    await w.sweep();
    expect(await w.message(texts.atOnce)).toMatchObject({ status: 'expired', error: { reason: 'EXPIRED' } });
    await clock.advance(3 * HOUR_MS);
    await w.sweep();
    const released = { status: 'queued', expires_at: new Date(now + 7 * HOUR_MS) };
    expect(await w.message(texts.planned)).toMatchObject(released);
    w.startWorking();
    await w.reaches(texts.planned, 'sent');
    // The carrier has all of the validity period: QUEUE_TTL is about the wait here.
    expect(w.carrier.parts).toMatchObject([{ validitySeconds: 86_400 }]);
  });

  test('expires a text whose validity ended before it could be sent', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    const id = await w.send({ validity_period: 60 });
    await clock.advance(59_000);
    await w.sweep();
    expect((await w.message(id)).status).toBe('queued');
    await clock.advance(1_000);
    await w.sweep();
    expect(await w.message(id)).toMatchObject({ status: 'expired', due_at: null, error: { reason: 'EXPIRED' } });
    w.startWorking();
    await w.sweep();
    expect(w.carrier.parts).toEqual([]);
  });

  test('R091: tries a refused text again when it is due, and gives up after the third time', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    w.carrier.answer = () => ({ kind: 'refused', class: 'retry', commandStatus: 0x08, name: 'ESME_RSYSERR' });
    w.startWorking();
    const id = await w.send();
    for (const [attempt, waitMs] of [6_000, 40_000, 150_000].entries()) {
      await untilAttempt(w, id, attempt + 1);
      await w.sweep();
      expect((await w.message(id)).attempts).toBe(attempt + 1);
      await clock.advance(waitMs);
      await w.sweep();
    }
    expect((await w.reaches(id, 'failed')).attempts).toBe(4);
  });

  test('says that a receipt is missing, and never guesses delivered', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    w.startWorking();
    const id = await w.send();
    await w.reaches(id, 'sent');
    await clock.advance(47 * HOUR_MS);
    await w.sweep();
    expect((await w.message(id)).receipt).toBeNull();
    await clock.advance(2 * HOUR_MS);
    await w.sweep();
    expect(await w.message(id)).toMatchObject({ status: 'sent', receipt: 'missing' });
    const waiting = await w.database.query({
      text: 'select 1 from segments where receipt_due_at is not null',
      values: [],
    });
    expect(waiting).toEqual([]);
  });

  test('gives out an inbound text whose other parts did not come for five minutes', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    await w.receive({ body: 'a', concatenation: { reference: 1, bits: 8, total: 2, number: 1 } });
    await clock.advance(299_000);
    await w.sweep();
    expect(await w.messages()).toEqual([]);
    await clock.advance(1_000);
    await w.sweep();
    expect(await w.messages()).toMatchObject([{ body: 'a[…]', status: 'received', missing_parts: [2] }]);
  });

  test('forgets idempotency keys after a day', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    const idempotency = { key: 'k', path: '/v1/messages/send', fingerprint: Buffer.alloc(32) };
    await w.accept({}, idempotency);
    await clock.advance(25 * HOUR_MS);
    await w.sweep();
    expect((await w.accept({}, idempotency)).replayed).toBe(false);
  });
});

async function untilAttempt(w: World, id: string, attempts: number): Promise<void> {
  for (;;) {
    const text = await w.reaches(id, 'queued', 'failed');
    if (text.attempts >= attempts) return;
  }
}
