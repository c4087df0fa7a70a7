import { describe, expect, test } from 'vitest';
import { bufferSecondsFor, passesFilter } from '../../server/rules/webhook-filter.ts';

const text = { from: '+14155550123', to: '+15005550100', body: 'Order: 17, please!', intent: null };

describe('a filter', () => {
  test.each([
    ['nothing', {}, true],
    ['the number that was written to', { to: ['+15005550101', '+15005550100'] }, true],
    ['another number', { to: ['+15005550101'] }, false],
    ['numbers written in another way', { to: ['1 (500) 555-0100'], from: ['14155550123'] }, true],
    ['another contact', { from: ['+14155550124'] }, false],
    ['the first words', { keyword: { starts_with: 'ORDER 17' } }, true],
    ['half of the first word', { keyword: { starts_with: 'ord' } }, false],
    ['words in the middle', { keyword: { starts_with: 'please' } }, false],
    ['all the words', { keyword: { equals: 'order 17 please' } }, true],
    ['some of the words', { keyword: { equals: 'order' } }, false],
    ['one thing that fits and one that does not', { to: ['+15005550100'], keyword: { equals: 'no' } }, false],
  ])('of %s', (_, filter, passes) => {
    expect(passesFilter(filter, text)).toBe(passes);
  });
});

test('waits for more of a text, but never of one about consent or one that calls for help', () => {
  const seconds = (type: 'opt_out' | 'opt_in' | 'help' | 'review' | null) =>
    bufferSecondsFor({ buffer_seconds: 5 }, { ...text, intent: type && { type } });
  expect([null, 'review', 'opt_out', 'opt_in', 'help'].map((type) => seconds(type as null))).toEqual([5, 5, 0, 0, 0]);
  expect(bufferSecondsFor({}, text)).toBe(0);
});
