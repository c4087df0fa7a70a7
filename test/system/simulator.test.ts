import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeGsm7 } from '../../server/rules/gsm7.ts';
import { segment } from '../../server/rules/segments.ts';
import { type Simulator, startSimulator } from '../../server/simulator/smsc.ts';
import type { MessageFields } from '../../server/smpp/pdu.ts';
import { type TinyEsme, tinyEsme } from '../support/tiny-esme.ts';
import { until } from '../support/until.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

const credentials = { systemId: 'sandbox', password: 'secret' };
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const ordinaryPhone = '+14155550123';

let clock: VirtualClock;
let simulator: Simulator;
let esmes: TinyEsme[];

beforeEach(async () => {
  clock = virtualClock();
  esmes = [];
  simulator = await startSimulator({ port: 0, ...credentials, clock, log: quiet });
});

afterEach(async () => {
  for (const esme of esmes) await esme.close();
  await simulator.stop();
  expect(clock.pending()).toBe(0);
});

type Bind = 'bind_transceiver' | 'bind_receiver' | 'bind_transmitter';

async function bound(command: Bind = 'bind_transceiver'): Promise<TinyEsme> {
  const esme = await tinyEsme(simulator.port, { command, ...credentials });
  esmes.push(esme);
  return esme;
}

async function unbound(): Promise<TinyEsme> {
  const esme = await tinyEsme(simulator.port, null);
  esmes.push(esme);
  return esme;
}

const digits = (number: string) => number.slice(1);
const gsm = (text: string) => Buffer.from(encodeGsm7(text));
const ucs2 = (text: string) => Buffer.from(text, 'utf16le').swap16();

const textTo = (number: string, body = 'Hi there!'): Partial<MessageFields> => ({
  sourceAddrTon: 5,
  sourceAddr: 'CartBoss',
  destAddrTon: 1,
  destAddrNpi: 1,
  destinationAddr: digits(number),
  shortMessage: gsm(body),
});

/** The parts of a long text, as an ESME sends them. */
function partsTo(number: string, body: string, reference = 7): Partial<MessageFields>[] {
  const { encoding, parts } = segment(body);
  return parts.map((part, index) => ({
    ...textTo(number),
    esmClass: 0x40,
    dataCoding: encoding === 'GSM-7' ? 0 : 8,
    shortMessage: Buffer.concat([
      Buffer.of(5, 0, 3, reference, parts.length, index + 1),
      encoding === 'GSM-7' ? gsm(part) : ucs2(part),
    ]),
  }));
}

/** Moves time on until that many deliver_sm have come. */
async function deliveries(esme: TinyEsme, count: number, ms = 1_000): Promise<MessageFields[]> {
  await clock.advance(ms);
  return until(() => (esme.deliveries().length >= count ? esme.deliveries() : undefined));
}

const textOf = (fields: MessageFields) => fields.shortMessage.toString('latin1');

describe('binding to the simulated carrier', () => {
  test.each(['bind_transceiver', 'bind_receiver', 'bind_transmitter'] as const)(
    '%s with the right credentials is answered with success',
    async (command) => {
      const esme = await bound(command);
      expect(esme.received[0]).toMatchObject({
        command: `${command}_resp`,
        commandStatus: 0,
        fields: { systemId: 'simulator', scInterfaceVersion: 0x34 },
      });
    },
  );

  test('a wrong system_id and a wrong password each have their own status, and a later try is welcome', async () => {
    const esme = await unbound();
    const bind = (fields: { systemId: string; password: string }) =>
      esme.request({ command: 'bind_transceiver', fields });
    expect((await bind({ ...credentials, systemId: 'other' })).commandStatus).toBe(0x0f);
    expect((await bind({ ...credentials, password: 'guess' })).commandStatus).toBe(0x0e);
    expect((await bind(credentials)).commandStatus).toBe(0);
    expect((await bind(credentials)).commandStatus).toBe(0x05);
  });

  test('nothing is taken from who is not bound to transmit', async () => {
    expect(await (await unbound()).submit(textTo(ordinaryPhone))).toMatchObject({ commandStatus: 0x04 });
    expect(await (await bound('bind_receiver')).submit(textTo(ordinaryPhone))).toMatchObject({ commandStatus: 0x04 });
    expect(simulator.numbers()).toEqual([]);
  });

  test('enquire_link is answered before a bind too, an unknown command with generic_nack', async () => {
    const esme = await unbound();
    expect((await esme.request({ command: 'enquire_link' })).command).toBe('enquire_link_resp');
    const header = Buffer.alloc(16);
    header.writeUInt32BE(16, 0);
    header.writeUInt32BE(0x00000042, 4);
    header.writeUInt32BE(99, 12);
    esme.socket.write(header);
    const nack = await until(() => esme.received.find(({ command }) => command === 'generic_nack'));
    expect(nack).toMatchObject({ sequenceNumber: 99, commandStatus: 0x03 });
  });

  test('unbind is answered and the connection closed', async () => {
    const esme = await bound();
    expect((await esme.request({ command: 'unbind' })).command).toBe('unbind_resp');
    await until(() => esme.isClosed());
  });

  test('octets that are no PDU end the connection, and only that one', async () => {
    const [broken, healthy] = [await bound(), await bound()];
    broken.socket.write('GET / HTTP/1.1\r\n\r\n');
    await until(() => broken.isClosed());
    expect((await healthy.request({ command: 'enquire_link' })).commandStatus).toBe(0);
  });

  test('who is silent is asked with enquire_link; who never binds is disconnected', async () => {
    const [silent, stranger] = [await bound(), await unbound()];
    await stranger.request({ command: 'enquire_link' });
    await clock.advance(30_000);
    await until(() => silent.received.some(({ command }) => command === 'enquire_link'));
    await until(() => stranger.isClosed());
    expect((await silent.request({ command: 'enquire_link' })).commandStatus).toBe(0);
  });

  test('who does not answer enquire_link is disconnected after ten seconds', async () => {
    const esme = await bound();
    esme.socket.removeAllListeners('data').resume();
    await clock.advance(30_000);
    await clock.advance(10_000);
    await until(() => esme.isClosed());
  });

  test('stopping says unbind to everybody', async () => {
    const esme = await bound();
    await simulator.stop();
    expect(esme.received.at(-1)?.command).toBe('unbind');
    simulator = await startSimulator({ port: 0, ...credentials, clock, log: quiet });
  });
});

describe('texts to the phones', () => {
  test('R210: an ordinary phone shows the text at once and the receipt comes a second later', async () => {
    const esme = await bound();
    const { commandStatus, messageId } = await esme.submit(textTo(ordinaryPhone));
    expect(commandStatus).toBe(0);
    expect(messageId).toMatch(/^\d{19}$/);
    expect(simulator.phone(ordinaryPhone)).toEqual([
      {
        direction: 'to_phone',
        from: 'CartBoss',
        to: ordinaryPhone,
        body: 'Hi there!',
        encoding: 'GSM-7',
        segments: 1,
        at: new Date(clock.now()),
        message_ids: [messageId],
      },
    ]);
    await clock.advance(999);
    expect(esme.deliveries()).toEqual([]);
    const [receipt] = await deliveries(esme, 1, 1);
    expect(receipt).toMatchObject({
      sourceAddr: digits(ordinaryPhone),
      destinationAddr: 'CartBoss',
      esmClass: 0x04,
      receiptedMessageId: messageId,
      messageState: 2,
    });
    expect(receipt && textOf(receipt)).toBe(
      `id:${messageId} sub:001 dlvrd:001 submit date:2611201200 done date:2611201200 stat:DELIVRD err:000 text:Hi there!`,
    );
  });

  test.each([
    ['+15005550002', 'UNDELIV', '034', 5],
    ['+15005550004', 'REJECTD', '081', 8],
    ['+15005550011', 'EXPIRED', '000', 3],
  ])('%s is accepted, never reaches the phone, and its receipt says %s', async (number, stat, err, state) => {
    const esme = await bound();
    expect((await esme.submit(textTo(number))).commandStatus).toBe(0);
    const [receipt] = await deliveries(esme, 1);
    expect(receipt?.messageState).toBe(state);
    expect(receipt && textOf(receipt)).toContain(`stat:${stat} err:${err}`);
    expect(receipt && textOf(receipt)).toContain('dlvrd:000');
    expect(simulator.phone(number)).toEqual([]);
  });

  test('…0005 is throttled twice, then delivered, each time anew', async () => {
    const esme = await bound();
    for (const _ of ['first text', 'second text']) {
      const statuses: number[] = [];
      for (let attempt = 0; attempt < 3; attempt += 1) {
        statuses.push((await esme.submit(textTo('+15005550005'))).commandStatus);
      }
      expect(statuses).toEqual([0x58, 0x58, 0]);
    }
    expect(await deliveries(esme, 2)).toHaveLength(2);
  });

  test('…0012 is a system error every time', async () => {
    const esme = await bound();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect((await esme.submit(textTo('+15005550012'))).commandStatus).toBe(0x08);
    }
    expect(simulator.phone('+15005550012')).toEqual([]);
  });

  test('…0007 shows the text and never sends a receipt', async () => {
    const esme = await bound();
    await esme.submit(textTo('+15005550007'));
    await clock.advance(10_000);
    expect(simulator.phone('+15005550007')).toHaveLength(1);
    expect(esme.deliveries()).toEqual([]);
  });

  test.each([
    ['+15005550008', 'Thanks! This is a simulated reply.'],
    ['+15005550010', 'STOP'],
    ['+15005550013', 'please stop texting me'],
    ['+15005550014', "I'm at the bus stop"],
  ])('%s is delivered and then replies %j, once for all parts', async (number, reply) => {
    const esme = await bound();
    for (const part of partsTo(number, 'a'.repeat(300))) await esme.submit(part);
    const all = await deliveries(esme, 3, 1_500);
    expect(all.map(({ esmClass }) => esmClass)).toEqual([0x04, 0x04, 0]);
    expect(all[2]).toMatchObject({
      sourceAddr: digits(number),
      sourceAddrTon: 1,
      destinationAddr: 'CartBoss',
      destAddrTon: 5,
    });
    expect(all[2] && textOf(all[2])).toBe(reply);
    await clock.advance(10_000);
    expect(esme.deliveries()).toHaveLength(3);
    expect(simulator.phone(number).map(({ direction }) => direction)).toEqual(['to_phone', 'from_phone']);
  });

  test.each([
    ['GSM-7', 'GSM-7', `${'[brackets]'.repeat(30)}`],
    ['UCS-2', 'UCS-2', `${'Привет 👩‍👩‍👧 '.repeat(12)}`],
  ])('the parts of a long %s text are put together, whatever their order', async (_, encoding, body) => {
    const esme = await bound();
    const parts = partsTo(ordinaryPhone, body);
    const ids: string[] = [];
    for (const part of parts.toReversed()) ids.push((await esme.submit(part)).messageId);
    expect(simulator.phone(ordinaryPhone)).toMatchObject([
      { body, encoding, segments: parts.length, message_ids: ids.toReversed() },
    ]);
    expect(await deliveries(esme, parts.length)).toHaveLength(parts.length);
  });

  test('parts of two senders with the same reference are not mixed up', async () => {
    const esme = await bound();
    const [one, two] = ['a'.repeat(200), 'b'.repeat(200)];
    const other = { sourceAddrTon: 1, sourceAddr: '15550001111' };
    const [a, b] = [partsTo(ordinaryPhone, one), partsTo(ordinaryPhone, two)];
    for (const index of [0, 1]) {
      await esme.submit(a[index] ?? {});
      await esme.submit({ ...b[index], ...other });
    }
    expect(simulator.phone(ordinaryPhone).map(({ from, body }) => [from, body])).toEqual([
      ['CartBoss', one],
      ['+15550001111', two],
    ]);
  });

  test('SAR TLVs and message_payload are understood too', async () => {
    const esme = await bound();
    const sar = { sarMsgRefNum: 300, sarTotalSegments: 2 };
    await esme.submit({ ...textTo(ordinaryPhone, 'one, '), ...sar, sarSegmentSeqnum: 1 });
    await esme.submit({ ...textTo(ordinaryPhone, 'two'), ...sar, sarSegmentSeqnum: 2 });
    await esme.submit({ ...textTo(ordinaryPhone, ''), messagePayload: gsm('x'.repeat(1_000)) });
    expect(simulator.phone(ordinaryPhone).map(({ body }) => body)).toEqual(['one, two', 'x'.repeat(1_000)]);
  });

  test('a destination that is no number is refused', async () => {
    const esme = await bound();
    expect((await esme.submit({ ...textTo(ordinaryPhone), destinationAddr: 'nobody' })).commandStatus).toBe(0x0b);
  });

  test('no receipt is sent that was not asked for', async () => {
    const esme = await bound();
    await esme.submit({ ...textTo(ordinaryPhone), registeredDelivery: 0 });
    await esme.submit({ ...textTo(ordinaryPhone), registeredDelivery: 2 });
    await esme.submit({ ...textTo('+15005550002'), registeredDelivery: 2 });
    const all = await deliveries(esme, 1, 5_000);
    expect(all.map(textOf).join()).toContain('stat:UNDELIV');
    expect(all).toHaveLength(1);
  });

  test('a phone keeps its last 200 texts, the numbers are listed by activity, and reset forgets all', async () => {
    const esme = await bound();
    for (let index = 0; index < 205; index += 1) await esme.submit(textTo(ordinaryPhone, `text ${index}`));
    await esme.submit(textTo('+14155550124'));
    const texts = simulator.phone(ordinaryPhone);
    expect(texts).toHaveLength(200);
    expect(texts[0]?.body).toBe('text 5');
    expect(simulator.numbers().map(({ number, messages }) => [number, messages])).toEqual([
      ['+14155550124', 1],
      [ordinaryPhone, 200],
    ]);
    simulator.reset();
    expect(simulator.numbers()).toEqual([]);
    await clock.advance(60_000);
    expect(esme.deliveries()).toEqual([]);
  });

  test('at most 2,000 numbers are kept, those that were active last', async () => {
    const esme = await bound();
    const answers: Promise<unknown>[] = [];
    for (let index = 0; index < 2_005; index += 1) {
      answers.push(esme.submit({ ...textTo(`+1415555${String(index).padStart(4, '0')}`), registeredDelivery: 0 }));
    }
    await Promise.all(answers);
    expect(simulator.numbers()).toHaveLength(2_000);
    expect(simulator.phone('+14155550004')).toEqual([]);
    expect(simulator.phone('+14155550005')).toHaveLength(1);
  });
});

describe('receipts and answers from the phones', () => {
  const answer = { from: ordinaryPhone, to: '+15550001111', body: 'YES' };

  test('an answer arrives as deliver_sm and is delivered once it is acknowledged', async () => {
    const esme = await bound('bind_receiver');
    expect(await simulator.answer(answer)).toEqual({ delivered: true });
    expect(esme.deliveries()).toMatchObject([
      {
        sourceAddr: digits(ordinaryPhone),
        sourceAddrTon: 1,
        destinationAddr: '15550001111',
        destAddrTon: 1,
        esmClass: 0,
      },
    ]);
    expect(simulator.phone(ordinaryPhone)).toMatchObject([{ ...answer, direction: 'from_phone', encoding: 'GSM-7' }]);
  });

  test('a long answer with emoji arrives in parts that fit', async () => {
    const esme = await bound();
    const body = `${'нет '.repeat(30)}👍🏽`;
    expect(await simulator.answer({ ...answer, body })).toEqual({ delivered: true });
    const parts = esme.deliveries();
    expect(parts.length).toBe(segment(body).parts.length);
    for (const part of parts) {
      expect(part).toMatchObject({ dataCoding: 8, esmClass: 0x40 });
      expect(part.shortMessage.length).toBeLessThanOrEqual(140);
    }
    const text = parts.map(({ shortMessage }) => new TextDecoder('utf-16be').decode(shortMessage.subarray(6))).join('');
    expect(text).toBe(body);
  });

  test.each([
    ['STOP', 2],
    ['x'.repeat(200), 2],
    ['!', 1],
  ])('%s asked for out of order comes in several parts, the last one first', async (body, count) => {
    const esme = await bound();
    expect(await simulator.answer({ ...answer, body, segments_out_of_order: true })).toEqual({ delivered: true });
    const parts = esme.deliveries().map(({ shortMessage }) => shortMessage);
    const numbers = parts.map((octets) => (count > 1 ? octets[5] : 1));
    expect(numbers).toEqual(Array.from({ length: count }, (_, index) => count - index));
    const texts = parts.toReversed().map((octets) => octets.subarray(count > 1 ? 6 : 0).toString());
    expect(texts.join('')).toBe(body);
  });

  test('with nobody bound it waits, is not called delivered, and arrives after the next bind', async () => {
    const waiting = simulator.answer(answer);
    await clock.advance(10_000);
    expect(await waiting).toEqual({ delivered: false });
    const transmitter = await bound('bind_transmitter');
    const receiver = await bound('bind_receiver');
    await until(() => receiver.deliveries().length === 1);
    expect(transmitter.deliveries()).toEqual([]);
  });

  test('after a temporary error it is delivered again', async () => {
    const esme = await bound();
    esme.answerDeliveries(0x64);
    const waiting = simulator.answer(answer);
    await until(() => esme.deliveries().length === 1);
    await clock.advance(500);
    esme.answerDeliveries(0);
    const again = await deliveries(esme, 2, 500);
    expect(again.map(textOf)).toEqual(['YES', 'YES']);
    expect(await waiting).toEqual({ delivered: true });
    await clock.advance(60_000);
    expect(esme.deliveries()).toHaveLength(2);
  });

  test('a refusal for good ends it', async () => {
    const esme = await bound();
    esme.answerDeliveries(0x65);
    expect(await simulator.answer(answer)).toEqual({ delivered: false });
    await clock.advance(60_000);
    expect(esme.deliveries()).toHaveLength(1);
  });

  test('what cannot be written into a PDU is given up, not repeated', async () => {
    await bound();
    expect(await simulator.answer({ ...answer, to: 'Привет' })).toEqual({ delivered: false });
  });

  test('a receipt that was on the way when the link broke comes over the next one', async () => {
    const first = await bound();
    first.answerDeliveries(null);
    const { messageId } = await first.submit(textTo(ordinaryPhone));
    await deliveries(first, 1);
    await first.close();
    const second = await bound();
    const [receipt] = await deliveries(second, 1);
    expect(receipt?.receiptedMessageId).toBe(messageId);
  });

  test('a receipt that nobody acknowledges comes again, over the same link', async () => {
    const esme = await bound();
    esme.answerDeliveries(null);
    await esme.submit(textTo(ordinaryPhone));
    await deliveries(esme, 1);
    esme.answerDeliveries(0);
    expect(await deliveries(esme, 2, 12_000)).toHaveLength(2);
  });

  test('with a transmitter and a receiver, receipts come over the receiver', async () => {
    const [transmitter, receiver] = [await bound('bind_transmitter'), await bound('bind_receiver')];
    await transmitter.submit(textTo(ordinaryPhone));
    expect(await deliveries(receiver, 1)).toHaveLength(1);
    expect(transmitter.deliveries()).toEqual([]);
  });

  test('a hundred receipts come with at most fifty of them unanswered', async () => {
    const esme = await bound();
    esme.answerDeliveries(null);
    await Promise.all(Array.from({ length: 100 }, () => esme.submit(textTo(ordinaryPhone))));
    await deliveries(esme, 50);
    await esme.request({ command: 'enquire_link' });
    expect(esme.deliveries()).toHaveLength(50);
    esme.answerDeliveries(0);
    for (const pdu of esme.received.filter(({ command }) => command === 'deliver_sm')) {
      esme.send({ command: 'deliver_sm_resp', sequenceNumber: pdu.sequenceNumber });
    }
    expect(await deliveries(esme, 100)).toHaveLength(100);
    expect(new Set(esme.deliveries().map(({ receiptedMessageId }) => receiptedMessageId)).size).toBe(100);
  });
});

describe('faults', () => {
  test('the receipt can be on the wire before the answer', async () => {
    simulator.setFaults({ receipt_before_response: true });
    const esme = await bound();
    const { messageId } = await esme.submit(textTo(ordinaryPhone));
    expect(esme.received.map(({ command }) => command).slice(-2)).toEqual(['deliver_sm', 'submit_sm_resp']);
    expect(esme.deliveries()[0]?.receiptedMessageId).toBe(messageId);
  });

  test.each([
    ['hex', 'decimal', (id: string) => BigInt(`0x${id}`).toString()],
    ['decimal', 'hex_upper', (id: string) => BigInt(id).toString(16).toUpperCase()],
    ['decimal', 'zero_padded', (id: string) => id.padStart(24, '0')],
  ] as const)('the id is %s in the answer and %s in the receipt', async (id_format, receipt_id_format, convert) => {
    simulator.setFaults({ id_format, receipt_id_format });
    const esme = await bound();
    const { messageId } = await esme.submit(textTo(ordinaryPhone));
    const [receipt] = await deliveries(esme, 1);
    expect(receipt?.receiptedMessageId).toBe(convert(messageId));
    expect(receipt && textOf(receipt)).toContain(`id:${convert(messageId)} `);
  });

  test('answers and receipts come as late as they are told', async () => {
    simulator.setFaults({ response_delay_ms: 300, receipt_delay_ms: 5_000 });
    const esme = await bound();
    const answer = esme.submit(textTo(ordinaryPhone));
    await until(() => simulator.phone(ordinaryPhone).length === 1);
    expect(esme.received.map(({ command }) => command)).not.toContain('submit_sm_resp');
    await clock.advance(300);
    expect((await answer).commandStatus).toBe(0);
    await clock.advance(4_999);
    expect(esme.deliveries()).toEqual([]);
    expect(await deliveries(esme, 1, 1)).toHaveLength(1);
  });

  test('more submits than allowed in a second are throttled, the next second is free again', async () => {
    simulator.setFaults({ throttle_per_second: 3 });
    const esme = await bound();
    const statuses = async () =>
      Promise.all(Array.from({ length: 5 }, async () => (await esme.submit(textTo(ordinaryPhone))).commandStatus));
    expect(await statuses()).toEqual([0, 0, 0, 0x58, 0x58]);
    await clock.advance(1_000);
    expect(await statuses()).toEqual([0, 0, 0, 0x58, 0x58]);
  });

  test('receipts can be left out, and reset brings them back', async () => {
    simulator.setFaults({ receipts: false });
    const esme = await bound();
    await esme.submit(textTo(ordinaryPhone));
    await clock.advance(60_000);
    expect(esme.deliveries()).toEqual([]);
    simulator.reset();
    await esme.submit(textTo(ordinaryPhone));
    expect(await deliveries(esme, 1)).toHaveLength(1);
  });
});
