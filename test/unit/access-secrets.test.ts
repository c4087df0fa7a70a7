import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SealedValueError, UnknownKeyError, secretBox } from '../../server/access/secrets.ts';

const key = () => randomBytes(32).toString('base64');
const first = key();
const second = key();

describe('sealed values', () => {
  test('whatever is sealed opens to the same bytes', () => {
    const box = secretBox([first]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, label) => {
        const plain = Buffer.from(bytes);
        expect(box.open(label, box.seal(label, plain))).toEqual(plain);
      }),
    );
    expect(box.open('words', box.seal('words', 'grüße')).toString()).toBe('grüße');
  });

  test('the same value never looks the same twice and does not show', () => {
    const box = secretBox([first]);
    const sealed = [box.seal('a', 'whsec_visible'), box.seal('a', 'whsec_visible')];
    expect(sealed[0]).not.toEqual(sealed[1]);
    for (const each of sealed) expect(each.includes('visible')).toBe(false);
  });

  test('a value sealed for one purpose opens for no other', () => {
    const box = secretBox([first]);
    expect(() => box.open('connector-tokens', box.seal('webhook-secrets', 'x'))).toThrow(SealedValueError);
  });

  test('one flipped bit anywhere is noticed', () => {
    const box = secretBox([first]);
    const sealed = box.seal('a', 'secret');
    for (let index = 0; index < sealed.length; index++) {
      const damaged = Buffer.from(sealed);
      damaged[index] = (damaged[index] ?? 0) ^ 1;
      expect(() => box.open('a', damaged)).toThrow(index < 4 ? UnknownKeyError : SealedValueError);
    }
  });

  test('a value that was cut is refused at every length', () => {
    const box = secretBox([first]);
    const sealed = box.seal('a', 'secret');
    for (let length = 0; length < sealed.length; length++) {
      expect(() => box.open('a', sealed.subarray(0, length))).toThrow(SealedValueError);
    }
  });
});

describe('several keys', () => {
  test('after a rotation old values still open and new ones are sealed under the new key', () => {
    const before = secretBox([first]);
    const after = secretBox([second, first]);
    expect(after.open('a', before.seal('a', 'old')).toString()).toBe('old');
    expect(secretBox([second]).open('a', after.seal('a', 'new')).toString()).toBe('new');
    expect(after.keyId).toBe(secretBox([second]).keyId);
  });

  test('a key that was taken away is named by its id, which is the start of its SHA-256', () => {
    const sealed = secretBox([first]).seal('a', 'x');
    const id = createHash('sha256').update(Buffer.from(first, 'base64')).digest('hex').slice(0, 8);
    expect(() => secretBox([second]).open('a', sealed)).toThrow(new UnknownKeyError(id));
    expect(secretBox([first]).keyId).toBe(id);
  });

  test('four bytes of a sealed value are enough to know whether it could be opened', () => {
    const sealed = secretBox([first]).seal('a', 'x');
    expect(secretBox([second, first]).knows(sealed.subarray(0, 4))).toBe(true);
    expect(secretBox([second]).knows(sealed)).toBe(false);
    expect(secretBox([second]).knows(Buffer.alloc(0))).toBe(false);
  });
});

describe('sub-keys', () => {
  test('a sub-key is HKDF-SHA256 of the current key and the label', () => {
    const expected = Buffer.from(hkdfSync('sha256', Buffer.from(first, 'base64'), 'smsbridge', 'cursors', 32));
    expect(secretBox([first, second]).derive('cursors')).toEqual(expected);
  });

  test('another label or another key gives another sub-key', () => {
    const box = secretBox([first]);
    expect(box.derive('a')).not.toEqual(box.derive('b'));
    expect(box.derive('a')).not.toEqual(secretBox([second]).derive('a'));
  });

  test('a caller that overwrites its sub-key harms nobody else', () => {
    const box = secretBox([first]);
    const sealed = box.seal('a', 'x');
    box.derive('a').fill(0);
    expect(box.open('a', sealed).toString()).toBe('x');
  });
});

describe('faulty keys', () => {
  const faulty = ['', 'short', randomBytes(31).toString('base64'), randomBytes(33).toString('base64'), `${first}!`];

  test.each(faulty)('%j is refused at the start, without being shown', (text) => {
    const attempt = () => secretBox([second, text]);
    expect(attempt).toThrow('Secret key 2 is not the base64 of 32 bytes.');
  });

  test('no key at all and the same key twice are refused', () => {
    expect(() => secretBox([])).toThrow(RangeError);
    expect(() => secretBox([first, first])).toThrow('twice');
  });
});
