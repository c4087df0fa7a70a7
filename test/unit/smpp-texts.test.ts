import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { Inbound, Part } from '../../server/messages/carrier.ts';
import { packSeptets } from '../../server/rules/gsm7-packing.ts';
import { DEFAULT_TABLES } from '../../server/rules/gsm7.ts';
import { alphabetOf, decodeText } from '../../server/smpp/data-coding.ts';
import { readDelivery } from '../../server/smpp/deliver.ts';
import type { DeliveringCarrier } from '../../server/smpp/deliver.ts';
import type { MessageFields } from '../../server/smpp/pdu.ts';
import { PduEncodeError, decodePdu, encodePdu } from '../../server/smpp/pdu.ts';
import { submitSmFields } from '../../server/smpp/submit-sm.ts';
import { readUserData, userDataHeader } from '../../server/smpp/user-data-header.ts';
import { relativeTime } from '../../server/smpp/validity.ts';

const part: Part = {
  from: '+15005550006',
  to: '+14155550123',
  text: 'Hello',
  encoding: 'GSM-7',
  concatenation: null,
  validitySeconds: 86_400,
};

describe('a text as a submit_sm', () => {
  test('asks for a receipt, says how long it may take, and names both numbers without +', () => {
    expect(submitSmFields(part)).toEqual({
      serviceType: '',
      priorityFlag: 0,
      sourceAddrTon: 1,
      sourceAddrNpi: 1,
      sourceAddr: '15005550006',
      destAddrTon: 1,
      destAddrNpi: 1,
      destinationAddr: '14155550123',
      esmClass: 0,
      validityPeriod: '000001000000000R',
      registeredDelivery: 1,
      dataCoding: 0,
      shortMessage: Buffer.from('Hello'),
    });
  });

  test.each([
    ['+447700900123', '447700900123', 1, 1],
    ['15005550006', '15005550006', 1, 1],
    ['12345', '12345', 3, 0],
    ['CartBoss', 'CartBoss', 5, 0],
    ['Shop 24', 'Shop 24', 5, 0],
  ])('the sender %s goes out as %s with ton %i and npi %i', (from, sourceAddr, sourceAddrTon, sourceAddrNpi) => {
    expect(submitSmFields({ ...part, from })).toMatchObject({ sourceAddr, sourceAddrTon, sourceAddrNpi });
  });

  test('in GSM-7 is one septet per octet, with the escape before the extension table', () => {
    expect(submitSmFields({ ...part, text: '@€' })).toMatchObject({
      dataCoding: 0,
      shortMessage: Buffer.from([0, 0x1b, 0x65]),
    });
  });

  test('in UCS-2 is big-endian with surrogate pairs', () => {
    expect(submitSmFields({ ...part, encoding: 'UCS-2', text: 'П😀' })).toMatchObject({
      dataCoding: 8,
      shortMessage: Buffer.from('041fd83dde00', 'hex'),
    });
  });

  test('outside its alphabet is refused, never turned into something else', () => {
    expect(() => submitSmFields({ ...part, text: 'Привет' })).toThrow(PduEncodeError);
  });

  test('of several parts carries the header in front and says so', () => {
    const concatenation = { reference: 0x1ab, total: 3, number: 2 };
    expect(submitSmFields({ ...part, concatenation })).toMatchObject({
      esmClass: 0x40,
      shortMessage: Buffer.concat([Buffer.from([5, 0, 3, 0xab, 3, 2]), Buffer.from('Hello')]),
    });
  });

  test.each([
    [0, '000000000001000R'],
    [59.9, '000000000059000R'],
    [90, '000000000130000R'],
    [3_600, '000000010000000R'],
    [172_800 + 3_661, '000002010101000R'],
    [366 * 86_400, '000031000000000R'],
  ])('%d seconds of validity are %s', (seconds, written) => {
    expect(relativeTime(seconds)).toBe(written);
  });
});

describe('a user data header', () => {
  const reference = fc.nat(255);
  const pair = fc
    .integer({ min: 1, max: 255 })
    .chain((total) => fc.record({ total: fc.constant(total), number: fc.integer({ min: 1, max: total }) }));

  propertyTest.prop([reference, pair, fc.uint8Array({ maxLength: 134 })])(
    'comes off as it was put on',
    (ref, numbers, text) => {
      const concatenation = { reference: ref, bits: 8, ...numbers };
      const octets = Buffer.concat([userDataHeader({ concatenation, referenceBits: 8, shift: DEFAULT_TABLES }), text]);
      expect(readUserData(octets)).toEqual({ octets: Buffer.from(text), concatenation });
    },
  );

  test('is read with a 16-bit reference and behind other elements', () => {
    const octets = Buffer.from('09' + '240101' + '080412340302' + '6869', 'hex');
    expect(readUserData(octets)).toEqual({
      octets: Buffer.from('hi'),
      concatenation: { reference: 0x1234, bits: 16, total: 3, number: 2 },
      shift: { locking: 0, single: 1 },
    });
  });

  test.each([
    ['longer than the message', 'ff0003', 'ff0003'],
    ['of no octet', '', ''],
    ['with an element longer than itself', '0300ff01' + '6869', '6869'],
    ['with number 0', '050003010200' + '6869', '6869'],
    ['with a number above the total', '050003010203' + '6869', '6869'],
  ])('%s numbers no part', (_name, octets, rest) => {
    const read = readUserData(Buffer.from(octets, 'hex'));
    expect(read).toMatchObject({ octets: Buffer.from(rest, 'hex'), concatenation: null });
    // A header that does not fit is text, and flagged.
    expect(read.isMalformed === true).toBe(octets === rest);
  });

  test.each([
    ['8 bits', '0404020b17', { destination: 11, source: 23 }],
    ['16 bits', '0605040b8423f0', { destination: 2948, source: 9200 }],
  ])('names the ports of an application with %s', (_name, header, ports) => {
    expect(readUserData(Buffer.from(header + '6869', 'hex'))).toMatchObject({ octets: Buffer.from('hi'), ports });
  });

  propertyTest.prop([fc.uint8Array({ maxLength: 160 })])('of chance never makes the reader throw', (octets) => {
    expect(() => readUserData(Buffer.from(octets))).not.toThrow();
  });
});

describe('data_coding', () => {
  test.each([
    [0x00, 'gsm7'],
    [0x01, 'latin1'],
    [0x03, 'latin1'],
    [0x04, 'latin1'],
    [0x06, 'iso-8859-5'],
    [0x07, 'iso-8859-8'],
    [0x08, 'ucs2'],
    [0x10, 'gsm7'],
    [0x14, 'latin1'],
    [0x18, 'ucs2'],
    [0x20, 'latin1'],
    [0x58, 'ucs2'],
    [0x80, 'latin1'],
    [0xc0, 'gsm7'],
    [0xd0, 'gsm7'],
    [0xe0, 'ucs2'],
    [0xf2, 'gsm7'],
    [0xf3, 'gsm7'],
    [0xf6, 'latin1'],
  ])('%i means %s', (dataCoding, alphabet) => {
    expect(alphabetOf(dataCoding)).toBe(alphabet);
  });

  test.each([
    ['GSM-7 with the extension table', '001b65', 0x00, '@€', 'GSM-7'],
    ['IA5, where @ is @', '405f24', 0x01, '@_$', 'GSM-7'],
    ['Latin-1', 'e7e1', 0x03, 'çá', 'UCS-2'],
    ['Cyrillic of one octet', 'bfe0d8d2d5e2', 0x06, 'Привет', 'UCS-2'],
    ['UCS-2 with an emoji', '0048d83dde00', 0x08, 'H😀', 'UCS-2'],
    ['UCS-2 cut in the middle of a unit', '004800', 0x08, 'H', 'UCS-2'],
    ['UCS-2 cut in the middle of a pair', '0048d83d', 0x08, 'H\uFFFD', 'UCS-2'],
    ['UCS-2 with NUL', '00480000', 0x08, 'H\uFFFD', 'UCS-2'],
  ])('reads %s', (_name, octets, dataCoding, body, encoding) => {
    expect(decodeText(Buffer.from(octets, 'hex'), dataCoding)).toEqual({ body, encoding });
  });

  propertyTest.prop([fc.uint8Array({ maxLength: 200 }), fc.nat(255)])(
    'of any value gives text that every store can hold',
    (octets, dataCoding) => {
      const { body } = decodeText(Buffer.from(octets), dataCoding);
      expect(body).not.toContain('\0');
      expect(body.isWellFormed()).toBe(true);
    },
  );
});

describe('a deliver_sm', () => {
  test('brings a text with its numbers in E.164 where they are international', () => {
    const fields = {
      sourceAddr: '14155550123',
      sourceAddrTon: 1,
      destinationAddr: '12345',
      shortMessage: Buffer.from('Hi'),
    };
    expect(deliver(fields)).toMatchObject({
      kind: 'inbound',
      text: {
        concatenation: null,
        octets: null,
        warnings: [],
        smscId: 'default',
        mode: 'live',
        from: '+14155550123',
        to: '12345',
        body: 'Hi',
        encoding: 'GSM-7',
      },
    });
  });

  test.each([
    ['+14155550123', 1, '+14155550123'],
    ['14155550123', 0, '14155550123'],
    ['Bank', 1, 'Bank'],
    ['Bank', 5, 'Bank'],
    ['', 1, ''],
  ])('from %j with ton %i is from %j', (sourceAddr, sourceAddrTon, from) => {
    expect(deliver({ sourceAddr, sourceAddrTon })).toMatchObject({ text: { from } });
  });

  test('is read from message_payload when short_message is empty', () => {
    expect(deliver({ messagePayload: Buffer.from('long text') })).toMatchObject({ text: { body: 'long text' } });
  });

  test('loses its user data header and keeps its number among the parts', () => {
    const shortMessage = Buffer.from('0500037f0201' + '6869', 'hex');
    const octets = Buffer.from('hi');
    const expected = { text: { body: 'hi', octets, concatenation: { reference: 0x7f, bits: 8, total: 2, number: 1 } } };
    expect(deliver({ esmClass: 0x40, shortMessage })).toMatchObject(expected);
    expect(deliver({ esmClass: 0x43, messagePayload: shortMessage })).toMatchObject(expected);
  });

  test.each([
    ['GSM-7', 0x00, {}, '611b'],
    ['UCS-2', 0x08, {}, '0061'],
    ['packed GSM-7', 0x00, { defaultAlphabet: 'gsm7_packed' }, '611b'],
    ['Latin-1', 0x03, {}, null],
    ['Latin-1 as the default alphabet', 0x00, { defaultAlphabet: 'latin1' }, null],
  ] as const)(
    'that is a part in %s keeps the octets in which a character may be cut',
    (_name, dataCoding, carrier, kept) => {
      const written = Buffer.from(kept ?? '61', 'hex');
      const isPacked = 'defaultAlphabet' in carrier && carrier.defaultAlphabet === 'gsm7_packed';
      const text = isPacked ? Buffer.from(packSeptets(written, 6)) : written;
      const shortMessage = Buffer.concat([Buffer.from('0500037f0201', 'hex'), text]);
      const { text: read } = deliver({ esmClass: 0x40, dataCoding, shortMessage }, carrier) as { text: Inbound };
      expect(read.body.startsWith('a')).toBe(true);
      expect(read.octets && Buffer.from(read.octets).toString('hex')).toBe(kept);
    },
  );

  test.each([
    ['a header that does not fit', '7f0003', ['USER_DATA_HEADER_INVALID']],
    ['ports', '0605040b8423f0', ['PORT_ADDRESSED']],
    ['national tables', '03240101', ['NATIONAL_LANGUAGE']],
    ['a part number', '0500037f0201', []],
  ])('with %s in front says so', (_name, header, codes) => {
    const shortMessage = Buffer.from(header + '6869', 'hex');
    expect(deliver({ esmClass: 0x40, shortMessage })).toMatchObject({
      text: { warnings: codes.map((code) => ({ code })) },
    });
  });

  test('knows its number among the parts from TLVs, too', () => {
    const tlvs = { sarMsgRefNum: 300, sarTotalSegments: 2, sarSegmentSeqnum: 2 };
    const concatenation = { reference: 300, bits: 16, total: 2, number: 2 };
    expect(deliver(tlvs)).toMatchObject({ text: { concatenation } });
    expect(deliver({ ...tlvs, sarSegmentSeqnum: 3 })).toMatchObject({ text: { concatenation: null } });
  });

  test('with the esm_class of a receipt brings a receipt for the number as the carrier writes it', () => {
    const shortMessage = Buffer.from('id:42 stat:DELIVRD err:000');
    expect(deliver({ esmClass: 4, sourceAddr: '14155550123', sourceAddrTon: 1, shortMessage })).toEqual({
      kind: 'receipt',
      receipt: {
        smscId: 'default',
        carrierId: '42',
        state: 'delivered',
        error: '000',
        recipient: '14155550123',
        sender: '',
        raw: 'id:42 stat:DELIVRD err:000',
      },
    });
  });

  test('without a mark is a receipt only where the profile of its carrier says that receipts come as texts', () => {
    const shortMessage = Buffer.from('id:42 stat:DELIVRD err:000');
    const own = { sourceAddr: '14155550123', destinationAddr: 'Acme', shortMessage };
    expect(deliver(own).kind).toBe('inbound');
    expect(deliver(own, { receiptsAsTexts: true })).toMatchObject({
      kind: 'receipt',
      receipt: { carrierId: '42', state: 'delivered', sender: 'Acme' },
    });
    const words = { ...own, shortMessage: Buffer.from('id: is this my order?') };
    expect(deliver(words, { receiptsAsTexts: true }).kind).toBe('inbound');
  });
});

function deliver(changes: Partial<MessageFields>, carrier: Partial<DeliveringCarrier> = {}) {
  const decoded = decodePdu(encodePdu({ command: 'deliver_sm', sequenceNumber: 1, fields: changes }));
  if (!decoded.ok || decoded.pdu.command !== 'deliver_sm') throw new Error('not a deliver_sm');
  return readDelivery(decoded.pdu.fields, { id: 'default', mode: 'live', ...carrier });
}
