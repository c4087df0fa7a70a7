import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Verdicts } from '../contacts/verdicts.ts';
import { endOfLife } from '../rules/text-life.ts';
import type { SendQueue } from '../queue/send-queue.ts';
import type { Database } from '../store/database.ts';
import { claim, type Claimed } from '../store/messages.ts';
import { acceptedParts } from '../store/segments.ts';
import type { Carrier, Carriers, Outcome, Slot } from './carrier.ts';
import { createCutFor, type CutFor, partsOf } from './cut.ts';
import type { Attempt, FinishAttempts, PartAccepted } from './finish.ts';
import type { Health } from './health.ts';
import type { Priority } from './lane.ts';
import type { LateAnswer, TakeLateAnswer } from './late-answer.ts';
import { judgeUnclaimed } from './rejudge.ts';
import type { Pauses } from './pauses.ts';
import type { Routing } from './route.ts';
import { createSlotGate, type SlotGate } from './slot-gate.ts';
import { createUnstored, type Unstored } from './unstored.ts';

export interface SubmitOptions {
  readonly database: Database;
  readonly carriers: Pick<Carriers, 'get'>;
  readonly queue: Pick<SendQueue, 'announce'>;
  readonly verdicts: Pick<Verdicts, 'of'>;
  readonly health: Health;
  readonly routing: Pick<Routing, 'after' | 'moveAway' | 'adopt'>;
  readonly pauses: Pick<Pauses, 'of' | 'passage'>;
  readonly finishAttempts: FinishAttempts;
  readonly takeLateAnswer: TakeLateAnswer;
  readonly instanceId: string;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
  readonly onEvents: () => void;
}

export interface Submit {
  /** Sends the texts of one job of a carrier. `again`: the carrier is stopping, what is left is still queued. */
  send(smscId: string, priority: Priority, ids: readonly string[]): Promise<'done' | 'again'>;
  /** Ids of texts that this process has claimed and not finished. */
  readonly inFlight: ReadonlyMap<string, unknown>;
  /** Resolves once every claimed text is finished. */
  idle(): Promise<void>;
}

/** A job is worked off in claims of at most this many texts. */
const CLAIM_MAX = 100;
/** More than a working database leaves unstored at the highest rate measured. */
export const UNSTORED_MAX = 200;

/**
 * From queued to the carrier. Only as many texts are claimed as there are free slots in the send window, right
 * before they are written: whatever happens to this process, no more than those can be in doubt, and the answered ones
 * that are not stored yet.
 */
export function createSubmit(options: SubmitOptions): Submit {
  const inFlight = new Map<string, Promise<void>>();
  const cutFor = createCutFor(options.database);
  const unstored = createUnstored(UNSTORED_MAX);
  const start = (slot: Slot, message: Claimed, carrier: Carrier) => {
    const running = run({ ...options, cutFor, unstored }, slot, message, carrier).finally(() =>
      inFlight.delete(message.id),
    );
    inFlight.set(message.id, running);
  };
  const gates = new Map<Carrier, SlotGate>();
  const gateOf = (carrier: Carrier) => {
    const gate = gates.get(carrier) ?? createSlotGate(carrier);
    gates.set(carrier, gate);
    return gate;
  };
  // Who waits for a carrier asks again when one goes down or comes back: there may be another way now.
  options.health.onChange(() => {
    for (const [carrier, gate] of gates) {
      if (options.carriers.get(carrier.id) !== carrier) gates.delete(carrier);
      if (options.health.of(carrier.id) !== 'up') gate.interrupt();
    }
  });
  return {
    inFlight,
    async idle() {
      while (inFlight.size > 0) await Promise.all(inFlight.values());
    },
    async send(smscId, priority, ids) {
      const carrier = options.carriers.get(smscId);
      if (!carrier) return leave(options, smscId, ids);
      const gate = gateOf(carrier);
      for (let rest = ids; rest.length > 0;) {
        if ((await options.pauses.passage(carrier.mode)) === 'stopping') return 'again';
        rest = await divert(options, smscId, rest);
        if (rest.length === 0) break;
        const slots = await gate.take(priority, Math.min(rest.length, CLAIM_MAX));
        if (slots === 'interrupted') continue;
        if (slots.length === 0) {
          if (options.carriers.get(smscId)) return 'again';
          return leave(options, smscId, rest);
        }
        await unstored.room();
        if (options.pauses.of(carrier.mode)) {
          for (const slot of slots) slot.release();
          continue;
        }
        const messages = await claimFor(options, slots, rest.slice(0, slots.length), carrier);
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

/** The carrier was deleted: what is announced for it finds another way at once. */
async function leave({ routing }: SubmitOptions, smscId: string, ids: readonly string[]): Promise<'done'> {
  await routing.adopt(smscId, ids);
  return 'done';
}

/**
 * Takes texts away from a carrier that does not work, where another one takes them. One of them stays to try it out
 * when it is time for that. Answers what stays.
 */
async function divert({ health, routing }: SubmitOptions, smscId: string, ids: readonly string[]) {
  const permit = health.permit(smscId);
  if (permit === 'all') return ids;
  if (permit === 'none') return routing.moveAway(smscId, ids);
  return [...ids.slice(0, 1), ...(await routing.moveAway(smscId, ids.slice(1)))];
}

type AttemptOptions = SubmitOptions & { readonly cutFor: CutFor; readonly unstored: Unstored };

/** One text from its claim to the stored end of the attempt. It never rejects. */
async function run(options: AttemptOptions, slot: Slot, message: Claimed, carrier: Carrier): Promise<void> {
  const stored = Promise.withResolvers<void>();
  const attempt = await attemptWith(options, slot, message, carrier, (part, answer) => {
    // What is not stored yet cannot be corrected; and an answer that gets lost here leaves the text flagged.
    const taken = stored.promise.then(() => options.takeLateAnswer({ message, part, answer }));
    taken.catch((error: unknown) => {
      options.log.error({ err: error, message_id: message.id }, 'a late answer of a carrier could not be stored');
    });
  });
  slot.release();
  options.health.note(carrier.id, attempt.outcome);
  try {
    await options.unstored.during(options.finishAttempts(attempt));
  } catch (error) {
    options.log.error(
      { err: error, message_id: message.id },
      'the end of an attempt could not be stored; its lease decides',
    );
  }
  stored.resolve();
}

/** In the order in which they were accepted: ids are version 7. */
async function claimFor(
  options: SubmitOptions,
  slots: readonly Slot[],
  ids: readonly string[],
  carrier: Carrier,
): Promise<Claimed[]> {
  try {
    const now = new Date(options.clock.now());
    const claimed = await claim(options.database, ids, carrier, options.instanceId, now);
    if (claimed.length < ids.length) await judgeUnclaimed(options, ids);
    return claimed.sort((a, b) => (a.id < b.id ? -1 : 1));
  } catch (error) {
    for (const slot of slots) slot.release();
    throw error;
  }
}

/** Writes the parts of one text in turn on its slot, and stops at the first that was not accepted. */
async function attemptWith(
  options: AttemptOptions,
  slot: Slot,
  claimed: Claimed,
  carrier: Carrier,
  onLateAnswer: (part: number, answer: LateAnswer['answer']) => void,
): Promise<Attempt> {
  const smscId = carrier.id;
  const cut = await options.cutFor(claimed, carrier).catch(() => null);
  const message = cut ? { ...claimed, segments: cut.segments } : claimed;
  const done = cut && (await doneBefore(options.database, message, cut.parts.length));
  if (cut === null || done === null) {
    const outcome = { kind: 'unsent', reason: 'database' } as const;
    return { message, smscId, accepted: [], outcome, failedPart: null, nextCarrier: null };
  }
  const accepted: PartAccepted[] = [];
  let outcome: Outcome | undefined;
  let failedPart: number | null = null;
  for (const [index, part] of partsOf(message, cut).entries()) {
    const number = index + 1;
    if (done.has(number)) continue;
    const validitySeconds = secondsLeft(message, options.clock.now());
    outcome = await slot.submit({ ...part, validitySeconds }, (answer) => onLateAnswer(number, answer));
    failedPart = outcome.kind === 'refused' || outcome.kind === 'unknown' ? number : null;
    if (outcome.kind !== 'accepted') break;
    accepted.push({ part: number, carrierId: outcome.carrierId });
  }
  const nextCarrier = done.size + accepted.length === 0 ? await nextAfter(options, message, smscId, outcome) : null;
  return { message, smscId, accepted, outcome: outcome ?? EVERY_PART_ACCEPTED, failedPart, nextCarrier };
}

/** Asked for every refusal that may end in a failover; a refusal for good would be one everywhere. */
async function nextAfter({ routing }: SubmitOptions, message: Claimed, smscId: string, outcome: Outcome | undefined) {
  if (outcome?.kind !== 'refused' || (outcome.class !== 'failover' && outcome.class !== 'retry')) return null;
  return routing.after(message, smscId);
}

/** The parts that an earlier attempt got accepted; null when that cannot be known, and then nothing may be sent. */
async function doneBefore(database: Database, message: Claimed, parts: number): Promise<ReadonlySet<number> | null> {
  if (parts === 1 || message.attempts === 1) return NONE;
  return acceptedParts(database, message.id).catch(() => null);
}

const NONE: ReadonlySet<number> = new Set();

const secondsLeft = (message: Claimed, now: number) =>
  Math.max(1, Math.ceil(((endOfLife(message)?.getTime() ?? now) - now) / 1_000));

/** An earlier attempt had sent them all. */
const EVERY_PART_ACCEPTED: Outcome = { kind: 'accepted', carrierId: '' };
