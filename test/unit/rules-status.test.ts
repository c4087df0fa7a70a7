import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { Status } from '../../server/rules/message.ts';
import {
  type SegmentState,
  advance,
  aggregate,
  isFinal,
  stateOfAttempts,
  stateOfReceipt,
} from '../../server/rules/status.ts';

const hour = 3_600_000;
const at = { nowMs: 0, sinceMs: 0 };
const open: Status[] = ['scheduled', 'held', 'queued', 'sending', 'sent'];
const final: Status[] = ['delivered', 'undelivered', 'failed', 'rejected', 'expired', 'canceled', 'received'];
const all = [...open, ...final];

describe('R120: the statuses of a text', () => {
  test('exactly the arrows of the diagram exist', () => {
    const arrows = all.flatMap((from) =>
      all.filter((to) => advance(from, to, { nowMs: 100 * hour, sinceMs: 0 }).change).map((to) => `${from} ${to}`),
    );
    expect(arrows.sort()).toEqual(
      [
        'scheduled held',
        'scheduled queued',
        'scheduled rejected',
        'scheduled expired',
        'scheduled canceled',
        'held scheduled',
        'held queued',
        'held sent',
        'held rejected',
        'held expired',
        'held canceled',
        'queued held',
        'queued sending',
        'queued sent',
        'queued rejected',
        'queued expired',
        'queued canceled',
        'sending held',
        'sending queued',
        'sending sent',
        'sending failed',
        'sent delivered',
        'sent undelivered',
        'sent expired',
      ].sort(),
    );
  });

  test('final is what has no way on', () => {
    expect(all.filter(isFinal)).toEqual(final);
  });

  test('expired becomes delivered within 72 hours, flagged late, and that once', () => {
    const inTime = { nowMs: 72 * hour, sinceMs: 0 };
    expect(advance('expired', 'delivered', inTime)).toEqual({ change: true, status: 'delivered', late: true });
    expect(advance('expired', 'delivered', { nowMs: 72 * hour + 1, sinceMs: 0 })).toEqual({ change: false });
    expect(advance('delivered', 'delivered', inTime)).toEqual({ change: false });
    expect(advance('delivered', 'expired', inTime)).toEqual({ change: false });
    expect(advance('expired', 'undelivered', inTime)).toEqual({ change: false });
    expect(advance('undelivered', 'delivered', inTime)).toEqual({ change: false });
  });

  test('a change in time is not late', () => {
    expect(advance('sent', 'delivered', at)).toEqual({ change: true, status: 'delivered', late: false });
  });

  const receipts = fc.array(
    fc.record({
      next: fc.constantFrom<Status>(...all),
      waitMs: fc.integer({ min: 0, max: 100 * hour }),
    }),
    { maxLength: 40 },
  );
  property.prop([fc.constantFrom(...all), receipts])(
    'no sequence of receipts and commands leaves a final status, but for one late delivery',
    (start, sequence) => {
      let status = start;
      let sinceMs = 0;
      let nowMs = 0;
      let lateDeliveries = 0;
      for (const { next, waitMs } of sequence) {
        nowMs += waitMs;
        const verdict = advance(status, next, { nowMs, sinceMs });
        if (!verdict.change) continue;
        if (isFinal(status)) {
          expect([status, verdict.status, verdict.late]).toEqual(['expired', 'delivered', true]);
          expect(nowMs - sinceMs).toBeLessThanOrEqual(72 * hour);
          lateDeliveries += 1;
        } else expect(verdict.late).toBe(false);
        ({ status } = verdict);
        sinceMs = nowMs;
      }
      expect(lateDeliveries).toBeLessThanOrEqual(1);
    },
  );
});

describe('the status of a text from its segments', () => {
  test.each<[SegmentState[], SegmentState]>([
    [[], 'sent'],
    [['sent'], 'sent'],
    [['delivered'], 'delivered'],
    [['delivered', 'sent'], 'sent'],
    [['delivered', 'delivered'], 'delivered'],
    [['delivered', 'undelivered'], 'undelivered'],
    [['sent', 'undelivered'], 'undelivered'],
    [['sent', 'expired'], 'expired'],
    [['expired', 'undelivered'], 'undelivered'],
    [['expired'], 'expired'],
  ])('%j is %s', (states, expected) => {
    expect(aggregate(states)).toBe(expected);
  });

  const states = fc.array(fc.constantFrom<SegmentState>('sent', 'delivered', 'undelivered', 'expired'), {
    maxLength: 12,
  });
  property.prop([states])('the order of the segments does not matter, and delivered means all of them', (list) => {
    expect(aggregate(list.toReversed())).toBe(aggregate(list));
    expect(aggregate(list) === 'delivered').toBe(list.length > 0 && list.every((state) => state === 'delivered'));
  });

  test.each<[SegmentState[], SegmentState]>([
    [['sent'], 'sent'],
    [['undelivered', 'delivered'], 'delivered'],
    [['sent', 'delivered'], 'delivered'],
    [['undelivered', 'sent'], 'sent'],
    [['expired', 'undelivered'], 'undelivered'],
    [['expired', 'expired'], 'expired'],
  ])('a segment submitted several times, %j, is %s', (attempts, expected) => {
    expect(stateOfAttempts(attempts)).toBe(expected);
  });

  test('a receipt decides a segment only when it is final', () => {
    expect(stateOfReceipt('delivered')).toBe('delivered');
    expect(stateOfReceipt('undelivered')).toBe('undelivered');
    expect(stateOfReceipt('rejected')).toBe('undelivered');
    expect(stateOfReceipt('expired')).toBe('expired');
    expect(stateOfReceipt('enroute')).toBeNull();
    expect(stateOfReceipt('unknown')).toBeNull();
  });
});
