import { describe, expect, test } from 'vitest';
import type { Slot } from '../../server/messages/carrier.ts';
import type { Priority } from '../../server/messages/lane.ts';
import { createSlotGate } from '../../server/messages/slot-gate.ts';

/** A carrier that hands out slots when the test says so. */
function carrier() {
  const asked: { max: number; resolve: (slots: Slot[]) => void }[] = [];
  let released = 0;
  const slot = (): Slot => ({
    submit: () => Promise.resolve({ kind: 'unsent', reason: 'test' }),
    release: () => void released++,
  });
  return {
    asked,
    released: () => released,
    reserve: (max: number) => new Promise<Slot[]>((resolve) => asked.push({ max, resolve })),
    async free(count: number) {
      await settle();
      asked.shift()?.resolve(Array.from({ length: count }, slot));
      await settle();
    },
  };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function waiting(gate: ReturnType<typeof createSlotGate>, served: string[], priority: Priority, name: string, max = 1) {
  const given = gate.take(priority, max);
  void given.then((slots) => served.push(slots === 'interrupted' ? `${name} interrupted` : `${name} ${slots.length}`));
  return given;
}

describe('the gate in front of the slots', () => {
  test('gives what is free to a code first, however long promotions have waited', async () => {
    const smsc = carrier();
    const gate = createSlotGate(smsc);
    const served: string[] = [];
    for (let count = 0; count < 5; count++) void waiting(gate, served, 'bulk', `bulk-${count}`);
    void waiting(gate, served, 'normal', 'normal');
    void waiting(gate, served, 'otp', 'otp');
    for (let count = 0; count < 3; count++) await smsc.free(1);
    expect(served).toEqual(['otp 1', 'normal 1', 'bulk-0 1']);
  });

  test('asks the carrier once at a time, for as many slots as are waited for', async () => {
    const smsc = carrier();
    const gate = createSlotGate(smsc);
    const served: string[] = [];
    void waiting(gate, served, 'bulk', 'a', 60);
    await settle();
    void waiting(gate, served, 'normal', 'b', 30);
    expect(smsc.asked.map(({ max }) => max)).toEqual([60]);
    await smsc.free(60);
    expect(served).toEqual(['b 30', 'a 30']);
    expect(smsc.asked).toEqual([]);
  });

  test('gives slots back that nobody waits for any more', async () => {
    const smsc = carrier();
    const gate = createSlotGate(smsc);
    const served: string[] = [];
    void waiting(gate, served, 'bulk', 'a', 5);
    gate.interrupt();
    await smsc.free(5);
    expect(served).toEqual(['a interrupted']);
    expect(smsc.released()).toBe(5);
  });

  test('lets ordinary texts go first, and a promotion with every tenth slot', async () => {
    const smsc = carrier();
    const gate = createSlotGate(smsc);
    const served: string[] = [];
    for (let count = 0; count < 50; count++) {
      void waiting(gate, served, 'normal', 'normal');
      void waiting(gate, served, 'bulk', 'bulk');
    }
    for (let count = 0; count < 40; count++) await smsc.free(1);
    expect(served.filter((name) => name === 'bulk 1')).toHaveLength(4);
    expect(served.slice(0, 9)).toEqual(Array<string>(9).fill('normal 1'));
  });

  test('tells everybody when the carrier stops', async () => {
    const smsc = carrier();
    const gate = createSlotGate(smsc);
    const served: string[] = [];
    for (const priority of ['otp', 'normal', 'bulk'] as const) void waiting(gate, served, priority, priority);
    await smsc.free(0);
    expect(served.toSorted()).toEqual(['bulk 0', 'normal 0', 'otp 0']);
  });

  test('hands a failure of the carrier to those who wait', async () => {
    const gate = createSlotGate({ reserve: () => Promise.reject(new Error('broken')) });
    const both = await Promise.allSettled([gate.take('normal', 1), gate.take('bulk', 1)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
