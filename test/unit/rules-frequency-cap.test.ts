import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  type CountedText,
  DAY_SECONDS,
  type FrequencyCap,
  frequencyCap,
  WEEK_SECONDS,
} from '../../server/rules/frequency-cap.ts';

const now = new Date('2026-11-20T12:00:00Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const promotional = (at: Date): CountedText => ({ at, message_type: 'promotional' });
const daily: FrequencyCap = { max: 2, per_seconds: DAY_SECONDS, message_types: ['promotional'] };
const weekly: FrequencyCap = { max: 4, per_seconds: WEEK_SECONDS, message_types: ['promotional'] };
const ask = (texts: readonly CountedText[], caps: readonly FrequencyCap[] = [daily], at = now) =>
  frequencyCap({ message_type: 'promotional', now: at, texts, caps });

describe('R148: a frequency cap', () => {
  test('lets texts through up to its number', () => {
    expect(ask([])).toEqual({ allowed: true });
    expect(ask([promotional(hoursAgo(1))])).toEqual({ allowed: true });
  });

  test('holds the next one until the oldest no longer counts', () => {
    expect(ask([promotional(hoursAgo(20)), promotional(hoursAgo(1))])).toEqual({
      allowed: false,
      until: new Date('2026-11-20T16:00:00Z'),
      cap: daily,
      count: 2,
    });
  });

  test('no longer counts a text when its time is up, and counts it a millisecond before', () => {
    const texts = [promotional(hoursAgo(24)), promotional(hoursAgo(1))];
    expect(ask(texts).allowed).toBe(true);
    expect(ask(texts, [daily], new Date(now.getTime() - 1)).allowed).toBe(false);
    expect(ask([...texts, promotional(hoursAgo(2))])).toMatchObject({ count: 2 });
  });

  test('waits for as many texts as are too many', () => {
    const texts = [3, 5, 7, 9].map((hours) => promotional(hoursAgo(hours)));
    expect(ask(texts)).toMatchObject({ until: hoursAgo(5 - 24), count: 4 });
  });

  test('counts texts that are promised for later', () => {
    expect(ask([promotional(hoursAgo(-2)), promotional(hoursAgo(-3))])).toMatchObject({ until: hoursAgo(-26) });
  });

  test('counts and holds its own kinds of texts only', () => {
    const codes = [1, 2, 3].map((hours): CountedText => ({ at: hoursAgo(hours), message_type: 'otp' }));
    expect(ask(codes).allowed).toBe(true);
    const texts = [1, 2, 3].map((hours) => promotional(hoursAgo(hours)));
    expect(frequencyCap({ message_type: 'transactional', now, texts, caps: [daily] })).toEqual({ allowed: true });
  });

  test('yields to the one among several that holds longest', () => {
    const texts = [1, 2, 80, 90].map((hours) => promotional(hoursAgo(hours)));
    expect(ask(texts, [daily, weekly])).toMatchObject({ cap: weekly, until: hoursAgo(90 - 168), count: 4 });
    expect(ask(texts, [])).toEqual({ allowed: true });
  });

  test('of none never lets a text through', () => {
    const none = { ...daily, max: 0 };
    expect(ask([], [none])).toEqual({ allowed: false, until: null, cap: none, count: 0 });
  });

  propertyTest.prop([
    fc.array(fc.integer({ min: -48, max: 400 }), { maxLength: 12 }),
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 200 }),
  ])(
    'lets the text through at the instant it names and not before, in whatever order texts come',
    (hours, max, per) => {
      const texts = hours.map((ago) => promotional(hoursAgo(ago)));
      const caps = [{ ...daily, max, per_seconds: per * 3_600 }];
      const verdict = ask(texts, caps);
      expect(ask(texts.toReversed(), caps)).toEqual(verdict);
      if (verdict.allowed) return;
      const release = verdict.until ?? expect.fail('a cap above none ends');
      expect(ask(texts, caps, release).allowed).toBe(true);
      expect(ask(texts, caps, new Date(release.getTime() - 1)).allowed).toBe(false);
      const newest = texts.toSorted((a, b) => b.at.getTime() - a.at.getTime()).slice(0, max);
      expect(ask(newest, caps)).toMatchObject({ allowed: false, until: release });
    },
  );
});
