import { createHash, X509Certificate } from 'node:crypto';
import net from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Outcome, Slot } from '../../server/messages/carrier.ts';
import type { Pdu, PduToSend } from '../../server/smpp/pdu.ts';
import { isBind, type Script, scriptedSmsc } from '../support/scripted-smsc.ts';
import { selfSigned } from '../support/self-signed.ts';
import { account, allBound, PART } from '../support/smpp-account.ts';
import { until } from '../support/until.ts';

describe('a pair of transmitter and receiver', () => {
  const pair = { binds: [{ type: 'transmitter' }, { type: 'receiver' }] } as const;

  test('sends on the one and gets receipts and texts on the other', async () => {
    const bridge = await account({ binds: [...pair.binds] });
    await allBound(bridge);
    const kinds = bridge.smsc.peers.map(({ received }) => received[0]?.command);
    expect(kinds.toSorted()).toEqual(['bind_receiver', 'bind_transmitter']);
    const receiver = bridge.smsc.peers[kinds.indexOf('bind_receiver')];
    expect(await bridge.send()).toMatchObject({ kind: 'accepted', carrierId: '2' });
    receiver?.send(receipt('2', 1));
    await receiver?.got('deliver_sm_resp');
    expect(bridge.receipts).toMatchObject([{ smscId: 'default', carrierId: '2', state: 'delivered' }]);
    expect(receiver?.received.some(({ command }) => command === 'submit_sm')).toBe(false);
  });

  test('is down while the transmitter is, although the receiver stands', async () => {
    const script: Script = (pdu) =>
      pdu.command === 'bind_transmitter' ? [refusedBind(pdu, 'bind_transmitter_resp', 0x0d)] : undefined;
    const bridge = await account({ binds: [...pair.binds] }, { script });
    await until(() => bridge.states.length > 0);
    expect(bridge.states[0]).toMatchObject({ state: 'down', loss: { commandStatus: 'ESME_RBINDFAIL' } });
    expect(bridge.carrier.isUp()).toBe(false);
  });

  test('a receiver alone is up and never gives a slot', async () => {
    const bridge = await account({ binds: [{ type: 'receiver' }] });
    await until(() => bridge.carrier.isUp());
    const asked = bridge.carrier.reserve(1);
    await bridge.clock.advance(1_000);
    void bridge.carrier.stop();
    expect(await asked).toEqual([]);
  });
});

describe('two transceivers', () => {
  const binds = [{ type: 'transceiver' as const, count: 2 }];

  test('of which one dies: its texts are unknown, each once, and the other goes on', async () => {
    const held: { pdu: Pdu; connection: number }[] = [];
    const script: Script = (pdu, _peer, connection) => {
      if (pdu.command !== 'submit_sm') return undefined;
      held.push({ pdu, connection });
      return [];
    };
    const bridge = await account({ binds, window: 5 }, { script });
    await allBound(bridge);
    const settled: Outcome[] = [];
    const sent = Array.from({ length: 10 }, async () => settled.push(await bridge.send()));
    await until(() => held.length === 10);
    expect(held.filter(({ connection }) => connection === 0)).toHaveLength(5);
    bridge.smsc.peers[0]?.reset();
    await until(() => settled.length === 5);
    expect(settled).toEqual(Array.from({ length: 5 }, () => ({ kind: 'unknown', reason: 'link_lost' })));
    for (const { pdu, connection } of held)
      if (connection === 1) bridge.smsc.peers[1]?.send(submitResp(pdu.sequenceNumber, 'survivor'));
    await Promise.all(sent);
    expect(settled.slice(5)).toEqual(Array.from({ length: 5 }, () => ({ kind: 'accepted', carrierId: 'survivor' })));
    expect(bridge.states.map(({ state }) => state)).toEqual(['up']);
  });

  test('keep the parts of a text on one way, and a receipt may come on the other', async () => {
    const bridge = await account({ binds });
    await allBound(bridge);
    const slots = await bridge.carrier.reserve(6);
    for (const number of [1, 2, 3])
      for (const [text, slot] of slots.entries())
        await slot.submit({ ...PART, text: `${text}`, concatenation: { reference: text, total: 3, number } });
    const ways = bridge.smsc.peers.map(({ received }) => received.flatMap(textOf));
    expect(ways.map((texts) => texts.length)).toEqual([9, 9]);
    expect(new Set(ways[0]).intersection(new Set(ways[1])).size).toBe(0);
    bridge.smsc.peers[1]?.send(receipt('2', 1));
    await until(() => bridge.receipts.length === 1);
  });

  test('in a black hole are both found within 45 s, and their texts are unknown', async () => {
    const bridge = await account({ binds });
    await allBound(bridge);
    const slots = await bridge.carrier.reserve(2);
    for (const peer of bridge.smsc.peers) peer.pause();
    const outcomes = Promise.all(slots.map((slot) => slot.submit(PART)));
    await bridge.clock.advance(30_000);
    expect(await outcomes).toEqual([1, 2].map(() => ({ kind: 'unknown', reason: 'timeout' })));
    await bridge.clock.advance(15_000);
    await until(() => bridge.states.some(({ state }) => state === 'down'));
    expect(bridge.states.find(({ state }) => state === 'down')?.loss?.reason).toBe('peer_silent');
  });
});

test('50 lost links lose no text: each is settled once, and only what was under way is in doubt', async () => {
  const reached = new Set<string>();
  const script: Script = (pdu) => {
    if (pdu.command === 'submit_sm') for (const text of textOf(pdu)) reached.add(text);
    return undefined;
  };
  const bridge = await account({ binds: [{ count: 2 }], window: 4 }, { script });
  let settled = 0;
  let inDoubt = 0;
  let flaps = 0;
  /** As `messages` does it: what is not accepted is sent again. */
  const deliver = async (text: string): Promise<void> => {
    for (;;) {
      const outcome = await bridge.send({ text });
      settled += 1;
      if (outcome.kind === 'accepted') return;
      if (outcome.kind === 'unknown') inDoubt += 1;
    }
  };
  let texts = 0;
  const work = Array.from({ length: 12 }, async () => {
    while (flaps < 50 || texts % 12 !== 0) await deliver(`text ${texts++}`);
  });
  while (flaps < 50) {
    const before = settled;
    await until(async () => {
      await bridge.clock.advance(0);
      return settled > before + 5 && bridge.smsc.peers.some((peer) => peer.isOpen());
    });
    const open = bridge.smsc.peers.filter((peer) => peer.isOpen());
    open[flaps % open.length]?.reset();
    flaps += 1;
  }
  await bridge.whileTimePasses(Promise.all(work));
  expect(reached.size).toBe(texts);
  expect(inDoubt).toBeLessThanOrEqual(50 * 4);
  expect(bridge.smsc.peers.length).toBeGreaterThanOrEqual(50);
});

describe('a carrier that refuses the password', () => {
  async function refused(code = 0x0e) {
    let isRight = false;
    const bridge = await account(
      { binds: [{ count: 2 }] },
      {
        script: (pdu) =>
          isBind(pdu.command) && !isRight && !(pdu.command === 'bind_transceiver' && pdu.fields.password === 'new')
            ? [refusedBind(pdu, 'bind_transceiver_resp', code)]
            : undefined,
      },
    );
    await until(() => bridge.states.length > 0 && bridge.smsc.peers.length === 2);
    return { bridge, repair: () => (isRight = true) };
  }

  test.each([
    [0x0e, 'ESME_RINVPASWD'],
    [0x0f, 'ESME_RINVSYSID'],
    [0x53, 'ESME_RINVSYSTYP'],
  ])('with %i is parked, with one alarm however often it is tried', async (code, commandStatus) => {
    const { bridge } = await refused(code);
    for (let minute = 0; minute < 30; minute += 1) {
      await bridge.clock.advance(60_000);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(bridge.states).toMatchObject([{ state: 'parked', loss: { reason: 'bind_refused', commandStatus } }]);
    expect(bridge.smsc.peers.length).toBeGreaterThan(4);
    expect(bridge.smsc.peers.length).toBeLessThan(20);
  });

  test('is bound at once by a rebind', async () => {
    const { bridge, repair } = await refused();
    repair();
    const beforeMs = bridge.clock.monotonic();
    bridge.carrier.rebind();
    await allBound(bridge);
    expect(bridge.clock.monotonic()).toBe(beforeMs);
    expect(bridge.states.map(({ state }) => state)).toEqual(['parked', 'up']);
  });

  test('is bound at once by a changed password', async () => {
    const { bridge } = await refused();
    const beforeMs = bridge.clock.monotonic();
    bridge.carrier.setPassword('new');
    await allBound(bridge);
    expect(bridge.clock.monotonic()).toBe(beforeMs);
    expect(await bridge.send()).toMatchObject({ kind: 'accepted' });
  });

  test('is found by itself, at the next try', async () => {
    const { bridge, repair } = await refused();
    repair();
    await bridge.clock.advance(60_000);
    await allBound(bridge);
  });
});

test('a rebind of a bound link lets the answers under way come in first', async () => {
  const held: Pdu[] = [];
  const script: Script = (pdu) => (pdu.command === 'submit_sm' && held.push(pdu) === 1 ? [] : undefined);
  const bridge = await account({}, { script });
  await allBound(bridge);
  const outcome = bridge.send();
  const first = await until(() => held[0]);
  bridge.carrier.rebind();
  expect(bridge.carrier.status().binds[0]?.state).toBe('draining');
  bridge.smsc.peers[0]?.send(submitResp(first.sequenceNumber, 'in time'));
  expect(await outcome).toEqual({ kind: 'accepted', carrierId: 'in time' });
  await until(async () => (await bridge.clock.advance(0), bridge.smsc.peers.length === 2));
  await allBound(bridge);
});

test('a paused carrier receives and does not send, until it is resumed', async () => {
  const bridge = await account();
  await allBound(bridge);
  bridge.carrier.pause();
  let isSent = false;
  const sent = bridge.send().finally(() => (isSent = true));
  const peer = await bridge.smsc.bound(0);
  peer.send(receipt('7', 1));
  await peer.got('deliver_sm_resp');
  expect(bridge.receipts).toMatchObject([{ carrierId: '7' }]);
  expect([isSent, bridge.carrier.isUp(), bridge.carrier.status().paused]).toEqual([false, true, true]);
  expect(peer.received.some(({ command }) => command === 'submit_sm')).toBe(false);
  bridge.carrier.resume();
  expect(await sent).toMatchObject({ kind: 'accepted' });
});

test('the loss of the only link is told with its reason, the first time and every time', async () => {
  const bridge = await account();
  await allBound(bridge);
  bridge.smsc.peers[0]?.send({ command: 'unbind', sequenceNumber: 1 });
  await until(() => bridge.states.length === 2);
  await allBound(bridge);
  bridge.smsc.peers[1]?.reset();
  await until(() => bridge.states.length === 4);
  expect(bridge.states.map(({ state, loss }) => [state, loss?.reason])).toEqual([
    ['up', undefined],
    ['down', 'peer_unbound'],
    ['up', undefined],
    ['down', 'ECONNRESET'],
  ]);
});

test('a jump of the time of day times nothing out', async () => {
  const held: Pdu[] = [];
  const script: Script = (pdu) => (pdu.command === 'submit_sm' ? (held.push(pdu), []) : undefined);
  const bridge = await account({}, { script });
  await allBound(bridge);
  const outcome = bridge.send();
  await until(() => held.length === 1);
  const peer = await bridge.smsc.bound(0);
  bridge.clock.jump(24 * 3_600_000);
  // The link asks whether the peer lives: deadlines are looked at.
  await bridge.clock.advance(20_000);
  await peer.got('enquire_link');
  bridge.clock.jump(-48 * 3_600_000);
  await bridge.clock.advance(5_000);
  peer.send(submitResp(held[0]?.sequenceNumber ?? 0, 'still here'));
  expect(await outcome).toEqual({ kind: 'accepted', carrierId: 'still here' });
});

test('an answer that comes too late for its text is told all the same', async () => {
  const held: Pdu[] = [];
  const script: Script = (pdu) => (pdu.command === 'submit_sm' ? (held.push(pdu), []) : undefined);
  const bridge = await account({ response_timeout_ms: 5_000 }, { script });
  await allBound(bridge);
  const [slot] = (await bridge.carrier.reserve(1)) as [Slot];
  const late: Outcome[] = [];
  const outcome = slot.submit(PART, (answer) => late.push(answer));
  await until(() => held.length === 1);
  await bridge.clock.advance(5_000);
  expect(await outcome).toEqual({ kind: 'unknown', reason: 'timeout' });
  bridge.smsc.peers[0]?.send(submitResp(held[0]?.sequenceNumber ?? 0, 'late'));
  await until(() => late.length === 1);
  expect(late).toEqual([{ kind: 'accepted', carrierId: 'late' }]);
});

describe('TLS', () => {
  const mine = selfSigned('localhost');
  const pinOf = (cert: string) => createHash('sha256').update(new X509Certificate(cert).raw).digest('hex');

  test('to a certificate that nobody vouches for is refused, and nothing is sent there', async () => {
    const bridge = await account({ host: 'localhost', tls: {} }, { tls: mine });
    await until(() => bridge.states.length > 0);
    expect(bridge.states[0]?.loss?.reason).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(bridge.smsc.peers.flatMap(({ received }) => received)).toEqual([]);
  });

  test('to the pinned certificate is trusted, whoever signed it and whatever it is called', async () => {
    const bridge = await account({ tls: { pin_sha256: pinOf(mine.cert).toUpperCase() } }, { tls: mine });
    expect(await bridge.send()).toMatchObject({ kind: 'accepted' });
    expect(bridge.logged).toEqual([]);
  });

  test('to another certificate than the pinned one is refused, even if an authority vouches for it', async () => {
    const pinned = { ca: mine.cert, pin_sha256: pinOf(selfSigned('localhost').cert) };
    const bridge = await account({ host: 'localhost', tls: pinned }, { tls: mine });
    await until(() => bridge.states.length > 0);
    expect(bridge.states[0]?.loss?.reason).toBe('TLS_PIN_MISMATCH');
    expect(bridge.smsc.peers.flatMap(({ received }) => received)).toEqual([]);
  });

  test('without verification works only where that is asked for, and says so at the start', async () => {
    const bridge = await account({ tls: { insecure: true } }, { tls: mine });
    expect(await bridge.send()).toMatchObject({ kind: 'accepted' });
    expect(bridge.logged).toHaveLength(1);
    expect(bridge.logged[0]).toContain('not verified');
  });

  test('shows our certificate where the carrier asks for one', async () => {
    const ours = selfSigned('bridge.example.com');
    const tls = { ...mine, requestCert: true, rejectUnauthorized: true, ca: ours.cert };
    const bridge = await account({ host: 'localhost', tls: { ca: mine.cert, ...ours } }, { tls });
    expect(await bridge.send()).toMatchObject({ kind: 'accepted' });
    const nameless = await account({ host: 'localhost', tls: { ca: mine.cert } }, { tls });
    await until(() => nameless.states.some(({ state }) => state === 'down'));
  });

  test('with a certificate of ours that cannot be read is a loss like any other', async () => {
    const bridge = await account({ tls: { cert: 'no certificate', key: 'no key' } }, { tls: mine });
    await until(() => bridge.states.length > 0);
    expect(bridge.states[0]).toMatchObject({ state: 'down', loss: { reason: expect.stringMatching(/^ERR_OSSL/) } });
    expect(bridge.smsc.peers).toEqual([]);
  });

  test('is resumed with another certificate, once that is one to trust', async () => {
    // An authority is found by its name, so this one needs another.
    const next = selfSigned('localhost', 'renewed');
    const tls = { ca: `${mine.cert}${next.cert}` };
    const bridge = await account({ host: 'localhost', tls }, { tls: mine });
    await allBound(bridge);
    const at = async (certificate: typeof mine, port: number) => {
      const smsc = await scriptedSmsc({ port, tls: certificate });
      onTestFinished(() => smsc.close());
      return smsc;
    };
    const { port } = bridge.smsc;
    await bridge.smsc.close();
    await until(() => bridge.states.at(-1)?.state === 'down');

    const stranger = await at(selfSigned('localhost'), port);
    await bridge.whileTimePasses(until(() => bridge.logged.join().includes('DEPTH_ZERO_SELF_SIGNED_CERT')));
    expect(stranger.peers.flatMap(({ received }) => received)).toEqual([]);
    await stranger.close();
    const renewed = await at(next, port);
    await bridge.whileTimePasses(renewed.bound(0));
    await allBound(bridge);
    expect(await bridge.send()).toMatchObject({ kind: 'accepted' });
  });

  test('to a peer that accepts and says nothing is given up after its own time', async () => {
    const sockets: net.Socket[] = [];
    const hole = net.createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => hole.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      hole.close();
    });
    const { port } = hole.address() as net.AddressInfo;
    const bridge = await account({ port, tls: {}, connect_timeout_ms: 100_000, tls_timeout_ms: 7_000 });
    await until(() => sockets.length === 1);
    // The client hello shows that the connection stands on our side too.
    await new Promise((resolve) => sockets[0]?.once('data', resolve));
    await bridge.clock.advance(6_999);
    expect(bridge.states).toEqual([]);
    await bridge.clock.advance(1);
    await until(() => bridge.states.length > 0);
    expect(bridge.states[0]?.loss?.reason).toBe('tls_timeout');
  });
});

function receipt(id: string, sequenceNumber: number): PduToSend {
  const fields = { sourceAddr: '14155550123', esmClass: 4, shortMessage: Buffer.from(`id:${id} stat:DELIVRD err:000`) };
  return { command: 'deliver_sm', sequenceNumber, fields };
}

function submitResp(sequenceNumber: number, messageId: string): PduToSend {
  return { command: 'submit_sm_resp', sequenceNumber, fields: { messageId } };
}

type BindResp = 'bind_transceiver_resp' | 'bind_transmitter_resp';

function refusedBind({ sequenceNumber }: Pdu, command: BindResp, commandStatus: number): PduToSend {
  return { command, sequenceNumber, commandStatus };
}

/** The text of a submit_sm, without its header. */
function textOf(pdu: Pdu): string[] {
  if (pdu.command !== 'submit_sm') return [];
  const { shortMessage, esmClass } = pdu.fields;
  return [shortMessage.subarray(esmClass & 0x40 ? 1 + (shortMessage[0] ?? 0) : 0).toString('latin1')];
}
