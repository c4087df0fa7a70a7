import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFairOrder } from '../../server/queue/fair-order.ts';

const TURN = 100;
interface Job {
  readonly flow: string;
  readonly rank: number;
  readonly place: number;
}

/** Works off the lowest rank first, and of equal ones the first that came, as the queue does. */
function workOff(order: ReturnType<typeof createFairOrder>, waiting: Job[], count: number): Job[] {
  const done: Job[] = [];
  while (done.length < count && waiting.length > 0) {
    const next = waiting.toSorted((a, b) => a.rank - b.rank || a.place - b.place)[0];
    if (!next) break;
    waiting.splice(waiting.indexOf(next), 1);
    order.started(next.rank);
    done.push(next);
  }
  return done;
}

function announce(order: ReturnType<typeof createFairOrder>, waiting: Job[], flow: string, jobs: number): void {
  const last = waiting.length;
  for (let job = 0; job < jobs; job++) waiting.push({ flow, rank: order.rank(flow, TURN), place: last + job });
}

describe('the order of jobs', () => {
  test('of one key is the order in which they came', () => {
    const order = createFairOrder(TURN);
    const waiting: Job[] = [];
    announce(order, waiting, 'a', 50);
    expect(workOff(order, waiting, 50).map(({ place }) => place)).toEqual(Array.from({ length: 50 }, (_, at) => at));
  });

  test('lets two keys with backlogs take turns from the moment the second one comes', () => {
    const order = createFairOrder(TURN);
    const waiting: Job[] = [];
    announce(order, waiting, 'a', 1_000);
    workOff(order, waiting, 500);
    announce(order, waiting, 'b', 1_000);
    const next = workOff(order, waiting, 200).map(({ flow }) => flow);
    const share = next.filter((flow) => flow === 'b').length;
    expect(Math.abs(share - 100)).toBeLessThanOrEqual(1);
  });

  test('counts texts and not jobs: a hundred jobs of one text are one turn', () => {
    const order = createFairOrder(TURN);
    const ranks = Array.from({ length: 200 }, () => order.rank('a', 1));
    expect(new Set(ranks.slice(0, 100))).toEqual(new Set([1]));
    expect(order.rank('b', TURN)).toBe(1);
    expect(ranks.at(-1)).toBe(2);
  });

  test('owes nothing to a key that was silent: it is not ahead for the turns it did not use', () => {
    const order = createFairOrder(TURN);
    const waiting: Job[] = [];
    announce(order, waiting, 'a', 300);
    workOff(order, waiting, 300);
    announce(order, waiting, 'a', 100);
    announce(order, waiting, 'b', 100);
    const first = workOff(order, waiting, 20).map(({ flow }) => flow);
    expect(first.filter((flow) => flow === 'a').length).toBeGreaterThanOrEqual(9);
  });

  test('never passes a key by: whatever the keys announce, a job waits for one turn of each of them at most', () => {
    const flows = ['a', 'b', 'c'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...flows), { minLength: 1, maxLength: 200 }), (announced) => {
        const order = createFairOrder(TURN);
        const waiting: Job[] = [];
        for (const flow of announced) announce(order, waiting, flow, 1);
        const done = workOff(order, waiting, announced.length);
        for (const [index, { flow }] of done.entries()) {
          const before = done.slice(0, index).filter((job) => job.flow === flow).length;
          expect(index).toBeLessThan((before + 1) * flows.length);
        }
      }),
    );
  });

  test('stays within the priorities that the queue has, and starts afresh when it is reset', () => {
    const order = createFairOrder(1);
    order.started(2 ** 21 - 3);
    const ranks = Array.from({ length: 10 }, () => order.rank('a', 1));
    expect(Math.max(...ranks)).toBe(2 ** 21 - 1);
    order.reset();
    expect(order.rank('a', 1)).toBe(1);
  });

  test('remembers no more keys than it has to', () => {
    const order = createFairOrder(1);
    for (let flow = 0; flow < 30_000; flow++) order.rank(String(flow), 1);
    expect(order.rank('new', 1)).toBe(1);
  });
});
