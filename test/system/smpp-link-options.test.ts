import net from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { encodePdu, type PduToSend } from '../../server/smpp/pdu.ts';
import type { Script } from '../support/scripted-smsc.ts';
import { account, type Account, allBound } from '../support/smpp-account.ts';
import { until } from '../support/until.ts';

describe('a link that is unbound for inactivity', () => {
  const inactivity_ms = 60_000;

  test('is unbound with manners, stays in service, and is bound again by the next text', async () => {
    const bridge = await account({ inactivity_ms });
    const peer = await bridge.smsc.bound(0);
    await allBound(bridge);
    expect(await bridge.send()).toMatchObject({ kind: 'accepted' });
    await bridge.clock.advance(59_999);
    expect(peer.received.some(({ command }) => command === 'unbind')).toBe(false);
    await bridge.clock.advance(1);
    await peer.got('unbind');
    await until(() => bridge.carrier.status().binds[0]?.state === 'idle');
    await bridge.clock.advance(3_600_000);
    expect(bridge.smsc.peers).toHaveLength(1);
    expect(bridge.carrier.isUp()).toBe(true);
    expect(bridge.clock.pending()).toBe(0);

    expect(await bridge.send()).toMatchObject({ kind: 'accepted' });
    expect(bridge.smsc.peers).toHaveLength(2);
    expect(bridge.states.map(({ state }) => state)).toEqual(['up']);
    expect(bridge.logged).toEqual([]);

    await bridge.whileTimePasses(until(() => bridge.carrier.status().binds[0]?.state === 'idle'));
    await bridge.carrier.stop();
    expect([bridge.carrier.isUp(), bridge.clock.pending()]).toEqual([false, 0]);
  });

  test('never is while texts come or go, and never a receiver', async () => {
    const bridge = await account({ inactivity_ms, binds: [{ type: 'transmitter' }, { type: 'receiver' }] });
    await allBound(bridge);
    for (let count = 0; count < 20; count += 1) {
      expect(await bridge.send()).toMatchObject({ kind: 'accepted' });
      await aWhile(bridge);
    }
    expect(bridge.smsc.peers.flatMap(({ received }) => received).some(({ command }) => command === 'unbind')).toBe(
      false,
    );
    for (let count = 0; count < 8; count += 1) await aWhile(bridge);
    await until(() => bridge.carrier.status().binds[0]?.state === 'idle');
    expect(bridge.carrier.status().binds[1]?.state).toBe('bound');
    expect(bridge.carrier.isUp()).toBe(true);
  });

  test('waits for the answer of the text under way', async () => {
    const held: PduToSend[] = [];
    const script: Script = ({ command, sequenceNumber }) => {
      if (command !== 'submit_sm') return undefined;
      held.push({ command: 'submit_sm_resp', sequenceNumber, fields: { messageId: 'x' } });
      return [];
    };
    const bridge = await account({ inactivity_ms: 5_000 }, { script });
    const outcome = bridge.send();
    const answer = await until(() => held[0]);
    await bridge.clock.advance(9_000);
    expect(bridge.carrier.status().binds[0]?.state).toBe('bound');
    bridge.smsc.peers[0]?.send(answer);
    expect(await outcome).toEqual({ kind: 'accepted', carrierId: 'x' });
  });

  test('binds again for a text that comes while it unbinds, and says when it cannot', async () => {
    let isOpen = true;
    const script: Script = (pdu) => {
      if (pdu.command === 'unbind') return [];
      if (pdu.command !== 'bind_transceiver' || isOpen) return undefined;
      return [{ command: 'bind_transceiver_resp', sequenceNumber: pdu.sequenceNumber, commandStatus: 0x0d }];
    };
    const bridge = await account({ inactivity_ms }, { script });
    await allBound(bridge);
    await bridge.clock.advance(60_000);
    const peer = await bridge.smsc.bound(0);
    await peer.got('unbind');
    const first = bridge.send();
    expect(await bridge.whileTimePasses(first)).toMatchObject({ kind: 'accepted' });
    await bridge.whileTimePasses(until(() => bridge.carrier.status().binds[0]?.state === 'idle'));
    expect(bridge.states.map(({ state }) => state)).toEqual(['up']);
    isOpen = false;
    const second = bridge.send();
    await until(() => bridge.states.at(-1)?.state === 'down');
    isOpen = true;
    expect(await bridge.whileTimePasses(second)).toMatchObject({ kind: 'accepted' });
  });

  test('does not bind for a text that waits because an operator wants it to', async () => {
    const bridge = await account({ inactivity_ms });
    await allBound(bridge);
    bridge.carrier.pause();
    await bridge.whileTimePasses(until(() => bridge.carrier.status().binds[0]?.state === 'idle'));
    const sent = bridge.send();
    await bridge.clock.advance(10_000);
    expect(bridge.smsc.peers).toHaveLength(1);
    bridge.carrier.resume();
    expect(await sent).toMatchObject({ kind: 'accepted' });
  });
});

describe('where a connection comes from', () => {
  // Elsewhere 127.0.0.1 alone is the loopback.
  test.runIf(process.platform === 'linux')('is the address of the profile', async () => {
    const from = await remoteAddress({ local_address: '127.0.0.2' }, '127.0.0.1');
    expect(from).toBe('127.0.0.2');
  });

  test('that is none of ours is a loss like any other', async () => {
    const bridge = await account({ local_address: '192.0.2.1' });
    await until(() => bridge.states.length > 0);
    expect(bridge.states[0]?.loss?.reason).toMatch(/^E(ADDRNOTAVAIL|INVAL)$/);
  });

  test('is of the family that the profile asks for', async () => {
    expect(await remoteAddress({ host: 'localhost', family: 4 }, '127.0.0.1')).toBe('127.0.0.1');
    const bridge = await account({ host: '127.0.0.1', family: 6 });
    await bridge.smsc.bound(0);
  });
});

test('a peer that cuts the line after any octet of a submit_sm leaves the text unknown, once, and the next one goes', async () => {
  const length = 70;
  let connection = 0;
  const server = net.createServer((socket) => cutAfter(socket, connection++));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const bridge = await account({ port: (server.address() as net.AddressInfo).port });
  for (let octets = 0; octets < length; octets += 1) {
    await allBound(bridge);
    expect(await bridge.send({ text: 'a'.repeat(200) })).toEqual({ kind: 'unknown', reason: 'link_lost' });
  }
  expect(connection).toBeGreaterThanOrEqual(length);
});

/** Fifteen seconds, and the answers to what the links have asked meanwhile. */
async function aWhile({ clock, carrier }: Account): Promise<void> {
  for (const ms of [10_000, 5_000]) {
    await clock.advance(ms);
    await until(() => carrier.status().binds.every(({ state }) => state !== 'suspect'));
  }
}

/** Answers the bind; then it reads so many octets of what comes and cuts the line. */
function cutAfter(socket: net.Socket, octets: number): void {
  let isBound = false;
  socket.on('error', () => undefined);
  socket.on('readable', () => {
    if (!isBound) {
      const bind = socket.read() as Buffer | null;
      if (!bind) return;
      isBound = true;
      socket.write(encodePdu({ command: 'bind_transceiver_resp', sequenceNumber: bind.readUInt32BE(12) }));
    } else if (socket.readableLength > 0 && (octets === 0 || socket.read(octets) !== null)) socket.resetAndDestroy();
  });
}

/** The address that the carrier sees. */
async function remoteAddress(profile: Parameters<typeof account>[0], host: string): Promise<string | undefined> {
  const seen = Promise.withResolvers<string | undefined>();
  const server = net.createServer((socket) => {
    seen.resolve(socket.remoteAddress);
    socket.on('error', () => undefined).destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => void server.close());
  await account({ ...profile, port: (server.address() as net.AddressInfo).port });
  return seen.promise;
}
