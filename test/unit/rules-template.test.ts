import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fillTemplate,
  parseTemplate,
  type TemplatePiece,
  type TemplateVariables,
  templateVariables,
} from '../../server/rules/template.ts';

function piecesOf(text: string): readonly TemplatePiece[] {
  const parsed = parseTemplate(text);
  if (!parsed.ok) throw new Error(parsed.fault);
  return parsed.pieces;
}
const fill = (text: string, variables: TemplateVariables = {}) => fillTemplate(piecesOf(text), variables);

describe('R104: a template', () => {
  test.each<[string, TemplateVariables, string]>([
    ['Hi {{name}}!', { name: 'Ann' }, 'Hi Ann!'],
    ['Hi {{ name }}!', { name: 'Ann' }, 'Hi Ann!'],
    ['Hi {{name|there}}!', {}, 'Hi there!'],
    ['Hi {{ name | there }}!', { name: '' }, 'Hi there!'],
    ['Hi{{name|}}!', { name: null }, 'Hi!'],
    ['Hi {{contact.firstname}}', { contact: { firstname: 'Ann' } }, 'Hi Ann'],
    ['Hi {{contact.firstname}}', { 'contact.firstname': 'Bo', contact: { firstname: 'Ann' } }, 'Hi Bo'],
    ['{{a.b.c}}', { a: { b: { c: 7 } } }, '7'],
    ['{{n}} {{yes}}', { n: 0, yes: false }, '0 false'],
    ['no variables }} at all', {}, 'no variables }} at all'],
  ])('%s with %j is %s', (text, variables, expected) => {
    expect(fill(text, variables)).toEqual({ ok: true, text: expected });
  });

  test.each(['a {{b', '{{a {{b}}', '{{}}', '{{1a}}', '{{a b}}', '{{a.}}', '{{a-b}}', '{{a()}}', '{{x}}'.repeat(51)])(
    '%s is refused when it is written, not when it is used',
    (text) => {
      expect(parseTemplate(text).ok).toBe(false);
    },
  );

  test('names every variable without a value, each once', () => {
    expect(fill('{{a}} {{b|x}} {{c.d}} {{a}}', { c: 'text' })).toEqual({ ok: false, missing: ['a', 'c.d'] });
  });

  test('tells its variables, and a value is required when one of their places has no default', () => {
    expect(templateVariables(piecesOf('{{a|x}} {{b|y}} {{a}}'))).toEqual([
      { name: 'a', required: true },
      { name: 'b', required: false },
    ]);
  });

  test('does not find what objects inherit', () => {
    const names = ['constructor', 'toString', '__proto__', 'constructor.name', 'a.length', 'a.constructor.name'];
    for (const name of names) expect(fill(`{{${name}}}`, { a: 'text' }).ok, name).toBe(false);
  });
});

describe('R105: values', () => {
  const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });

  test('stand in the text as they are, and are never read as templates again', () => {
    const risky = fc.oneof(value, fc.constantFrom('{{b}}', '{{', '}}', '${1}', '$&', '{{a}}{{b|c}}'));
    fc.assert(
      fc.property(risky, risky, (a, b) => {
        expect(fill('<{{a}}|{{b}}>', { a, b })).toEqual({ ok: true, text: `<${a}|${b}>` });
      }),
      { numRuns: 500 },
    );
  });

  test('text without {{ is itself, and its length is bounded by what is put in', () => {
    const plain = fc.string({ maxLength: 100 }).filter((text) => !text.includes('{{'));
    fc.assert(
      fc.property(plain, (text) => {
        expect(fill(text)).toEqual({ ok: true, text });
      }),
    );
    fc.assert(
      fc.property(plain, value, fc.integer({ min: 0, max: 50 }), (text, a, times) => {
        const filled = fill(text.replaceAll('{', '') + '{{a}}'.repeat(times), { a });
        expect(filled.ok && filled.text.length).toBeLessThanOrEqual(text.length + times * a.length);
      }),
    );
  });

  test('whatever is written is read or refused, in one pass', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('{{', '}}', '|', 'a.b', '{{a|b}}'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const parsed = parseTemplate(pieces.join(''));
        if (parsed.ok) expect(parsed.pieces.filter((one) => typeof one !== 'string').length).toBeLessThanOrEqual(50);
      }),
      { numRuns: 1_000 },
    );
    expect(parseTemplate('{{'.repeat(100_000)).ok).toBe(false);
  });
});
