import { expect, test } from 'vitest';
import { idsByFile, LEFT_OUT, mustBeProved, readRequirements } from './support/requirements.ts';

const rows = readRequirements();
const files = [...idsByFile()];
const quick = files.filter(([file]) => !LEFT_OUT.includes(file.replace('.test.ts', '')));
const idsIn = (some: typeof files) => new Set(some.flatMap(([, ids]) => ids));

/** Rows that nothing proves yet. */
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
  expect([...idsIn(files)].filter((id) => !known.has(id))).toEqual([]);
});

test('every requirement that is to be proved is named by a test that the report runs', () => {
  const named = idsIn(quick);
  const unnamed = rows.filter((row) => mustBeProved(row) && !named.has(row.id)).map(({ id }) => id);
  expect(unnamed.filter((id) => !UNPROVED.includes(id))).toEqual([]);
});
