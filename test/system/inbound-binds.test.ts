import { describe, expect, onTestFinished, test } from 'vitest';
import { smppCarrier } from '../../server/smpp/carrier.ts';
import type { MessageFields } from '../../server/smpp/pdu.ts';
import { carrierSchema } from '../../server/smpp/profile.ts';
import { inbox, OTHER_PHONE, OURS, PHONE } from '../support/inbox.ts';
import { type Peer, scriptedSmsc } from '../support/scripted-smsc.ts';
import { until } from '../support/until.ts';

type Inbox = Awaited<ReturnType<typeof inbox>>;

/** A carrier's end of the line, an account bound to it, and the database behind. */
async function account(binds = 1) {
  const [smsc, texts] = await Promise.all([scriptedSmsc(), inbox()]);
  onTestFinished(() => smsc.close());
  const start = () => bind(texts, smsc.port, binds);
  const carrier = start();
  await until(() => smsc.peers.filter(({ received }) => received.length > 0).length === binds);
  let sequence = 0;
  return {
    ...texts,
    smsc,
    carrier,
    start,
    /** Delivers and waits for the answer; its command_status. */
    async deliver(peer: Peer, fields: Partial<MessageFields>) {
      sequence += 1;
      const own = sequence;
      peer.send({ command: 'deliver_sm', sequenceNumber: own, fields: { ...fromPhone(PHONE), ...fields } });
      const answer = await until(() =>
        peer.received.find((pdu) => pdu.command === 'deliver_sm_resp' && pdu.sequenceNumber === own),
      );
      return answer.commandStatus;
    },
    /** The connection number `index`, once time has moved far enough for it to be made. */
    async bound(index: number) {
      await until(async () => {
        await texts.clock.advance(100);
        return smsc.peers[index]?.received.some(({ command }) => command === 'bind_transceiver');
      });
      return smsc.peer(index);
    },
  };
}

function bind({ start, clock }: Inbox, port: number, count: number) {
  const credentials = { id: 'default', host: '127.0.0.1', port, system_id: 'bridge', password: 'pw' };
  const carrier = smppCarrier({
    profile: carrierSchema.parse({ ...credentials, binds: [{ type: 'transceiver', count }] }),
    mode: 'live',
    clock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    random: () => 0,
    events: { receipt: () => Promise.resolve(), inbound: start().take },
  });
  carrier.start();
  const stop = async () => {
    const stopped = carrier.stop();
    let isStopped = false;
    void stopped.then(() => (isStopped = true));
    await until(async () => {
      await clock.advance(1_000);
      return isStopped;
    });
  };
  onTestFinished(stop);
  return { ...carrier, stop };
}

const fromPhone = (number: string): Partial<MessageFields> => ({
  sourceAddr: number.slice(1),
  sourceAddrTon: 1,
  destinationAddr: OURS.slice(1),
  destAddrTon: 1,
});

function udh8(number: number, total: number, text: string): Partial<MessageFields> {
  return { esmClass: 0x40, shortMessage: Buffer.from([5, 0, 3, 7, total, number, ...Buffer.from(text)]) };
}

describe('an account with several binds', () => {
  test('puts a text together from parts over all of them, and keeps two phones with one reference apart', async () => {
    const { smsc, deliver, bodies } = await account(2);
    const [one, two] = [await smsc.peer(0), await smsc.peer(1)];
    await deliver(two, udh8(3, 3, 'C'));
    await deliver(one, { ...fromPhone(OTHER_PHONE), ...udh8(3, 3, 'c') });
    await deliver(one, udh8(1, 3, 'A'));
    await deliver(two, { ...fromPhone(OTHER_PHONE), ...udh8(2, 3, 'b') });
    await Promise.all([deliver(one, udh8(2, 3, 'B')), deliver(two, { ...fromPhone(OTHER_PHONE), ...udh8(1, 3, 'a') })]);
    expect((await bodies()).toSorted()).toEqual(['ABC', 'abc']);
  });

  test('puts one together that is numbered by TLVs, by 16 bits, or too long for short_message', async () => {
    const { smsc, deliver, bodies } = await account();
    const peer = await smsc.peer(0);
    const sar = (number: number, text: string) => ({
      sarMsgRefNum: 300,
      sarTotalSegments: 2,
      sarSegmentSeqnum: number,
      shortMessage: Buffer.from(text),
    });
    await deliver(peer, sar(2, 'R'));
    await deliver(peer, sar(1, 'SA'));
    const udh16 = (number: number, text: string) => ({
      esmClass: 0x43,
      messagePayload: Buffer.from([6, 8, 4, 1, 44, 2, number, ...Buffer.from(text)]),
    });
    await deliver(peer, udh16(2, 'ad'));
    await deliver(peer, udh16(1, 'payl'.repeat(100)));
    expect(await bodies()).toEqual(['SAR', `${'payl'.repeat(100)}ad`]);
  });

  test('reads a surrogate pair and an escape that are cut between two parts', async () => {
    const { smsc, deliver, bodies } = await account();
    const peer = await smsc.peer(0);
    const cut = (number: number, dataCoding: number, ...octets: number[]) => ({
      dataCoding,
      esmClass: 0x40,
      shortMessage: Buffer.from([5, 0, 3, dataCoding, 2, number, ...octets]),
    });
    await deliver(peer, cut(2, 8, 0xde, 0x00));
    await deliver(peer, cut(1, 8, 0xd8, 0x3d));
    await deliver(peer, cut(1, 0, 0x31, 0x1b));
    await deliver(peer, cut(2, 0, 0x65));
    expect(await bodies()).toEqual(['😀', '1€']);
  });
});

describe('a deliver_sm whose answer was lost with its bind', () => {
  test('is answered when it comes again and makes no second text; written again, it does', async () => {
    const { smsc, deliver, bodies, bound } = await account();
    const first = await smsc.peer(0);
    const yes = { shortMessage: Buffer.from('YES') };
    // The answer leaves, and nobody reads it.
    first.pause();
    first.send({ command: 'deliver_sm', sequenceNumber: 900, fields: { ...fromPhone(PHONE), ...yes } });
    await until(async () => (await bodies()).length === 1);
    first.reset();
    const second = await bound(1);
    expect(await deliver(second, yes)).toBe(0);
    expect(await bodies()).toEqual(['YES']);
    expect(await deliver(second, yes)).toBe(0);
    expect(await bodies()).toEqual(['YES', 'YES']);
  });

  test('and with the process is recognised by the next one, which completes what had begun', async () => {
    const { smsc, deliver, bodies, bound, carrier, start, clock } = await account();
    const first = await smsc.peer(0);
    await deliver(first, { shortMessage: Buffer.from('YES') });
    await deliver(first, udh8(2, 2, 'B'));
    first.reset();
    await carrier.stop();
    await clock.advance(1_000);
    start();
    const second = await bound(1);
    expect(await deliver(second, { shortMessage: Buffer.from('YES') })).toBe(0);
    expect(await deliver(second, udh8(2, 2, 'B'))).toBe(0);
    expect(await deliver(second, udh8(1, 2, 'A'))).toBe(0);
    expect(await bodies()).toEqual(['YES', 'AB']);
  });
});
