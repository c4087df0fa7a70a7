import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from '../../server/http/cursor.ts';

const key = Buffer.alloc(32, 7);
const id = '0197a1b2-c3d4-7e5f-8a90-123456789abc';

test('a cursor leads back to the id it was made of', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.string(), (any, scope) => {
      expect(decodeCursor(key, scope, encodeCursor(key, scope, any))).toBe(any);
    }),
  );
});

test('a cursor fits into an address as it is', () => {
  expect(encodeCursor(key, 'test ', id)).toMatch(/^[\w-]{43}$/);
});

test('a cursor of another list, another mode or another key is refused', () => {
  const cursor = encodeCursor(key, 'test status=sent', id);
  expect(decodeCursor(key, 'test status=queued', cursor)).toBeNull();
  expect(decodeCursor(key, 'live status=sent', cursor)).toBeNull();
  expect(decodeCursor(Buffer.alloc(32, 8), 'test status=sent', cursor)).toBeNull();
});

test('a cursor that was changed anywhere is refused', () => {
  const bytes = Buffer.from(encodeCursor(key, '', id), 'base64url');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    expect(decodeCursor(key, '', changed.toString('base64url'))).toBeNull();
  }
});

test('whatever else comes is refused, and nothing breaks', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => decodeCursor(key, '', text) === null));
});
