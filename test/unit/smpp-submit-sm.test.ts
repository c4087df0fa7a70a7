import { describe, expect, test } from 'vitest';
import type { Part } from '../../server/messages/carrier.ts';
import { carrierSchema } from '../../server/smpp/profile.ts';
import { type MessageFields, PduEncodeError, decodePdu, encodePdu } from '../../server/smpp/pdu.ts';
import { type SubmitProfile, submitSmFields } from '../../server/smpp/submit-sm.ts';
import { absoluteTime, relativeTime } from '../../server/smpp/validity.ts';
import { packageFrame } from '../support/package-codec.ts';

const NOW = Date.UTC(2026, 10, 20, 12, 0, 0);

/** A carrier as its settings write it. */
function carrier(settings: object): SubmitProfile {
  return carrierSchema.parse({ id: 'c', host: 'h', port: 1, system_id: 's', password: 'p', ...settings });
}

const part = (changes: Partial<Part>): Part => ({
  from: '+15005550006',
  to: '+14155550123',
  text: 'Hello',
  encoding: 'GSM-7',
  concatenation: null,
  validitySeconds: 86_400,
  ...changes,
});
const second = { reference: 0x1ab, total: 3, number: 2 };

const ORDINARY: Partial<MessageFields> = {
  sourceAddrTon: 1,
  sourceAddrNpi: 1,
  sourceAddr: '15005550006',
  destAddrTon: 1,
  destAddrNpi: 1,
  destinationAddr: '14155550123',
  validityPeriod: '000001000000000R',
  registeredDelivery: 1,
};
const hex = (octets: string) => ({ shortMessage: Buffer.from(octets.replaceAll(' ', ''), 'hex') });

describe('the octets of a submit_sm are those that the package writes for', () => {
  test.each<[string, object, Partial<Part>, Partial<MessageFields>]>([
    ['unpacked GSM-7', {}, { text: '@€a' }, hex('00 1b65 61')],
    ['unpacked GSM-7 in parts', {}, { concatenation: second }, { esmClass: 0x40, ...hex('050003ab0302 48656c6c6f') }],
    ['packed GSM-7', { default_alphabet: 'gsm7_packed' }, { text: 'hellohello' }, hex('e8329bfd4697d9ec37')],
    [
      'packed GSM-7 in parts, with one fill bit',
      { default_alphabet: 'gsm7_packed' },
      { text: 'hello', concatenation: second },
      { esmClass: 0x40, ...hex('050003ab0302 d06536fb0d') },
    ],
    [
      'packed GSM-7 in parts with 16 bits, without a fill bit',
      { default_alphabet: 'gsm7_packed', long_message: 'udh16' },
      { text: 'hello', concatenation: second },
      { esmClass: 0x40, ...hex('06080401ab0302 e8329bfd06') },
    ],
    ['seven packed septets', { default_alphabet: 'gsm7_packed' }, { text: '1234567' }, hex('31d98c56b3dd1a')],
    ['Latin-1', { latin1: true }, { text: 'façade', encoding: 'Latin-1' }, { dataCoding: 3, ...hex('6661e7616465') }],
    [
      'Latin-1 as the default alphabet',
      { default_alphabet: 'latin1' },
      { text: '[ç]', encoding: 'Latin-1' },
      { dataCoding: 0, ...hex('5be75d') },
    ],
    [
      'ASCII',
      { default_alphabet: 'ascii' },
      { text: '@[`]', encoding: 'ASCII' },
      { dataCoding: 0, ...hex('405b605d') },
    ],
    ['UCS-2', {}, { text: 'П😀', encoding: 'UCS-2' }, { dataCoding: 8, ...hex('041f d83dde00') }],
    [
      'UCS-2 in parts with 16 bits',
      { long_message: 'udh16' },
      { text: 'П', encoding: 'UCS-2', concatenation: { reference: 0xffff, total: 255, number: 255 } },
      { dataCoding: 8, esmClass: 0x40, ...hex('060804ffffffff 041f') },
    ],
    [
      'SAR',
      { long_message: 'sar' },
      { concatenation: second },
      { ...hex('48656c6c6f'), sarMsgRefNum: 0x1ab, sarTotalSegments: 3, sarSegmentSeqnum: 2 },
    ],
    ['a flash text', {}, { flash: true }, { dataCoding: 0x10, ...hex('48656c6c6f') }],
    ['a flash text in UCS-2', {}, { flash: true, text: 'П', encoding: 'UCS-2' }, { dataCoding: 0x18, ...hex('041f') }],
    [
      'a flash text in the older way',
      { flash: 'data_coding_f0' },
      { flash: true },
      { dataCoding: 0xf0, ...hex('48656c6c6f') },
    ],
    [
      'a flash text in UCS-2 in the older way',
      { flash: 'data_coding_f0' },
      { flash: true, text: 'П', encoding: 'UCS-2' },
      { dataCoding: 0x18, ...hex('041f') },
    ],
    [
      'a flash text by dest_addr_subunit',
      { flash: 'dest_addr_subunit' },
      { flash: true },
      { ...hex('48656c6c6f'), destAddrSubunit: 1 },
    ],
    [
      'a flash text in UCS-2 by dest_addr_subunit',
      { flash: 'dest_addr_subunit' },
      { flash: true, text: 'П', encoding: 'UCS-2' },
      { dataCoding: 8, ...hex('041f'), destAddrSubunit: 1 },
    ],
    ['an ordinary text there, which has none', { flash: 'dest_addr_subunit' }, {}, hex('48656c6c6f')],
    ['ASCII by its name', { ascii: true }, { text: '[`]', encoding: 'ASCII' }, { dataCoding: 1, ...hex('5b605d') }],
    [
      'ASCII where it has both ways',
      { default_alphabet: 'ascii', ascii: true },
      { text: '[`]', encoding: 'ASCII' },
      { dataCoding: 0, ...hex('5b605d') },
    ],
    [
      'UTF-8',
      { default_alphabet: 'utf8' },
      { text: 'é€😀', encoding: 'UTF-8' },
      { dataCoding: 0, ...hex('c3a9 e282ac f09f9880') },
    ],
    [
      'a text with a single shift table',
      {},
      { text: 'ş', shift: { locking: 0, single: 1 } },
      { esmClass: 0x40, ...hex('03240101 1b73') },
    ],
    [
      'a text with a locking shift table',
      {},
      { text: 'नमस्ते', shift: { locking: 6, single: 0 } },
      { esmClass: 0x40, ...hex('03250106 2f424c5f2759') },
    ],
    [
      'a part with both tables',
      {},
      { text: 'a', shift: { locking: 1, single: 1 }, concatenation: second },
      { esmClass: 0x40, ...hex('0b0003ab0302240101250101 61') },
    ],
    [
      'a packed text with a single shift table, with three fill bits',
      { default_alphabet: 'gsm7_packed' },
      { text: 'a', shift: { locking: 0, single: 1 } },
      { esmClass: 0x40, ...hex('03240101 0803') },
    ],
  ])('%s', (_name, encoding, changes, fields) => {
    const frame = encodePdu({
      command: 'submit_sm',
      sequenceNumber: 7,
      fields: submitSmFields(part(changes), carrier({ encoding }), NOW),
    });
    expect(frame.toString('hex')).toBe(packageFrame('submit_sm', 7, { ...ORDINARY, ...fields }).toString('hex'));
  });

  test.each<[string, object, Partial<Part>, Partial<MessageFields>]>([
    ['a service_type', { service_type: 'CMT' }, {}, { serviceType: 'CMT' }],
    ['intermediate receipts', { intermediate_receipts: true }, {}, { registeredDelivery: 0x11 }],
    ['a priority for its type', { priority_flag: { otp: 3 } }, { messageType: 'otp' }, { priorityFlag: 3 }],
    ['no priority for another type', { priority_flag: { otp: 3 } }, { messageType: 'promotional' }, {}],
    ['no priority without a type', { priority_flag: { otp: 3 } }, {}, {}],
    ['a reference', { user_message_reference: true }, { messageReference: 0x1234 }, { userMessageReference: 0x1234 }],
    ['no reference where nobody asked', {}, { messageReference: 0x1234 }, {}],
  ])('a carrier that wants %s', (_name, settings, changes, fields) => {
    const written = submitSmFields(part(changes), carrier(settings), NOW);
    const frame = encodePdu({ command: 'submit_sm', sequenceNumber: 7, fields: written });
    const expected = { ...ORDINARY, ...hex('48656c6c6f'), ...fields };
    expect(frame.toString('hex')).toBe(packageFrame('submit_sm', 7, expected).toString('hex'));
  });

  test.each([
    [{ service_type: 'SIXSIX' }],
    [{ priority_flag: { otp: 4 } }],
    [{ priority_flag: { other: 1 } }],
    [{ country: 'gb' }],
    [{ encoding: { flash: 'yes' } }],
    [{ encoding: { default_alphabet: 'utf16' } }],
  ])('a profile with %j is refused', (settings) => {
    expect(() => carrier(settings)).toThrow();
  });

  test('message_payload, which is for what one SMS has no room for', () => {
    const payload = carrier({ encoding: { long_message: 'message_payload' } });
    const fields = submitSmFields(part({ text: 'x'.repeat(400) }), payload, NOW);
    const frame = encodePdu({ command: 'submit_sm', sequenceNumber: 7, fields });
    const expected = { ...ORDINARY, shortMessage: Buffer.alloc(0), messagePayload: Buffer.from('x'.repeat(400)) };
    expect(frame.toString('hex')).toBe(packageFrame('submit_sm', 7, expected).toString('hex'));
    for (const [text, encoding, length] of [
      ['x'.repeat(160), 'GSM-7', 160],
      ['ж'.repeat(70), 'UCS-2', 140],
    ] as const) {
      expect(submitSmFields(part({ text, encoding }), payload).shortMessage).toHaveLength(length);
      expect(submitSmFields(part({ text: `${text}x`, encoding }), payload).shortMessage).toHaveLength(0);
    }
  });
});

describe('the addresses of a submit_sm', () => {
  test.each<[string, object, string, object]>([
    ['a number', {}, '+447700900123', { sourceAddr: '447700900123', sourceAddrTon: 1, sourceAddrNpi: 1 }],
    ['a short code', {}, '12345', { sourceAddr: '12345', sourceAddrTon: 3, sourceAddrNpi: 0 }],
    ['a name', {}, 'CartBoss', { sourceAddr: 'CartBoss', sourceAddrTon: 5, sourceAddrNpi: 0 }],
    ['a short code as the carrier wants it', { short_code: { ton: 0, npi: 0 } }, '12345', { sourceAddrTon: 0 }],
    ['a name as the carrier wants it', { alphanumeric: { ton: 5, npi: 1 } }, 'CartBoss', { sourceAddrNpi: 1 }],
    ['a number as the carrier wants it', { number: { ton: 0, npi: 1 } }, '+447700900123', { sourceAddrTon: 0 }],
    ['a number with its +', { plus: true }, '+447700900123', { sourceAddr: '+447700900123' }],
    ['a long number without one, with a +', { plus: true }, '447700900123', { sourceAddr: '+447700900123' }],
    ['a short code, which has no +', { plus: true }, '12345', { sourceAddr: '12345' }],
  ])('of %s', (_name, numbering, from, expected) => {
    expect(submitSmFields(part({ from }), carrier({ numbering }))).toMatchObject(expected);
  });

  test('of the recipient are as the carrier wants them', () => {
    const numbering = { recipient: { ton: 2, npi: 8 }, plus: true };
    expect(submitSmFields(part({}), carrier({ numbering }))).toMatchObject({
      destAddrTon: 2,
      destAddrNpi: 8,
      destinationAddr: '+14155550123',
    });
  });
});

describe('R011: the validity of a submit_sm', () => {
  test.each([
    ['relative', '000001000000000R'],
    ['absolute', '261121120000000+'],
    ['none', ''],
  ])('%s', (validity, written) => {
    expect(submitSmFields(part({}), carrier({ validity }), NOW).validityPeriod).toBe(written);
  });

  test('is at least a second and at most 31 days', () => {
    expect(absoluteTime(0, NOW)).toBe('261120120001000+');
    expect(absoluteTime(400 * 86_400, NOW)).toBe('261221120000000+');
    expect(relativeTime(400 * 86_400)).toBe('000031000000000R');
    expect(absoluteTime(1, Date.UTC(2026, 11, 31, 23, 59, 59))).toBe('270101000000000+');
  });
});

describe('the registration of the sender', () => {
  const dlt = { registration_tlvs: { entity_id: '0x1400', template_id: '0x1401' } };
  const frameOf = (settings: object, ids: Readonly<Record<string, string>> | null, changes: Partial<Part> = {}) =>
    encodePdu({
      command: 'submit_sm',
      sequenceNumber: 7,
      fields: submitSmFields(part(changes), carrier(settings), NOW, ids),
    });

  test('is behind all else, each id as a C-octet string under its tag, and command_length counts it', () => {
    const bare = frameOf({}, null);
    const frame = frameOf(dlt, { entity_id: '1101A', template_id: '07', brand_id: 'B1' });
    expect(frame.subarray(bare.length).toString('hex')).toBe('1400000631313031410014010003303700');
    expect(frame.subarray(4, bare.length)).toEqual(bare.subarray(4));
    expect(frame.readUInt32BE(0)).toBe(frame.length);
  });

  test('is behind the TLVs that the standard knows, in each part', () => {
    const settings = { ...dlt, encoding: { long_message: 'sar' }, user_message_reference: true };
    const changes = { concatenation: second, messageReference: 0x1234 };
    const without = { ...settings, registration_tlvs: {} };
    const bare = frameOf(without, null, changes);
    const frame = frameOf(settings, { entity_id: '1' }, changes);
    expect(frame.subarray(bare.length).toString('hex')).toBe('140000023100');
    expect(decodePdu(frame)).toMatchObject({ ok: true, pdu: { fields: { userMessageReference: 0x1234 } } });
  });

  test('has no NUL where the carrier wants an octet string', () => {
    const plain = { registration_tlvs: { entity_id: { tag: '0x1400', type: 'octet_string' } } };
    expect(frameOf(plain, { entity_id: '1101' }).subarray(-8).toString('hex')).toBe('1400000431313031');
  });

  test.each([
    ['a carrier that does not ask for it', {}, { entity_id: '1101' }],
    ['a sender without one', dlt, null],
    ['a sender without these ids', dlt, { campaign_id: 'C1' }],
    ['ids whose names every object knows', { registration_tlvs: { toString: '0x1400' } }, {}],
  ])('is not there for %s', (_name, settings, ids) => {
    expect(frameOf(settings, ids)).toEqual(frameOf({}, null));
  });

  test('with an id that no C-octet string can hold is refused, and the refusal does not repeat it', () => {
    for (const id of ['11\u000001', 'идентификатор']) {
      expect(() => frameOf(dlt, { entity_id: id })).toThrow(PduEncodeError);
      expect(() => frameOf(dlt, { entity_id: id })).not.toThrow(id);
    }
  });

  test.each(['0x13ff', '0x4000', '0x001e', '1400', 5120])('under the tag %s is no setting', (tag) => {
    expect(() => carrier({ registration_tlvs: { entity_id: tag } })).toThrow();
  });
});

test.each<[string, object, Partial<Part>]>([
  ['GSM-7', {}, { text: 'Привет' }],
  ['its national tables', {}, { text: 'ğ', shift: { locking: 0, single: 2 } }],
  ['Latin-1', { latin1: true }, { text: '€', encoding: 'Latin-1' }],
  ['ASCII', { default_alphabet: 'ascii' }, { text: 'ü', encoding: 'ASCII' }],
  ['UTF-8', { default_alphabet: 'utf8' }, { text: 'a\ud83d', encoding: 'UTF-8' }],
])('a text outside %s is refused, never turned into something else', (_name, encoding, changes) => {
  expect(() => submitSmFields(part(changes), carrier({ encoding }))).toThrow(PduEncodeError);
});

test('a part that is too long for short_message is refused where the carrier cuts nothing', () => {
  const fields = submitSmFields(part({ text: 'x'.repeat(255) }), carrier({}));
  expect(() => encodePdu({ command: 'submit_sm', sequenceNumber: 1, fields })).toThrow(PduEncodeError);
});
