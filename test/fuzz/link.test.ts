import { type Socket, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { systemClock } from '../../server/clock.ts';
import { seededRandom } from '../../server/simulator/faults.ts';
import { smppCarrier } from '../../server/smpp/carrier.ts';
import { framer } from '../../server/smpp/pdu-framing.ts';
import { type Pdu, decodePdu, encodePdu } from '../../server/smpp/pdu.ts';
import { carrierSchema } from '../../server/smpp/profile.ts';
import { until } from '../support/until.ts';
import { below, mutatedPdu } from './mutate.ts';
import { linkCount, seed, timeoutMs } from './size.ts';

const PROBE = 0x00ab_cdef;
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

test(
  `a real link survives ${linkCount} mutated PDUs: it answers or binds anew, and works at the end`,
  async () => {
    const random = seededRandom(seed);
    const peer = await mutatingSmsc();
    let delivered = 0;
    const deliver = () => {
      delivered += 1;
      return delivered % 10 === 0 ? Promise.reject(new Error('not now')) : Promise.resolve();
    };
    const profile = { id: 'fuzz', host: '127.0.0.1', port: peer.port, system_id: 'bridge', password: 'pw' };
    const carrier = smppCarrier({
      profile: carrierSchema.parse(profile),
      mode: 'live',
      clock: systemClock,
      log: quiet,
      events: { receipt: deliver, inbound: deliver },
      // No pause before the next try: a pause is not what is tried here.
      random: () => 0,
    });
    carrier.start();
    try {
      const ends = { answered: 0, closed: 0 };
      for (let count = 0; count < linkCount;) {
        const link = await until(() => peer.bound());
        const batch = Array.from({ length: 1 + below(random, 20) }, () => sound(() => mutatedPdu(random, 2)));
        count += batch.length;
        ends[await link.survive(batch)] += 1;
      }
      expect(Math.min(ends.answered, delivered), JSON.stringify(ends)).toBeGreaterThan(0);
      await until(() => carrier.isUp());
      const [slot] = await carrier.reserve(1);
      const part = { from: '+15005550100', to: '+14155550123', text: 'Still here', encoding: 'GSM-7' } as const;
      const outcome = await slot?.submit({ ...part, concatenation: null, validitySeconds: 60 });
      slot?.release();
      expect(outcome).toMatchObject({ kind: 'accepted' });
    } finally {
      await carrier.stop();
      await peer.close();
    }
  },
  timeoutMs,
);

/** With a length that is its own: how a wrong one ends is a question of time, and tried where time is virtual. */
function sound(make: () => Buffer): Buffer {
  for (;;) {
    const octets = make();
    if (octets.length >= 16 && octets.readUInt32BE(0) === octets.length) return octets;
  }
}

interface Bound {
  /** Sends the octets and a question behind them. */
  survive(batch: readonly Buffer[]): Promise<'answered' | 'closed'>;
}

/** A good SMSC until it is told to send something. */
async function mutatingSmsc() {
  let current: Bound | null = null;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const frames = framer({ maxLength: 70_000 });
    let isClosed = false;
    let isAnswered = false;
    const own: Bound = {
      async survive(batch) {
        isAnswered = false;
        socket.write(Buffer.concat([...batch, encodePdu({ command: 'enquire_link', sequenceNumber: PROBE })]));
        await until(() => isAnswered || isClosed);
        return isAnswered ? 'answered' : 'closed';
      },
    };
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      isClosed = true;
      sockets.delete(socket);
      if (current === own) current = null;
    });
    socket.on('data', (chunk: Buffer) => {
      for (const frame of frames.push(chunk).frames) {
        const decoded = decodePdu(frame);
        if (!decoded.ok) throw new Error(`The link wrote what cannot be read: ${frame.toString('hex')}`);
        if (decoded.pdu.command === 'enquire_link_resp' && decoded.pdu.sequenceNumber === PROBE) isAnswered = true;
        if (decoded.pdu.command === 'bind_transceiver') current = own;
        reply(socket, decoded.pdu);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    bound: () => current,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

function reply(socket: Socket, { command, sequenceNumber }: Pdu): void {
  if (command === 'bind_transceiver') socket.write(encodePdu({ command: 'bind_transceiver_resp', sequenceNumber }));
  if (command === 'enquire_link') socket.write(encodePdu({ command: 'enquire_link_resp', sequenceNumber }));
  if (command === 'unbind') socket.end(encodePdu({ command: 'unbind_resp', sequenceNumber }));
  if (command === 'submit_sm') {
    socket.write(encodePdu({ command: 'submit_sm_resp', sequenceNumber, fields: { messageId: '1' } }));
  }
}
