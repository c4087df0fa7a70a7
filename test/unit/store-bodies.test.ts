import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { secretBox } from '../../server/access/secrets.ts';
import { createBodies, isSealed } from '../../server/store/bodies.ts';

const OLD = Buffer.alloc(32, 1).toString('base64');
const NEW = Buffer.alloc(32, 2).toString('base64');

function bodies(keys: readonly string[], seals = true) {
  const made = createBodies();
  made.unlock(secretBox(keys), seals);
  return made;
}

/** As a connection reads a column. */
const read = (from: ReturnType<typeof createBodies>, value: string, type = 25): unknown =>
  (from.types.getTypeParser(type, 'text') as (text: string) => unknown)(value);

const JSONB = 3802;

describe('a sealed body', () => {
  property.prop([fc.string({ unit: 'binary' }).map((text) => text.toWellFormed())])(
    'is read as what was written, with the mode and without it',
    (text) => {
      for (const each of [bodies([NEW]), bodies([NEW], false), createBodies()]) {
        expect(read(each, each.seal(text))).toBe(text);
        expect(read(each, JSON.stringify(each.sealStrings({ a: [text] })), JSONB)).toEqual({ a: [text] });
      }
    },
  );

  test('names its key, shows nothing, and is another each time', () => {
    const { seal } = bodies([NEW]);
    expect(seal('My zebra')).toMatch(new RegExp(`^sealed:${secretBox([NEW]).keyId}:[A-Za-z0-9+/]+=*$`));
    expect(seal('My zebra')).not.toBe(seal('My zebra'));
    expect(seal('')).toBe('');
  });

  test('is read while the keys rotate, and after the mode was switched off', () => {
    const sealed = bodies([OLD]).seal('My zebra');
    expect(read(bodies([NEW, OLD]), sealed)).toBe('My zebra');
    expect(read(bodies([OLD], false), sealed)).toBe('My zebra');
    expect(bodies([OLD], false).seal('My zebra')).toBe('My zebra');
  });

  test('says that it is sealed where its key is not', () => {
    const sealed = bodies([OLD]).seal('My zebra');
    const unread = read(bodies([NEW]), sealed);
    expect([unread, isSealed(String(unread))]).toEqual([sealed, true]);
  });

  test.each([true, false])('is not what somebody only writes like one (mode on: %s)', (seals) => {
    const each = bodies([NEW], seals);
    const words = [
      `sealed:0123abcd:${'A'.repeat(60)}`,
      'sealed:text:hello',
      'sealed:',
      bodies([NEW]).seal('of another row'),
    ];
    expect(words.map((text) => read(each, each.seal(text)))).toEqual(words);
    expect(words.some((text) => isSealed(each.seal(text)) && !seals)).toBe(false);
  });

  test('is opened wherever it stands in JSON, and only what is named is sealed', () => {
    const each = bodies([NEW]);
    const data = { body: 'zebra', count: 3, at: null, expected_reply: { wait_id: 'w', value: 'zebra' } };
    const sealed = JSON.stringify(each.sealStrings(data, new Set(['body', 'value'])));
    expect(sealed).not.toContain('zebra');
    expect(sealed).toContain('"wait_id":"w"');
    expect(read(each, sealed, JSONB)).toEqual(data);
    expect(bodies([NEW], false).sealStrings(data)).toBe(data);
  });

  test('may be octets', () => {
    const each = bodies([NEW]);
    const octets = Buffer.from([0, 255, 128, 27, 101]);
    const sealed = each.sealOctets(octets);
    expect(Buffer.from(sealed).includes(octets)).toBe(false);
    expect(Buffer.from(each.openOctets(sealed))).toEqual(octets);
    expect(each.openOctets(octets)).toBe(octets);
    expect(bodies([NEW], false).sealOctets(octets)).toBe(octets);
  });

  test('leaves values of other types as they were', () => {
    expect(read(bodies([NEW]), '7', 23)).toBe(7);
    expect(read(bodies([NEW]), '{"a":1}', JSONB)).toEqual({ a: 1 });
  });
});
