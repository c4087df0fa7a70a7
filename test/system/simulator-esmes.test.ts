import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Simulator, startSimulator } from '../../server/simulator/smsc.ts';
import type { MessageFields } from '../../server/smpp/pdu.ts';
import { type TinyEsme, tinyEsme } from '../support/tiny-esme.ts';
import { until } from '../support/until.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

/** What ESMEs of other people send to a carrier, beyond what ours does. */
const credentials = { systemId: 'sandbox', password: 'secret' };
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const PHONE = '+14155550123';

let clock: VirtualClock;
let simulator: Simulator;

beforeAll(async () => {
  clock = virtualClock();
  simulator = await startSimulator({ port: 0, ...credentials, clock, log: quiet });
});

afterAll(() => simulator.stop());

function frame(commandId: number, sequence: number, body = ''): Buffer {
  const octets = Buffer.from(body, 'hex');
  const header = Buffer.alloc(16);
  [16 + octets.length, commandId, 0, sequence].forEach((word, index) => header.writeUInt32BE(word, index * 4));
  return Buffer.concat([header, octets]);
}

async function bound(): Promise<TinyEsme> {
  return opened({ command: 'bind_transceiver', ...credentials });
}

async function opened(bind: Parameters<typeof tinyEsme>[1]): Promise<TinyEsme> {
  simulator.reset();
  const esme = await tinyEsme(simulator.port, bind);
  onTestFinished(() => esme.close());
  return esme;
}

const TEXT: Partial<MessageFields> = {
  sourceAddr: 'Acme',
  sourceAddrTon: 5,
  destinationAddr: PHONE.slice(1),
  destAddrTon: 1,
  destAddrNpi: 1,
  shortMessage: Buffer.from('Hello'),
};

const bodies = () => simulator.phone(PHONE).map(({ body }) => body);

async function worksOn(esme: TinyEsme): Promise<void> {
  expect(await esme.submit(TEXT)).toMatchObject({ commandStatus: 0, messageId: expect.stringMatching(/^\d{19}$/) });
  expect(bodies().at(-1)).toBe('Hello');
}

describe('an ESME that', () => {
  test.each([
    ['query_sm', 0x03, '310001013100'],
    ['replace_sm', 0x07, '310001013100000000000568656c6c6f'],
    ['cancel_sm', 0x08, '0031000101310001013200'],
    ['submit_multi', 0x21, `00010131000101${'00'.repeat(12)}`],
    ['query_last_msgs of SMPP 3.3', 0x23, '010131000a'],
    ['broadcast_sm of SMPP 5.0', 0x111, '00'],
    ['alert_notification', 0x102, '0101310001013200'],
    ['outbind', 0x0b, '7878007900'],
    ['deliver_sm', 0x05, '00'.repeat(17)],
    ['something of nobody', 0x0bad, 'ffff'],
  ])('sends %s gets a generic_nack "invalid command id" and stays bound', async (_name, commandId, body) => {
    const esme = await bound();
    esme.socket.write(frame(commandId, 0x7eee_0001, body));
    const nack = await until(() => esme.received.find(({ sequenceNumber }) => sequenceNumber === 0x7eee_0001));
    expect(nack).toMatchObject({ command: 'generic_nack', commandStatus: 0x03 });
    await worksOn(esme);
  });

  test('sends data_sm has its text shown and reported on', async () => {
    const esme = await bound();
    const { shortMessage: _short, ...rest } = TEXT;
    const fields = { ...rest, registeredDelivery: 1, messagePayload: Buffer.from('By data') };
    const answer = await esme.request({ command: 'data_sm', fields });
    expect(answer).toMatchObject({
      command: 'data_sm_resp',
      commandStatus: 0,
      fields: { messageId: expect.stringMatching(/^\d{19}$/) },
    });
    expect(bodies()).toEqual(['By data']);
    await clock.advance(1_000);
    const { shortMessage } = await until(() => esme.deliveries()[0]);
    expect(shortMessage.toString()).toContain('stat:DELIVRD');
    await worksOn(esme);
  });

  test('puts octets into an enquire_link or an unbind is answered all the same', async () => {
    const esme = await bound();
    esme.socket.write(frame(0x15, 0x7eee_0002, '0102030405060708'));
    esme.socket.write(frame(0x06, 0x7eee_0003, '00'));
    await until(() => esme.isClosed());
    expect(esme.received.slice(-2)).toMatchObject([
      { command: 'enquire_link_resp', sequenceNumber: 0x7eee_0002 },
      { command: 'unbind_resp', sequenceNumber: 0x7eee_0003 },
    ]);
  });

  test.each([0, 0xffff_ffff])('counts its sequence_number from %i gets it back', async (sequenceNumber) => {
    const esme = await bound();
    esme.send({ command: 'enquire_link', sequenceNumber });
    await until(() =>
      esme.received.find((pdu) => pdu.command === 'enquire_link_resp' && pdu.sequenceNumber === sequenceNumber),
    );
    await worksOn(esme);
  });

  test.each([
    ['no octet where data_coding and the rest belong', '00000031000000320000'],
    ['sm_length that is longer than the PDU', `${'00'.repeat(16)}ff41`],
  ])('sends a submit_sm with %s gets a generic_nack "invalid command length" and stays bound', async (_name, body) => {
    const esme = await bound();
    esme.socket.write(frame(0x04, 0x7eee_0004, body));
    const nack = await until(() => esme.received.find(({ sequenceNumber }) => sequenceNumber === 0x7eee_0004));
    expect(nack).toMatchObject({ command: 'generic_nack', commandStatus: 0x02 });
    await worksOn(esme);
  });

  test('adds TLVs that nobody knows, replace_if_present and a default message has its text taken', async () => {
    const esme = await bound();
    const vendorTlvs = [{ tag: 0x1400, value: Buffer.from('1101\0') }];
    const fields = {
      ...TEXT,
      replaceIfPresentFlag: 1,
      smDefaultMsgId: 9,
      protocolId: 0x41,
      priorityFlag: 9,
      vendorTlvs,
    };
    expect(await esme.submit(fields)).toMatchObject({ commandStatus: 0 });
    expect(bodies()).toEqual(['Hello']);
    await worksOn(esme);
  });

  test.each([
    ['relative', '000000010000000R', '', 0],
    ['absolute, east and west of Greenwich', '261120120000008+', '261120120000132-', 0],
    ['of no meaning', '', 'tomorrow', 0x62],
    ['too short', '', '0000000100', 0x62],
    ['of no meaning for the schedule', '1', '', 0x61],
  ])('gives times that are %s', async (_name, scheduleDeliveryTime, validityPeriod, commandStatus) => {
    const esme = await bound();
    expect(await esme.submit({ ...TEXT, scheduleDeliveryTime, validityPeriod })).toMatchObject({ commandStatus });
    await worksOn(esme);
  });
});

describe('an ESME that binds', () => {
  test.each([
    [0x33, undefined],
    [0x00, undefined],
    [0x34, 0x34],
    [0x50, 0x34],
  ])(
    'as version %i is told ours where its version has TLVs, and gets receipts that it can read',
    async (version, told) => {
      const esme = await opened(null);
      const fields = {
        ...credentials,
        interfaceVersion: version,
        systemType: 'VMA',
        addressRange: '^1415.*',
        addrTon: 1,
      };
      const answer = await esme.request({ command: 'bind_transceiver', fields });
      expect(answer).toMatchObject({ command: 'bind_transceiver_resp', commandStatus: 0 });
      expect('fields' in answer && answer.fields).toEqual({
        systemId: 'simulator',
        ...(told === undefined ? {} : { scInterfaceVersion: told }),
      });
      await esme.submit(TEXT);
      await clock.advance(1_000);
      const receipt = await until(() => esme.deliveries()[0]);
      expect(receipt.shortMessage.toString()).toMatch(/^id:\d{19} /);
      expect(receipt.receiptedMessageId === undefined).toBe(told === undefined);
      await worksOn(esme);
    },
  );

  test('in one packet with its first texts has them taken in order', async () => {
    const esme = await opened(null);
    const bind = esme.request({ command: 'bind_transmitter', fields: credentials });
    const answers = [1, 2, 3].map((count) => esme.submit({ ...TEXT, shortMessage: Buffer.from(`text ${count}`) }));
    expect((await bind).commandStatus).toBe(0);
    expect((await Promise.all(answers)).map(({ commandStatus }) => commandStatus)).toEqual([0, 0, 0]);
    expect(bodies()).toEqual(['text 1', 'text 2', 'text 3']);
    await worksOn(esme);
  });
});
