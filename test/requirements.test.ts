import { expect, test } from 'vitest';
import { idsByFile, mustBeProved, readRequirements } from './support/requirements.ts';

const rows = readRequirements();
const named = new Set([...idsByFile().values()].flat());

/** Rows that nothing proves yet. One that has its test must go from here. */
const UNPROVED: readonly string[] = [];

test('every requirement has an id of its own, a group, a priority and one sentence', () => {
  const ids = rows.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].toSorted());
  for (const { id, group, priority, sentence } of rows) {
    expect([id, group, priority].join(' ')).toMatch(/^R\d{3} [A-J] [MSBN]$/);
    expect(sentence, id).toMatch(/^[A-Z/a-z].{10,}\.$/);
  }
});

test('every id that begins the name of a test is that of a requirement', () => {
  const known = new Set(rows.map(({ id }) => id));
  expect([...named].filter((id) => !known.has(id))).toEqual([]);
});

test('every requirement that is to be proved is named by a test', () => {
  const unnamed = rows.filter((row) => mustBeProved(row) && !named.has(row.id)).map(({ id }) => id);
  expect(unnamed).toEqual(UNPROVED);
});
