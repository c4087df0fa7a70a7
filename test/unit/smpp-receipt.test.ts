import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { MessageFields } from '../../server/smpp/pdu.ts';
import { decodePdu, encodePdu } from '../../server/smpp/pdu.ts';
import { isReceipt, parseReceiptText, readReceipt } from '../../server/smpp/receipt.ts';

const standard =
  'id:0123456789 sub:001 dlvrd:001 submit date:2611201200 done date:2611201201 stat:DELIVRD err:000 text:Hello';

describe('the text of a receipt', () => {
  test.each<[string, string, string | null, string | null, string | null]>([
    ['as in appendix B', standard, '0123456789', 'DELIVRD', '000'],
    ['in capitals', standard.toUpperCase(), '0123456789', 'DELIVRD', '000'],
    [
      'without sub and dlvrd',
      'id:a1 submit date:2611201200 done date:2611201201 stat:EXPIRED err:032 text:',
      'a1',
      'EXPIRED',
      '032',
    ],
    ['in another order', 'stat:REJECTD err:11 id:77 text:x', '77', 'REJECTD', '11'],
    ['with the text in front', 'text:hello id:5 stat:DELIVRD', '5', 'DELIVRD', null],
    ['with an id of 0', 'id:0 stat:ACCEPTD', '0', 'ACCEPTD', null],
    ['with 19 digits', 'id:9223372036854775807 stat:DELIVRD', '9223372036854775807', 'DELIVRD', null],
    [
      'with a UUID',
      'id:0d5b1f6e-8d3a-4c1f-9b4e-1f2a3b4c5d6e stat:DELIVRD',
      '0d5b1f6e-8d3a-4c1f-9b4e-1f2a3b4c5d6e',
      'DELIVRD',
      null,
    ],
    [
      'with a zone in its date',
      'id:9 submit date:180711070003912+ done date:180711070004+ stat:UNDELIV err:nul',
      '9',
      'UNDELIV',
      'nul',
    ],
    [
      'with dates of 14 digits',
      'id:9 submit date:20261120120000 done date:20261120120100 stat:DELIVRD',
      '9',
      'DELIVRD',
      null,
    ],
    ['with spaces after the colons', 'id: 42 stat: DELIVRD err: 0', '42', 'DELIVRD', '0'],
    ['with an empty id', 'id: sub:001 stat:DELIVRD', null, 'DELIVRD', null],
    ['over several lines', 'id:42\r\nstat:DELIVRD\r\nerr:000\r\ntext:a', '42', 'DELIVRD', '000'],
    ['without anything known', 'Your message has arrived', null, null, null],
    ['of no character', '', null, null, null],
  ])('is read %s', (_name, text, id, stat, err) => {
    expect(parseReceiptText(text)).toEqual({ id, stat, err });
  });

  test('is not read inside the words of the sender', () => {
    const text = 'id:1 stat:UNDELIV text:id:2 stat:DELIVRD err:000';
    expect(parseReceiptText(text)).toEqual({ id: '1', stat: 'UNDELIV', err: null });
  });

  test('has no id longer than an id can be', () => {
    expect(parseReceiptText(`id:${'9'.repeat(66)} stat:DELIVRD`)).toMatchObject({ id: null, stat: 'DELIVRD' });
  });

  propertyTest.prop([fc.string({ unit: 'binary', maxLength: 2_000 })])('never makes the reader throw', (text) => {
    expect(() => parseReceiptText(text)).not.toThrow();
  });
});

describe('the state of a receipt', () => {
  test.each([
    ['DELIVRD', 'delivered'],
    ['DELIVERED', 'delivered'],
    ['delivrd', 'delivered'],
    ['UNDELIV', 'undelivered'],
    ['UNDELIVERABLE', 'undelivered'],
    ['DELETED', 'undelivered'],
    ['SKIPPED', 'undelivered'],
    ['FAILED', 'undelivered'],
    ['EXPIRED', 'expired'],
    ['REJECTD', 'rejected'],
    ['REJECTED', 'rejected'],
    ['ACCEPTD', 'enroute'],
    ['ENROUTE', 'enroute'],
    ['BUFFERED', 'enroute'],
    ['SCHEDULED', 'enroute'],
    ['UNKNOWN', 'unknown'],
    ['WHATEVER', 'unknown'],
  ])('%s is %s', (stat, state) => {
    expect(receipt({ esmClass: 4 }, `id:1 stat:${stat}`)).toMatchObject({ state });
  });

  test.each([
    [0, 'enroute'],
    [1, 'enroute'],
    [2, 'delivered'],
    [3, 'expired'],
    [4, 'undelivered'],
    [5, 'undelivered'],
    [6, 'enroute'],
    [7, 'unknown'],
    [8, 'rejected'],
    [9, 'undelivered'],
  ])('message_state %i is %s', (messageState, state) => {
    expect(receipt({ messageState }, '')).toMatchObject({ state });
  });

  test('comes from the TLV before the text, and from the text when the TLV says nothing known', () => {
    expect(receipt({ messageState: 5 }, standard)).toMatchObject({ state: 'undelivered' });
    expect(receipt({ messageState: 200 }, standard)).toMatchObject({ state: 'delivered' });
  });

  test('is never final in an intermediate notification', () => {
    expect(receipt({ esmClass: 0x20 }, standard)).toMatchObject({ state: 'enroute' });
    expect(receipt({ esmClass: 0x04 }, standard)).toMatchObject({ state: 'delivered' });
  });
});

describe('the rest of a receipt', () => {
  test('the id comes from the TLV before the text', () => {
    expect(receipt({ receiptedMessageId: 'tlv' }, standard)).toMatchObject({ carrierId: 'tlv' });
    expect(receipt({ receiptedMessageId: '' }, standard)).toMatchObject({ carrierId: '0123456789' });
    expect(receipt({}, 'stat:DELIVRD')).toMatchObject({ carrierId: null });
  });

  test('the error comes from the text, else from network_error_code', () => {
    const networkErrorCode = Buffer.from([0x03, 0x01, 0x02]);
    expect(receipt({ networkErrorCode }, standard)).toMatchObject({ error: '000' });
    expect(receipt({ networkErrorCode }, 'id:1 stat:UNDELIV')).toMatchObject({ error: '258' });
    expect(receipt({ networkErrorCode: Buffer.alloc(2) }, 'id:1')).toMatchObject({ error: null });
  });

  test('the text is read as Latin-1 when data_coding claims UCS-2', () => {
    expect(receipt({ dataCoding: 8 }, standard)).toMatchObject({ carrierId: '0123456789', raw: standard });
  });

  test('the TLVs are kept as they were, and left out where there was none', () => {
    const networkErrorCode = Buffer.from([0x03, 0x00, 0x1b]);
    expect(receipt({ receiptedMessageId: 'a1', messageState: 5, networkErrorCode }, '').tlvs).toEqual({
      receipted_message_id: 'a1',
      message_state: 5,
      network_error_code: '03001b',
    });
    expect(receipt({ messageState: 2 }, '').tlvs).toEqual({ message_state: 2 });
    expect(receipt({}, standard)).not.toHaveProperty('tlvs');
  });

  test('says who had sent the text', () => {
    expect(receipt({ destinationAddr: 'Acme' }, standard)).toMatchObject({ sender: 'Acme' });
  });

  test('binary in the text costs nothing and leaves no NUL behind', () => {
    const facts = readReceipt(
      fields({ esmClass: 4 }),
      Buffer.concat([Buffer.from('id:7 stat:DELIVRD text:'), Buffer.from([5, 0, 3, 0xff])]),
    );
    expect(facts).toMatchObject({ carrierId: '7', state: 'delivered' });
    expect(facts.raw).not.toContain('\0');
  });
});

describe('a deliver_sm is a receipt', () => {
  test.each([0x04, 0x08, 0x10, 0x20, 0x44, 0x07, 0x24])('with esm_class %i', (esmClass) => {
    expect(isReceipt(fields({ esmClass }))).toBe(true);
  });

  test.each([0x00, 0x03, 0x40, 0x43, 0x80])('and a text with esm_class %i', (esmClass) => {
    expect(isReceipt(fields({ esmClass }))).toBe(false);
  });

  test.each([
    ['id:1 sub:001 dlvrd:001 stat:DELIVRD err:000 text:', true],
    ['  ID:1 STAT:UNKNOWN', true],
    ['id:77 stat:UNDELIV', true],
    ['id: 5 is my order', false],
    ['id:5 stat:open', false],
    ['My id:5 stat:DELIVRD', false],
    ['stat:DELIVRD', false],
    ['', false],
  ])('or, where the carrier marks nothing, a text that reads like one: %s', (text, expected) => {
    expect(isReceipt(fields({}), Buffer.from(text))).toBe(expected);
    expect(isReceipt(fields({}))).toBe(false);
  });

  test('with nothing but the TLVs of a receipt', () => {
    expect(isReceipt(fields({ receiptedMessageId: '1' }))).toBe(true);
    expect(isReceipt(fields({ messageState: 2 }))).toBe(true);
  });
});

function receipt(changes: Partial<MessageFields>, text: string) {
  return readReceipt(fields(changes), Buffer.from(text, 'latin1'));
}

function fields(changes: Partial<MessageFields>): MessageFields {
  const decoded = decodePdu(encodePdu({ command: 'deliver_sm', sequenceNumber: 1, fields: changes }));
  if (!decoded.ok || decoded.pdu.command !== 'deliver_sm') throw new Error('not a deliver_sm');
  return { ...decoded.pdu.fields, ...changes };
}
