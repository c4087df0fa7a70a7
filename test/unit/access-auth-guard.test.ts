import { describe, expect, test } from 'vitest';
import { isAllowedIp } from '../../server/access/allowed-ips.ts';
import {
  createAuthGuard,
  FAILURES_PER_ADDRESS_MAX as PER_ADDRESS,
  FAILURES_PER_KEY_MAX as PER_KEY,
} from '../../server/access/auth-guard.ts';
import { keyOfPair, newKeyText } from '../../server/access/key-format.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const fail = (guard: ReturnType<typeof createAuthGuard>, times: number, ip: string, id: (n: number) => string) =>
  Array.from({ length: times }, (_, n) => guard.failed(ip, id(n)));

describe('failures of authentication', () => {
  test('are slowed down by address and key id, and only for a minute', async () => {
    const clock = virtualClock();
    const guard = createAuthGuard(clock);
    expect(fail(guard, PER_KEY, '203.0.113.7', () => 'abcdefgh')).toEqual(Array(PER_KEY).fill(null));
    expect(guard.failed('203.0.113.7', 'abcdefgh')).toBe(60);
    expect(guard.failed('203.0.113.7', 'other678')).toBeNull();
    expect(guard.failed('203.0.113.8', 'abcdefgh')).toBeNull();
    await clock.advance(60_000);
    expect(guard.failed('203.0.113.7', 'abcdefgh')).toBeNull();
  });

  test('with ever new ids bar the address from being looked at, but not for a key that was right lately', () => {
    const guard = createAuthGuard(virtualClock());
    guard.succeeded('goodgood');
    fail(guard, PER_ADDRESS, '203.0.113.7', (n) => `id${n}`);
    expect(guard.barred('203.0.113.7', 'another1')).toBe(60);
    expect(guard.barred('203.0.113.7', 'goodgood')).toBeNull();
    expect(guard.barred('203.0.113.8', 'another1')).toBeNull();
  });

  test('count a whole IPv6 /64 as one, and an IPv4 address however it is written', () => {
    const guard = createAuthGuard(virtualClock());
    fail(guard, PER_ADDRESS, '2001:db8:1:2::7', (n) => `id${n}`);
    expect(guard.barred('2001:db8:1:2:9:9:9:9', 'x')).toBe(60);
    expect(guard.barred('2001:db8:1:3::7', 'x')).toBeNull();
    fail(guard, PER_ADDRESS, '::ffff:203.0.113.7', (n) => `id${n}`);
    expect(guard.barred('203.0.113.7', 'x')).toBe(60);
  });

  test('take bounded memory', () => {
    const guard = createAuthGuard(virtualClock());
    fail(guard, PER_ADDRESS, '203.0.113.7', (n) => `id${n}`);
    for (let n = 0; n < 10_001; n += 1) guard.failed(`10.1.${n >> 8}.${n & 255}`, '');
    // The oldest ones were forgotten for the newer ones.
    expect(guard.barred('203.0.113.7', 'x')).toBeNull();
  });
});

describe('allowed addresses', () => {
  test.each([
    [[], '203.0.113.7', true],
    [['203.0.113.7'], '203.0.113.7', true],
    [['203.0.113.7'], '::ffff:203.0.113.7', true],
    [['203.0.113.7'], '203.0.113.8', false],
    [['10.0.0.0/8', '2001:db8::/32'], '10.255.0.1', true],
    [['10.0.0.0/8', '2001:db8::/32'], '2001:db8:ffff::1', true],
    [['10.0.0.0/8', '2001:db8::/32'], '11.0.0.1', false],
    [['10.0.0.0/8'], '', false],
  ])('%j and %s: %s', (allowed, ip, isAllowed) => {
    expect(isAllowedIp(allowed, ip)).toBe(isAllowed);
  });
});

describe('R041: a pair of public and secret key', () => {
  const { id, text } = newKeyText('live');
  const secret = text.slice(`sk_live_${id}_`.length);

  test.each([
    [id, secret],
    [`sk_live_${id}`, secret],
    [id, text],
    [`sk_live_${id}`, text],
  ])('is the key however it is cut: %#', (name, password) => {
    expect(keyOfPair(name, password)).toBe(text);
  });

  test('is nothing when one half is wrong', () => {
    const other = newKeyText('live');
    for (const [name, password] of [
      [other.id, text],
      [other.id, secret],
      [`sk_test_${id}`, secret],
      ['', text],
      [id, ''],
      [id, secret.slice(0, -1)],
      [text, ''],
    ] as const) {
      expect(keyOfPair(name, password)).toBeNull();
    }
  });
});
