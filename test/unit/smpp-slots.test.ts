import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { Outcome, Part, Slot } from '../../server/messages/carrier.ts';
import { createPace } from '../../server/smpp/pace.ts';
import { createSlots } from '../../server/smpp/slots.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const part: Part = {
  from: '+15005550006',
  to: '+14155550123',
  text: 'Hello',
  encoding: 'GSM-7',
  concatenation: null,
  validitySeconds: 60,
};
const accepted: Outcome = { kind: 'accepted', carrierId: '1' };

describe('slots', () => {
  test('are handed out up to what was asked and up to the window', async () => {
    const { slots } = setUp({ window: 5 });
    expect(await slots.reserve(3)).toHaveLength(3);
    expect(await slots.reserve(10)).toHaveLength(2);
  });

  test('are waited for in the order of asking', async () => {
    const { slots } = setUp({ window: 1 });
    const [first] = await slots.reserve(1);
    const order: string[] = [];
    const later = ['b', 'c'].map(async (name) => {
      const [slot] = await slots.reserve(1);
      order.push(name);
      slot?.release();
    });
    first?.release();
    await Promise.all(later);
    expect(order).toEqual(['b', 'c']);
  });

  test('wait for the link', async () => {
    const { slots, link } = setUp({ window: 2 });
    link.ready = false;
    const reserved = slots.reserve(2);
    expect(await isSettled(reserved)).toBe(false);
    link.ready = true;
    slots.wake();
    expect(await reserved).toHaveLength(2);
  });

  test('released twice count once', async () => {
    const { slots } = setUp({ window: 1 });
    const [slot] = await slots.reserve(1);
    slot?.release();
    slot?.release();
    expect(await slots.reserve(2)).toHaveLength(1);
  });

  test('released before their answer are free only after it', async () => {
    const { slots, answers } = setUp({ window: 1, holdAnswers: true });
    const [slot] = await slots.reserve(1);
    const outcome = slot?.submit(part);
    slot?.release();
    const next = slots.reserve(1);
    expect(await isSettled(next)).toBe(false);
    answers[0]?.(accepted);
    expect(await outcome).toEqual(accepted);
    expect(await next).toHaveLength(1);
  });

  test('carry one submit_sm at a time, and none once released', async () => {
    const { slots, answers } = setUp({ window: 1, holdAnswers: true });
    const [slot] = await slots.reserve(1);
    const first = slot?.submit(part);
    expect(await slot?.submit(part)).toMatchObject({ kind: 'unsent' });
    answers[0]?.(accepted);
    await first;
    slot?.release();
    expect(await slot?.submit(part)).toMatchObject({ kind: 'unsent' });
    expect(answers).toHaveLength(1);
  });
});

describe('pace', () => {
  test('is kept over texts and parts alike', async () => {
    const { slots, clock, sentAt } = setUp({ window: 10, ratePerSecond: 10 });
    const work = (async () => {
      for (let text = 0; text < 10; text += 1) {
        const [slot] = await slots.reserve(1);
        await slot?.submit(part);
        await slot?.submit(part);
        slot?.release();
      }
    })();
    await clock.advance(3_000);
    await work;
    expect(sentAt).toHaveLength(20);
    expect(sentAt).toEqual(sentAt.map((_at, index) => index * 100));
  });

  test('is not used up by slots that come back unused', async () => {
    const { slots, clock, sentAt } = setUp({ window: 10, ratePerSecond: 10 });
    for (let round = 0; round < 50; round += 1) for (const slot of await slots.reserve(10)) slot.release();
    const [slot] = await slots.reserve(1);
    await slot?.submit(part);
    expect(sentAt).toEqual([0]);
    expect(clock.pending()).toBe(0);
  });

  test('lets the next part go before the next text', async () => {
    const { slots, clock } = setUp({ window: 10, ratePerSecond: 10 });
    const [slot] = await slots.reserve(1);
    await slot?.submit(part);
    const order: string[] = [];
    const text = slots.reserve(1).then(() => order.push('text'));
    const next = slot?.submit(part).then(() => order.push('part'));
    await clock.advance(500);
    await Promise.all([text, next]);
    expect(order).toEqual(['part', 'text']);
  });
});

describe('stopping', () => {
  test('answers all who wait, and who asks later, with no slot', async () => {
    const { slots } = setUp({ window: 1 });
    const [held] = await slots.reserve(1);
    const waiting = slots.reserve(1);
    const stopped = slots.stop(10_000);
    expect(await waiting).toEqual([]);
    expect(await slots.reserve(1)).toEqual([]);
    held?.release();
    await stopped;
  });

  test('lets the parts of a text under way out, then ends', async () => {
    const { slots, clock, sentAt } = setUp({ window: 1, ratePerSecond: 10 });
    const [slot] = await slots.reserve(1);
    await slot?.submit(part);
    const second = slot?.submit(part);
    const stopped = slots.stop(10_000);
    await clock.advance(200);
    expect(await second).toEqual(accepted);
    slot?.release();
    await stopped;
    expect(sentAt).toEqual([0, 100]);
    expect(clock.pending()).toBe(0);
  });

  test('waits for slots no longer than it was told', async () => {
    const { slots, clock } = setUp({ window: 1 });
    await slots.reserve(1);
    const stopped = slots.stop(10_000);
    await clock.advance(9_999);
    expect(await isSettled(stopped)).toBe(false);
    await clock.advance(1);
    await stopped;
    expect(clock.pending()).toBe(0);
  });
});

type Step =
  | { readonly kind: 'reserve'; readonly max: number }
  | { readonly kind: 'release' | 'link'; readonly index: number }
  | { readonly kind: 'advance'; readonly ms: number };

propertyTest.prop(
  [
    fc.integer({ min: 1, max: 5 }),
    fc.option(fc.integer({ min: 1, max: 50 })),
    fc.array(
      fc.oneof<fc.Arbitrary<Step>[]>(
        fc.record({ kind: fc.constant('reserve' as const), max: fc.integer({ min: 1, max: 4 }) }),
        fc.record({ kind: fc.constantFrom('release' as const, 'link' as const), index: fc.nat(10) }),
        fc.record({ kind: fc.constant('advance' as const), ms: fc.nat(300) }),
      ),
      { maxLength: 30 },
    ),
  ],
  { numRuns: 100 },
)('never more slots than the window, and everybody is served in the end', async (window, ratePerSecond, steps) => {
  const { slots, clock, link } = setUp({ window, ratePerSecond });
  const held: Slot[] = [];
  const served: number[] = [];
  let asked = 0;
  const settle = () => clock.advance(0);
  for (const step of steps) {
    if (step.kind === 'reserve') {
      const turn = asked++;
      void slots.reserve(step.max).then((given) => {
        expect(given.length).toBeGreaterThan(0);
        expect(given.length).toBeLessThanOrEqual(step.max);
        held.push(...given);
        served.push(turn);
      });
    } else if (step.kind === 'release') held.splice(step.index, 1)[0]?.release();
    else if (step.kind === 'advance') await clock.advance(step.ms);
    else {
      link.ready = step.index % 2 === 0;
      slots.wake();
    }
    await settle();
    expect(held.length).toBeLessThanOrEqual(window);
  }
  link.ready = true;
  while (served.length < asked) {
    for (const slot of held.splice(0)) slot.release();
    slots.wake();
    await clock.advance(1_000);
  }
  expect(served).toEqual(Array.from({ length: asked }, (_value, index) => index));
});

/** Several binds: windows of their own, links that come and go, texts of several parts. */
describe('several binds', () => {
  const bindsOf = (windows: readonly number[], rates: { account?: number; each?: number } = {}) => {
    const clock = virtualClock();
    const binds = windows.map((window) => ({ window, ready: true, parts: [] as string[] }));
    const slots = createSlots({
      pace: createPace({
        ratePerSecond: rates.account ?? null,
        ratePerBind: rates.each ?? null,
        binds: binds.length,
        clock,
      }),
      clock,
      isOpen: () => true,
      binds: binds.map((bind) => ({
        windowMax: () => bind.window,
        isReady: () => bind.ready,
        submit(one) {
          bind.parts.push(one.text);
          return Promise.resolve(accepted);
        },
      })),
    });
    return { clock, binds, slots };
  };

  test('share the texts: the one with the fewest slots out gets the next', async () => {
    const { slots, binds } = bindsOf([10, 10, 10]);
    const held = await slots.reserve(7);
    expect(binds.map((_bind, index) => slots.issued(index))).toEqual([3, 2, 2]);
    held[0]?.release();
    held[3]?.release();
    await slots.reserve(1);
    expect(binds.map((_bind, index) => slots.issued(index))).toEqual([2, 2, 2]);
  });

  test('that are down or full get nothing, and the others go on', async () => {
    const { slots, binds } = bindsOf([1, 4, 4]);
    Object.assign(binds[2] ?? {}, { ready: false });
    expect(await slots.reserve(9)).toHaveLength(5);
    expect(binds.map((_bind, index) => slots.issued(index))).toEqual([1, 4, 0]);
  });

  test('keep all parts of a text on one of them', async () => {
    const { slots, binds } = bindsOf([2, 2]);
    const held = await slots.reserve(4);
    for (const number of [1, 2, 3])
      for (const [index, slot] of held.entries()) await slot.submit({ ...part, text: `${index}.${number}` });
    for (const { parts } of binds) {
      const texts = new Set(parts.map((text) => text.split('.')[0]));
      expect(parts).toHaveLength(3 * texts.size);
    }
  });

  test('have a pace each, below the pace of the account', async () => {
    const { slots, clock, binds } = bindsOf([10, 10], { account: 30, each: 10 });
    const work = Promise.all(
      Array.from({ length: 60 }, async () => {
        const [slot] = await slots.reserve(1);
        await slot?.submit(part);
        slot?.release();
      }),
    );
    await clock.advance(2_000);
    expect(binds.map(({ parts }) => parts.length)).toEqual([20 + 1, 20 + 1]);
    await clock.advance(2_000);
    await work;
  });

  type Happening =
    | { readonly kind: 'reserve'; readonly max: number; readonly parts: number }
    | { readonly kind: 'finish'; readonly index: number }
    | { readonly kind: 'link'; readonly bind: number; readonly ready: boolean };

  propertyTest.prop(
    [
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
      fc.array(
        fc.oneof<fc.Arbitrary<Happening>[]>(
          fc.record({
            kind: fc.constant('reserve' as const),
            max: fc.integer({ min: 1, max: 5 }),
            parts: fc.integer({ min: 1, max: 3 }),
          }),
          fc.record({ kind: fc.constant('finish' as const), index: fc.nat(20) }),
          fc.record({ kind: fc.constant('link' as const), bind: fc.nat(3), ready: fc.boolean() }),
        ),
        { maxLength: 40 },
      ),
    ],
    { numRuns: 150 },
  )('no window is ever overrun, each text has one way, and every slot comes back', async (windows, happenings) => {
    const { slots, clock, binds } = bindsOf(windows);
    const held: { readonly name: string; readonly slot: Slot; readonly parts: number }[] = [];
    let names = 0;
    let asked = 0;
    let served = 0;
    const finish = async (index: number) => {
      const [one] = held.splice(index, 1);
      if (!one) return;
      for (let number = 0; number < one.parts; number += 1) await one.slot.submit({ ...part, text: one.name });
      one.slot.release();
    };
    for (const happening of happenings) {
      if (happening.kind === 'reserve') {
        asked += 1;
        void slots.reserve(happening.max).then((given) => {
          served += 1;
          for (const slot of given) held.push({ name: `text ${names++}`, slot, parts: happening.parts });
        });
      } else if (happening.kind === 'finish') await finish(happening.index);
      else Object.assign(binds[happening.bind] ?? {}, { ready: happening.ready });
      slots.wake();
      await clock.advance(0);
      for (const [index, { window }] of binds.entries()) expect(slots.issued(index)).toBeLessThanOrEqual(window);
      expect(held.length).toBe(binds.reduce((sum, _bind, index) => sum + slots.issued(index), 0));
    }
    for (const bind of binds) bind.ready = true;
    while (served < asked || held.length > 0) {
      await finish(0);
      slots.wake();
      await clock.advance(0);
    }
    expect(binds.map((_bind, index) => slots.issued(index))).toEqual(binds.map(() => 0));
    const ways = binds.flatMap(({ parts }) => [...new Set(parts)]);
    expect(new Set(ways).size).toBe(ways.length);
    expect(clock.pending()).toBe(0);
  });
});

function setUp({
  window,
  ratePerSecond = null,
  holdAnswers = false,
}: {
  window: number;
  ratePerSecond?: number | null;
  holdAnswers?: boolean;
}) {
  const clock = virtualClock();
  const start = clock.now();
  const link = { ready: true };
  const sentAt: number[] = [];
  const answers: ((outcome: Outcome) => void)[] = [];
  const slots = createSlots({
    pace: createPace({ ratePerSecond, ratePerBind: null, binds: 1, clock }),
    clock,
    isOpen: () => true,
    binds: [
      {
        windowMax: () => window,
        isReady: () => link.ready,
        submit() {
          sentAt.push(clock.now() - start);
          return holdAnswers ? new Promise((resolve) => answers.push(resolve)) : Promise.resolve(accepted);
        },
      },
    ],
  });
  return { slots, clock, link, sentAt, answers };
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}
