import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { DEFAULT_QUIET_HOURS, quietHours, wakingHours } from '../../server/rules/quiet-hours.ts';
import { type ContactPlace, type Place, placeOf } from '../../server/rules/quiet-hours-place.ts';

const nobody: ContactPlace = { time_zone: null, country: null, state: null };
const place = (
  number: string,
  country: string | null,
  contact: Partial<ContactPlace> = {},
  fallbackZone: string | null = null,
) => placeOf({ number, country, contact: { ...nobody, ...contact }, fallbackZone });
const ask = (where: Place, now: string) =>
  quietHours({ message_type: 'promotional', place: where, now: new Date(now) });
const until = (where: Place, now: string) => {
  const verdict = ask(where, now);
  return verdict.allowed ? 'now' : (verdict.until?.toISOString().replace(':00.000Z', 'Z') ?? 'never');
};

describe('the place of a recipient', () => {
  test('has the zone of the contact, whatever the number says', () => {
    expect(place('+14155550123', 'US', { time_zone: 'Asia/Kathmandu', state: 'TX' })).toEqual({
      country: 'US',
      state: 'TX',
      zones: ['Asia/Kathmandu'],
      zone_source: 'contact',
      confidence: 'high',
    });
  });

  test('ignores a zone that no clock knows', () => {
    expect(place('+14155550123', 'US', { time_zone: 'Mars/Olympus' })).toMatchObject({ zone_source: 'prefix' });
  });

  test('has the zone of the contact’s state where it has one only', () => {
    const ohio = place('+14155550123', 'US', { state: 'OH' });
    expect(ohio).toMatchObject({ state: 'OH', zones: ['America/New_York'], zone_source: 'state', confidence: 'high' });
    expect(place('+18005550199', null, { state: 'us-oh' })).toEqual(ohio);
  });

  test('narrows a state with two clocks by the number, if the number lies in it', () => {
    expect(place('+19155550123', 'US', { state: 'TX' })).toMatchObject({
      zones: ['America/Denver'],
      zone_source: 'prefix',
    });
    expect(place('+14155550123', 'US', { state: 'TX' })).toMatchObject({
      state: 'TX',
      zones: ['America/Chicago', 'America/Denver'],
      zone_source: 'state',
      confidence: 'low',
    });
  });

  test('has the zone of a country with one clock', () => {
    expect(place('+33639980001', 'FR')).toMatchObject({
      country: 'FR',
      state: null,
      zones: ['Europe/Paris'],
      zone_source: 'country',
      confidence: 'medium',
    });
    expect(place('+14155550123', 'US', { country: 'FR' })).toMatchObject({ country: 'FR', zones: ['Europe/Paris'] });
  });

  test('has the zone of the number’s prefix, and its state', () => {
    expect(place('+14155550123', 'US')).toEqual({
      country: 'US',
      state: 'CA',
      zones: ['America/Los_Angeles'],
      zone_source: 'prefix',
      confidence: 'medium',
    });
    expect(placeOf({ number: '+12085550123', country: 'US', contact: null, fallbackZone: null })).toMatchObject({
      state: 'ID',
      zones: ['America/Boise', 'America/Los_Angeles'],
      confidence: 'low',
    });
  });

  test('is in any of 42 zones for a toll-free number, unless a fallback is set', () => {
    const strict = place('+18005550199', null);
    expect(strict).toMatchObject({ country: 'US', state: null, zone_source: 'prefix', confidence: 'low' });
    expect(strict.zones).toHaveLength(42);
    expect(place('+18005550199', null, {}, 'America/New_York')).toMatchObject({
      zones: ['America/New_York'],
      zone_source: 'fallback',
      confidence: 'low',
    });
    expect(place('+14155550123', 'US', {}, 'America/New_York')).toMatchObject({ zone_source: 'prefix' });
    expect(place('+18005550199', null, {}, 'Nowhere').zones).toHaveLength(42);
  });

  test('is unknown for a number that belongs to no country', () => {
    expect(place('+80000000000', null)).toMatchObject({ country: null, zones: [], zone_source: 'unknown' });
  });

  test('takes the area code’s state where the contact’s is none', () => {
    expect(place('+12125550123', 'US', { state: 'Texas' })).toMatchObject({ state: 'NY' });
    expect(place('+14165550123', 'CA', { country: 'CA' })).toMatchObject({ country: 'CA', state: null });
  });

  test('has every zone of a foreign country the contact is said to be in', () => {
    const canada = place('+14155550123', 'US', { country: 'CA' });
    expect(canada).toMatchObject({ country: 'CA', state: null, zone_source: 'country', confidence: 'low' });
    expect(canada.zones).toContain('America/St_Johns');
  });
});

describe('quiet hours', () => {
  // 2026-11-20 is a Friday; 2026-11-22 a Sunday.
  test.each([
    ['federal', '+16025550123', 'US', '2026-11-20T14:00Z', '2026-11-20T15:00Z'],
    ['federal evening', '+16025550123', 'US', '2026-11-21T04:00Z', '2026-11-21T15:00Z'],
    ['Florida ends at 20:00', '+13055550123', 'US', '2026-11-21T01:00Z', '2026-11-21T13:00Z'],
    ['Connecticut begins at 09:00', '+12035550123', 'US', '2026-11-20T13:00Z', '2026-11-20T14:00Z'],
    ['Texas on a Sunday', '+15125550123', 'US', '2026-11-22T15:00Z', '2026-11-22T18:00Z'],
    ['Kentucky begins at 10:00', '+15025550123', 'US', '2026-11-20T13:00Z', '2026-11-20T15:00Z'],
    ['Mississippi has no Sunday', '+16015550123', 'US', '2026-11-22T02:00Z', '2026-11-23T14:00Z'],
    ['Rhode Island ends at 18:00', '+14015550123', 'US', '2026-11-20T23:00Z', '2026-11-21T15:00Z'],
    ['California begins at 09:00', '+14155550123', 'US', '2026-11-20T16:00Z', '2026-11-20T17:00Z'],
    ['Idaho waits for both its clocks', '+12085550123', 'US', '2026-11-20T15:00Z', '2026-11-20T16:00Z'],
    ['France has no Sunday', '+33639980001', 'FR', '2026-11-22T10:00Z', '2026-11-23T07:30Z'],
    ['France has no 11 November', '+33639980001', 'FR', '2026-11-11T10:00Z', '2026-11-12T07:30Z'],
    ['India begins at 10:00', '+919800000000', 'IN', '2026-11-20T03:00Z', '2026-11-20T04:30Z'],
    ['others begin at 08:00', '+447700900123', 'GB', '2026-11-20T07:00Z', '2026-11-20T08:00Z'],
    ['others end at 20:00', '+447700900123', 'GB', '2026-11-20T20:00Z', '2026-11-21T08:00Z'],
    ['Nepal is 5:45 ahead', '+9779800000000', 'NP', '2026-11-20T00:00Z', '2026-11-20T02:15Z'],
    ['Australian mobiles wait for Perth', '+61491570156', 'AU', '2026-11-19T22:00Z', '2026-11-20T00:00Z'],
    ['Alabama has no Thanksgiving', '+12055550123', 'US', '2026-11-26T16:00Z', '2026-11-27T14:00Z'],
  ])('%s', (_, number, country, now, expected) => {
    expect(until(place(number, country), now)).toBe(expected);
    expect(until(place(number, country), expected)).toBe('now');
    expect(until(place(number, country), new Date(Date.parse(expected) - 60_000).toISOString())).toBe(expected);
  });

  test.each([
    ['New York in spring', '+12125550123', 'US', '2026-03-08T02:00Z', '2026-03-08T12:00Z'],
    ['New York in autumn', '+12125550123', 'US', '2026-11-01T02:00Z', '2026-11-01T13:00Z'],
    ['Phoenix, which sets no clock', '+16025550123', 'US', '2026-03-08T05:00Z', '2026-03-08T15:00Z'],
    ['Paris on a Sunday in spring, so Monday', '+33639980001', 'FR', '2026-03-28T20:00Z', '2026-03-30T06:30Z'],
    ['Lord Howe in autumn', '+61255053000', 'AU', '2026-04-04T12:00Z', '2026-04-04T21:30Z'],
  ])('follow the night in which clocks are set: %s', (_, number, country, now, expected) => {
    expect(until(place(number, country), now)).toBe(expected);
  });

  test('of 42 zones open once a day, for 150 minutes in winter and 90 in summer', () => {
    const tollFree = place('+18005550199', null);
    expect(until(tollFree, '2026-07-15T00:00Z')).toBe('2026-07-15T22:00Z');
    expect(until(tollFree, '2026-07-15T23:29Z')).toBe('now');
    expect(until(tollFree, '2026-07-15T23:30Z')).toBe('2026-07-16T22:00Z');
    expect(until(tollFree, '2026-01-14T01:00Z')).toBe('2026-01-14T22:00Z');
    expect(until(tollFree, '2026-01-15T00:29Z')).toBe('now');
    expect(until(tollFree, '2026-01-15T00:30Z')).toBe('2026-01-15T22:00Z');
  });

  test('say which rule and which zone keep a text, and how sure that is', () => {
    expect(ask(place('+15125550123', 'US'), '2026-11-22T15:00Z')).toEqual({
      allowed: false,
      until: new Date('2026-11-22T18:00Z'),
      reason: 'quiet_hours',
      rule: 'US + US-TX: Sunday 12:00-21:00 local time',
      zone: 'America/Chicago',
      zone_source: 'prefix',
      confidence: 'medium',
    });
    expect(ask(place('+12085550123', 'US'), '2026-11-20T14:30Z')).toMatchObject({ zone: 'America/Los_Angeles' });
    expect(ask(place('+33639980001', 'FR'), '2026-11-22T10:00Z')).toMatchObject({ rule: 'FR: not on a Sunday' });
    expect(ask(place('+33639980001', 'FR'), '2026-11-11T10:00Z')).toMatchObject({ rule: 'FR: not on public holidays' });
    expect(ask(place('+447700900123', 'GB'), '2026-11-20T12:00Z')).toEqual({
      allowed: true,
      until: new Date('2026-11-20T20:00Z'),
      rule: 'default: Friday 08:00-20:00 local time',
      zone_source: 'country',
      confidence: 'medium',
    });
  });

  test('are those of the place a contact is said to be in', () => {
    const texan = place('+14155550123', 'US', { state: 'TX', time_zone: 'America/Chicago' });
    expect(until(texan, '2026-11-22T15:00Z')).toBe('2026-11-22T18:00Z');
    expect(until(place('+14155550123', 'US', { time_zone: 'Europe/Paris' }), '2026-11-20T12:00Z')).toBe('now');
  });

  test('hold promotional texts alone, unless others are named', () => {
    const where = place('+16025550123', 'US');
    const now = new Date('2026-11-20T10:00Z');
    for (const message_type of ['transactional', 'otp', 'conversational'] as const) {
      expect(quietHours({ message_type, place: where, now })).toMatchObject({
        allowed: true,
        until: null,
        rule: null,
      });
      const settings = { ...DEFAULT_QUIET_HOURS, message_types: [message_type] };
      expect(quietHours({ message_type, place: where, now }, settings).allowed).toBe(false);
    }
  });

  test('never let a text through whose recipient has no known clock', () => {
    expect(ask(place('+80000000000', null), '2026-11-20T12:00Z')).toMatchObject({
      allowed: false,
      until: null,
      reason: 'zone_unknown',
      zone: null,
    });
  });

  test('say never, at once, where the zones are never awake together', () => {
    const world: Place = {
      ...place('+80000000000', null),
      zones: ['Asia/Kathmandu', 'Europe/Paris', 'Pacific/Honolulu'],
    };
    expect(ask(world, '2026-11-20T12:00Z')).toMatchObject({ allowed: false, until: null, reason: 'no_common_hours' });
  });

  test('take public holidays from whoever knows more of them', () => {
    const settings = { ...DEFAULT_QUIET_HOURS, isPublicHoliday: (_: string, date: string) => date === '2026-11-20' };
    const alabama = place('+12055550123', 'US');
    const question = { message_type: 'promotional', place: alabama, now: new Date('2026-11-20T16:00Z') } as const;
    expect(quietHours(question).allowed).toBe(true);
    expect(quietHours(question, settings)).toMatchObject({ until: new Date('2026-11-21T14:00Z') });
    expect(wakingHours(place('+16025550123', 'US'), question.now)[0]).not.toHaveProperty('isClosedOn');
  });

  const numbers = ['+12125550123', '+12085550123', '+18005550199', '+14015550123', '+33639980001', '+61491570156'];
  const somewhere = fc
    .constantFrom(...numbers)
    .map((number) => place(number, number.startsWith('+1') ? 'US' : number.startsWith('+33') ? 'FR' : 'AU'));
  const instant = fc.date({ min: new Date('2025-10-01'), max: new Date('2030-01-01'), noInvalidDate: true });

  propertyTest.prop([somewhere, instant, fc.integer({ min: 0, max: 3 * 86_400_000 })])(
    'name an instant at which the text may go, not a minute too late, and the same one whoever asks before it',
    (where, now, laterMs) => {
      const verdict = quietHours({ message_type: 'promotional', place: where, now });
      if (verdict.allowed) return;
      const release = verdict.until ?? expect.fail('every one of these opens within eight days');
      expect(release.getTime()).toBeGreaterThan(now.getTime());
      expect(quietHours({ message_type: 'promotional', place: where, now: release }).allowed).toBe(true);
      const before = new Date(Math.max(now.getTime(), release.getTime() - 60_000));
      expect(quietHours({ message_type: 'promotional', place: where, now: before })).toMatchObject({ until: release });
      const later = new Date(now.getTime() + laterMs);
      const then = quietHours({ message_type: 'promotional', place: where, now: later });
      const laterRelease = then.allowed ? later : then.until;
      expect(laterRelease?.getTime()).toBeGreaterThanOrEqual(release.getTime());
    },
  );
});
