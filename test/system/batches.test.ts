import { describe, expect, test } from 'vitest';
import type { Idempotency, SendRequest } from '../../server/messages/accept-types.ts';
import type { BatchItem, WantedBatch } from '../../server/messages/batch.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { until } from '../support/until.ts';
import { ORDINARY_REQUEST, RECIPIENT, world, type World } from '../support/world.ts';

const caller = { keyId: 'key00001', mode: 'live' } as const;
const numberOf = (index: number) => `+1415555${String(index).padStart(4, '0')}`;
const itemOf = (request: Partial<SendRequest> = {}): BatchItem => {
  const full = { ...ORDINARY_REQUEST, ...request };
  return { ok: true, request: full, wording: full.body };
};
const many = (count: number, request: Partial<SendRequest> = {}) =>
  Array.from({ length: count }, (_, index) => itemOf({ to: numberOf(index), ...request }));
const key = (text: string): Idempotency => ({
  key: text,
  path: '/v1/messages/batch',
  fingerprint: Buffer.alloc(32, text.length),
});

async function submit(w: World, wanted: Partial<WantedBatch>, idempotency: Idempotency | null = null) {
  const batch = { items: many(3), mode: 'partial', dedupe: null, ratePerMinute: null, ...wanted } as const;
  return w.outgoing.batches.submit(batch, caller, idempotency);
}

async function submitted(w: World, wanted: Partial<WantedBatch>, idempotency: Idempotency | null = null) {
  const answer = await submit(w, wanted, idempotency);
  if (!answer.ok) throw new Error(answer.refusal.detail);
  return answer;
}

const countsOf = async (w: World, id: string) => (await w.outgoing.batches.find('live', id))?.counts;

describe('R027, R030: a batch', () => {
  test('accepts each text for itself, and says of each what became of it', async () => {
    const w = await world();
    await w.inbound('STOP', numberOf(1));
    const items = [...many(3), itemOf({ to: 'nobody' })];
    const { id, results } = await submitted(w, { items });
    const codes = results.map((one) =>
      one.kind === 'answered' && !one.accepted.verdict.ok ? one.accepted.verdict.refusal.code : 'ok',
    );
    expect(codes).toEqual(['ok', 'OPTED_OUT', 'ok', 'INVALID_NUMBER']);
    expect(await w.outgoing.batches.find('live', id)).toMatchObject({
      status: 'processing',
      total: 4,
      rejected: 2,
      counts: { queued: 2, rejected: 1 },
    });
    expect(await w.outgoing.batches.find('test', id)).toBeNull();
  });

  test('is accepted as a whole or not at all where that is wanted', async () => {
    const w = await world();
    await w.inbound('STOP', numberOf(1));
    const refused = await submit(w, { mode: 'all_or_nothing' });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'INVALID_REQUEST' } });
    expect(refused.ok ? [] : [...(refused.refusals ?? [])].map(([index, { code }]) => [index, code])).toEqual([
      [1, 'OPTED_OUT'],
    ]);
    const before = await w.messages();
    expect(before.filter(({ batch_id }) => batch_id !== null)).toEqual([]);
    const items = [itemOf({ to: numberOf(5) }), itemOf({ to: numberOf(6) })];
    const whole = await submitted(w, { mode: 'all_or_nothing', items });
    expect(await countsOf(w, whole.id)).toEqual({ queued: 2 });
  });

  test('sends one text per number where that is wanted, however the number is written', async () => {
    const w = await world();
    const items = [itemOf(), itemOf({ to: '+1 (415) 555-0123', body: 'again' }), itemOf({ to: numberOf(1) })];
    const { id, results } = await submitted(w, { items, dedupe: 'to' });
    expect(results[1]).toEqual({ kind: 'duplicate', of: 0 });
    expect(await w.outgoing.batches.find('live', id)).toMatchObject({
      duplicates: 1,
      rejected: 0,
      counts: { queued: 2 },
    });
  });

  test('R028: five hundred texts are five hundred texts, in the same flow as one', async () => {
    const w = await world({ window: 100 });
    const { id, results } = await submitted(w, { items: many(500) });
    expect(results).toHaveLength(500);
    w.startWorking();
    await until(async () => ((await countsOf(w, id))?.sent === 500 ? true : undefined));
    expect(new Set(w.carrier.parts.map(({ to }) => to)).size).toBe(500);
  });

  test('R029: limits of recipients and bodies are off unless they are set', async () => {
    const limited = await world({ limits: { messages: 4, recipients: 2, bodies: 1 } });
    const tooLarge = { ok: false, refusal: { code: 'PAYLOAD_TOO_LARGE' } };
    expect(await submit(limited, { items: many(5, { to: RECIPIENT }) })).toMatchObject(tooLarge);
    expect(await submit(limited, { items: many(3) })).toMatchObject(tooLarge);
    const bodies = [itemOf({ body: 'one' }), itemOf({ body: 'two' })];
    expect(await submit(limited, { items: bodies })).toMatchObject(tooLarge);
    expect((await submit(limited, { items: many(2) })).ok).toBe(true);
  });

  test('R031: tells how many different bodies it has', async () => {
    const w = await world();
    const items = [itemOf({ body: 'one' }), itemOf({ body: 'two' }), itemOf({ body: 'one' })];
    expect((await submitted(w, { items })).wordings).toBe(2);
  });
});

describe('an Idempotency-Key of an item', () => {
  test('stands for its text alone, in whatever batch it comes', async () => {
    const w = await world();
    const keyed = (to: string, body: string, name: string): BatchItem => {
      const idempotency = { key: name, path: '/v1/messages/send', fingerprint: Buffer.alloc(32, body) };
      return { ...itemOf({ to, body }), idempotency } as BatchItem;
    };
    const idsOf = ({ results }: Awaited<ReturnType<typeof submitted>>) =>
      results.map((one) => {
        if (one.kind !== 'answered') return one.kind;
        const { verdict } = one.accepted;
        return verdict.ok ? verdict.message.message_id : verdict.refusal.code;
      });
    const [first, second] = [keyed(numberOf(1), 'one', 'a'), keyed(numberOf(2), 'two', 'b')];
    const ids = idsOf(await submitted(w, { items: [first, second] }));
    const changed = [keyed(numberOf(1), 'another', 'a'), second, keyed(numberOf(3), 'three', 'c')];
    const again = idsOf(await submitted(w, { items: changed }));
    expect(again).toEqual(['IDEMPOTENCY_KEY_REUSED', ids[1], expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    expect(await w.messages()).toHaveLength(3);
  });
});

describe('an Idempotency-Key of a batch', () => {
  test('stands for all its texts: repeated, also at once, it is the same batch', async () => {
    const w = await world();
    const answers = await Promise.all(Array.from({ length: 5 }, () => submitted(w, {}, key('once'))));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await w.messages()).toHaveLength(3);
    const other = { ...key('once'), fingerprint: Buffer.alloc(32, 99) };
    expect(await submit(w, {}, other)).toMatchObject({ refusal: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });

  test('goes on where a request broke off, and sends no text twice', async () => {
    const w = await world();
    const first = await submitted(w, { items: many(4) }, key('broken'));
    // As if the server had ended after two of them.
    const texts = await w.messages();
    const lost = texts.slice(2).map(({ id }) => id);
    await w.database.query({ text: 'delete from messages where id = any($1::uuid[])', values: [lost] });
    await w.database.query({
      text: `delete from idempotency_keys where path like '%#%' and verdict -> 'message' ->> 'message_id' = any($1)`,
      values: [lost],
    });
    const again = await submitted(w, { items: many(4) }, key('broken'));
    expect(again).toMatchObject({ id: first.id, replayed: true });
    const after = await w.messages();
    expect(after).toHaveLength(4);
    expect(new Set(after.map(({ to }) => to)).size).toBe(4);
  });

  test('answers as it did although a recipient has opted out since', async () => {
    const w = await world();
    const wanted = { mode: 'all_or_nothing' } as const;
    const first = await submitted(w, wanted, key('kept'));
    await w.inbound('STOP', numberOf(0));
    expect(await submitted(w, wanted, key('kept'))).toMatchObject({ id: first.id, replayed: true });
  });
});

describe('R030: the pace of a batch', () => {
  test('is kept: what is over it is planned for the minutes after', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    const { id } = await submitted(w, { items: many(5), ratePerMinute: 60 });
    expect(await countsOf(w, id)).toEqual({ queued: 1, scheduled: 4 });
    const due = (await w.messages()).map(({ schedule_for }) => (schedule_for?.getTime() ?? clock.now()) - clock.now());
    expect(due.toSorted((a, b) => a - b)).toEqual([0, 1_000, 2_000, 3_000, 4_000]);
    await clock.advance(2_500);
    await w.sweep();
    expect(await countsOf(w, id)).toEqual({ queued: 3, scheduled: 2 });
  });

  test('does not bring forward what was planned for later', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    const at = new Date(clock.now() + 3_600_000);
    await submitted(w, { items: [...many(1), itemOf({ schedule_for: at })], ratePerMinute: 1 });
    expect((await w.messages()).map(({ schedule_for }) => schedule_for)).toEqual(expect.arrayContaining([null, at]));
  });
});

describe('R030: a batch under way', () => {
  test('is paused and resumed: nothing of it leaves in between', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    const { id } = await submitted(w, { items: many(4), ratePerMinute: 60 });
    const { batches } = w.outgoing;
    expect(await batches.pause('live', id)).toMatchObject({ status: 'paused', counts: { held: 4 } });
    await clock.advance(60_000);
    await w.sweep();
    expect(await countsOf(w, id)).toEqual({ held: 4 });
    expect(await batches.resume('live', id)).toMatchObject({ status: 'processing', counts: { scheduled: 4 } });
    await clock.advance(1_500);
    await w.sweep();
    expect(await countsOf(w, id)).toEqual({ queued: 2, scheduled: 2 });
    const [text] = await w.messages();
    expect((await w.eventTypes(text?.id ?? '')).slice(0, 3)).toEqual([
      expect.stringMatching(/queued|scheduled/),
      'message.held',
      'message.scheduled',
    ]);
  });

  test('is canceled: what has not left never leaves, and what has left stays sent', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    const { id } = await submitted(w, { items: many(3), ratePerMinute: 60 });
    w.startWorking();
    await until(async () => ((await countsOf(w, id))?.sent === 1 ? true : undefined));
    expect(await w.outgoing.batches.cancel('live', id)).toMatchObject({
      status: 'canceled',
      counts: { sent: 1, canceled: 2 },
    });
    await clock.advance(60_000);
    await w.sweep();
    expect(w.carrier.parts).toHaveLength(1);
    // Too late for anything else.
    expect(await w.outgoing.batches.resume('live', id)).toMatchObject({ status: 'canceled' });
  });

  test('tells once when its last text is done with', async () => {
    const clock = virtualClock();
    const w = await world({ clock });
    const { id } = await submitted(w, { items: [...many(2), itemOf({ to: 'nobody' })] });
    const completed = () =>
      w.database.kysely.selectFrom('events').selectAll().where('type', '=', 'batch.completed').execute();
    const look = async () => {
      await clock.advance(120_000);
      await w.outgoing.batches.completeDue();
    };
    await look();
    expect(await completed()).toEqual([]);
    w.startWorking();
    await until(async () => ((await countsOf(w, id))?.sent === 2 ? true : undefined));
    await look();
    expect(await completed()).toEqual([]);
    for (const carrierId of ['1', '2']) {
      const [part] = w.carrier.parts.slice(Number(carrierId) - 1);
      await w.receipt({ carrierId, recipient: (part?.to ?? '').slice(1) });
    }
    await look();
    await look();
    const [event, ...more] = await completed();
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      mode: 'live',
      data: { batch_id: id, status: 'completed', total: 3, accepted: 2, rejected: 1, counts: { delivered: 2 } },
    });
    expect(await w.outgoing.batches.find('live', id)).toMatchObject({ status: 'completed', due_at: null });
  });
});

describe('R028: backpressure', () => {
  test('refuses with SERVICE_UNAVAILABLE above the bound, loses nothing, and takes texts again below it', async () => {
    const clock = virtualClock();
    const w = await world({ clock, maxWaiting: 3 });
    const accepted = await Promise.all([w.accept(), w.accept(), w.accept()]);
    expect(accepted.every(({ verdict }) => verdict.ok)).toBe(true);
    const refused = await w.accept();
    expect(refused.verdict).toMatchObject({ ok: false, refusal: { code: 'SERVICE_UNAVAILABLE' } });
    expect(await submit(w, {})).toMatchObject({ ok: false, refusal: { code: 'SERVICE_UNAVAILABLE' } });
    expect(await w.messages()).toHaveLength(3);
    w.startWorking();
    await until(async () => ((await w.messages()).every(({ status }) => status === 'sent') ? true : undefined));
    await clock.advance(2_000);
    await until(async () => ((await w.accept()).verdict.ok ? true : undefined));
  });
});
