import { expect, test } from 'vitest';
import { programmeName } from '../../server/rules/programme-name.ts';

test.each([
  ['Acme', ['*'], 'Acme'],
  ['Acme', [], 'Acme'],
  [null, ['*'], null],
  ['Acme', ['sale'], 'Acme (sale)'],
  ['Acme', ['news', 'sale'], 'Acme (news, sale)'],
  [null, ['news', 'sale'], 'news, sale'],
  ['Acme', ['a'.repeat(30), 'b'.repeat(30)], `Acme (${'a'.repeat(30)}...)`],
  ['Acme', ['a'.repeat(64)], `Acme (${'a'.repeat(40)}...)`],
])('the texts of %s about %j are those of %s', (organisation, topics, name) => {
  expect(programmeName(organisation, topics)).toBe(name);
});
