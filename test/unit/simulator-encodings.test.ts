import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { createPhones, type PhoneMessage } from '../../server/simulator/phones.ts';
import { type DefaultAlphabet, decodeUserData, readUserData, writeUserData } from '../../server/simulator/user-data.ts';
import { type MessageFields, decodePdu, encodePdu } from '../../server/smpp/pdu.ts';

const TO = '14155550123';

/** What the phone shows of submit_sm that come in this order. */
function shown(fields: readonly Partial<MessageFields>[], defaultAlphabet?: DefaultAlphabet): PhoneMessage | undefined {
  const phones = createPhones();
  for (const one of fields) {
    const decoded = decodePdu(encodePdu({ command: 'submit_sm', sequenceNumber: 1, fields: one }));
    if (!decoded.ok || decoded.pdu.command !== 'submit_sm') throw new Error('not a submit_sm');
    const data = readUserData(decoded.pdu.fields, defaultAlphabet);
    phones.receive({ from: '12345', to: TO, messageId: '1', data, at: new Date(0) });
  }
  return phones.conversation(TO)[0];
}

const hex = (octets: string) => Buffer.from(octets.replaceAll(' ', ''), 'hex');
const udh = (octets: string) => ({ esmClass: 0x40, shortMessage: hex(octets) });

describe('a phone shows', () => {
  test.each<[string, DefaultAlphabet | undefined, Partial<MessageFields>[], Partial<PhoneMessage>]>([
    ['packed septets', 'gsm7_packed', [{ shortMessage: hex('e8329bfd4697d9ec37') }], { body: 'hellohello' }],
    [
      'packed parts, each with its own fill bit',
      'gsm7_packed',
      [udh('050003010202 d06536fb0d'), udh('050003010201 d06536fb0d')],
      { body: 'hellohello', segments: 2, encoding: 'GSM-7' },
    ],
    ['Latin-1 with data_coding 3', undefined, [{ dataCoding: 3, shortMessage: hex('e7') }], { body: 'ç' }],
    ['Latin-1 as the default', 'latin1', [{ shortMessage: hex('5be75d') }], { body: '[ç]', encoding: 'Latin-1' }],
    ['ASCII as the default', 'ascii', [{ shortMessage: hex('405b60') }], { body: '@[`' }],
    ['a flash text of the default alphabet', 'latin1', [{ dataCoding: 0x10, shortMessage: hex('e7') }], { body: 'ç' }],
    ['a single shift table', undefined, [udh('03240101 1b731b65')], { body: 'ş€', encoding: 'GSM-7' }],
    ['a locking shift table', undefined, [udh('03250106 2f424c5f2759')], { body: 'नमस्ते' }],
    [
      'parts with national tables',
      undefined,
      [udh('080003070201240101 1b73'), udh('080003070202240101 1b67')],
      { body: 'şğ', segments: 2 },
    ],
    [
      'an escape that lies across two parts',
      undefined,
      [udh('050003070201 1b'), udh('050003070202 65')],
      { body: '€', segments: 2 },
    ],
    [
      'parts by SAR, the last one first',
      undefined,
      [
        { shortMessage: hex('62'), sarMsgRefNum: 500, sarTotalSegments: 2, sarSegmentSeqnum: 2 },
        { shortMessage: hex('61'), sarMsgRefNum: 500, sarTotalSegments: 2, sarSegmentSeqnum: 1 },
      ],
      { body: 'ab', segments: 2 },
    ],
    [
      'parts by SAR whose header names a table',
      undefined,
      [
        { ...udh('03240101 1b73'), sarMsgRefNum: 500, sarTotalSegments: 2, sarSegmentSeqnum: 1 },
        { ...udh('03240101 1b67'), sarMsgRefNum: 500, sarTotalSegments: 2, sarSegmentSeqnum: 2 },
      ],
      { body: 'şğ', segments: 2 },
    ],
    [
      'message_payload, as the segments that the carrier makes of it',
      undefined,
      [{ messagePayload: Buffer.from('x'.repeat(400)) }],
      { body: 'x'.repeat(400), segments: 3 },
    ],
  ])('%s', (_name, alphabet, fields, expected) => {
    expect(shown(fields, alphabet)).toMatchObject(expected);
  });

  test('what it can read of a header that names a language nobody knows', () => {
    expect(shown([udh('032401ff 1b65')])?.body).toBe('€');
    expect(shown([udh('022500 00')])?.body).toBe('@');
  });
});

const alphabets = fc.constantFrom<DefaultAlphabet>('gsm7', 'gsm7_packed', 'latin1', 'ascii');

property.prop([fc.string({ unit: 'grapheme', maxLength: 400 }), alphabets])(
  'what is written on a phone is read with the alphabet of its carrier',
  (body, alphabet) => {
    const parts = writeUserData(body, 1, alphabet).map((fields) => {
      const decoded = decodePdu(encodePdu({ command: 'deliver_sm', sequenceNumber: 1, fields }));
      if (!decoded.ok || decoded.pdu.command !== 'deliver_sm') throw new Error('not a deliver_sm');
      return readUserData(decoded.pdu.fields, alphabet);
    });
    const octets = Buffer.concat(parts.map((part) => part.octets));
    const read = decodeUserData(octets, parts[0]?.alphabet ?? 'GSM-7');
    // A carriage return at the very end of packed septets is taken for filling.
    expect(alphabet === 'gsm7_packed' ? read.replaceAll('\r', '') : read).toBe(
      alphabet === 'gsm7_packed' ? body.replaceAll('\r', '') : body,
    );
  },
);
