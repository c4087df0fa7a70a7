import fc from 'fast-check';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openResults } from '../../server/cli/batch-results.ts';
import { readBatchSheet } from '../../server/cli/batch-sheet.ts';

const keysOf = (content: string, shared = {}, run = 'texts.csv.results.csv') => {
  const sheet = readBatchSheet(content, shared, run);
  if (!sheet.ok) throw new Error(JSON.stringify(sheet.faults));
  return sheet.lines.map(({ key }) => key);
};

describe('a table of texts', () => {
  test('becomes texts: known columns are fields, others are variables, and empty cells say nothing', () => {
    const sheet = readBatchSheet('to,from,name,city\n+14155550123,,Ann,Bern\n', { body: 'Hi {{name}}' }, 'run');
    expect(sheet).toMatchObject({
      ok: true,
      lines: [{ line: 2, text: { to: '+14155550123', body: 'Hi {{name}}', variables: { name: 'Ann', city: 'Bern' } } }],
    });
    expect(JSON.stringify(sheet)).not.toContain('"from"');
  });

  test('needs a column with the words only where no option has them', () => {
    expect(readBatchSheet('to\n+14155550123', {}, 'run')).toMatchObject({ ok: false, faults: [{ column: 'body' }] });
    expect(readBatchSheet('to\n+14155550123', { template_id: 't1' }, 'run').ok).toBe(true);
  });

  test('tells every line that has too few or too many cells', () => {
    const sheet = readBatchSheet('to,body\na\nb,c\nd,e,f', {}, 'run');
    expect(sheet).toMatchObject({ ok: false, faults: [{ line: 2 }, { line: 4 }] });
  });
});

describe('the key of a line', () => {
  const line = fc.tuple(
    fc.constantFrom<string>('+14155550123', '+14155550124'),
    fc.constantFrom<string>('a', 'b', 'c'),
  );

  test('is its own, and stays the same whatever the order of the lines and whatever comes in between', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), fc.nat(), (rows, at) => {
        const table = (lines: readonly (readonly string[])[]) =>
          ['to,body', ...lines.map((cells) => cells.join(','))].join('\n');
        const keys = keysOf(table(rows));
        expect(new Set(keys).size).toBe(rows.length);
        expect(keysOf(table(rows.toReversed())).toSorted()).toEqual(keys.toSorted());
        const more = rows.toSpliced(at % rows.length, 0, ['+14155550125', 'new']);
        expect(keysOf(table(more))).toEqual(expect.arrayContaining(keys));
      }),
    );
  });

  test('is another one for other words, and for another run', () => {
    const content = 'to\n+14155550123';
    const keys = [
      ...keysOf(content, { body: 'a' }),
      ...keysOf(content, { body: 'b' }),
      ...keysOf(content, { body: 'a' }, 'again.csv'),
    ];
    expect(new Set(keys).size).toBe(3);
    for (const key of keys) expect(key).toMatch(/^[\x21-\x7e]{1,255}$/);
  });
});

describe('the results of a batch', () => {
  const newFile = () => {
    const folder = mkdtempSync(join(tmpdir(), 'smsbridge-results-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return join(folder, 'results.csv');
  };
  const result = { line: 2, to: '+14155550123', message_id: 'm1', error: '' };

  test('hold what was accepted, also of a number with a comma in its line, and what was refused is tried again', () => {
    const file = newFile();
    const results = openResults(file);
    results.add({ ...result, status: 'queued', key: 'k1' });
    results.add({ ...result, status: 'refused', key: 'k2', error: 'INVALID_NUMBER: "12",\nis none' });
    results.add({ ...result, status: 'held', key: 'k3' });
    expect([...openResults(file).done]).toEqual(['k1', 'k3']);
  });

  test('say nothing about a line that was cut off', () => {
    const file = newFile();
    openResults(file).add({ ...result, status: 'queued', key: 'k1' });
    appendFileSync(file, '3,+14155550124,que');
    openResults(file).add({ ...result, status: 'queued', key: 'k2' });
    expect([...openResults(file).done]).toEqual(['k1', 'k2']);
  });

  test('are read however long they have become', () => {
    const file = newFile();
    openResults(file);
    const rows = Array.from(
      { length: 20_000 },
      (_, n) => `${n},+14155550123,queued,${'m'.repeat(36)},,${'k'.repeat(49)}${n}`,
    );
    appendFileSync(file, `${rows.join('\n')}\n`);
    expect(openResults(file).done.size).toBe(20_000);
  });

  test('are not taken from a table that is something else', () => {
    const file = newFile();
    appendFileSync(file, 'to,body\n+14155550123,Hello\n');
    expect(() => openResults(file)).toThrow('is no list of results');
  });
});
