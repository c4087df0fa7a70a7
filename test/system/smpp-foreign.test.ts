import { describe, expect, test } from 'vitest';
import { encodePdu, type MessageFields, type Pdu, type PduToSend } from '../../server/smpp/pdu.ts';
import { isBind, type Peer, type Script } from '../support/scripted-smsc.ts';
import { type Account, account, allBound } from '../support/smpp-account.ts';
import { until } from '../support/until.ts';

/** What carriers of other people's making do, octet by octet, where ours does not. */
function frame(commandId: number, sequence: number, body = '', commandStatus = 0): Buffer {
  const octets = Buffer.from(body, 'hex');
  const header = Buffer.alloc(16);
  const words = [16 + octets.length, commandId, commandStatus, sequence];
  words.forEach((word, index) => header.writeUInt32BE(word, index * 4));
  return Buffer.concat([header, octets]);
}

const BIND_RESP = 0x8000_0009;
const SUBMIT_RESP = 0x8000_0004;
const ENQUIRE_LINK = 0x15;

const fromPhone: Partial<MessageFields> = {
  sourceAddr: '14155550123',
  sourceAddrTon: 1,
  destinationAddr: '15005550006',
  destAddrTon: 1,
};
const inbound = (sequenceNumber: number, fields: Partial<MessageFields>): PduToSend => ({
  command: 'deliver_sm',
  sequenceNumber,
  fields: { ...fromPhone, ...fields },
});
const RECEIPT = 'id:7 sub:001 dlvrd:001 submit date:2611201200 done date:2611201200 stat:DELIVRD err:000 text:Hello';

/** Answers one command in a way of its own; the rest is answered as usual. */
const answering =
  (command: Pdu['command'] | 'bind', answer: (pdu: Pdu) => Buffer): Script =>
  (pdu, peer) => {
    if (command === 'bind' ? !isBind(pdu.command) : pdu.command !== command) return undefined;
    peer.write(answer(pdu));
    return [];
  };

async function works(bridge: Account): Promise<Peer> {
  await allBound(bridge);
  expect(await bridge.send()).toMatchObject({ kind: 'accepted' });
  return bridge.smsc.bound(0);
}

describe('a bind is answered', () => {
  test.each<[string, (sequence: number) => Buffer]>([
    ['without a body', (sequence) => frame(BIND_RESP, sequence)],
    ['with a system_id of no octet', (sequence) => frame(BIND_RESP, sequence, '00')],
    ['as version 5.0', (sequence) => frame(BIND_RESP, sequence, '736d736300 0210000150'.replace(' ', ''))],
    [
      'with TLVs that nobody knows',
      (sequence) => frame(BIND_RESP, sequence, '00 1400000361626302100001341501 0000'.replaceAll(' ', '')),
    ],
    ['with a system_id of 40 octets', (sequence) => frame(BIND_RESP, sequence, `${'61'.repeat(40)}00`)],
    [
      'after an enquire_link, and with a text right behind it',
      (sequence) =>
        Buffer.concat([
          frame(ENQUIRE_LINK, 9_001),
          frame(BIND_RESP, sequence, '00'),
          encodePdu(inbound(9_002, { shortMessage: Buffer.from('YES') })),
        ]),
    ],
    [
      'after a text, which many a carrier has kept for hours',
      (sequence) =>
        Buffer.concat([
          encodePdu(inbound(9_001, { shortMessage: Buffer.from('YES') })),
          frame(BIND_RESP, sequence, '00'),
        ]),
    ],
  ])('%s: texts leave', async (_name, answer) => {
    const bridge = await account({}, { script: answering('bind', ({ sequenceNumber }) => answer(sequenceNumber)) });
    const peer = await works(bridge);
    const asked = peer.received.filter(({ sequenceNumber }) => sequenceNumber >= 9_000);
    await until(() => asked.every(({ command }) => command === 'enquire_link_resp' || command === 'deliver_sm_resp'));
    expect(bridge.inbound.every(({ body }) => body === 'YES')).toBe(true);
  });
});

describe('a submit_sm is answered', () => {
  test.each<[string, (sequence: number) => Buffer, object]>([
    ['without a body', (sequence) => frame(SUBMIT_RESP, sequence), { kind: 'accepted', carrierId: '' }],
    ['with the id 0', (sequence) => frame(SUBMIT_RESP, sequence, '3000'), { kind: 'accepted', carrierId: '0' }],
    [
      'with an id without its NUL',
      (sequence) => frame(SUBMIT_RESP, sequence, '3132'),
      { kind: 'accepted', carrierId: '12' },
    ],
    [
      'with TLVs behind the id',
      (sequence) => frame(SUBMIT_RESP, sequence, '3700142000023031'),
      { kind: 'accepted', carrierId: '7' },
    ],
    [
      'with an error and a body all the same',
      (sequence) => frame(SUBMIT_RESP, sequence, '3700', 0x0b),
      { kind: 'refused', class: 'permanent', name: 'ESME_RINVDSTADR' },
    ],
    [
      'by a generic_nack',
      (sequence) => frame(0x8000_0000, sequence, '', 0x03),
      { kind: 'refused', class: 'permanent', name: 'ESME_RINVCMDID' },
    ],
  ])('%s', async (_name, answer, outcome) => {
    const script = answering('submit_sm', ({ sequenceNumber }) => answer(sequenceNumber));
    const bridge = await account({}, { script });
    await allBound(bridge);
    expect(await bridge.send()).toMatchObject(outcome);
    expect(bridge.carrier.isUp()).toBe(true);
  });
});

describe('a carrier', () => {
  test('that answers enquire_link with a generic_nack lives', async () => {
    const script = answering('enquire_link', ({ sequenceNumber }) => frame(0x8000_0000, sequenceNumber, '', 0x03));
    const bridge = await account({}, { script });
    await allBound(bridge);
    for (let round = 1; round <= 4; round += 1) {
      await bridge.clock.advance(20_000);
      await (await bridge.smsc.bound(0)).got('enquire_link', round);
      await until(() => bridge.carrier.status().binds[0]?.state === 'bound');
    }
    expect(bridge.smsc.peers).toHaveLength(1);
  });

  test.each<[string, Partial<MessageFields>]>([
    ['in short_message', { shortMessage: Buffer.from(RECEIPT) }],
    ['in message_payload, with an empty short_message', { messagePayload: Buffer.from(RECEIPT) }],
    ['as ASCII that data_coding calls UCS-2', { shortMessage: Buffer.from(RECEIPT), dataCoding: 8 }],
    ['in TLVs alone', { receiptedMessageId: '7', messageState: 2 }],
    ['under sequence_number 0', { shortMessage: Buffer.from(RECEIPT) }],
  ])('may send a receipt %s', async (name, fields) => {
    const bridge = await account();
    await allBound(bridge);
    const peer = await bridge.smsc.bound(0);
    const sequenceNumber = name.endsWith('0') ? 0 : 0xffff_fff0;
    peer.send(inbound(sequenceNumber, { esmClass: 4, ...fields }));
    expect(await peer.got('deliver_sm_resp')).toMatchObject({ sequenceNumber, commandStatus: 0 });
    expect(bridge.receipts).toMatchObject([{ carrierId: '7', state: 'delivered', recipient: '14155550123' }]);
  });

  test('may send texts and receipts by data_sm', async () => {
    const bridge = await account();
    const peer = await works(bridge);
    const { sourceAddr, sourceAddrTon, destinationAddr, destAddrTon } = inbound(0, {}).fields as MessageFields;
    const common = { sourceAddr, sourceAddrTon, destinationAddr, destAddrTon };
    peer.send({ command: 'data_sm', sequenceNumber: 31, fields: { ...common, messagePayload: Buffer.from('YES') } });
    peer.send({
      command: 'data_sm',
      sequenceNumber: 32,
      fields: { ...common, esmClass: 4, receiptedMessageId: '2', messageState: 2 },
    });
    await peer.got('data_sm_resp', 2);
    expect(peer.received.filter(({ command }) => command === 'data_sm_resp')).toMatchObject([
      { sequenceNumber: 31, commandStatus: 0 },
      { sequenceNumber: 32, commandStatus: 0 },
    ]);
    expect(bridge.inbound).toMatchObject([{ body: 'YES', from: '+14155550123', to: '+15005550006' }]);
    expect(bridge.receipts).toMatchObject([{ carrierId: '2', state: 'delivered' }]);
  });

  test('may ask for what no ESME does: it is told so, and texts go on', async () => {
    const bridge = await account();
    const peer = await works(bridge);
    for (const [index, commandId] of [0x03, 0x07, 0x08, 0x21, 0x112, 0x0bad].entries()) {
      peer.write(frame(commandId, 500 + index, '00'));
    }
    peer.write(frame(0x102, 600, '0101310001013200'));
    await peer.got('generic_nack', 6);
    expect(await bridge.send()).toMatchObject({ kind: 'accepted' });
    const nacks = peer.received.filter(({ command }) => command === 'generic_nack');
    expect(nacks.map(({ sequenceNumber, commandStatus }) => [sequenceNumber, commandStatus])).toEqual(
      [500, 501, 502, 503, 504, 505].map((sequence) => [sequence, 0x03]),
    );
  });

  test('that says unbind five times at each of its first three binds is bound in the end', async () => {
    const script: Script = (pdu, peer, connection) => {
      if (!isBind(pdu.command) || connection >= 3) return undefined;
      peer.write(frame(BIND_RESP, pdu.sequenceNumber, '00'));
      for (let count = 1; count <= 5; count += 1) peer.send({ command: 'unbind', sequenceNumber: 700 + count });
      return [];
    };
    const bridge = await account({}, { script });
    await bridge.whileTimePasses(bridge.smsc.bound(3));
    expect(await bridge.whileTimePasses(bridge.send())).toMatchObject({ kind: 'accepted' });
    for (const peer of bridge.smsc.peers.slice(0, 3)) {
      expect(peer.received.filter(({ command }) => command === 'unbind_resp').length).toBeGreaterThanOrEqual(1);
    }
  });
});
