import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CSV_LIMITS, parseCsv } from '../../server/rules/csv.ts';
import { readSenderSheet } from '../../server/cli/sender-sheet.ts';

const cellsOf = (file: string) => {
  const csv = parseCsv(file);
  if (!csv.ok) throw new Error(`line ${csv.line} ${csv.message}`);
  return csv.rows.map(({ cells }) => cells);
};

describe('a CSV file', () => {
  test('is read with quotations, line breaks in them, empty lines and a byte order mark', () => {
    expect(parseCsv('\uFEFFa,b\r\n\r\n"x, ""y""\nz",2\r\nlast,')).toEqual({
      ok: true,
      rows: [
        { line: 1, cells: ['a', 'b'] },
        { line: 3, cells: ['x, "y"\nz', '2'] },
        { line: 5, cells: ['last', ''] },
      ],
    });
  });

  test('may have semicolons, which its first line says', () => {
    expect(cellsOf('a;b\n1,5;2')).toEqual([
      ['a', 'b'],
      ['1,5', '2'],
    ]);
    expect(cellsOf('"a;b",c\n1,2')[0]).toEqual(['a;b', 'c']);
  });

  test.each([
    ['a,b\n1,"2', 2, 'does not end'],
    ['a,b\n"1"x,2', 2, 'between a quotation and the next cell'],
    [`a\n${'x'.repeat(CSV_LIMITS.cell + 1)}`, 2, 'characters'],
    [','.repeat(CSV_LIMITS.columns), 1, 'columns'],
    ['a\n'.repeat(CSV_LIMITS.rows + 1), CSV_LIMITS.rows + 1, 'rows'],
    ['x'.repeat(CSV_LIMITS.characters + 1), 1, 'characters'],
  ])('that is not clear is refused with its line (%#)', (file, line, message) => {
    expect(parseCsv(file)).toMatchObject({ ok: false, line, message: expect.stringContaining(message) });
  });

  test('gives back every table that is written by the rules', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', ';', '"', '\n', '\r\n', ' ', 'ü') });
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((columns) =>
        fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 5 }),
      );
    fc.assert(
      fc.property(table, (rows) => {
        const written = rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')).join('\r\n');
        expect(cellsOf(written)).toEqual(rows);
      }),
      { numRuns: 300 },
    );
  });

  test('of any content is answered, never thrown at', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ',', ';', '"', '\n', '\r') }), (file) => {
        expect(typeof parseCsv(file).ok).toBe('boolean');
      }),
      { numRuns: 300 },
    );
  });
});

describe('a sheet of sender rules', () => {
  test('may have its columns in any order, and cells that say nothing', () => {
    const sheet = readSenderSheet(
      [
        'Alphanumeric,country,numeric,dynamic,two_way,required_fields,refused_numbers,source_url,verified_on',
        'registration,de,Overwritten,no,yes,entity_id template_id,+4915 +4916,https://carrier.example/de,2026-11-20',
        'yes,FR,,unknown,,,,,',
      ].join('\n'),
    );
    expect(sheet).toEqual({
      ok: true,
      rules: [
        {
          country: 'DE',
          alphanumeric: 'registration',
          numeric: 'overwritten',
          dynamic: false,
          two_way: true,
          required_fields: ['entity_id', 'template_id'],
          refused_numbers: ['+4915', '+4916'],
          source_url: 'https://carrier.example/de',
          verified_on: '2026-11-20',
        },
        { country: 'FR', alphanumeric: 'yes', dynamic: null },
      ],
      lines: [2, 3],
    });
  });

  test('tells every fault with its line and column', () => {
    const sheet = readSenderSheet(
      'country,alphanumeric,two_way\nDE,maybe,perhaps\nGermany,yes,\n,no,\nFR,yes\nFR,no,yes\nFR,no,yes',
    );
    expect(sheet).toEqual({
      ok: false,
      faults: [
        { line: 2, column: 'alphanumeric', message: expect.stringContaining('must be one of: yes, no') },
        { line: 2, column: 'two_way', message: 'must be yes or no' },
        { line: 3, column: 'country', message: expect.stringContaining('ISO 3166-1') },
        { line: 4, column: 'country', message: 'must not be empty' },
        { line: 5, column: null, message: 'has 2 cells where the first line has 3' },
        { line: 7, column: 'country', message: 'is in line 6 already' },
      ],
    });
  });

  test.each([
    ['', null, 'is empty'],
    ['country,alphanumeric', null, 'must have 1 to 300 lines'],
    ['country,alphanumeric,colour\nDE,yes,red', 'colour', 'is no column'],
    ['country,alphanumeric,country\nDE,yes,DE', 'country', 'is there twice'],
    ['country\nDE', 'alphanumeric', 'is missing'],
    ['country,alphanumeric\nDE,"yes', null, 'does not end'],
  ])('%j is refused as a whole', (file, column, message) => {
    const fault = expect.objectContaining({ column, message: expect.stringContaining(message) });
    expect(readSenderSheet(file)).toEqual({ ok: false, faults: [fault] });
  });
});
