import { describe, expect, test } from 'vitest';
import type { Inbound } from '../../server/messages/carrier.ts';
import { type DeliveringCarrier, readDelivery } from '../../server/smpp/deliver.ts';
import { decodePdu, encodePdu, type MessageFields } from '../../server/smpp/pdu.ts';

describe('a text from a phone', () => {
  test('from a number that the carrier calls national says so, and whose that may be', () => {
    expect(deliver({ sourceAddr: '07700900123', sourceAddrTon: 2 }, { country: 'GB' })).toMatchObject({
      text: { from: '07700900123', isNational: true, country: 'GB' },
    });
    expect(deliver({ sourceAddr: '07700900123', sourceAddrTon: 0 })).not.toHaveProperty('text.isNational');
  });

  test.each([
    ['a single shift table, Turkish', '03240101', '1b53', 'Ş'],
    ['a locking shift table, Portuguese', '03250103', '09', 'ç'],
    ['both tables, Turkish', '06240101250101', '071b53', 'ıŞ'],
    ['a part number and a locking shift table, Hindi', '080003070201250106', '2f424c', 'नमस'],
    ['a table that nobody knows', '032401fe', '6869', 'hi'],
  ])('with %s in its header is read with that', (_name, header, text, body) => {
    const shortMessage = Buffer.from(header + text, 'hex');
    expect(deliver({ esmClass: 0x40, shortMessage })).toMatchObject({ text: { body } });
    expect(deliver({ esmClass: 0x40, dataCoding: 0xf0, shortMessage })).toMatchObject({ text: { body } });
  });

  test.each([
    ['8 bits', '040402f005', 'to port 240, from port 5'],
    ['16 bits', '0605040b8423f0', 'to port 2948, from port 9200'],
  ])('to a port of %s says to which, and from which', (_name, header, words) => {
    const shortMessage = Buffer.from(header + '6869', 'hex');
    const { text } = deliver({ esmClass: 0x40, dataCoding: 4, shortMessage }) as { text: Inbound };
    expect(text).toMatchObject({ body: 'hi', warnings: [{ code: 'PORT_ADDRESSED' }] });
    expect(text.warnings?.[0]?.message).toContain(words);
  });

  test.each([
    ['longer than the message', 'ff0003', 'ÿ\u0000\u0003'],
    ['longer than the message by one octet', '0500037f02', '\u0005\u0000\u0003\u007f\u0002'],
    ['that is all of an empty message', '', ''],
  ])('with a header %s has none: all of it is text, and flagged', (_name, octets, body) => {
    const read = deliver({ esmClass: 0x40, dataCoding: 3, shortMessage: Buffer.from(octets, 'hex') });
    expect(read).toMatchObject({
      text: {
        body: body.replaceAll('\0', '\uFFFD'),
        concatenation: null,
        warnings: [{ code: 'USER_DATA_HEADER_INVALID' }],
      },
    });
  });

  test('in UTF-8 is read where that is what data_coding 0 means', () => {
    const shortMessage = Buffer.from('Grüße 😀', 'utf8');
    expect(deliver({ shortMessage }, { defaultAlphabet: 'utf8' })).toMatchObject({ text: { body: 'Grüße 😀' } });
    const broken = Buffer.from('61c3', 'hex');
    expect(deliver({ shortMessage: broken }, { defaultAlphabet: 'utf8' })).toMatchObject({ text: { body: 'a\uFFFD' } });
  });
});

describe('a deliver_sm', () => {
  test('that is a receipt names the reference of its submit_sm only where we have sent one', () => {
    const fields = { esmClass: 4, shortMessage: Buffer.from('id:42 stat:DELIVRD'), userMessageReference: 4_660 };
    const asked = { returnsReferences: true };
    expect(deliver(fields, asked)).toMatchObject({ receipt: { messageReference: 4_660 } });
    expect(deliver(fields)).not.toHaveProperty('receipt.messageReference');
    expect(deliver({ ...fields, userMessageReference: 0 }, asked)).not.toHaveProperty('receipt.messageReference');
    expect(deliver(fields, { country: 'GB' })).toMatchObject({ receipt: { country: 'GB' } });
  });
});

function deliver(changes: Partial<MessageFields>, carrier: Partial<DeliveringCarrier> = {}) {
  const decoded = decodePdu(encodePdu({ command: 'deliver_sm', sequenceNumber: 1, fields: changes }));
  if (!decoded.ok || decoded.pdu.command !== 'deliver_sm') throw new Error('not a deliver_sm');
  return readDelivery(decoded.pdu.fields, { id: 'default', mode: 'live', ...carrier });
}
