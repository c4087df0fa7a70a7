import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { endOfLife, queueSeconds, waitsUntil } from '../../server/rules/text-life.ts';

const validity = fc.integer({ min: 60, max: 259_200 });
const queueTtl = fc.oneof(fc.constant(0), validity);
const moment = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true });

describe('R029: how long a text lives', () => {
  test.prop([validity, queueTtl, moment])(
    'it never waits longer than the server lets it, nor longer than it lives, and its end is always that of its validity',
    (validity_seconds, ttl, now) => {
      const life = { validity_seconds, queue_seconds: queueSeconds(validity_seconds, ttl) };
      const expires_at = waitsUntil(life, now);
      const waits = (expires_at.getTime() - now.getTime()) / 1_000;
      expect(waits).toBe(ttl === 0 ? validity_seconds : Math.min(ttl, validity_seconds));
      expect(endOfLife({ ...life, expires_at })?.getTime()).toBe(now.getTime() + validity_seconds * 1_000);
    },
  );

  test('a text that is planned has no end yet', () => {
    expect(endOfLife({ expires_at: null, validity_seconds: 600, queue_seconds: 60 })).toBeNull();
  });
});
