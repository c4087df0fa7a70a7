import http from 'node:http';
import type { TlsOptions } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { Carrier, CarrierEvents, Inbound, Outcome, Part, Receipt } from '../../server/messages/carrier.ts';
import { smppCarrier } from '../../server/smpp/carrier.ts';
import type { SmppCarrierOptions } from '../../server/smpp/carrier.ts';
import { carrierSchema } from '../../server/smpp/profile.ts';
import type { MessageFields, Pdu, PduToSend } from '../../server/smpp/pdu.ts';
import { encodePdu } from '../../server/smpp/pdu.ts';
import { scriptedSmsc } from '../support/scripted-smsc.ts';
import type { Peer, Script, ScriptedSmsc, SmscOptions } from '../support/scripted-smsc.ts';
import { selfSigned } from '../support/self-signed.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const part: Part = {
  from: '+15005550006',
  to: '+14155550123',
  text: 'Hello',
  encoding: 'GSM-7',
  concatenation: null,
  validitySeconds: 3_600,
};

describe('a good carrier', () => {
  test('is bound to as a transceiver of version 3.4, takes a text, reports on it and brings an answer', async () => {
    const bridge = await setUp();
    const peer = await bridge.smsc.bound(0);
    expect(peer.received[0]).toMatchObject({ fields: { systemId: 'bridge', password: 'pw', interfaceVersion: 0x34 } });
    expect(await send(bridge.carrier)).toEqual({ kind: 'accepted', carrierId: '2' });
    expect(await peer.got('submit_sm')).toMatchObject({
      fields: {
        sourceAddr: '15005550006',
        destinationAddr: '14155550123',
        registeredDelivery: 1,
        validityPeriod: '000000010000000R',
      },
    });

    peer.send(deliverSm(1, { esmClass: 4, shortMessage: Buffer.from('id:2 stat:DELIVRD err:000') }));
    peer.send(deliverSm(2, { sourceAddr: '14155550123', sourceAddrTon: 1, shortMessage: Buffer.from('Thanks') }));
    await peer.got('deliver_sm_resp', 2);
    expect(bridge.receipts).toMatchObject([{ carrierId: '2', state: 'delivered', smscId: 'default' }]);
    expect(bridge.inbound).toMatchObject([{ from: '+14155550123', body: 'Thanks', mode: 'live' }]);
  });

  test('R084: has at most a window of texts unanswered', async () => {
    const held: { pdu: Pdu; peer: Peer }[] = [];
    const bridge = await setUp({ window: 3 }, { script: hold(held) });
    const outcomes = Array.from({ length: 9 }, () => send(bridge.carrier));
    for (let answered = 0; answered < 9; answered += 3) {
      await until(() => held.length === answered + 3);
      await bridge.clock.advance(0);
      expect(held).toHaveLength(answered + 3);
      for (const { pdu, peer } of held.slice(answered)) peer.send(submitResp(pdu.sequenceNumber, 'id'));
    }
    expect(await Promise.all(outcomes)).toEqual(
      Array.from({ length: 9 }, () => ({ kind: 'accepted', carrierId: 'id' })),
    );
  });

  test('gets what one turn brings in few writes', async () => {
    const bridge = await setUp({ window: 200 });
    const peer = await bridge.smsc.bound(0);
    const slots = await bridge.carrier.reserve(200);
    const before = peer.chunks;
    await Promise.all(slots.map((slot) => slot.submit(part)));
    expect(peer.received.filter((pdu) => pdu.command === 'submit_sm')).toHaveLength(200);
    expect(peer.chunks - before).toBeLessThan(20);
  });

  test('R086: gets texts at the agreed pace', async () => {
    const bridge = await setUp({ rate: 10 });
    const peer = await bridge.smsc.bound(0);
    const outcomes = Promise.all(Array.from({ length: 5 }, () => send(bridge.carrier)));
    await peer.got('submit_sm');
    await bridge.clock.advance(50);
    expect(peer.received.filter((pdu) => pdu.command === 'submit_sm')).toHaveLength(1);
    expect(await whileTimePasses(bridge, outcomes)).toHaveLength(5);
  });

  test('that reads slowly gets nothing new until it reads again', async () => {
    const bridge = await setUp(
      { window: 100_000 },
      { script: (pdu) => (pdu.command === 'submit_sm' ? [] : undefined) },
    );
    const peer = await bridge.smsc.bound(0);
    await bridge.carrier.reserve(1);
    peer.pause();
    let waiting = bridge.carrier.reserve(500);
    for (let slots = await orWaiting(waiting); slots; slots = await orWaiting(waiting)) {
      for (const slot of slots) void slot.submit({ ...part, text: 'a'.repeat(160) });
      await turns(2);
      waiting = bridge.carrier.reserve(500);
    }
    peer.resume();
    expect(await waiting).toHaveLength(500);
    peer.reset();
  });

  test('with TLS is trusted by its certificate and name alone', async () => {
    const { key, cert } = selfSigned('localhost');
    const asked: string[] = [];
    const SNICallback: TlsOptions['SNICallback'] = (name, done) => {
      asked.push(name);
      done(null);
    };
    const trusted = await setUp({ host: 'localhost', tls: { ca: cert } }, { tls: { key, cert, SNICallback } });
    expect(await send(trusted.carrier)).toMatchObject({ kind: 'accepted' });
    expect(asked).toEqual(['localhost']);

    const stranger = await setUp({ host: 'localhost', tls: {} }, { tls: { key, cert } });
    await until(() => stranger.logged.find((line) => line.includes('DEPTH_ZERO_SELF_SIGNED_CERT')));
    const other = selfSigned('smsc.example.com');
    const misnamed = await setUp({ host: 'localhost', tls: { ca: other.cert } }, { tls: other });
    await until(() => misnamed.logged.find((line) => line.includes('ERR_TLS_CERT_ALTNAME_INVALID')));
    for (const peer of [...stranger.smsc.peers, ...misnamed.smsc.peers]) expect(peer.received).toEqual([]);
  });
});

describe('octets that are no SMPP', () => {
  test.each([0, 2, 4, 15, 70_001, 0xffff_ffff])(
    'a command_length of %i gets a nack, closes the link, and the next one works',
    async (commandLength) => {
      const bridge = await setUp();
      const peer = await bridge.smsc.bound(0);
      peer.write(words(commandLength, 0x15, 0, 1));
      expect(await peer.got('generic_nack')).toMatchObject({ commandStatus: 2 });
      await until(() => !peer.isOpen());
      await rebound(bridge, 1);
      expect(await send(bridge.carrier)).toMatchObject({ kind: 'accepted' });
    },
  );

  test('a web server in the place of the carrier is tried again, and again', async () => {
    let connections = 0;
    const server = http.createServer().on('connection', () => (connections += 1));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    const bridge = await setUp({ port: typeof address === 'object' && address ? address.port : 0 });
    await whileTimePasses(
      bridge,
      until(() => connections >= 3),
    );
    expect(bridge.carrier.isUp()).toBe(false);
    expect(bridge.logged.some((line) => line.includes('invalid_pdu_length'))).toBe(true);
  });

  test('half a PDU and then silence is a lost link within 45 s', async () => {
    const bridge = await setUp({}, { script: (pdu) => (pdu.command === 'enquire_link' ? [] : undefined) });
    const peer = await bridge.smsc.bound(0);
    await until(() => bridge.carrier.isUp());
    peer.write(words(200, 0x05, 0, 1));
    await bridge.clock.advance(45_000);
    await until(() => !peer.isOpen());
    await rebound(bridge, 1);
  });
});

describe('odd PDUs keep the link', () => {
  const odd: [string, (sequence: number) => Buffer][] = [
    ['a TLV of no octet', () => raw(0x05, 1, `${'00'.repeat(17)}04270000`)],
    ['a TLV of one octet where two belong', () => raw(0x05, 1, `${'00'.repeat(17)}0204000107`)],
    ['a TLV that runs past the end', () => raw(0x05, 1, `${'00'.repeat(17)}0427ffff02`)],
    ['a deliver_sm without a body', () => raw(0x05, 1, '')],
    ['a command nobody knows', () => raw(0x0000_4242, 1, '00')],
    ['an answer nobody knows', () => raw(0x8000_4242, 1, '00')],
    ['an answer to nothing', () => raw(0x8000_0004, 987_654, '3100')],
    ['an enquire_link_resp under the number of a text', (sequence) => raw(0x8000_0015, sequence, '')],
    ['a second bind answer', () => raw(0x8000_0009, 1, '00')],
    ['an enquire_link with a body', () => raw(0x15, 1, '000000')],
    ['a submit_sm to us', () => raw(0x04, 1, '00'.repeat(17))],
  ];

  test.each(odd)('%s', async (_name, octets) => {
    const held: { pdu: Pdu; peer: Peer }[] = [];
    const bridge = await setUp({}, { script: hold(held) });
    const outcome = send(bridge.carrier);
    const { pdu, peer } = await until(() => held[0]);
    peer.write(octets(pdu.sequenceNumber));
    peer.send({ command: 'enquire_link', sequenceNumber: 4711 });
    await until(() =>
      peer.received.find((sent) => sent.command === 'enquire_link_resp' && sent.sequenceNumber === 4711),
    );
    peer.send(submitResp(pdu.sequenceNumber, 'mine'));
    peer.send(submitResp(pdu.sequenceNumber, 'again'));
    expect(await outcome).toEqual({ kind: 'accepted', carrierId: 'mine' });
    expect(bridge.smsc.peers).toHaveLength(1);
    expect(bridge.carrier.isUp()).toBe(true);
  });

  test.each([
    ['a header-only error', 0x0b, { class: 'permanent', name: 'ESME_RINVDSTADR' }],
    ['a status nobody knows', 0x0bad, { class: 'retry', name: 'reserved 0x00000BAD' }],
  ])('%s is the outcome of its text', async (_name, commandStatus, expected) => {
    const bridge = await setUp(
      {},
      {
        script: (pdu) =>
          pdu.command === 'submit_sm' ? [{ ...submitResp(pdu.sequenceNumber, ''), commandStatus }] : undefined,
      },
    );
    expect(await send(bridge.carrier)).toMatchObject({ kind: 'refused', commandStatus, ...expected });
    expect(bridge.carrier.isUp()).toBe(true);
  });

  test('a valid PDU of 16,385 octets is read', async () => {
    const bridge = await setUp();
    const peer = await bridge.smsc.bound(0);
    const messagePayload = Buffer.alloc(16_385 - 16 - 17 - 4, 'a');
    const octets = encodePdu(deliverSm(1, { messagePayload }));
    expect(octets).toHaveLength(16_385);
    peer.write(octets);
    expect(await peer.got('deliver_sm_resp')).toMatchObject({ commandStatus: 0 });
    expect(bridge.inbound.map((text) => text.body)).toEqual([messagePayload.toString()]);
  });
});

describe('a handler that fails', () => {
  test.each<[string, CarrierEvents['inbound']]>([
    ['rejects', () => Promise.reject(new Error('down'))],
    [
      'throws',
      () => {
        throw new Error('down');
      },
    ],
  ])('because it %s has the carrier keep the text, and the link hears the next one', async (_name, failing) => {
    const taken: string[] = [];
    const inbound = (text: Inbound) => (taken.push(text.body) === 1 ? failing(text) : Promise.resolve());
    const bridge = await setUp({ events: { inbound, receipt: () => Promise.resolve() } });
    const peer = await bridge.smsc.bound(0);
    peer.send(deliverSm(7, { shortMessage: Buffer.from('first') }));
    peer.send(deliverSm(8, { shortMessage: Buffer.from('second') }));
    await peer.got('deliver_sm_resp', 2);
    const answers = peer.received.filter((pdu) => pdu.command === 'deliver_sm_resp');
    expect(answers.map((pdu) => [pdu.sequenceNumber, pdu.commandStatus]).toSorted(([a = 0], [b = 0]) => a - b)).toEqual(
      [
        [7, 0x64],
        [8, 0],
      ],
    );
    expect(taken).toEqual(['first', 'second']);
    expect(bridge.logged.join()).not.toContain('down');
  });
});

describe('a link that is lost', () => {
  const answerOctets = encodePdu(submitResp(2, 'abc'));

  test('at any octet of the answer leaves the text unknown, and with the last octet accepted', async () => {
    const bridge = await setUp(
      {},
      {
        script(pdu, peer, connection) {
          if (pdu.command !== 'submit_sm') return undefined;
          peer.write(answerOctets.subarray(0, connection));
          peer.end();
          return [];
        },
      },
    );
    for (let octets = 0; octets <= answerOctets.length; octets += 1) {
      await rebound(bridge, octets);
      const expected: Outcome =
        octets < answerOctets.length
          ? { kind: 'unknown', reason: 'link_lost' }
          : { kind: 'accepted', carrierId: 'abc' };
      expect(await send(bridge.carrier)).toEqual(expected);
    }
  });

  test('by an RST before, in or after the submit_sm leaves the texts under way unknown, each once', async () => {
    const bridge = await setUp(
      { window: 5 },
      {
        script(pdu, peer) {
          if (pdu.command === 'submit_sm') peer.reset();
          return pdu.command === 'submit_sm' ? [] : undefined;
        },
      },
    );
    for (let connection = 0; connection < 5; connection += 1) {
      await rebound(bridge, connection);
      const outcomes = await Promise.all(
        (await bridge.carrier.reserve(5)).map(async (slot) => {
          const outcome = await slot.submit(part);
          slot.release();
          return outcome;
        }),
      );
      expect(outcomes).toEqual(Array.from({ length: 5 }, () => ({ kind: 'unknown', reason: 'link_lost' })));
    }
  });

  test('keeps a text that was not written: it is unsent, and slots are waited for', async () => {
    const bridge = await setUp();
    const peer = await bridge.smsc.bound(0);
    const [slot] = await bridge.carrier.reserve(1);
    peer.end();
    await until(() => !bridge.carrier.isUp());
    expect(await slot?.submit(part)).toMatchObject({ kind: 'unsent' });
    slot?.release();
    const later = send(bridge.carrier);
    await rebound(bridge, 1);
    expect(await later).toMatchObject({ kind: 'accepted' });
  });

  test('R084: by a black hole is found within 45 s, with its texts unknown', async () => {
    const bridge = await setUp();
    const peer = await bridge.smsc.bound(0);
    const [slot] = await bridge.carrier.reserve(1);
    peer.pause();
    const outcome = slot?.submit(part);
    await bridge.clock.advance(29_999);
    expect(bridge.carrier.isUp()).toBe(true);
    await bridge.clock.advance(1);
    expect(await outcome).toEqual({ kind: 'unknown', reason: 'timeout' });
    await bridge.clock.advance(15_000);
    await until(() => bridge.logged.find((line) => line.includes('peer_silent')));
    await rebound(bridge, 1);
  });

  test('because the peer unbinds is answered and bound again', async () => {
    const bridge = await setUp();
    const peer = await bridge.smsc.bound(0);
    await until(() => bridge.carrier.isUp());
    peer.send({ command: 'unbind', sequenceNumber: 3 });
    expect(await peer.got('unbind_resp')).toMatchObject({ sequenceNumber: 3 });
    await rebound(bridge, 1);
  });

  test('R084: to a peer that hangs up is tried again after 1 s, 2 s, 4 s and so on up to 60 s', async () => {
    const bridge = await setUp({ random: () => 0.999_999 }, { onConnect: (peer) => peer.end() });
    await whileTimePasses(
      bridge,
      until(() => bridge.logged.length >= 8),
    );
    const waits = bridge.logged.map((line) => /"retryInMs":(\d+)/.exec(line)?.[1]);
    expect(waits.slice(0, 8)).toEqual(['1000', '2000', '4000', '8000', '16000', '32000', '60000', '60000']);
  });

  test.each([
    [29_999, ['1000', '2000', '4000']],
    [30_000, ['1000', '2000', '1000']],
  ])('after %i ms of bind starts its waiting times where that bind deserves', async (boundMs, expected) => {
    const bridge = await setUp(
      { random: () => 0.999_999 },
      { script: (_pdu, peer, connection) => (connection < 2 ? (peer.end(), []) : undefined) },
    );
    await whileTimePasses(
      bridge,
      until(() => bridge.carrier.isUp()),
    );
    const upAtMs = bridge.clock.now();
    const peer = await bridge.smsc.bound(2);
    await bridge.clock.advance(boundMs - (bridge.clock.now() - upAtMs));
    peer.reset();
    await until(() => bridge.logged.length === 3);
    expect(bridge.logged.map((line) => /"retryInMs":(\d+)/.exec(line)?.[1])).toEqual(expected);
  });

  test('with wrong credentials is tried rarely and comes back when they are right', async () => {
    const bridge = await setUp(
      {},
      {
        script: (pdu, _peer, connection) =>
          pdu.command === 'bind_transceiver' && connection < 2
            ? [{ command: 'bind_transceiver_resp', sequenceNumber: pdu.sequenceNumber, commandStatus: 0x0e }]
            : undefined,
      },
    );
    for (const [connection, waitMs] of [
      [0, 60_000],
      [1, 120_000],
    ] as const) {
      await until(() => bridge.logged.filter((line) => line.includes('ESME_RINVPASWD')).length === connection + 1);
      await bridge.clock.advance(waitMs - 1);
      expect(bridge.smsc.peers).toHaveLength(connection + 1);
      await bridge.clock.advance(1);
      await bridge.smsc.peer(connection + 1);
    }
    await until(() => bridge.carrier.isUp());
  });

  test('says nothing of numbers, texts or passwords in the log', async () => {
    const bridge = await setUp({ password: 'hunter2' });
    const peer = await bridge.smsc.bound(0);
    await send(bridge.carrier);
    peer.send(deliverSm(1, { sourceAddr: '14155550123', shortMessage: Buffer.from('private words') }));
    await peer.got('deliver_sm_resp');
    peer.write('GET / HTTP/1.1\r\n\r\n');
    await until(() => bridge.logged.find((line) => line.includes('invalid_pdu_length')));
    expect(bridge.logged.join()).not.toMatch(/hunter2|4155550123|private words|Hello/);
  });
});

describe('stopping', () => {
  test('waits for the answers under way, unbinds, closes, and leaves no timer', async () => {
    const held: { pdu: Pdu; peer: Peer }[] = [];
    const bridge = await setUp({}, { script: hold(held) });
    const outcome = send(bridge.carrier);
    const { pdu, peer } = await until(() => held[0]);
    const stopped = bridge.carrier.stop();
    expect(await bridge.carrier.reserve(1)).toEqual([]);
    peer.send({ command: 'enquire_link', sequenceNumber: 9 });
    await peer.got('enquire_link_resp');
    expect(peer.received.some((sent) => sent.command === 'unbind')).toBe(false);
    peer.send(submitResp(pdu.sequenceNumber, 'late'));
    expect(await outcome).toEqual({ kind: 'accepted', carrierId: 'late' });
    await stopped;
    expect(peer.received.at(-1)).toMatchObject({ command: 'unbind' });
    expect(bridge.clock.pending()).toBe(0);
    expect(bridge.carrier.isUp()).toBe(false);
  });

  test('lets the second part of a text follow the first', async () => {
    const held: { pdu: Pdu; peer: Peer }[] = [];
    const bridge = await setUp({}, { script: hold(held) });
    const [slot] = await bridge.carrier.reserve(1);
    const first = slot?.submit(part);
    const { pdu, peer } = await until(() => held[0]);
    const stopped = bridge.carrier.stop();
    peer.send(submitResp(pdu.sequenceNumber, 'one'));
    expect(await first).toMatchObject({ carrierId: 'one' });
    const second = slot?.submit(part);
    peer.send(submitResp((await until(() => held[1])).pdu.sequenceNumber, 'two'));
    expect(await second).toMatchObject({ carrierId: 'two' });
    slot?.release();
    await stopped;
  });

  test('gives a silent carrier 10 s for answers and 5 s for unbind', async () => {
    const bridge = await setUp({}, { script: (pdu) => (pdu.command === 'bind_transceiver' ? undefined : []) });
    const outcome = send(bridge.carrier);
    const peer = await bridge.smsc.bound(0);
    await peer.got('submit_sm');
    const stopped = bridge.carrier.stop();
    await bridge.clock.advance(10_000);
    await peer.got('unbind');
    await bridge.clock.advance(6_000);
    expect(await outcome).toEqual({ kind: 'unknown', reason: 'link_lost' });
    await whileTimePasses(bridge, stopped);
    expect(bridge.clock.pending()).toBe(0);
  });

  test('a link that is down or waiting for its next try ends at once', async () => {
    const smsc = await scriptedSmsc();
    await smsc.close();
    const bridge = await setUp({ port: smsc.port, random: () => 0.5 });
    await until(() => bridge.logged.length > 0);
    await bridge.carrier.stop();
    await bridge.carrier.stop();
    expect(bridge.clock.pending()).toBe(0);
  });
});

interface Bridge {
  readonly smsc: ScriptedSmsc;
  readonly carrier: Carrier;
  readonly clock: ReturnType<typeof virtualClock>;
  readonly receipts: Receipt[];
  readonly inbound: Inbound[];
  /** Each line of the log as JSON. */
  readonly logged: string[];
}

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Changes extends Partial<z.input<typeof carrierSchema>> {
  readonly events?: CarrierEvents;
  readonly random?: SmppCarrierOptions['random'];
}

async function setUp(
  { events, random = () => 0, window = 10, ...profile }: Changes = {},
  smscOptions: SmscOptions = {},
): Promise<Bridge> {
  const smsc = await scriptedSmsc(smscOptions);
  const clock = virtualClock();
  const receipts: Receipt[] = [];
  const inbound: Inbound[] = [];
  const logged: string[] = [];
  const line = (...words_: unknown[]) => void logged.push(JSON.stringify(words_));
  const carrier = smppCarrier({
    profile: {
      ...carrierSchema.parse({
        id: 'default',
        host: '127.0.0.1',
        port: smsc.port,
        system_id: 'bridge',
        password: 'pw',
        ...profile,
      }),
      window,
    },
    mode: 'live',
    clock,
    log: { info: () => undefined, warn: line, error: line },
    random,
    events: events ?? {
      receipt: (receipt) => Promise.resolve(void receipts.push(receipt)),
      inbound: (text) => Promise.resolve(void inbound.push(text)),
    },
  });
  const bridge = { smsc, carrier, clock, receipts, inbound, logged };
  closers.push(() => smsc.close());
  closers.push(() => whileTimePasses(bridge, carrier.stop()));
  carrier.start();
  return bridge;
}

async function send(carrier: Carrier): Promise<Outcome> {
  const [slot] = await carrier.reserve(1);
  if (!slot) throw new Error('the carrier is stopping');
  const outcome = await slot.submit(part);
  slot.release();
  return outcome;
}

/** Moves time on, a second at a time, until `done` is. */
async function whileTimePasses<Value>({ clock }: Pick<Bridge, 'clock'>, done: Promise<Value>): Promise<Value> {
  let isDone = false;
  const watched = done.finally(() => (isDone = true));
  await Promise.race([watched, new Promise((resolve) => setTimeout(resolve, 20))]);
  while (!isDone) {
    await clock.advance(1_000);
    await Promise.race([watched, new Promise((resolve) => setTimeout(resolve, 5))]);
  }
  return watched;
}

/** The link is bound on its connection number `index`; waiting times are zero here. */
async function rebound({ clock, smsc, carrier }: Bridge, index: number): Promise<void> {
  await until(async () => {
    await clock.advance(0);
    return smsc.peers.length === index + 1 && carrier.isUp();
  });
}

/** Leaves each submit_sm unanswered and keeps it for the test. */
function hold(held: { pdu: Pdu; peer: Peer }[]): Script {
  return (pdu, peer) => {
    if (pdu.command !== 'submit_sm') return undefined;
    held.push({ pdu, peer });
    return [];
  };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Null when the promise does not resolve within some turns of the event loop. */
function orWaiting<Value>(promise: Promise<Value>): Promise<Value | null> {
  return Promise.race([promise, turns(10).then(() => null)]);
}

function submitResp(sequenceNumber: number, messageId: string): PduToSend {
  return { command: 'submit_sm_resp', sequenceNumber, fields: { messageId } };
}

function deliverSm(sequenceNumber: number, fields: Partial<MessageFields>): PduToSend {
  return { command: 'deliver_sm', sequenceNumber, fields };
}

function words(...values: number[]): Buffer {
  const octets = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => octets.writeUInt32BE(value, index * 4));
  return octets;
}

function raw(commandId: number, sequence: number, body: string): Buffer {
  const octets = Buffer.from(body, 'hex');
  return Buffer.concat([words(16 + octets.length, commandId, 0, sequence), octets]);
}
