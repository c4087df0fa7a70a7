import net from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { framer } from '../../server/smpp/pdu-framing.ts';
import { decodePdu, encodePdu, type Pdu, type PduToSend } from '../../server/smpp/pdu.ts';
import { freePort } from '../support/free-port.ts';
import { isBind } from '../support/scripted-smsc.ts';
import { type Account, account, type ProfileChanges } from '../support/smpp-account.ts';
import { until } from '../support/until.ts';

const WHO = { system_id: 'smsc', password: 'their-pw' };
const RIGHT = {
  command: 'outbind',
  sequenceNumber: 1,
  fields: { systemId: WHO.system_id, password: WHO.password },
} as const satisfies PduToSend;

describe('a bind that waits for the outbind of the carrier', () => {
  test('is idle until it comes, then is bound on that connection and takes texts and receipts', async () => {
    const { bridge, call } = await waiting();
    expect(bridge.carrier.status().binds).toMatchObject([{ type: 'receiver', state: 'idle' }]);
    expect([bridge.carrier.isUp(), bridge.states]).toEqual([false, []]);
    const peer = await call(RIGHT);
    const bind = await peer.got('bind_receiver');
    expect(bind).toMatchObject({ fields: { systemId: 'bridge', password: 'pw' } });
    await until(() => bridge.carrier.isUp());
    peer.send(deliverSm(1, 'Thanks'));
    peer.send({ ...deliverSm(2, 'id:7 stat:DELIVRD'), fields: { ...text('id:7 stat:DELIVRD'), esmClass: 4 } });
    await peer.got('deliver_sm_resp', 2);
    expect(bridge.inbound).toMatchObject([{ body: 'Thanks', smscId: 'default' }]);
    expect(bridge.receipts).toMatchObject([{ carrierId: '7' }]);
    expect(bridge.smsc.peers).toEqual([]);
    expect(bridge.states.map(({ state }) => state)).toEqual(['up']);
  });

  test('is asked whether it lives, lost when silent, idle again, and bound by the next outbind', async () => {
    const { bridge, call } = await waiting();
    const first = await call(RIGHT, { silent: true });
    await until(() => bridge.carrier.isUp());
    await bridge.clock.advance(20_000);
    await first.got('enquire_link');
    await bridge.clock.advance(20_000);
    await until(() => bridge.carrier.status().binds[0]?.state === 'idle');
    expect(bridge.states.at(-1)).toMatchObject({ state: 'down', loss: { reason: 'peer_silent', retryInMs: null } });
    await bridge.clock.advance(3_600_000);
    expect(bridge.carrier.status().binds[0]?.state).toBe('idle');
    await call(RIGHT);
    await until(() => bridge.carrier.isUp());
  });

  test('may be a transceiver too: texts leave on the connection of the carrier', async () => {
    const { bridge, call } = await waiting({ type: 'transceiver' });
    const peer = await call(RIGHT);
    await peer.got('bind_transceiver');
    expect(await bridge.send()).toMatchObject({ kind: 'accepted', carrierId: '2' });
  });

  test('stands beside a transmitter that connects by itself', async () => {
    const { bridge, call } = await waiting({}, { before: [{ type: 'transmitter' }] });
    await until(() => bridge.carrier.isUp());
    expect(bridge.smsc.peers[0]?.received[0]?.command).toBe('bind_transmitter');
    await call(RIGHT);
    await until(() => bridge.carrier.status().binds.every(({ state }) => state === 'bound'));
    expect(await bridge.send()).toMatchObject({ kind: 'accepted' });
  });

  test('is told apart by what it waits for: a rebind hangs up and waits for the carrier', async () => {
    const { bridge, call } = await waiting();
    bridge.carrier.rebind();
    bridge.carrier.setPassword('new-pw');
    const peer = await call(RIGHT);
    expect(await peer.got('bind_receiver')).toMatchObject({ fields: { password: 'new-pw' } });
    await until(() => bridge.carrier.isUp());
    bridge.carrier.rebind();
    await peer.got('unbind');
    await until(() => bridge.carrier.status().binds[0]?.state === 'idle');
    await call(RIGHT);
    await until(() => bridge.carrier.isUp());
  });
});

describe('a connection that is no outbind of the carrier', () => {
  test.each<[string, string, Buffer]>([
    ['another password', 'wrong_credentials', outbind({ password: 'guessed' })],
    ['another name', 'wrong_credentials', outbind({ systemId: 'nobody' })],
    ['no name', 'wrong_credentials', outbind({ systemId: '', password: '' })],
    ['a bind to us', 'no_outbind', encodePdu({ command: 'bind_receiver', sequenceNumber: 1 })],
    ['an enquire_link', 'no_outbind', encodePdu({ command: 'enquire_link', sequenceNumber: 1 })],
    ['octets of a web browser', 'no_outbind', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a PDU far too long', 'no_outbind', Buffer.from('7fffffff0000000b0000000000000001', 'hex')],
    ['a name far too long', 'no_outbind', outbind({ systemId: 'a'.repeat(64), password: 'b'.repeat(64) }, 200)],
    [
      'more than the outbind',
      'no_outbind',
      Buffer.concat([encodePdu(RIGHT), encodePdu({ command: 'enquire_link', sequenceNumber: 2 })]),
    ],
  ])('%s is closed without an answer, and the log says why and no secret', async (_name, reason, octets) => {
    const { bridge, call } = await waiting();
    const peer = await call(octets);
    await peer.closed;
    expect(peer.received).toEqual([]);
    expect(bridge.logged.join()).toContain(reason);
    expect(bridge.logged.join()).not.toMatch(/their-pw|guessed|nobody|aaaa/);
    await call(RIGHT);
    await until(() => bridge.carrier.isUp());
  });

  test('but silence is closed after the time for a bind, and leaves nothing behind', async () => {
    const { bridge, call } = await waiting();
    const silent = await call(Buffer.alloc(0));
    const halfway = await call(encodePdu(RIGHT).subarray(0, 20));
    await until(() => bridge.clock.pending() === 2);
    await bridge.clock.advance(9_999);
    expect(silent.isClosed()).toBe(false);
    await bridge.clock.advance(1);
    await Promise.all([silent.closed, halfway.closed]);
    expect(bridge.clock.pending()).toBe(0);
    expect(bridge.logged.join()).toContain('silent');
  });

  test('and comes in great number is closed at once; each octet of an outbind may come by itself', async () => {
    const { bridge, call } = await waiting();
    const strangers = [];
    for (let count = 0; count < 11; count += 1) strangers.push(await call(Buffer.alloc(0)));
    await until(() => bridge.clock.pending() === 11);
    await (
      await call(RIGHT)
    ).closed;
    expect(strangers.every((peer) => !peer.isClosed())).toBe(true);
    await bridge.clock.advance(10_000);
    await Promise.all(strangers.map(({ closed }) => closed));
    const slow = await call(Buffer.alloc(0));
    for (const octet of encodePdu(RIGHT)) slow.write(Buffer.of(octet));
    await until(() => bridge.carrier.isUp());
  });

  test('because all binds have theirs is closed, and they stay', async () => {
    const { bridge, call } = await waiting({ count: 2 });
    const peers = [await call(RIGHT), await call(RIGHT)];
    await until(() => bridge.carrier.status().binds.every(({ state }) => state === 'bound'));
    await (
      await call(RIGHT)
    ).closed;
    expect(bridge.logged.join()).toContain('no_bind_waits');
    expect(peers.some((peer) => peer.isClosed())).toBe(false);
  });

  test('on a link of another kind is refused like any command that is none', async () => {
    const bridge = await account();
    const peer = await bridge.smsc.bound(0);
    await until(() => bridge.carrier.isUp());
    peer.send(RIGHT);
    expect(await peer.got('generic_nack')).toMatchObject({ commandStatus: 3 });
    expect(bridge.carrier.isUp()).toBe(true);
  });
});

describe('the port of an outbind', () => {
  test('is given back by a stop, with every connection on it and no timer left', async () => {
    const { bridge, call, port } = await waiting();
    const bound = await call(RIGHT);
    const stranger = await call(Buffer.alloc(0));
    await until(() => bridge.carrier.isUp() && bridge.clock.pending() >= 2);
    await bridge.whileTimePasses(bridge.carrier.stop());
    await Promise.all([bound.closed, stranger.closed]);
    expect(bound.received.at(-1)?.command).toBe('unbind');
    expect(bridge.clock.pending()).toBe(0);
    const again = net.createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => again.once('listening', resolve));
    again.close();
  });

  test('that is taken is logged and tried again', async () => {
    const port = await freePort();
    const other = net.createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { bridge, call } = await waiting({}, { port });
    await until(() => bridge.logged.join().includes('EADDRINUSE'));
    await new Promise((resolve) => other.close(resolve));
    await bridge.clock.advance(10_000);
    await call(RIGHT);
    await until(() => bridge.carrier.isUp());
  });
});

type BindChanges = Partial<NonNullable<ProfileChanges['binds']>[number]>;

interface Waiting {
  readonly bridge: Account;
  readonly port: number;
  /** Connects as the carrier, or as somebody else, and writes. Tried again until somebody listens. */
  call(first: PduToSend | Buffer, behaviour?: { readonly silent?: boolean }): Promise<Caller>;
}

async function waiting(
  bind: BindChanges = {},
  more: { readonly port?: number; readonly before?: NonNullable<ProfileChanges['binds']> } = {},
): Promise<Waiting> {
  const port = more.port ?? (await freePort());
  const outbind_ = { port, ...WHO };
  const bridge = await account({ binds: [...(more.before ?? []), { type: 'receiver', outbind: outbind_, ...bind }] });
  return {
    bridge,
    port,
    async call(first, { silent = false } = {}) {
      const socket = await until(() => connected(port));
      onTestFinished(() => void socket.destroy());
      socket.write(Buffer.isBuffer(first) ? first : encodePdu(first));
      return caller(socket, silent);
    },
  };
}

function connected(port: number): Promise<net.Socket | null> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(socket)).once('error', () => resolve(null));
  });
}

interface Caller {
  readonly received: readonly Pdu[];
  readonly closed: Promise<void>;
  isClosed(): boolean;
  got(command: Pdu['command'], count?: number): Promise<Pdu>;
  send(pdu: PduToSend): void;
  write(octets: Buffer): void;
}

/** The carrier's end. It answers binds, texts and unbinds; a silent one answers only the bind. */
function caller(socket: net.Socket, silent: boolean): Caller {
  const received: Pdu[] = [];
  const frames = framer({ maxLength: 70_000 });
  const closed = Promise.withResolvers<void>();
  socket.on('error', () => undefined).once('close', () => closed.resolve());
  socket.on('data', (chunk: Buffer) => {
    for (const frame of frames.push(chunk).frames) {
      const decoded = decodePdu(frame);
      if (!decoded.ok) throw new Error(decoded.reason);
      received.push(decoded.pdu);
      const answer = answerTo(decoded.pdu, silent);
      if (answer) socket.write(encodePdu(answer));
      if (answer?.command === 'unbind_resp') socket.end();
    }
  });
  return {
    received,
    closed: closed.promise,
    isClosed: () => socket.destroyed,
    got: (command, count = 1) => until(() => received.filter((pdu) => pdu.command === command)[count - 1]),
    send: (pdu) => void socket.write(encodePdu(pdu)),
    write: (octets) => void socket.write(octets),
  };
}

function answerTo({ command, sequenceNumber }: Pdu, silent: boolean): PduToSend | null {
  if (isBind(command)) return { command: `${command}_resp`, sequenceNumber };
  if (silent) return null;
  if (command === 'submit_sm') {
    return { command: 'submit_sm_resp', sequenceNumber, fields: { messageId: String(sequenceNumber) } };
  }
  if (command === 'enquire_link') return { command: 'enquire_link_resp', sequenceNumber };
  return command === 'unbind' ? { command: 'unbind_resp', sequenceNumber } : null;
}

/** With `length` the PDU is filled up behind its fields. */
function outbind(fields: { systemId?: string; password?: string }, length = 0): Buffer {
  const octets = encodePdu({ ...RIGHT, fields: { systemId: WHO.system_id, password: WHO.password, ...fields } });
  if (length <= octets.length) return octets;
  const long = Buffer.concat([octets, Buffer.alloc(length - octets.length)]);
  long.writeUInt32BE(length, 0);
  return long;
}

const text = (body: string) => ({
  sourceAddr: '14155550123',
  destinationAddr: '15005550006',
  shortMessage: Buffer.from(body),
});

function deliverSm(sequenceNumber: number, body: string): PduToSend & { readonly command: 'deliver_sm' } {
  return { command: 'deliver_sm', sequenceNumber, fields: text(body) };
}
