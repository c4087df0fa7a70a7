import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { decodeUserData, readUserData, writeUserData } from '../../server/simulator/user-data.ts';
import { decodePdu, encodePdu, type MessageFields } from '../../server/smpp/pdu.ts';

/** The fields as they come off the wire. */
function overTheWire(fields: Partial<MessageFields>): MessageFields {
  const decoded = decodePdu(encodePdu({ command: 'submit_sm', sequenceNumber: 1, fields }));
  if (!decoded.ok || decoded.pdu.command !== 'submit_sm') throw new Error('not a submit_sm');
  return decoded.pdu.fields;
}

const read = (fields: Partial<MessageFields>) => {
  const data = readUserData(overTheWire(fields));
  return { ...data.part, alphabet: data.alphabet, body: decodeUserData(data.octets, data.alphabet) };
};

describe('what a phone makes of the octets of a text', () => {
  test.each([
    [0x00, Buffer.of(0x00, 0x1b, 0x65), 'GSM-7', '@€'],
    [0x01, Buffer.from('[`]'), 'Latin-1', '[`]'],
    [0x10, Buffer.of(0x00), 'GSM-7', '@'],
    [0xf0, Buffer.of(0x00), 'GSM-7', '@'],
    [0x03, Buffer.of(0xe7), 'Latin-1', 'ç'],
    [0x08, Buffer.of(0x04, 0x16), 'UCS-2', 'Ж'],
    [0x18, Buffer.of(0xd8, 0x3d, 0xde, 0x00), 'UCS-2', '😀'],
    [0x02, Buffer.of(0xca, 0xfe), 'binary', 'cafe'],
    [0x04, Buffer.of(0xca, 0xfe), 'binary', 'cafe'],
    [0xf4, Buffer.of(0xca, 0xfe), 'binary', 'cafe'],
  ])('data_coding 0x%s of %j is %s %j', (dataCoding, shortMessage, alphabet, body) => {
    expect(read({ dataCoding, shortMessage })).toMatchObject({ alphabet, body, total: 1 });
  });

  test('a header with an 8-bit or a 16-bit reference names the part, whatever stands before it', () => {
    const text = Buffer.from('x');
    const eight = Buffer.of(5, 0x00, 3, 200, 3, 2);
    const sixteen = Buffer.of(11, 0x24, 1, 1, 0x25, 0, 0x08, 4, 1, 44, 3, 2);
    expect(read({ esmClass: 0x40, shortMessage: Buffer.concat([eight, text]) })).toMatchObject({
      reference: 200,
      total: 3,
      number: 2,
      body: 'x',
    });
    expect(read({ esmClass: 0x43, shortMessage: Buffer.concat([sixteen, text]) })).toMatchObject({
      reference: 300,
      total: 3,
      number: 2,
      body: 'x',
    });
  });

  test.each([
    ['longer than the text', Buffer.of(9, 1, 2)],
    ['of part 4 of 3', Buffer.of(5, 0, 3, 1, 3, 4, 0x41)],
    ['of part 0', Buffer.of(5, 0, 3, 1, 3, 0, 0x41)],
    ['cut short', Buffer.of(2, 0, 3, 0x41)],
    ['and nothing else', Buffer.alloc(0)],
  ])('a header %s leaves a text on its own', (_, shortMessage) => {
    expect(read({ esmClass: 0x40, shortMessage })).toMatchObject({ total: 1 });
  });

  property.prop([fc.uint8Array({ maxLength: 254 }), fc.nat(255), fc.nat(255)])(
    'no octets make it fail',
    (octets, dataCoding, esmClass) => {
      expect(typeof read({ shortMessage: Buffer.from(octets), dataCoding, esmClass }).body).toBe('string');
    },
  );

  property.prop([fc.string({ unit: 'grapheme', maxLength: 400 }), fc.nat(1_000)])(
    'what is written on one phone is read on another',
    (body, reference) => {
      const parts = writeUserData(body, reference).map((fields) => readUserData(overTheWire(fields)));
      const alphabet = parts[0]?.alphabet ?? 'GSM-7';
      expect(parts.map(({ part }) => part.number)).toEqual(parts.map((_, index) => index + 1));
      expect(decodeUserData(Buffer.concat(parts.map(({ octets }) => octets)), alphabet)).toBe(body);
    },
  );

  test('a text of more than 255 parts cannot be written', () => {
    expect(() => writeUserData('x'.repeat(153 * 255 + 1), 1)).toThrow(RangeError);
  });
});
