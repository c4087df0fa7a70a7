import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { chooseCovered, PLAY_MONEY } from '../../server/rules/balance.ts';
import { micros, money, MONEY_FORM, moneyText } from '../../server/rules/money.ts';

describe('R015: an amount of money', () => {
  test.each([
    ['19.75', '19.75'],
    ['0.0075', '0.0075'],
    ['20', '20.00'],
    ['20.000000', '20.00'],
    ['0.015000', '0.015'],
    ['0.5', '0.50'],
    ['-0.0075', '-0.0075'],
    ['0', '0.00'],
    ['0.000001', '0.000001'],
  ])('%s is shown as %s', (text, shown) => {
    expect(money(text)).toBe(shown);
  });

  test.each(['', '1.0000001', '1e3', 'NaN', '1,5', '.5', ' 1', '1.', '0x10'])('%j is none', (text) => {
    expect(() => micros(text)).toThrow('no amount of money');
    expect(MONEY_FORM.test(text)).toBe(false);
  });

  property.prop([fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n })])('is the same after it was written', (amount) => {
    expect(micros(moneyText(amount))).toBe(amount);
  });

  property.prop([fc.array(fc.bigInt({ min: 0n, max: 10n ** 10n }))])('adds up without any rounding', (prices) => {
    const sum = prices.map((price) => micros(moneyText(price))).reduce((a, b) => a + b, 0n);
    expect(moneyText(sum)).toBe(moneyText(prices.reduce((a, b) => a + b, 0n)));
  });
});

describe('R221: what a balance pays for', () => {
  const amounts = fc.array(fc.bigInt({ min: 0n, max: 50n }), { maxLength: 30 });

  property.prop([amounts, fc.bigInt({ min: 0n, max: 200n })])('is never more than there is', (prices, balance) => {
    const { left, added } = chooseCovered(prices, balance, null);
    const paid = prices.reduce((sum, price, index) => sum + (left[index] === null ? 0n : price), 0n);
    expect(added).toBe(0n);
    expect(paid).toBeLessThanOrEqual(balance);
    // Nothing is refused that would still fit when all are done.
    prices.forEach((price, index) => expect(left[index] !== null || price > balance - paid).toBe(true));
  });

  test('leaves out what is too dear and pays what comes after it', () => {
    expect(chooseCovered([5n, 100n, 5n, 1n], 10n, null)).toEqual({ left: [5n, null, 0n, null], added: 0n });
  });

  test('R214: is filled up with play money, except for what costs more than all of it', () => {
    const refill = micros(PLAY_MONEY);
    expect(chooseCovered([5n, refill, refill + 1n], 5n, refill)).toEqual({
      left: [0n, 0n, null],
      added: refill,
    });
  });
});
