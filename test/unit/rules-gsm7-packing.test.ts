import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { decodeGsm7, encodeGsm7 } from '../../server/rules/gsm7.ts';
import { packSeptets, unpackSeptets } from '../../server/rules/gsm7-packing.ts';

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');

/** The same by a string of bits, read from the right: nothing in common with shifting octets. */
function packByBits(septets: readonly number[], headerOctets: number): string {
  const fill = (7 - ((headerOctets * 8) % 7)) % 7;
  let bits = septets
    .map((septet) => septet.toString(2).padStart(7, '0'))
    .reduce((sum, one) => one + sum, '0'.repeat(fill));
  if (bits.length % 8 === 1) bits = `0001101${bits}`;
  bits = bits.padStart(Math.ceil(bits.length / 8) * 8, '0');
  const octets = bits.match(/.{8}/g) ?? [];
  return octets
    .reverse()
    .map((octet) => Number.parseInt(octet, 2).toString(16).padStart(2, '0'))
    .join('');
}

describe('packed septets', () => {
  test.each([
    ['hellohello', 0, 'e8329bfd4697d9ec37'],
    ['a', 0, '61'],
    ['', 0, ''],
    // Seven spare bits hold a carriage return, not zeros, which would be an @.
    ['1234567', 0, '31d98c56b3dd1a'],
    ['12345678', 0, '31d98c56b3dd70'],
    // Behind 6 octets one bit is filled, behind 7 none, behind 4 three.
    ['a', 6, 'c2'],
    ['hello', 6, 'd06536fb0d'],
    ['hello', 7, 'e8329bfd06'],
    ['a', 4, '0803'],
  ])('of %j behind %i octets of header are %s', (text, headerOctets, expected) => {
    expect(hex(packSeptets(encodeGsm7(text), headerOctets))).toBe(expected);
    expect(decodeGsm7(unpackSeptets(Buffer.from(expected, 'hex'), headerOctets))).toBe(text);
  });

  const septets = fc.array(fc.nat(127), { maxLength: 160 });

  property.prop([septets, fc.nat(20)])('are what a string of bits makes of them', (text, headerOctets) => {
    expect(hex(packSeptets(Uint8Array.from(text), headerOctets))).toBe(packByBits(text, headerOctets));
  });

  property.prop([septets, fc.nat(20)])('come out as they went in', (text, headerOctets) => {
    const read = [...unpackSeptets(packSeptets(Uint8Array.from(text), headerOctets), headerOctets)];
    // A carriage return that ends on an octet cannot be told from one that fills it, and shows nothing.
    if (text.at(-1) === 0x0d && read.length < text.length) expect(read).toEqual(text.slice(0, -1));
    else expect(read).toEqual(text);
  });

  test('160 of them are 140 octets, and so are 153 behind a header of 6', () => {
    expect(packSeptets(new Uint8Array(160).fill(0x61), 0)).toHaveLength(140);
    expect(packSeptets(new Uint8Array(153).fill(0x61), 6)).toHaveLength(134);
    expect(packSeptets(new Uint8Array(152).fill(0x61), 7)).toHaveLength(133);
  });

  property.prop([fc.uint8Array({ maxLength: 160 }), fc.nat(255)])(
    'of chance never make the reader throw',
    (octets, header) => {
      expect(unpackSeptets(octets, header).every((septet) => septet < 128)).toBe(true);
    },
  );
});
