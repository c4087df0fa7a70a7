import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { messageReference } from '../../server/rules/message-reference.ts';
import { uuidv7 } from '../../server/rules/uuid.ts';

describe('the reference of a submit_sm', () => {
  const key = fc.tuple(fc.uuid(), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 255 }));
  property.prop([key])('is a number of 16 bits, never 0, and always the same', ([id, attempt, part]) => {
    const reference = messageReference(id, attempt, part);
    expect(reference).toBeGreaterThanOrEqual(1);
    expect(reference).toBeLessThanOrEqual(0xffff);
    expect(messageReference(id.toUpperCase(), attempt, part)).toBe(reference);
  });

  test('does not change from version to version: texts under way have been sent with it', () => {
    expect(messageReference('0193456c-8a00-7000-8000-000000000001', 1, 1)).toBe(REFERENCE);
  });

  test('differs from part to part and from attempt to attempt', () => {
    const id = '0193456c-8a00-7000-8000-000000000001';
    const references = [1, 2, 3].flatMap((attempt) => [1, 2, 3].map((part) => messageReference(id, attempt, part)));
    expect(new Set(references).size).toBe(references.length);
  });

  test('of texts of one moment is spread over all numbers', () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => {
      return uuidv7(
        1_795_000_000_000,
        Uint8Array.of(0, 0, 0, 0, 0, 0, 0, index >> 16, (index >> 8) & 0xff, index & 0xff),
      );
    });
    const distinct = new Set(ids.map((id) => messageReference(id, 1, 1))).size;
    // 65,535 places, 20,000 at random: 17,235 are taken on average.
    expect(distinct).toBeGreaterThan(16_800);
  });
});

const REFERENCE = 2_637;
