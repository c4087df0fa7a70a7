import { createRequire } from 'node:module';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { asMessage, layouts } from '../../server/smpp/pdu-fields.ts';
import type { MessageFields, Pdu, PduToSend } from '../../server/smpp/pdu-fields.ts';
import { PDU_LENGTH_MAX, PduEncodeError, decodePdu, encodePdu } from '../../server/smpp/pdu.ts';

describe('what is encoded', () => {
  propertyTest.prop([messageFields()])('a submit_sm comes back from its octets as it went in', (fields) => {
    const frame = encodePdu({ command: 'submit_sm', sequenceNumber: 77, fields });
    expect(read(frame)).toEqual({ command: 'submit_sm', commandStatus: 0, sequenceNumber: 77, fields });
  });

  propertyTest.prop([messageFields()])(
    'a deliver_sm has the octets that the package writes for the same fields',
    (fields) => {
      const frame = encodePdu({ command: 'deliver_sm', sequenceNumber: 5, fields });
      expect(frame.toString('hex')).toBe(packageFrame('deliver_sm', 5, fields).toString('hex'));
    },
  );

  test('a bind says version 3.4 where the package would say 5.0', () => {
    const pdu = read(encodePdu({ command: 'bind_transceiver', sequenceNumber: 1, fields: { systemId: 'bridge' } }));
    expect(pdu).toMatchObject({ fields: { systemId: 'bridge', interfaceVersion: 0x34 } });
  });

  test('an answer with an error is the header alone', () => {
    const frame = encodePdu({
      command: 'submit_sm_resp',
      sequenceNumber: 3,
      commandStatus: 0x58,
      fields: { messageId: 'x' },
    });
    expect(frame.toString('hex')).toBe('00000010800000040000005800000003');
  });

  test('outbind is laid out as in §4.1.7', () => {
    const fields = { systemId: 'smsc', password: 'pw' };
    const frame = encodePdu({ command: 'outbind', sequenceNumber: 1, fields });
    expect(frame.toString('hex')).toBe('000000180000000b0000000000000001736d736300707700');
    expect(read(frame)).toMatchObject({ command: 'outbind', fields });
  });

  test.each<[string, PduToSend['command']]>(
    Object.keys(layouts).map((command) => [command, command as PduToSend['command']]),
  )('%s without any field is encoded and read again', (_name, command) => {
    const frame = encodePdu({ command, sequenceNumber: 9 });
    expect(read(frame)).toMatchObject({ command, sequenceNumber: 9 });
  });
});

describe('what is refused before anything is sent', () => {
  test.each<[string, Partial<MessageFields>, number]>([
    ['a NUL in the source, which would fill the fields behind it', { sourceAddr: '111\0\x40\x01' }, 0x0a],
    ['a NUL in the destination', { destinationAddr: '1415555\0' }, 0x0b],
    ['a control character in an address', { sourceAddr: 'Shop\n' }, 0x0a],
    ['a character outside Latin-1 in an address', { sourceAddr: 'Магазин' }, 0x0a],
    ['an address of 21 octets', { destinationAddr: '1'.repeat(21) }, 0x0b],
    ['a short_message of 255 octets', { shortMessage: Buffer.alloc(255) }, 0x01],
    ['a message_payload over 65,535 octets', { messagePayload: Buffer.alloc(65_536) }, 0x01],
    ['a service_type of 6 octets', { serviceType: 'abcdef' }, 0xc2],
    ['an octet above 255', { dataCoding: 256 }, 0x08],
    ['a negative octet', { esmClass: -1 }, 0x08],
    ['a fraction', { sourceAddrTon: 1.5 }, 0x08],
  ])('%s', (_name, fields, commandStatus) => {
    const encode = () => encodePdu({ command: 'submit_sm', sequenceNumber: 1, fields });
    expect(encode).toThrow(PduEncodeError);
    expect(encode).toThrow(expect.objectContaining({ commandStatus }));
  });

  test('the refusal does not repeat the value, which may be a password or a number', () => {
    const encode = () =>
      encodePdu({ command: 'bind_transceiver', sequenceNumber: 1, fields: { password: 'secret\0' } });
    expect(encode).toThrow('password has a control character');
    expect(encode).not.toThrow('secret');
  });

  test('20 octets of address and 254 of short_message are still written', () => {
    const fields = { destinationAddr: '1'.repeat(20), shortMessage: Buffer.alloc(254, 0x61) };
    expect(read(encodePdu({ command: 'submit_sm', sequenceNumber: 1, fields }))).toMatchObject({ fields });
  });
});

describe('what is read', () => {
  test.each([0x00, 0x01, 0x03, 0x08, 0x10, 0x18, 0xf3])(
    'short_message stays octets under data_coding %i',
    (dataCoding) => {
      const shortMessage = Buffer.from([0x00, 0x1b, 0x65, 0xff, 0x04]);
      const frame = encodePdu({ command: 'deliver_sm', sequenceNumber: 1, fields: { dataCoding, shortMessage } });
      expect(read(frame)).toMatchObject({ fields: { dataCoding, shortMessage } });
    },
  );

  test('a user data header stays in front of its message, in short_message and in message_payload', () => {
    const octets = Buffer.from('050003aa0201616263', 'hex');
    const short = encodePdu({
      command: 'deliver_sm',
      sequenceNumber: 1,
      fields: { esmClass: 0x40, shortMessage: octets },
    });
    const long = encodePdu({
      command: 'deliver_sm',
      sequenceNumber: 1,
      fields: { esmClass: 0x40, messagePayload: octets },
    });
    expect(read(short)).toMatchObject({ fields: { shortMessage: octets } });
    expect(read(long)).toMatchObject({ fields: { messagePayload: octets } });
  });

  test('a time stays as it was written', () => {
    const validityPeriod = '000001000000000R';
    const frame = encodePdu({ command: 'submit_sm', sequenceNumber: 1, fields: { validityPeriod } });
    expect(read(frame)).toMatchObject({ fields: { validityPeriod } });
  });

  test('receipted_message_id without its NUL ends where its length says', () => {
    const frame = deliverWith('001e000a31323334353637383930', '0427000102');
    expect(read(frame)).toMatchObject({ fields: { receiptedMessageId: '1234567890', messageState: 2 } });
  });

  test.each([
    ['message_state of no octet', '04270000'],
    ['message_state of two octets', '042700020002'],
    ['user_message_reference of one octet', '0204000107'],
    ['a length that runs past the PDU', '0427ffff02'],
    ['a receipted_message_id that runs past the PDU', '001e00ff3132'],
  ])('%s is dropped and counted, and the PDU is read', (_name, tlv) => {
    const decoded = decodePdu(deliverWith(tlv));
    expect(decoded).toMatchObject({ ok: true, droppedTlvs: 1, pdu: { command: 'deliver_sm' } });
    expect(decoded).not.toHaveProperty('pdu.fields.messageState');
  });

  test('a bad TLV does not take the good one behind it away', () => {
    expect(read(deliverWith('042700020002', '001e0003313200'))).toMatchObject({
      fields: { receiptedMessageId: '12' },
    });
  });

  test('TLVs that nobody knows, and octets too few for one, are passed over', () => {
    expect(read(deliverWith('1400000401020304', '00'))).toMatchObject({ command: 'deliver_sm' });
  });

  test('an id keeps its eighth bits, its leading zeros and its nineteen digits', () => {
    for (const messageId of ['\xe9\x65', '0', '007', '9223372036854775807']) {
      const frame = encodePdu({ command: 'submit_sm_resp', sequenceNumber: 1, fields: { messageId } });
      expect(read(frame)).toMatchObject({ fields: { messageId } });
    }
  });

  test.each([
    ['no body', ''],
    ['an id without its NUL', '313233'],
    ['an id longer than any carrier writes', `${'31'.repeat(300)}00`],
  ])('a submit_sm_resp with %s is still the answer to its sequence_number', (_name, body) => {
    expect(read(frameOf(0x8000_0004, body))).toMatchObject({ command: 'submit_sm_resp', sequenceNumber: 7 });
  });

  test('a command outside the ones spoken here is known by its number', () => {
    expect(read(frameOf(0x0000_0003, '00'))).toEqual({
      command: 'unknown',
      commandId: 0x003,
      commandStatus: 0,
      sequenceNumber: 7,
    });
  });

  test.each([
    ['no body at all', ''],
    ['a body that ends in the destination', '0001013135353000010131'],
    ['sm_length above what follows', `${'00'.repeat(16)}ff6162`],
    ['an address of 200 octets', `000101${'31'.repeat(200)}00010100${'00'.repeat(10)}`],
  ])('a deliver_sm with %s is reported with its header, not half read', (_name, body) => {
    const decoded = decodePdu(frameOf(0x05, body));
    expect(decoded).toMatchObject({ ok: false, commandId: 0x05, sequenceNumber: 7 });
  });

  test('a data_sm is laid out as in §4.7.1, and says what a deliver_sm says without times and short_message', () => {
    const body = '00' + '0101313233' + '00' + '0101343536' + '00' + '040108' + '0424000411223344' + '001e000236' + '00';
    const decoded = read(frameOf(0x0103, body));
    expect(decoded).toMatchObject({
      command: 'data_sm',
      fields: { sourceAddr: '123', destinationAddr: '456', esmClass: 4, registeredDelivery: 1, dataCoding: 8 },
    });
    if (decoded.command !== 'data_sm') throw new Error('It is no data_sm.');
    const message = asMessage(decoded.fields);
    expect(message).toMatchObject({ messagePayload: Buffer.from('11223344', 'hex'), receiptedMessageId: '6' });
    expect(message).toMatchObject({ shortMessage: Buffer.alloc(0), validityPeriod: '', protocolId: 0 });
    expect(encodePdu({ command: 'data_sm', sequenceNumber: 7, fields: decoded.fields })).toEqual(frameOf(0x0103, body));
  });

  test('a frame whose command_length is not its length is not read', () => {
    expect(decodePdu(Buffer.concat([frameOf(0x15, ''), Buffer.alloc(1)]))).toMatchObject({
      ok: false,
      commandId: 0x15,
    });
    expect(decodePdu(Buffer.alloc(3))).toMatchObject({ ok: false, commandId: 0, sequenceNumber: 0 });
  });

  test('a PDU of 16,385 octets with a message_payload is read whole', () => {
    const messagePayload = Buffer.alloc(16_385 - 16 - 17 - 4, 0x61);
    const frame = encodePdu({ command: 'deliver_sm', sequenceNumber: 1, fields: { messagePayload } });
    expect(frame.length).toBe(16_385);
    expect(read(frame)).toMatchObject({ fields: { messagePayload } });
  });

  test('the longest message_payload fits in the longest PDU', () => {
    const messagePayload = Buffer.alloc(65_535, 0x61);
    const frame = encodePdu({ command: 'deliver_sm', sequenceNumber: 1, fields: { messagePayload } });
    expect(frame.length).toBeLessThan(PDU_LENGTH_MAX);
    expect(read(frame)).toMatchObject({ fields: { messagePayload } });
  });
});

describe('octets of chance', () => {
  const ids = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0x0b, 0x15, 0x21, 0x102, 0x103, 0x111, 0x112, 0x113, 0x7777];
  const commandId = fc.constantFrom(...ids, 0, ...ids.map((id) => id + 0x8000_0000));

  propertyTest.prop([commandId, fc.uint8Array({ maxLength: 400 })], { numRuns: 10_000 })(
    'never make the reader throw, whatever the command',
    (id, body) => {
      const decoded = decodePdu(frameOf(id, Buffer.from(body).toString('hex')));
      if (decoded.ok) expect(decoded.pdu.sequenceNumber).toBe(7);
      else expect(decoded).toMatchObject({ commandId: id, sequenceNumber: 7 });
    },
  );

  propertyTest.prop([messageFields(), fc.nat(), fc.nat(255)], { numRuns: 10_000 })(
    'in a valid deliver_sm never make the reader throw',
    (fields, position, octet) => {
      const frame = encodePdu({ command: 'deliver_sm', sequenceNumber: 7, fields });
      frame[16 + (position % (frame.length - 16))] = octet;
      expect(() => decodePdu(frame)).not.toThrow();
    },
  );
});

function read(frame: Buffer): Pdu {
  const decoded = decodePdu(frame);
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.pdu;
}

function frameOf(commandId: number, body: string): Buffer {
  const octets = Buffer.from(body, 'hex');
  const header = Buffer.alloc(16);
  header.writeUInt32BE(16 + octets.length, 0);
  header.writeUInt32BE(commandId, 4);
  header.writeUInt32BE(7, 12);
  return Buffer.concat([header, octets]);
}

function deliverWith(...tlvs: string[]): Buffer {
  return frameOf(0x05, '00'.repeat(17) + tlvs.join(''));
}

function messageFields(): fc.Arbitrary<Partial<MessageFields>> {
  const octet = fc.nat(255);
  const text = (maxLength: number) =>
    fc.string({ maxLength, unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });
  const octets = (maxLength: number) => fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes));
  return fc
    .record(
      {
        messagePayload: octets(300),
        receiptedMessageId: text(64),
        messageState: octet,
        networkErrorCode: octets(3),
        userMessageReference: fc.nat(0xffff),
        sarMsgRefNum: fc.nat(0xffff),
        sarTotalSegments: octet,
        sarSegmentSeqnum: octet,
      },
      { requiredKeys: [] },
    )
    .chain((tlvs) =>
      fc.record({
        serviceType: text(5),
        sourceAddrTon: octet,
        sourceAddrNpi: octet,
        sourceAddr: text(20),
        destAddrTon: octet,
        destAddrNpi: octet,
        destinationAddr: text(20),
        esmClass: octet,
        protocolId: octet,
        priorityFlag: octet,
        scheduleDeliveryTime: text(16),
        validityPeriod: text(16),
        registeredDelivery: octet,
        replaceIfPresentFlag: octet,
        dataCoding: octet,
        smDefaultMsgId: octet,
        shortMessage: octets(254),
        ...Object.fromEntries(Object.entries(tlvs).map(([name, value]) => [name, fc.constant(value)])),
      }),
    );
}

/** The package as it ships, loaded once more so that the codec's changes to its tables do not count. */
function packageFrame(command: string, sequence: number, fields: Partial<MessageFields>): Buffer {
  const options: Record<string, unknown> = { sequence_number: sequence };
  for (const [name, value] of Object.entries(fields)) {
    options[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value;
  }
  // Its time filter pads what is no time.
  const { PDU, filters } = untouchedPackage;
  filters.time.encode = (value) => value;
  return new PDU(command, options).toBuffer();
}

interface Untouched {
  PDU: new (command: string, options: Record<string, unknown>) => { toBuffer(): Buffer };
  filters: { time: { encode: (value: unknown) => unknown } };
}

const untouchedPackage = ((): Untouched => {
  const require = createRequire(new URL('../../server/package.json', import.meta.url));
  for (const name of Object.keys(require.cache)) {
    if (name.includes('/smpp/lib/')) delete require.cache[name];
  }
  return require('smpp') as Untouched;
})();
