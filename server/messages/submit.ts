import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { cancelForOptOut } from '../contacts/consent.ts';
import type { Mode } from '../rules/message.ts';
import { segment } from '../rules/segments.ts';
import type { Database } from '../store/database.ts';
import { claim, type Claimed } from '../store/messages.ts';
import { acceptedParts } from '../store/segments.ts';
import type { Carrier, Outcome, Slot } from './carrier.ts';
import type { Attempt, FinishAttempts, PartAccepted } from './finish.ts';

export interface SubmitOptions {
  readonly database: Database;
  readonly carrierOf: (mode: Mode) => Carrier | undefined;
  readonly finishAttempts: FinishAttempts;
  readonly instanceId: string;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
  readonly onEvents: () => void;
}

export interface Submit {
  /** Sends the texts of one job. `again`: the carrier is stopping, what is left is still queued. */
  send(mode: Mode, ids: readonly string[]): Promise<'done' | 'again'>;
  /** Ids of texts that this process has claimed and not finished. */
  readonly inFlight: ReadonlyMap<string, unknown>;
  /** Resolves once every claimed text is finished. */
  idle(): Promise<void>;
}

/** A job is worked off in claims of at most this many texts. */
const CLAIM_MAX = 100;

/**
 * From queued to the carrier. Only as many texts are claimed as there are free slots in the send window, right
 * before they are written: whatever happens to this process, no more than those can be in doubt.
 */
export function createSubmit(options: SubmitOptions): Submit {
  const inFlight = new Map<string, Promise<void>>();
  const start = (slot: Slot, message: Claimed, carrier: Carrier) => {
    const running = run(options, slot, message, carrier).finally(() => inFlight.delete(message.id));
    inFlight.set(message.id, running);
  };
  return {
    inFlight,
    async idle() {
      while (inFlight.size > 0) await Promise.all(inFlight.values());
    },
    async send(mode, ids) {
      const carrier = options.carrierOf(mode);
      if (!carrier) return 'done';
      for (let rest = ids; rest.length > 0;) {
        const slots = await carrier.reserve(Math.min(rest.length, CLAIM_MAX));
        if (slots.length === 0) return 'again';
        const messages = await claimFor(options, slots, rest.slice(0, slots.length));
        rest = rest.slice(slots.length);
        slots.forEach((slot, index) => {
          const message = messages[index];
          if (message) start(slot, message, carrier);
          else slot.release();
        });
      }
      return 'done';
    },
  };
}

/** One text from its claim to the stored end of the attempt. It never rejects. */
async function run(options: SubmitOptions, slot: Slot, message: Claimed, carrier: Carrier): Promise<void> {
  const attempt = await attemptWith(options, slot, message, carrier.id);
  slot.release();
  try {
    await options.finishAttempts(attempt);
  } catch (error) {
    options.log.error(
      { err: error, message_id: message.id },
      'the end of an attempt could not be stored; its lease decides',
    );
  }
}

/** In the order in which they were accepted: ids are version 7. */
async function claimFor(options: SubmitOptions, slots: readonly Slot[], ids: readonly string[]): Promise<Claimed[]> {
  try {
    const now = new Date(options.clock.now());
    const claimed = await claim(options.database, ids, options.instanceId, now);
    if (claimed.length < ids.length && (await cancelForOptOut(options.database, ids, now)) > 0) options.onEvents();
    return claimed.sort((a, b) => (a.id < b.id ? -1 : 1));
  } catch (error) {
    for (const slot of slots) slot.release();
    throw error;
  }
}

/** Writes the parts of one text in turn on its slot, and stops at the first that was not accepted. */
async function attemptWith(options: SubmitOptions, slot: Slot, message: Claimed, smscId: string): Promise<Attempt> {
  const { encoding, parts } = segment(message.body);
  const done = await doneBefore(options.database, message, parts.length);
  if (done === null) return { message, smscId, accepted: [], outcome: { kind: 'unsent', reason: 'database' } };
  const accepted: PartAccepted[] = [];
  let outcome: Outcome | undefined;
  for (const [index, text] of parts.entries()) {
    const number = index + 1;
    if (done.has(number)) continue;
    outcome = await slot.submit({
      from: message.from,
      to: message.to,
      text,
      encoding,
      concatenation: parts.length > 1 ? { reference: referenceOf(message.id), total: parts.length, number } : null,
      validitySeconds: secondsLeft(message, options.clock.now()),
    });
    if (outcome.kind !== 'accepted') break;
    accepted.push({ part: number, carrierId: outcome.carrierId });
  }
  return { message, smscId, accepted, outcome: outcome ?? EVERY_PART_ACCEPTED };
}

/** The parts that an earlier attempt got accepted; null when that cannot be known, and then nothing may be sent. */
async function doneBefore(database: Database, message: Claimed, parts: number): Promise<ReadonlySet<number> | null> {
  if (parts === 1 || message.attempts === 1) return NONE;
  return acceptedParts(database, message.id).catch(() => null);
}

const NONE: ReadonlySet<number> = new Set();

const secondsLeft = (message: Claimed, now: number) =>
  Math.max(1, Math.ceil(((message.expires_at?.getTime() ?? now) - now) / 1_000));

/** An earlier attempt had sent them all. */
const EVERY_PART_ACCEPTED: Outcome = { kind: 'accepted', carrierId: '' };

/** One reference per text, the same for every attempt, so a phone recognises a part that comes twice. */
const referenceOf = (id: string) => Number.parseInt(id.slice(-2), 16);
