import { describe, expect, test } from 'vitest';
import { wakingHours } from '../../server/rules/quiet-hours.ts';
import { placeOf } from '../../server/rules/quiet-hours-place.ts';
import { type SendWindow, sendTime, sendWindowHours } from '../../server/rules/send-window.ts';
import { zonesOf } from '../../server/rules/zones/of-number.ts';

const office: SendWindow = { days: ['mon', 'tue'], from: '09:00', to: '18:00', time_zone: 'recipient' };

function hoursOf(window: SendWindow, number = '+12125550123') {
  const read = sendWindowHours(window, zonesOf(number));
  return read.ok ? read.hours : expect.fail(read.fault);
}

const next = (window: SendWindow, now: string, number?: string) => {
  const time = sendTime([], hoursOf(window, number), new Date(now));
  return time.allowed ? 'now' : (time.until?.toISOString().replace(':00.000Z', 'Z') ?? 'never');
};

describe('a send window', () => {
  // 2026-11-20 is a Friday.
  test.each([
    ['2026-11-20T15:00Z', '2026-11-23T14:00Z'],
    ['2026-11-23T13:59Z', '2026-11-23T14:00Z'],
    ['2026-11-23T14:00Z', 'now'],
    ['2026-11-23T22:59Z', 'now'],
    ['2026-11-23T23:00Z', '2026-11-24T14:00Z'],
    ['2026-11-24T23:00Z', '2026-11-30T14:00Z'],
  ])('by the recipient’s clock lets a text of %s go %s', (now, expected) => {
    expect(next(office, now)).toBe(expected);
  });

  test('by a named clock leaves the recipient’s aside', () => {
    expect(next({ ...office, time_zone: 'Europe/Paris' }, '2026-11-20T15:00Z')).toBe('2026-11-23T08:00Z');
  });

  test('without days is open every day', () => {
    expect(next({ from: '09:00', to: '18:00', time_zone: 'UTC' }, '2026-11-21T03:00Z')).toBe('2026-11-21T09:00Z');
    expect(next({ days: [], from: '00:00', to: '24:00', time_zone: 'UTC' }, '2026-11-21T03:00Z')).toBe('now');
  });

  test('over midnight belongs to the day it begins on', () => {
    const friday: SendWindow = { days: ['fri'], from: '22:00', to: '02:00', time_zone: 'UTC' };
    expect(next(friday, '2026-11-20T21:00Z')).toBe('2026-11-20T22:00Z');
    expect(next(friday, '2026-11-21T01:59Z')).toBe('now');
    expect(next(friday, '2026-11-21T02:00Z')).toBe('2026-11-27T22:00Z');
    expect(next(friday, '2026-11-20T01:00Z')).toBe('2026-11-20T22:00Z');
    expect(next({ ...friday, to: '00:00' }, '2026-11-21T00:00Z')).toBe('2026-11-27T22:00Z');
  });

  test('follows the night in which the clock is set', () => {
    const night: SendWindow = { from: '02:30', to: '03:30', time_zone: 'America/New_York' };
    expect(next(night, '2026-03-08T05:00Z')).toBe('2026-03-08T07:00Z');
  });

  test('waits for every zone a number may be in', () => {
    const window: SendWindow = { from: '09:00', to: '18:00', time_zone: 'recipient' };
    expect(next(window, '2026-11-20T16:00Z', '+12085550123')).toBe('2026-11-20T17:00Z');
  });

  test.each([
    ['time', { ...office, from: '9:00' }],
    ['time', { ...office, from: '09:00', to: '09:00' }],
    ['time', { ...office, from: '24:00', to: '09:00' }],
    ['time', { ...office, from: '18:00', to: '25:00' }],
    ['time_zone', { ...office, time_zone: 'Europe/Nowhere' }],
  ] as const)('is refused for its %s: %o', (fault, window) => {
    expect(sendWindowHours(window, ['UTC'])).toEqual({ ok: false, fault });
  });

  test('of the recipient is refused where nobody knows the recipient’s zone', () => {
    expect(sendWindowHours(office, [])).toEqual({ ok: false, fault: 'recipient_zone' });
    expect(sendWindowHours({ ...office, time_zone: 'UTC' }, []).ok).toBe(true);
  });
});

describe('the time to send', () => {
  const at = (number: string, country: string, window: SendWindow, now: string) => {
    const place = placeOf({ number, country, contact: null, fallbackZone: null });
    return sendTime(wakingHours(place, new Date(now)), hoursOf(window, number), new Date(now));
  };

  test('suits the sender and the recipient at once', () => {
    const early: SendWindow = { from: '06:00', to: '12:00', time_zone: 'recipient' };
    expect(at('+12125550123', 'US', early, '2026-11-20T11:30Z')).toEqual({
      allowed: false,
      until: new Date('2026-11-20T13:00Z'),
      held_by: 'quiet_hours',
    });
    expect(at('+12125550123', 'US', early, '2026-11-20T18:00Z')).toEqual({
      allowed: false,
      until: new Date('2026-11-21T13:00Z'),
      held_by: 'send_window',
    });
    expect(at('+12125550123', 'US', early, '2026-11-20T14:00Z')).toEqual({
      allowed: true,
      until: new Date('2026-11-20T17:00Z'),
    });
  });

  test('has no end without hours', () => {
    expect(sendTime([], [], new Date())).toEqual({ allowed: true, until: null });
  });

  test('skips the one day of the window that is a public holiday, twice running if need be', () => {
    // 25 December 2026 and 1 January 2027 are Fridays.
    const fridays: SendWindow = { days: ['fri'], from: '09:00', to: '17:00', time_zone: 'recipient' };
    expect(at('+33639980001', 'FR', fridays, '2026-12-18T18:00Z')).toMatchObject({
      until: new Date('2027-01-08T08:00Z'),
    });
  });

  test('is never where the two do not meet', () => {
    const sundays: SendWindow = { days: ['sun'], from: '09:00', to: '17:00', time_zone: 'recipient' };
    expect(at('+33639980001', 'FR', sundays, '2026-11-20T10:00Z')).toEqual({
      allowed: false,
      until: null,
      held_by: 'send_window',
    });
  });
});
