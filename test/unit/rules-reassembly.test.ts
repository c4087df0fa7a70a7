import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { encodeGsm7 } from '../../server/rules/gsm7.ts';
import {
  assemble,
  intentOfAssembled,
  intentOfPart,
  MISSING_MARKER,
  place,
  type TextPart,
} from '../../server/rules/reassembly.ts';

function part(number: number, body: string, changes: Partial<TextPart> = {}): TextPart {
  return { number, body, encoding: 'GSM-7', octets: null, ...changes };
}

/** What the store does with the verdicts of `place`, for the parts of one reference. */
function reassembler(total: number) {
  let held: TextPart[] = [];
  const given: ReturnType<typeof assemble>[] = [];
  return {
    given,
    held: () => held,
    take(one: TextPart) {
      const placed = place(held, one, total);
      if (placed === 'duplicate') return;
      if (placed === 'reused') given.push(assemble(held, total));
      held = placed === 'reused' ? [one] : [...held, one];
      if (placed !== 'last') return;
      given.push(assemble(held, total));
      held = [];
    },
  };
}

const bodies = fc.array(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }), {
  minLength: 2,
  maxLength: 12,
});

/** Texts cut into parts, with the order in which the parts arrive. */
const shuffled = bodies.chain((texts) => {
  const parts = texts.map((body, index) => part(index + 1, body));
  return fc.record({
    texts: fc.constant(texts),
    order: fc.shuffledSubarray(parts, { minLength: parts.length }),
  });
});

describe('the parts of a text', () => {
  property.prop([shuffled])('make the same text in any order', ({ texts, order }) => {
    const { take, given, held } = reassembler(texts.length);
    order.forEach(take);
    expect(given).toEqual([
      { body: texts.join(''), encoding: 'GSM-7', segments: texts.length, missing: null, runs: [texts.join('')] },
    ]);
    expect(held()).toEqual([]);
  });

  property.prop([shuffled, fc.array(fc.nat(100), { maxLength: 20 })])(
    'make it once, however often some of them come before the last one',
    ({ texts, order }, again) => {
      const { take, given } = reassembler(texts.length);
      order.slice(0, -1).forEach((one, index) => {
        take(one);
        const repeated = order[again.length > 0 ? (again[index % again.length] ?? 0) % (index + 1) : index];
        if (repeated) take(repeated);
      });
      order.slice(-1).forEach(take);
      expect(given.map(({ body }) => body)).toEqual([texts.join('')]);
    },
  );

  property.prop([shuffled, fc.nat(100)])(
    'that are there make an incomplete text that names the others',
    (sample, cut) => {
      const there = sample.order.slice(0, 1 + (cut % (sample.order.length - 1)));
      const numbers = new Set(there.map(({ number }) => number));
      const text = assemble(there, sample.texts.length);
      expect(text.missing).toEqual(sample.texts.map((_, index) => index + 1).filter((number) => !numbers.has(number)));
      expect(text.segments).toBe(there.length);
      expect(text.runs.join('')).toBe(sample.texts.filter((_, index) => numbers.has(index + 1)).join(''));
    },
  );

  property.prop([
    fc.string({ unit: 'grapheme', minLength: 2, maxLength: 60 }),
    fc.array(fc.nat(500), { maxLength: 5 }),
  ])('are read together where the sender cut through a UCS-2 character', (body, cuts) => {
    const octets = Buffer.from(body, 'utf16le').swap16();
    const parts = slices(octets, cuts).map((slice, index) =>
      part(index + 1, '?', { encoding: 'UCS-2', octets: slice }),
    );
    const whole = parts.length === 1 ? '?' : body.replaceAll('\0', '\uFFFD');
    expect(assemble(parts, parts.length).body).toBe(whole);
  });

  property.prop([
    fc.string({ unit: fc.constantFrom('€', '[', 'a', '@', '^'), minLength: 2 }),
    fc.array(fc.nat(500), { maxLength: 5 }),
  ])('are read together where the sender cut behind a GSM escape', (body, cuts) => {
    const parts = slices(encodeGsm7(body), cuts).map((octets, index) => part(index + 1, '?', { octets }));
    expect(assemble(parts, parts.length).body).toBe(parts.length === 1 ? '?' : body);
  });
});

function slices(octets: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [...new Set(cuts.map((cut) => cut % octets.length))].filter((cut) => cut > 0).sort((a, b) => a - b);
  return [0, ...at].map((start, index) => octets.slice(start, at[index] ?? octets.length));
}

describe('a part', () => {
  test('with a number that is taken is a duplicate when it says the same', () => {
    expect(place([part(1, 'a')], part(1, 'a'), 3)).toBe('duplicate');
    const octets = Uint8Array.of(0x61);
    expect(place([part(1, 'a', { octets })], part(1, 'a', { octets: Uint8Array.of(0x61) }), 3)).toBe('duplicate');
  });

  test.each([
    ['another text', part(1, 'b')],
    ['the same text in other octets', part(1, 'a', { octets: Uint8Array.of(1) })],
    ['another encoding', part(1, 'a', { encoding: 'UCS-2' })],
  ])('with a number that is taken and %s says that the reference is used again', (_, again) => {
    expect(place([part(1, 'a')], again, 3)).toBe('reused');
  });

  test('of a reference that is used again starts anew, and what was held is given out', () => {
    const { take, given, held } = reassembler(3);
    [part(1, 'old'), part(2, 'er'), part(2, 'new'), part(1, 'the '), part(3, 'est')].forEach(take);
    expect(given.map(({ body }) => body)).toEqual([`older${MISSING_MARKER}`, 'the newest']);
    expect(held()).toEqual([]);
  });

  test('after a complete text starts anew', () => {
    const { take, given } = reassembler(2);
    [part(2, 'b'), part(1, 'a'), part(1, 'c'), part(2, 'd')].forEach(take);
    expect(given.map(({ body }) => body)).toEqual(['ab', 'cd']);
  });

  test('in another alphabet than its neighbours is read by itself', () => {
    const ucs2 = { encoding: 'UCS-2', octets: Uint8Array.of(0xd8, 0x3d) } as const;
    const parts = [part(1, 'a\uFFFD', ucs2), part(2, 'b', { octets: Uint8Array.of(0x62) }), part(3, '\uFFFD', ucs2)];
    expect(assemble(parts, 3)).toMatchObject({ body: 'a\uFFFDb\uFFFD', encoding: 'UCS-2' });
  });
});

describe('what is missing', () => {
  test.each([
    [[2, 3, 4], `${MISSING_MARKER}bcd`],
    [[1, 4], `a${MISSING_MARKER}d`],
    [[1], `a${MISSING_MARKER}`],
    [[2, 4], `${MISSING_MARKER}b${MISSING_MARKER}d`],
    [[1, 2, 3, 4], 'abcd'],
  ])('beside the parts %j shows as one mark for each gap', (numbers, body) => {
    expect(
      assemble(
        numbers.map((number) => part(number, 'abcd'[number - 1] ?? '')),
        4,
      ).body,
    ).toBe(body);
  });
});

describe('consent', () => {
  const intent = (parts: readonly TextPart[], total: number) => intentOfAssembled(assemble(parts, total))?.type ?? null;

  test('is read from a complete text as a whole', () => {
    expect(intent([part(1, 'ST'), part(2, 'OP')], 2)).toBe('opt_out');
    expect(intent([part(1, 'STA'), part(2, 'RT')], 2)).toBe('opt_in');
    expect(intent([part(1, 'Will that noise ever '), part(2, 'stop')], 2)).toBeNull();
  });

  test('is withdrawn by an incomplete text of which a stretch, or all that came, is the word', () => {
    expect(intent([part(1, 'STOP')], 2)).toBe('opt_out');
    expect(intent([part(2, 'stop!')], 2)).toBe('opt_out');
    expect(intent([part(1, 'ST'), part(3, 'OP')], 3)).toBe('opt_out');
    expect(intent([part(1, 'Please'), part(3, 'STOP')], 3)).toBe('opt_out');
    expect(intent([part(1, 'I will stop by')], 2)).toBeNull();
  });

  test('is never given by an incomplete text', () => {
    expect(intent([part(1, 'START')], 2)).toBeNull();
    expect(intent([part(2, 'START')], 2)).toBeNull();
  });

  test('is withdrawn by a first part before the others are there, and by no other part', () => {
    expect(intentOfPart(part(1, 'STOP'))?.type).toBe('opt_out');
    expect(intentOfPart(part(2, 'STOP'))).toBeNull();
    expect(intentOfPart(part(1, 'START'))).toBeNull();
  });
});
