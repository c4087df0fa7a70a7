import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { priceList, priceOf } from '../../server/rules/price.ts';

const list = priceList([
  { destination: '+', price: '0.05' },
  { destination: '+1', price: '0.01' },
  { destination: '+1415', price: '0.0075' },
  { destination: 'BS', price: '0.09' },
  { destination: '+44', price: '0.04' },
  { destination: 'GB', price: '0.041' },
  { destination: '+447700900', price: '0.03' },
]);
const one = (number: string, country: string | null) => priceOf(list, { number, country, segments: 1 });

describe('R220: the price of a text', () => {
  test('is that of the longest prefix', () => {
    expect(one('+14155550123', 'US')).toBe('0.0075');
    expect(one('+12125550123', 'US')).toBe('0.01');
    expect(one('+33612345678', 'FR')).toBe('0.05');
  });

  test('is that of the country before that of its calling code, and after any longer prefix', () => {
    expect(one('+12425550123', 'BS')).toBe('0.09');
    expect(one('+441632960123', 'GB')).toBe('0.041');
    expect(one('+447700900123', 'GB')).toBe('0.03');
  });

  test('is not that of a country whose number it is not', () => {
    expect(one('+441481960123', 'GG')).toBe('0.04');
    expect(one('+15005550100', null)).toBe('0.01');
  });

  test('is none when no price matches', () => {
    const british = priceList([{ destination: '+44', price: '0.04' }]);
    expect(priceOf(british, { number: '+14155550123', country: 'US', segments: 1 })).toBeNull();
    expect(priceOf(priceList([]), { number: '+14155550123', country: 'US', segments: 1 })).toBeNull();
  });

  test('R081: is that of its segments', () => {
    expect(priceOf(list, { number: '+14155550123', country: 'US', segments: 3 })).toBe('0.0225');
  });

  property.prop([fc.array(fc.stringMatching(/^\+\d{0,12}$/), { maxLength: 12 }), fc.stringMatching(/^\+1415\d{7}$/)])(
    'is found by looking at every prefix of the number',
    (prefixes, number) => {
      const prices = [...new Set(prefixes)].map((destination, index) => ({ destination, price: `${index + 1}.00` }));
      const fitting = prices.filter(({ destination }) => number.startsWith(destination));
      const longest = fitting.toSorted((a, b) => b.destination.length - a.destination.length)[0];
      expect(priceOf(priceList(prices), { number, country: 'US', segments: 1 })).toBe(longest?.price ?? null);
    },
  );
});
