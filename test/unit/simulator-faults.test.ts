import { fc, test } from '@fast-check/vitest';
import { beforeEach, describe, expect } from 'vitest';
import { type Scenario, SCENARIO_NAMES, noFaults } from '../../server/rules/simulator-faults.ts';
import { type FaultPanel, createFaultPanel } from '../../server/simulator/fault-panel.ts';
import { formatId, seededRandom } from '../../server/simulator/faults.ts';
import { openLine } from '../../server/simulator/line.ts';
import { scenario, scenarioFiles } from '../../server/simulator/scenarios.ts';
import { framer } from '../../server/smpp/pdu-framing.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

let clock: VirtualClock;
let panel: FaultPanel;
let unbound: number;
beforeEach(() => {
  clock = virtualClock();
  unbound = 0;
  panel = createFaultPanel({ clock, unbindAll: () => (unbound += 1) && 2 });
});

describe('R213: the panel of faults', () => {
  test('changes what it is told and leaves the rest', () => {
    panel.set({ throttle_percent: 30 });
    panel.set({ receipts: false });
    expect(panel.faults()).toEqual({ ...noFaults, throttle_percent: 30, receipts: false });
  });

  test('ends all faults by itself when a time is given', async () => {
    panel.set({ half_open: true, for_ms: 5_000 });
    await clock.advance(4_999);
    expect(panel.faults().half_open).toBe(true);
    await clock.advance(1);
    expect(panel.faults()).toEqual(noFaults);
    expect(clock.pending()).toBe(0);
  });

  test('says unbind as often as it is told and not once more', async () => {
    panel.set({ unbind_every_ms: 100, unbind_times: 3 });
    await clock.advance(10_000);
    expect([unbound, panel.counts().unbinds]).toEqual([3, 6]);
    expect(clock.pending()).toBe(0);
  });

  test('cuts no more connections than it is told, and starts anew when it is told again', () => {
    const taken = () => Array.from({ length: 5 }, () => panel.takeDrop()).filter(Boolean).length;
    panel.set({ drop: 'answer', drop_times: 2 });
    expect(taken()).toBe(2);
    panel.set({ drop: 'answer' });
    expect(taken()).toBe(2);
    expect(panel.counts().dropped).toBe(4);
  });

  test('leaves no timer and no count behind when it is reset', () => {
    panel.set({ unbind_every_ms: 100, for_ms: 1_000 });
    panel.play(scenario('flapping'));
    panel.count('submits');
    panel.reset();
    expect(clock.pending()).toBe(0);
    expect(panel.faults()).toEqual(noFaults);
    expect(Object.values(panel.counts()).every((count) => count === 0)).toBe(true);
  });

  test.prop([fc.nat(0xffff_ffff), fc.integer({ min: 1, max: 99 })])(
    'the same seed gives the same chances, near the share that was asked for',
    (seed, percent) => {
      const drawn = () => {
        panel.set({ seed });
        return Array.from({ length: 500 }, () => panel.chance(percent));
      };
      const first = drawn();
      expect(drawn()).toEqual(first);
      expect(Math.abs(first.filter(Boolean).length / 5 - percent)).toBeLessThan(15);
    },
    20_000,
  );

  test.prop([fc.nat()])('a chance is from 0 up to and without 1', (seed) => {
    const random = seededRandom(seed);
    for (let draw = 0; draw < 50; draw += 1) {
      const value = random();
      expect(value >= 0 && value < 1).toBe(true);
    }
  });
});

describe('a scenario', () => {
  const own: Scenario = {
    about: 'two steps',
    ends_at_ms: 3_000,
    steps: [
      { at_ms: 0, faults: { throttle_percent: 50 } },
      { at_ms: 1_000, faults: { throttle_percent: 100, receipts: false } },
    ],
    load: { texts: 1, every_ms: 0 },
    expect: {},
  };

  test('takes back what was set, sets each step at its time, and ends with no fault', async () => {
    panel.set({ garbage: 'octets' });
    panel.play(own);
    expect(panel.faults()).toEqual({ ...noFaults, throttle_percent: 50 });
    await clock.advance(1_000);
    expect(panel.faults()).toEqual({ ...noFaults, throttle_percent: 100, receipts: false });
    await clock.advance(2_000);
    expect(panel.faults()).toEqual(noFaults);
  });

  test('ends when faults are set by hand: they stay', async () => {
    panel.play(own);
    panel.set({ throttle_percent: 0, half_open: true });
    await clock.advance(10_000);
    expect(panel.faults()).toEqual({ ...noFaults, half_open: true });
    expect(clock.pending()).toBe(0);
  });

  test('has a file for each name that the API offers, and each file is one', () => {
    expect(scenarioFiles().toSorted()).toEqual([...SCENARIO_NAMES].toSorted());
    for (const name of SCENARIO_NAMES) {
      const { steps, ends_at_ms: endsAtMs } = scenario(name);
      expect(steps.every(({ at_ms: atMs }) => atMs < endsAtMs)).toBe(true);
    }
  });
});

describe('the line', () => {
  test('each kind of nonsense in whole PDUs can be framed, so that the connection is worth keeping', () => {
    panel.set({ garbage: 'pdus' });
    const line = openLine(panel);
    const seen = new Set<string>();
    for (let answer = 0; answer < 200; answer += 1) {
      const { before } = line.outgoing('submit_sm_resp');
      const { frames, violation } = framer({ maxLength: 70_000 }).push(before ?? Buffer.alloc(0));
      expect([frames.length, violation]).toEqual([1, null]);
      seen.add(before?.toString('hex') ?? '');
    }
    expect(seen.size).toBeGreaterThanOrEqual(8);
    expect(panel.counts().garbage).toBe(200);
    expect(line.outgoing('enquire_link_resp').before).toBeNull();
  });

  test('nonsense in octets ends every framing', () => {
    panel.set({ garbage: 'octets' });
    const { before } = openLine(panel).outgoing('submit_sm_resp');
    expect(framer({ maxLength: 70_000 }).push(before ?? Buffer.alloc(0)).violation).not.toBeNull();
  });

  test('a connection that was half open stays so, and one from before does not become so', () => {
    const before = openLine(panel);
    panel.set({ half_open: true });
    const during = openLine(panel);
    panel.set({ half_open: false });
    expect([before.isSilent(), during.isSilent(), openLine(panel).isSilent()]).toEqual([false, true, false]);
    expect([before.incoming('enquire_link'), during.incoming('enquire_link')]).toEqual(['read', 'ignore']);
  });

  test('a black hole answers as many texts as it was told and nothing after them', () => {
    panel.set({ black_hole_after: 2 });
    const line = openLine(panel);
    const fates = ['submit_sm', 'enquire_link', 'submit_sm', 'submit_sm', 'enquire_link'].map(line.incoming);
    expect(fates).toEqual(['read', 'read', 'read', 'ignore', 'ignore']);
  });
});

test.each([
  ['decimal', '1234567890123456789'],
  ['hex', '112210f47de98115'],
  ['hex_upper', '112210F47DE98115'],
  ['zero_padded', '000001234567890123456789'],
  ['uuid', '00000000-0000-0000-1122-10f47de98115'],
  ['always_zero', '0'],
] as const)('an id in the format %s is %s', (format, id) => {
  expect(formatId(1_234_567_890_123_456_789n, format)).toBe(id);
});
