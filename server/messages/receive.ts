import { createHash } from 'node:crypto';
import { countryOf } from '../contacts/said.ts';
import { isConfirmation } from '../rules/opt-in-request.ts';
import { type IntentContext, readIntent } from '../rules/opt-out.ts';
import { type Arrival, type Earlier, isRedelivery } from '../rules/redelivery.ts';
import { segment } from '../rules/segments.ts';
import { type Home, type Likelihood, readWritten } from '../rules/written-number.ts';
import { insertArrival, moveArrival, storedArrivals } from '../store/inbound-arrivals.ts';
import { lockInbound, sourceKey } from '../store/inbound-parts.ts';
import type { Inbound } from './carrier.ts';
import { takePart } from './reassemble.ts';
import { contextOf, type ReceiveOptions, storeReceived } from './received.ts';
import { createTurns } from './turns.ts';

export type { ReceiveOptions } from './received.ts';

/**
 * Takes a text, or a part of one, from a phone. Resolves after the commit; a rejection makes the carrier deliver it
 * again, so a STOP is never lost. What is delivered again after it was stored is answered and changes nothing.
 */
export function createReceive(options: ReceiveOptions): (inbound: Inbound) => Promise<void> {
  const refused = refusedArrivals();
  const inTurn = createTurns();

  async function take(text: Inbound, fingerprint: Buffer, key: string): Promise<void> {
    try {
      await options.database.transaction(async () => {
        const [, stored] = await Promise.all([
          lockInbound(options.database, key),
          storedArrivals(options.database, fingerprint),
        ]);
        const earlier = stored.map((one) => ({ ...one, wasRefused: refused.has(one) }));
        if (!(await isNew(options, text, fingerprint, earlier))) return;
        if (isPart(text)) await takePart(options, partOf(text));
        else await storeReceived(options, wholeOf(text, await contextOf(options, text)));
      });
    } catch (error) {
      if (text.arrival) refused.add(text.arrival);
      throw error;
    }
    options.onEvents();
    options.onTextFrom?.(text.mode, text.from);
  }

  /** What may end in an entry of the ledger waits for its turn there before it takes a connection. */
  const inTurnOfLedger = (text: Inbound, work: () => Promise<void>) =>
    mayDecide(text) ? options.ledger.inTurn(text.mode, work) : work();

  return (inbound) => {
    const text = atTheDoor(inbound);
    const fingerprint = fingerprintOf(text);
    const key = isPart(text) ? sourceKey(text) : fingerprint.toString('hex');
    return inTurn(key, () => inTurnOfLedger(text, () => take(text, fingerprint, key)));
  };
}

const mayDecide = (text: Inbound) =>
  isPart(text) || isConfirmation(text.body) || readIntent(text.body, { country: countryOf(text.from) }) !== null;

/** Recorded in the transaction that stores the text: the mark is there exactly when the text is. */
async function isNew(
  { database, clock }: ReceiveOptions,
  text: Inbound,
  fingerprint: Buffer,
  stored: readonly (Earlier & { readonly id: string })[],
): Promise<boolean> {
  const { arrival } = text;
  if (!arrival) return true;
  const now = new Date(clock.now());
  const earlier = stored.find((one) => isRedelivery(one, arrival));
  if (earlier) await moveArrival(database, earlier.id, arrival, now);
  else await insertArrival(database, fingerprint, arrival, isPart(text), now);
  return earlier === undefined;
}

function fingerprintOf({ smscId, from, to, concatenation, encoding, body, octets }: Inbound): Buffer {
  const { reference, total, number, bits } = concatenation ?? {};
  const facts = JSON.stringify([smscId, from, to, reference, total, number, bits, encoding, body]);
  return createHash('sha256')
    .update(facts)
    .update(octets ?? '')
    .digest();
}

type WhichArrival = Pick<Arrival, 'bind' | 'sequence'>;

/**
 * What was answered with an error, in this process: if the commit took place all the same, the carrier's next try is
 * the same text. After a crash the lost bind says so.
 */
function refusedArrivals() {
  const known = new Set<string>();
  const keyOf = ({ bind, sequence }: WhichArrival) => `${bind}/${sequence}`;
  return {
    has: (arrival: WhichArrival) => known.has(keyOf(arrival)),
    add(arrival: WhichArrival) {
      known.add(keyOf(arrival));
      const [oldest] = known.size > REFUSED_MAX ? known : [];
      if (oldest !== undefined) known.delete(oldest);
    },
  };
}

const REFUSED_MAX = 10_000;

function atTheDoor(inbound: Inbound): Inbound {
  const { country = null } = inbound;
  const to = normalised(inbound.to, country, 'expected');
  const likelihood = inbound.isNational ? 'said' : country ? 'expected' : 'guessed';
  return {
    ...inbound,
    from: normalised(inbound.from, country ?? (to.startsWith('+') ? to : null), likelihood),
    to,
    // PostgreSQL cannot store U+0000 in text, and a lone surrogate would be replaced in silence.
    body: inbound.body.replaceAll('\0', '').toWellFormed(),
  };
}

type InboundPart = Inbound & { readonly concatenation: NonNullable<Inbound['concatenation']> };

const isPart = (text: Inbound): text is InboundPart => (text.concatenation?.total ?? 1) > 1;

function partOf({ concatenation, octets, warnings, ...text }: InboundPart) {
  return { ...text, ...concatenation, octets: octets ?? null, warnings: warnings ?? [] };
}

function wholeOf({ smscId, mode, from, to, body, encoding, warnings }: Inbound, context: IntentContext) {
  return {
    smscId,
    mode,
    from,
    to,
    body,
    encoding,
    segments: segment(body).parts.length,
    missing: null,
    intent: readIntent(body, context),
    isCarriedOut: false,
    warnings: warnings ?? [],
  };
}

/**
 * Carriers write numbers with and without `+`, and in their national form: that of the country of their profile, else
 * of the number that the text was sent to, so that a STOP counts for the number that we text. What is no number (a
 * short code, a name) stays as it is.
 */
function normalised(address: string, home: Home, likelihood: Likelihood): string {
  return /^\+?\d{7,}$/.test(address) ? (readWritten(address, home, likelihood) ?? address) : address;
}
