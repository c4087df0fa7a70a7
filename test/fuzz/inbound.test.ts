import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../server/simulator/faults.ts';
import { readDelivery } from '../../server/smpp/deliver.ts';
import { framer } from '../../server/smpp/pdu-framing.ts';
import { type Pdu, PDU_LENGTH_MAX, decodePdu, encodePdu } from '../../server/smpp/pdu.ts';
import { DELIVERIES_MAX } from '../../server/smpp/session-inbound.ts';
import { type Effect, type Session, createSession } from '../../server/smpp/session.ts';
import { type Random, below, mutatedPdu, pick } from './mutate.ts';
import { inboundCount, seed, timeoutMs } from './size.ts';

const WINDOW = 10;
const PROBE = 0x00ab_cdef;

/** One bound session, fed with octets in pieces of any length, as a socket feeds it. */
class Peer {
  readonly session: Session = createSession({ bind: { systemId: 'bridge', password: 'pw' }, window: WINDOW });
  readonly #frames = framer({ maxLength: PDU_LENGTH_MAX });
  readonly #random: Random;
  readonly answers: Pdu[] = [];
  readonly deliveries = new Set<number>();
  readonly waiting = new Set<number>();
  nowMs = 0;
  lastItem = 0;
  lastSequence = 0;
  octetsRead = 0;
  octetsWritten = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#perform(this.session.handle({ type: 'start' }, 0));
    this.#perform(this.session.handle({ type: 'connected' }, 0));
    const systemId = 'smsc';
    // Some peers never come to answering the bind.
    if (random() < 0.1) return;
    this.read(encodePdu({ command: 'bind_transceiver_resp', sequenceNumber: this.lastSequence, fields: { systemId } }));
  }

  read(octets: Buffer): void {
    this.octetsRead += octets.length;
    for (let at = 0; at < octets.length;) {
      const end = Math.min(octets.length, at + 1 + below(this.#random, this.#random() < 0.2 ? 8 : 4_096));
      const { frames, violation } = this.#frames.push(octets.subarray(at, end));
      for (const frame of frames) this.#perform(this.session.handle({ type: 'frame', frame }, this.nowMs));
      if (violation) this.#perform(this.session.handle({ type: 'violation' }, this.nowMs));
      at = end;
    }
  }

  /** Keeps texts under way, so that answers have something to hit. */
  submit(): void {
    while (this.session.isReady() && this.session.outstanding() < WINDOW) {
      this.lastItem += 1;
      this.waiting.add(this.lastItem);
      const fields = { destinationAddr: '14155550123', shortMessage: Buffer.from('Hi') };
      this.#perform(this.session.handle({ type: 'submit', item: this.lastItem, fields }, this.nowMs));
    }
  }

  takeDeliveries(): void {
    for (const delivery of this.deliveries) {
      this.#perform(this.session.handle({ type: 'answer', delivery, commandStatus: 0 }, this.nowMs));
    }
    this.deliveries.clear();
  }

  /** Time passes without a word of the peer, deadline by deadline. */
  waitForEnd(): void {
    for (let round = 0; round < 20 && this.session.state() !== 'CLOSED'; round += 1) {
      this.nowMs = Math.max(this.nowMs, this.session.deadline() ?? this.nowMs);
      this.#perform(this.session.handle({ type: 'tick' }, this.nowMs));
    }
  }

  #perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'write') this.#written(effect.octets);
      if (effect.type === 'deliver') {
        this.deliveries.add(effect.delivery);
        const defaultAlphabet = pick(this.#random, ['gsm7', 'gsm7_packed', 'latin1', 'ascii', 'utf8'] as const);
        readDelivery(effect.fields, { id: 'default', mode: 'live', defaultAlphabet });
      }
      // `delete` answers false for what is settled a second time.
      if (effect.type === 'settle' && !this.waiting.delete(effect.item)) throw new Error('A text was settled twice.');
    }
  }

  #written(octets: Buffer): void {
    this.octetsWritten += octets.length;
    const decoded = decodePdu(octets);
    if (!decoded.ok) throw new Error(`What was written cannot be read: ${decoded.reason}`);
    if (decoded.pdu.command === 'submit_sm' || decoded.pdu.command.startsWith('bind_')) {
      this.lastSequence = decoded.pdu.sequenceNumber;
    }
    this.answers.push(decoded.pdu);
  }
}

describe('whatever a peer sends', () => {
  test(
    `${inboundCount} mutated PDUs neither throw, nor wedge the link, nor pile up`,
    () => {
      const random = seededRandom(seed);
      const ended = { answered: 0, closed: 0, timedOut: 0 };
      let peer = new Peer(random);
      for (let count = 0; count < inboundCount;) {
        const batch = Array.from({ length: 1 + below(random, 20) }, () =>
          mutatedPdu(random, peer.lastSequence - below(random, WINDOW)),
        );
        count += batch.length;
        const fate = survive(
          peer,
          batch,
          count,
          () => `seed ${seed}, PDU ${count}, ${Buffer.concat(batch).toString('hex')}`,
        );
        ended[fate] += 1;
        if (fate !== 'answered') peer = new Peer(random);
      }
      // All three ends were seen, or this test does not try what it says.
      expect(Math.min(...Object.values(ended)), JSON.stringify(ended)).toBeGreaterThan(0);
      expect(ended.answered).toBeGreaterThan(ended.closed);
    },
    timeoutMs,
  );
});

/** Feeds the batch and a question behind it, and says how it ended. Throws, with the name of the batch, when it did not. */
function survive(
  peer: Peer,
  batch: readonly Buffer[],
  count: number,
  name: () => string,
): 'answered' | 'closed' | 'timedOut' {
  try {
    peer.submit();
    peer.nowMs += 1;
    peer.answers.length = 0;
    const [readBefore, writtenBefore] = [peer.octetsRead, peer.octetsWritten];
    peer.read(Buffer.concat(batch));
    const [outstanding, open] = [peer.session.outstanding(), peer.deliveries.size];
    if (outstanding > WINDOW || peer.waiting.size > WINDOW) throw new Error(`${outstanding} texts wait.`);
    if (open > DELIVERIES_MAX) throw new Error(`${open} deliveries wait.`);
    // A PDU of 16 octets or more is answered by one of at most 17; a stream that ends by a nack and an unbind.
    if (peer.octetsWritten - writtenBefore > 2 * (peer.octetsRead - readBefore) + 32)
      throw new Error('Answers multiply.');
    if (count % 97 === 0) peer.takeDeliveries();
    return ending(peer);
  } catch (error) {
    throw new Error(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n${name()}`);
  }
}

function ending(peer: Peer): 'answered' | 'closed' | 'timedOut' {
  if (peer.session.state() !== 'CLOSED') {
    peer.read(encodePdu({ command: 'enquire_link', sequenceNumber: PROBE }));
  }
  if (peer.answers.some((pdu) => pdu.command === 'enquire_link_resp' && pdu.sequenceNumber === PROBE))
    return 'answered';
  if (peer.session.state() === 'CLOSED') return settled(peer, 'closed');
  // The question is taken for the rest of a PDU whose length was too big: the peer's silence ends that.
  const fromMs = peer.nowMs;
  peer.waitForEnd();
  if (peer.session.state() !== 'CLOSED') throw new Error(`The link is wedged in ${peer.session.state()}.`);
  if (peer.nowMs - fromMs > 45_000) throw new Error(`The link was wedged for ${peer.nowMs - fromMs} ms.`);
  return settled(peer, 'timedOut');
}

function settled<Fate>(peer: Peer, fate: Fate): Fate {
  if (peer.session.outstanding() > 0 || peer.waiting.size > 0) throw new Error('A text was never settled.');
  if (peer.session.deadline() !== null) throw new Error('A timer survived.');
  return fate;
}
