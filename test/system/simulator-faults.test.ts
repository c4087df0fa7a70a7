import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Counts, SCENARIO_NAMES } from '../../server/rules/simulator-faults.ts';
import { scenario } from '../../server/simulator/scenarios.ts';
import { type Simulator, startSimulator } from '../../server/simulator/smsc.ts';
import type { MessageFields } from '../../server/smpp/pdu.ts';
import { playScenario } from '../support/play-scenario.ts';
import { type TinyEsme, tinyEsme } from '../support/tiny-esme.ts';
import { until } from '../support/until.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

const credentials = { systemId: 'sandbox', password: 'secret' };
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

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

async function bound(): Promise<TinyEsme> {
  const esme = await tinyEsme(simulator.port, { command: 'bind_transceiver', ...credentials });
  esmes.push(esme);
  return esme;
}

const text: Partial<MessageFields> = {
  sourceAddrTon: 5,
  sourceAddr: 'CartBoss',
  destAddrTon: 1,
  destAddrNpi: 1,
  destinationAddr: '14155550123',
  registeredDelivery: 1,
  shortMessage: Buffer.from('Hi there!'),
};

async function deliveries(esme: TinyEsme, count: number, ms: number): Promise<MessageFields[]> {
  await clock.advance(ms);
  return until(() => esme.deliveries().length >= count && esme.deliveries());
}

const statOf = ({ shortMessage }: MessageFields) => /stat:(\w+)/.exec(shortMessage.toString('latin1'))?.[1];

/** Octets that come in, as they are, over a connection that was bound. */
async function octetsAfterBind(): Promise<{ readonly esme: TinyEsme; readonly octets: () => Buffer }> {
  const esme = await bound();
  const chunks: Buffer[] = [];
  esme.socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { esme, octets: () => Buffer.concat(chunks) };
}

describe('a connection that breaks', () => {
  test('is cut at every octet of an answer, with the text taken', async () => {
    // The header, nineteen digits and a NUL.
    const length = 16 + 19 + 1;
    for (let octet = 0; octet <= length; octet += 1) {
      simulator.setFaults({ drop: 'answer', drop_at_octet: octet });
      const { esme, octets } = await octetsAfterBind();
      esme.send({ command: 'submit_sm', sequenceNumber: 9, fields: text });
      await until(() => esme.isClosed());
      expect(octets()).toHaveLength(octet);
    }
    expect(simulator.counts()).toMatchObject({ accepted: length + 1, dropped: length + 1 });
  });

  test('is cut before a text is taken, as often as it was told', async () => {
    simulator.setFaults({ drop: 'request', drop_times: 2 });
    for (let time = 0; time < 2; time += 1) {
      const esme = await bound();
      esme.send({ command: 'submit_sm', sequenceNumber: 9, fields: text });
      await until(() => esme.isClosed());
    }
    expect((await (await bound()).submit(text)).commandStatus).toBe(0);
    expect(simulator.counts()).toMatchObject({ submits: 1, dropped: 2 });
  });

  test('is open and dead: it takes a bind and never answers', async () => {
    simulator.setFaults({ half_open: true });
    const esme = await tinyEsme(simulator.port, null);
    esmes.push(esme);
    esme.send({ command: 'bind_transceiver', sequenceNumber: 1, fields: credentials });
    await until(() => simulator.counts().ignored === 1);
    expect([esme.received, esme.isClosed()]).toEqual([[], false]);
    await clock.advance(30_000);
    await until(() => esme.isClosed());
    simulator.setFaults({ half_open: false });
    expect((await (await bound()).submit(text)).commandStatus).toBe(0);
  });

  test('is a black hole after so many texts: no answer to enquire_link, no receipt, no FIN', async () => {
    simulator.setFaults({ black_hole_after: 2 });
    const esme = await bound();
    for (let count = 0; count < 2; count += 1) expect((await esme.submit(text)).commandStatus).toBe(0);
    const seen = esme.received.length;
    esme.send({ command: 'submit_sm', sequenceNumber: 9, fields: text });
    esme.send({ command: 'enquire_link', sequenceNumber: 10 });
    await until(() => simulator.counts().ignored === 2);
    await clock.advance(5_000);
    expect([esme.received.length, esme.isClosed()]).toEqual([seen, false]);
    expect(esme.deliveries()).toEqual([]);
    const next = await bound();
    expect((await next.submit(text)).commandStatus).toBe(0);
    // The receipts of before come over the connection that lives.
    expect(await deliveries(next, 3, 1_000)).toHaveLength(3);
  });

  test('hears unbind again and again, and never more often than told', async () => {
    simulator.setFaults({ unbind_every_ms: 1_000, unbind_times: 2 });
    for (let time = 0; time < 2; time += 1) {
      const esme = await bound();
      await clock.advance(1_000);
      await until(() => esme.isClosed());
      expect(esme.received.at(-1)?.command).toBe('unbind');
    }
    const esme = await bound();
    await clock.advance(20_000);
    expect(esme.isClosed()).toBe(false);
    expect(simulator.counts()).toMatchObject({ unbinds: 2, binds: 3 });
  });
});

describe('answers', () => {
  test('come after nonsense in whole PDUs, and are still right', async () => {
    simulator.setFaults({ garbage: 'pdus', seed: 5 });
    const esme = await bound();
    for (let count = 0; count < 20; count += 1) expect((await esme.submit(text)).commandStatus).toBe(0);
    expect(simulator.counts().garbage).toBe(20);
  });

  test.each([
    ['throttle_percent', 0x58, 'throttled'],
    ['refuse_percent', 0x45, 'refused'],
  ] as const)('are refusals for the share of %s', async (fault, status, counted) => {
    simulator.setFaults({ [fault]: 50, refuse_status: 0x45, seed: 42 });
    const esme = await bound();
    const statuses: number[] = [];
    for (let count = 0; count < 60; count += 1) statuses.push((await esme.submit(text)).commandStatus);
    const refused = statuses.filter((one) => one === status).length;
    expect(new Set(statuses)).toEqual(new Set([0, status]));
    expect(refused).toBeGreaterThan(15);
    expect(refused).toBeLessThan(45);
    expect(simulator.counts()[counted]).toBe(refused);
  });

  test('overtake each other by chance, the same way for the same seed', async () => {
    const order = async () => {
      simulator.setFaults({ response_delay_ms: 10, response_jitter_ms: 500, seed: 9 });
      const esme = await bound();
      const taken = simulator.counts().submits + 10;
      for (let count = 1; count <= 10; count += 1) {
        esme.send({ command: 'submit_sm', sequenceNumber: 100 + count, fields: text });
      }
      await until(() => simulator.counts().submits === taken);
      const answers = () => esme.received.filter(({ command }) => command === 'submit_sm_resp');
      for (let step = 0; step < 11; step += 1) await clock.advance(50);
      await until(() => answers().length === 10);
      return answers().map(({ sequenceNumber }) => sequenceNumber);
    };
    const first = await order();
    expect(first).not.toEqual(first.toSorted((a, b) => a - b));
    expect(await order()).toEqual(first);
  });
});

describe('receipts', () => {
  test('come as often as told, each time the same', async () => {
    simulator.setFaults({ duplicate_receipts: 2 });
    const esme = await bound();
    const { messageId } = await esme.submit(text);
    const all = await deliveries(esme, 3, 1_000);
    expect(all.map(({ receiptedMessageId }) => receiptedMessageId)).toEqual([messageId, messageId, messageId]);
    expect(simulator.counts().receipts).toBe(3);
  });

  test('are in TLVs alone, or in the text alone', async () => {
    const esme = await bound();
    simulator.setFaults({ receipt_form: 'tlv' });
    const { messageId } = await esme.submit(text);
    const [tlv] = await deliveries(esme, 1, 1_000);
    expect(tlv).toMatchObject({ esmClass: 0x04, receiptedMessageId: messageId, messageState: 2 });
    expect(tlv?.shortMessage).toHaveLength(0);
    simulator.setFaults({ receipt_form: 'text' });
    const second = await esme.submit(text);
    const [, plain] = await deliveries(esme, 2, 1_000);
    expect(plain?.receiptedMessageId).toBeUndefined();
    expect(plain?.messageState).toBeUndefined();
    expect(plain?.shortMessage.toString('latin1')).toContain(`id:${second.messageId} `);
  });

  test('of a phone that is off say ENROUTE, then EXPIRED, and the text never shows', async () => {
    simulator.setFaults({ handsets_off: ['14155550123'], handset_off_ms: 3_000 });
    const esme = await bound();
    await esme.submit(text);
    expect((await deliveries(esme, 1, 1_000)).map(statOf)).toEqual(['ENROUTE']);
    expect((await deliveries(esme, 2, 3_000)).map(statOf)).toEqual(['ENROUTE', 'EXPIRED']);
    expect(simulator.phone('+14155550123')).toEqual([]);
  });

  test('of a phone that is on again in time say DELIVRD, and the text shows then', async () => {
    simulator.setFaults({ handsets_off: ['*'], handset_off_ms: 3_000 });
    const esme = await bound();
    await esme.submit({ ...text, registeredDelivery: 0x11 });
    const [first] = await deliveries(esme, 1, 1_000);
    // SMPP 3.4 §5.2.12: an intermediate notification, because it was asked for.
    expect(first?.esmClass).toBe(0x20);
    expect(simulator.phone('+14155550123')).toEqual([]);
    simulator.setFaults({ handsets_off: [] });
    expect((await deliveries(esme, 2, 3_000)).map(statOf)).toEqual(['ENROUTE', 'DELIVRD']);
    expect(simulator.phone('+14155550123')).toHaveLength(1);
  });
});

describe('the scenario', () => {
  test.each(SCENARIO_NAMES)('%s ends with the counts that it expects, and with no fault', async (name) => {
    const played = scenario(name);
    const counts = await playScenario(played, { simulator, clock, credentials });
    for (const [what, { min = 0, max = Infinity }] of Object.entries(played.expect)) {
      const count = counts[what as keyof Counts];
      expect(count >= min && count <= max, `${what} is ${count}, expected ${min} to ${max}`).toBe(true);
    }
    expect((await (await bound()).submit(text)).commandStatus).toBe(0);
  });
});
