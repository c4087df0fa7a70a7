import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { virtualClock } from '../support/virtual-clock.ts';
import { until } from '../support/until.ts';
import { world } from '../support/world.ts';

const HOUR = 3_600_000;

describe('R088: a text that has not left', () => {
  test('is canceled while it is scheduled, held or queued, and never sent', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    const scheduled = await w.send({ schedule_for: new Date(clock.now() + HOUR) });
    const queued = await w.send();
    for (const id of [scheduled, queued]) {
      const canceled = await w.outgoing.edits.cancel('live', id);
      expect(canceled).toMatchObject({ ok: true, message: { status: 'canceled', due_at: null, error: null } });
      // Again changes nothing.
      expect(await w.outgoing.edits.cancel('live', id)).toMatchObject({ ok: true, message: { sequence: 2 } });
    }
    expect(await w.eventTypes(scheduled)).toEqual(['message.scheduled', 'message.canceled']);
    expect(await w.eventTypes(queued)).toEqual(['message.queued', 'message.canceled']);
    await clock.advance(2 * HOUR);
    await w.sweep();
    w.startWorking();
    const other = await w.send();
    await w.reaches(other, 'sent');
    expect(w.carrier.parts).toHaveLength(1);
  });

  test('that was sent, is nobody\u2019s, or belongs to the other mode is not canceled', async () => {
    const w = await world();
    w.startWorking();
    const id = await w.send();
    await w.reaches(id, 'sent');
    const late = await w.outgoing.edits.cancel('live', id);
    expect(late).toMatchObject({ ok: false, refusal: { code: 'NOT_CANCELABLE', extra: { message_status: 'sent' } } });
    const queued = await w.send();
    expect(await w.outgoing.edits.cancel('test', queued)).toMatchObject({ refusal: { code: 'NOT_FOUND' } });
  });

  test('that a carrier may have taken is not called canceled', async () => {
    const w = await world({ retryPolicy: { ambiguous: { intervals_seconds: [30] } } });
    w.carrier.answer = () => ({ kind: 'unknown', reason: 'timeout' });
    w.startWorking();
    const id = await w.send();
    await until(async () => ((await w.message(id)).ambiguous ? true : undefined));
    expect(await w.outgoing.edits.cancel('live', id)).toMatchObject({ refusal: { code: 'NOT_CANCELABLE' } });
  });

  test('ends the wait for its reply', async () => {
    const w = await world();
    const expect_reply = { match: { type: 'free_text' }, timeout_seconds: 60, callback_url: null } as const;
    const id = await w.send({ expect_reply });
    await w.outgoing.edits.cancel('live', id);
    const [wait] = await w.database.kysely.selectFrom('reply_waits').selectAll().where('message_id', '=', id).execute();
    expect(wait).toMatchObject({ state: 'canceled', reason: 'requested' });
  });

  test('is never both canceled and sent, whoever is faster', async () => {
    const w = await world({ window: 50 });
    w.startWorking();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { minLength: 10, maxLength: 30 }), async (delays) => {
        const before = w.carrier.parts.length;
        const outcomes = await Promise.all(
          delays.map(async (delay) => {
            const id = await w.send();
            for (let turn = 0; turn < delay; turn += 1) await new Promise((resolve) => setImmediate(resolve));
            const { ok } = await w.outgoing.edits.cancel('live', id);
            const end = ok ? await w.message(id) : await w.reaches(id, 'sent');
            expect(end.status).toBe(ok ? 'canceled' : 'sent');
            return ok;
          }),
        );
        expect(w.carrier.parts.length - before).toBe(outcomes.filter((ok) => !ok).length);
      }),
      { numRuns: 8 },
    );
  });
});

describe('R009, R088: a planned text', () => {
  test('is planned anew, or sent as soon as it may', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    const id = await w.send({ schedule_for: new Date(clock.now() + HOUR) });
    const later = new Date(clock.now() + 3 * HOUR);
    const { edits } = w.outgoing;
    expect(await edits.change('live', id, { scheduleFor: later })).toMatchObject({
      ok: true,
      message: { status: 'scheduled', schedule_for: later, due_at: later },
    });
    await clock.advance(2 * HOUR);
    await w.sweep();
    expect((await w.message(id)).status).toBe('scheduled');
    await edits.change('live', id, { scheduleFor: null });
    await clock.advance(1);
    await w.sweep();
    expect(await w.message(id)).toMatchObject({ status: 'queued', schedule_for: null });
    expect(await w.eventTypes(id)).toEqual([
      'message.scheduled',
      'message.scheduled',
      'message.scheduled',
      'message.queued',
    ]);
    const past = await edits.change('live', id, { scheduleFor: later });
    expect(past).toMatchObject({ refusal: { code: 'NOT_CANCELABLE' } });
  });

  test('cannot be planned for the past or for years ahead', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    const id = await w.send({ schedule_for: new Date(clock.now() + HOUR) });
    for (const ms of [-1, 0, 400 * 24 * HOUR]) {
      const edited = await w.outgoing.edits.change('live', id, { scheduleFor: new Date(clock.now() + ms) });
      expect(edited).toMatchObject({ refusal: { code: 'SCHEDULE_OUT_OF_RANGE' } });
    }
  });

  test('gets a new wording that is encoded, cut and closed like a new text', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    const at = new Date(clock.now() + HOUR);
    const id = await w.send({ schedule_for: at, message_type: 'promotional', body: 'Acme: sale!' });
    const { edits } = w.outgoing;
    const edited = await edits.change('live', id, { body: '\u0428'.repeat(100) });
    if (!edited.ok) throw new Error(edited.refusal.code);
    expect(edited.message).toMatchObject({ encoding: 'UCS-2', segments: 2, status: 'scheduled', due_at: at });
    expect(edited.message.body).toMatch(/STOP/);
    expect(await edits.change('live', id, { body: 'x'.repeat(1_600) })).toMatchObject({
      refusal: { code: 'BODY_TOO_LONG' },
    });
    expect((await w.message(id)).body).toBe(edited.message.body);
  });
});
