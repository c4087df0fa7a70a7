import { describe, expect, test } from 'vitest';
import { NEVER } from '../../server/rules/ambiguity.ts';
import type { SendRequest } from '../../server/messages/accept-types.ts';
import { RECIPIENT, type World, world } from '../support/world.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** In San Francisco, where the number is, it is 4 in the morning. */
const NIGHT = '2026-11-20T12:00:00.000Z';
const MORNING = '2026-11-20T17:00:00.000Z';
const HOUR_MS = 3_600_000;
const PROMOTIONAL: Partial<SendRequest> = { message_type: 'promotional', body: 'Sale' };

async function at(iso: string, policy: NonNullable<Parameters<typeof world>[0]>['policy'] = {}) {
  const clock = virtualClock(Date.parse(iso));
  const w = await world({ clock, policy: { quietHours: 'hold', ...policy } });
  return { w, clock };
}

async function passes(w: World, clock: ReturnType<typeof virtualClock>, ms: number) {
  await clock.advance(ms);
  await w.sweep();
}

const refusal = async (w: World, request: Partial<SendRequest>) => {
  const { verdict } = await w.accept(request);
  return verdict.ok ? null : verdict.refusal;
};

const run = (w: World, text: string, ...values: unknown[]) => w.database.query({ text, values });

describe('quiet hours', () => {
  test('hold a promotional text until the morning of its recipient, and say until when', async () => {
    const { w, clock } = await at(NIGHT);
    const id = await w.send(PROMOTIONAL);
    expect(await w.message(id)).toMatchObject({
      status: 'held',
      hold_reason: 'quiet_hours',
      due_at: new Date(MORNING),
      expires_at: null,
    });
    await passes(w, clock, 4 * HOUR_MS);
    expect((await w.message(id)).status).toBe('held');
    await passes(w, clock, HOUR_MS);
    expect(await w.message(id)).toMatchObject({ status: 'queued', hold_reason: null });
    expect(await w.eventTypes(id)).toEqual(['message.held', 'message.queued']);
  });

  test('let a held text live from its release on, however long it was held', async () => {
    const { w, clock } = await at(NIGHT);
    const id = await w.send({ ...PROMOTIONAL, validity_period: 3_600 });
    await passes(w, clock, 5 * HOUR_MS);
    expect(await w.message(id)).toMatchObject({ status: 'queued', expires_at: new Date(clock.now() + HOUR_MS) });
  });

  test('do not concern what the recipient waits for', async () => {
    const { w } = await at(NIGHT);
    for (const message_type of ['transactional', 'otp', 'conversational'] as const) {
      expect((await w.message(await w.send({ message_type }))).status).toBe('queued');
    }
  });

  test('refuse, or do nothing, when the request or the server wants that', async () => {
    const { w } = await at(NIGHT);
    expect(await refusal(w, { ...PROMOTIONAL, quiet_hours: 'reject' })).toMatchObject({
      code: 'QUIET_HOURS',
      extra: { allowed_at: MORNING },
    });
    expect((await w.message(await w.send({ ...PROMOTIONAL, quiet_hours: 'ignore' }))).status).toBe('queued');
    const { w: strict } = await at(NIGHT, { quietHours: 'reject' });
    expect(await refusal(strict, PROMOTIONAL)).toMatchObject({ code: 'QUIET_HOURS' });
  });

  test('are those of the zone that is known of the contact', async () => {
    const { w } = await at(NIGHT);
    await run(
      w,
      `insert into contacts (mode, number, time_zone, created_at, updated_at)
        values ('live', $1, 'Europe/Paris', now(), now())`,
      RECIPIENT,
    );
    expect((await w.message(await w.send(PROMOTIONAL))).status).toBe('queued');
  });

  test('that begin while a text is queued keep the claim from it, and hold it for the next day', async () => {
    const { w, clock } = await at('2026-11-21T04:30:00.000Z');
    const id = await w.send({ ...PROMOTIONAL, validity_period: 86_400 });
    expect((await w.message(id)).status).toBe('queued');
    await clock.advance(HOUR_MS);
    w.startWorking();
    await w.reaches(id, 'held');
    expect(w.carrier.parts).toEqual([]);
    expect(await w.message(id)).toMatchObject({ hold_reason: 'quiet_hours', due_at: new Date('2026-11-21T17:00:00Z') });
  });
});

describe('a text that waits', () => {
  test('until its time is sent then, and not before', async () => {
    const { w, clock } = await at(MORNING);
    const id = await w.send({ schedule_for: new Date(clock.now() + HOUR_MS), validity_period: 60 });
    expect(await w.message(id)).toMatchObject({ status: 'scheduled', expires_at: null });
    await passes(w, clock, HOUR_MS - 1_000);
    expect((await w.message(id)).status).toBe('scheduled');
    await passes(w, clock, 1_000);
    expect(await w.message(id)).toMatchObject({ status: 'queued', expires_at: new Date(clock.now() + 60_000) });
    expect(await w.eventTypes(id)).toEqual(['message.scheduled', 'message.queued']);
  });

  test('is canceled by an opt-out at once, whatever it waits for', async () => {
    const { w, clock } = await at(NIGHT);
    const held = await w.send(PROMOTIONAL);
    const scheduled = await w.send({ schedule_for: new Date(clock.now() + HOUR_MS) });
    await w.inbound('STOP');
    for (const id of [held, scheduled]) {
      expect(await w.message(id)).toMatchObject({ status: 'canceled', error: { code: 'OPTED_OUT' }, due_at: null });
    }
  });

  test('is judged again when its time has come', async () => {
    const { w, clock } = await at(MORNING);
    const id = await w.send({ ...PROMOTIONAL, schedule_for: new Date('2026-11-21T12:00:00Z') });
    const other = await w.send({ schedule_for: new Date('2026-11-21T12:00:00Z'), to: '+14155550124' });
    await run(w, `insert into suppressions values ('live', '+14155550124', 'manual', null, 'api', now(), null)`);
    await passes(w, clock, 19 * HOUR_MS);
    expect(await w.message(id)).toMatchObject({ status: 'held', due_at: new Date('2026-11-21T17:00:00Z') });
    expect(await w.message(other)).toMatchObject({ status: 'canceled', error: { code: 'OPTED_OUT' } });
  });

  test('is planned within a year, and never for the past', async () => {
    const { w, clock } = await at(MORNING);
    for (const ms of [0, -1, 367 * 24 * HOUR_MS]) {
      const schedule_for = new Date(clock.now() + ms);
      expect(await refusal(w, { schedule_for })).toMatchObject({ code: 'SCHEDULE_OUT_OF_RANGE' });
    }
  });
});

describe('promotional texts', () => {
  test('need recorded consent where it is asked for: to everything, or to their topic', async () => {
    const { w } = await at(MORNING, { consentMode: { live: 'strict', test: 'warn' } });
    expect(await refusal(w, PROMOTIONAL)).toMatchObject({ code: 'CONSENT_REQUIRED' });
    const consent = `insert into opt_ins (mode, number, topic, opted_in_at, source, event_id) values ('live', $1, $2, now(), 'api', gen_random_uuid())`;
    await run(w, consent, RECIPIENT, 'sale');
    expect(await refusal(w, PROMOTIONAL)).toMatchObject({ code: 'CONSENT_REQUIRED' });
    expect(await refusal(w, { ...PROMOTIONAL, topic: 'news' })).toMatchObject({ code: 'CONSENT_REQUIRED' });
    expect(await refusal(w, { ...PROMOTIONAL, topic: 'sale' })).toBeNull();
    expect(await refusal(w, { message_type: 'transactional' })).toBeNull();
  });

  test('R101: say how to opt out, once, and what is added is counted', async () => {
    const { w } = await at(MORNING);
    const [plain, own] = [
      await w.send(PROMOTIONAL),
      await w.send({ ...PROMOTIONAL, body: 'Sale. Reply STOP to opt out' }),
    ];
    expect(await w.message(plain)).toMatchObject({ body: 'Sale. Reply STOP to opt out' });
    expect(await w.message(own)).toMatchObject({ body: 'Sale. Reply STOP to opt out' });
    const long = await w.message(await w.send({ ...PROMOTIONAL, body: 'x'.repeat(160) }));
    expect(long).toMatchObject({ segments: 2 });
  });

  test('above a cap wait until there is room, at any pace of asking', async () => {
    const caps = [{ max: 2, per_seconds: 86_400, message_types: ['promotional'] as const }];
    const { w, clock } = await at(MORNING, { caps });
    const ids = await Promise.all([1, 2, 3, 4].map(() => w.send(PROMOTIONAL)));
    const messages = await Promise.all(ids.map((id) => w.message(id)));
    expect(messages.map(({ status }) => status).sort()).toEqual(['held', 'held', 'queued', 'queued']);
    const held = messages.find(({ status }) => status === 'held');
    expect(held).toMatchObject({ hold_reason: 'frequency_cap', due_at: new Date(clock.now() + 24 * HOUR_MS) });
    expect((await w.message(await w.send({ message_type: 'otp' }))).status).toBe('queued');
  });

  test('wait while a reply that may be an opt-out is reviewed, and go on when it was none', async () => {
    const { w, clock } = await at(MORNING);
    const before = await w.send(PROMOTIONAL);
    await w.inbound('who is this?');
    expect(await w.message(before)).toMatchObject({ status: 'held', hold_reason: 'opt_out_review', due_at: NEVER });
    const after = await w.message(await w.send(PROMOTIONAL));
    expect(after).toMatchObject({ status: 'held', hold_reason: 'opt_out_review' });
    expect((await w.message(await w.send())).status).toBe('queued');
    const [review] = await w.contacts.reviews.list('live', { state: 'open', number: null, belowId: null }, 10);
    const agent = { type: 'agent', id: 'ann' } as const;
    await w.contacts.reviews.resolve('live', review?.id ?? '', 'not_opt_out', agent);
    await w.sweep();
    // The reply has opened a conversation, which is the next thing to wait for.
    for (const id of [before, after.id]) expect((await w.message(id)).hold_reason).toBe('conversation');
    await run(w, `update conversations set status = 'closed'`);
    await passes(w, clock, 72 * HOUR_MS);
    for (const id of [before, after.id]) expect((await w.message(id)).status).toBe('queued');
  });

  test('are canceled when a reviewed reply turns out to be an opt-out, by a person or by itself after a day', async () => {
    const { w, clock } = await at(MORNING);
    const id = await w.send(PROMOTIONAL);
    await w.inbound('who is this?');
    await clock.advance(24 * HOUR_MS);
    await w.contacts.reviews.resolveOverdue();
    expect(await w.message(id)).toMatchObject({ status: 'canceled', error: { code: 'OPTED_OUT' } });
    expect(await refusal(w, {})).toMatchObject({ code: 'OPTED_OUT', extra: { source: 'review' } });
  });
});

test('R058: what is wrong with a text is said one thing after another, in one order', async () => {
  const { w } = await at(NIGHT, { consentMode: { live: 'strict', test: 'warn' }, quietHours: 'reject' });
  await w.inbound('STOP', '+14155550124');
  const wrong = { to: '123', from: 'too long a name', body: 'x'.repeat(1_531), message_type: 'promotional' } as const;
  const steps = [
    [{}, 'INVALID_NUMBER', 'to'],
    [{ to: '+14155550124' }, 'INVALID_REQUEST', 'from'],
    [{ from: '+15005550100' }, 'BODY_TOO_LONG', 'body'],
    [{ body: 'Sale' }, 'OPTED_OUT', 'to'],
    [{ to: RECIPIENT }, 'CONSENT_REQUIRED', 'to'],
    [{ message_type: 'transactional' }],
  ] as const;
  let asked: Partial<SendRequest> = wrong;
  for (const [mended, ...reason] of steps) {
    asked = { ...asked, ...mended };
    const said = await refusal(w, asked);
    expect(said === null ? [] : [said.code, said.param]).toEqual(reason);
  }
});

describe('the claim', () => {
  test.each([
    [
      'an opt-out of everything',
      `insert into opt_outs (mode, number, opted_out_at, source) values ('live', $1, now(), 'api')`,
    ],
    [
      'an opt-out of the topic',
      `insert into opt_outs (mode, number, topic, opted_out_at, source) values ('live', $1, 'sale', now(), 'api')`,
    ],
    ['a suppression', `insert into suppressions values ('live', $1, 'invalid', null, 'carrier', now(), null)`],
  ])('finds %s that came after the text was accepted', async (_what, statement) => {
    const { w } = await at(MORNING);
    const id = await w.send({ topic: 'sale' });
    await run(w, statement, RECIPIENT);
    w.startWorking();
    await w.reaches(id, 'canceled');
    expect(w.carrier.parts).toEqual([]);
  });

  test('lets texts of other topics pass an opt-out of one', async () => {
    const { w } = await at(MORNING);
    await run(
      w,
      `insert into opt_outs (mode, number, topic, opted_out_at, source) values ('live', $1, 'sale', now(), 'api')`,
      RECIPIENT,
    );
    expect(await refusal(w, { topic: 'sale' })).toMatchObject({ code: 'OPTED_OUT', extra: { scope: 'sale' } });
    const id = await w.send({ topic: 'orders' });
    w.startWorking();
    await w.reaches(id, 'sent');
  });
});
