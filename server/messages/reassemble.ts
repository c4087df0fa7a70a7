import { hear } from '../contacts/said.ts';
import { assemble, intentOfAssembled, intentOfPart, place } from '../rules/reassembly.ts';
import {
  dropSet,
  dueSet,
  dueSets,
  type DueSet,
  type HeldPart,
  type HeldSet,
  heldSet,
  keepPart,
  limitAll,
  limitSource,
  lockInbound,
  type SetKey,
  sourceKey,
} from '../store/inbound-parts.ts';
import { contextOf, type ReceiveOptions, storeReceived } from './received.ts';

/** How long a text waits for its missing parts, counted from the first that came. */
export const REASSEMBLY_MS = 300_000;

/** Two texts of the greatest length (255 parts of 140 octets, and room for message_payload) wait per source. */
export const SOURCE_LIMITS = { parts: 512, octets: 131_072 } as const;
export const TOTAL_LIMITS = { parts: 50_000, octets: 33_554_432 } as const;

/** One part of several: of which text, and what it holds. */
export interface ArrivedPart extends SetKey, HeldPart {
  readonly mode: HeldSet['mode'];
}

/**
 * Takes one part of a text, in the transaction of the caller, who holds the lock of its source. The part is stored
 * before the carrier gets its answer, so any server can complete the text, over any bind of the account.
 */
export async function takePart(options: ReceiveOptions, arrived: ArrivedPart): Promise<void> {
  const { database } = options;
  const held = await heldSet(database, arrived);
  const parts = held?.parts ?? [];
  const placed = place(parts, arrived, arrived.total);
  if (placed === 'duplicate') return;
  if (held && placed !== 'kept') await dropSet(database, held.id);
  if (placed === 'last') return storeAssembled(options, arrived, parts, arrived);
  if (held && placed === 'reused') await storeAssembled(options, held, parts);
  await keep(options, arrived);
}

/**
 * Gives out every text whose missing parts did not come in time, as far as it is there. Answers how many. One that
 * cannot be stored holds up no other; the first such failure is thrown at the end.
 */
export async function giveOutOverdue(options: ReceiveOptions): Promise<number> {
  const { database, clock } = options;
  const now = new Date(clock.now());
  await limitAll(database, TOTAL_LIMITS, now);
  const failures: unknown[] = [];
  let count = 0;
  for (let isMore = true; isMore && failures.length === 0;) {
    const due = await dueSets(database, now, CHUNK);
    for (const set of due) await giveOut(options, set, now).catch((error: unknown) => failures.push(error));
    count += due.length;
    isMore = due.length === CHUNK;
  }
  if (count > 0) options.onEvents();
  if (failures.length > 0) throw failures[0];
  return count;
}

async function giveOut(options: ReceiveOptions, { id, ...source }: DueSet, now: Date): Promise<void> {
  const { database } = options;
  await database.transaction(async () => {
    await lockInbound(database, sourceKey(source));
    const set = await dueSet(database, id, now);
    if (!set) return;
    await dropSet(database, id);
    await storeAssembled(options, set, set.parts);
  });
}

const CHUNK = 100;

async function keep(options: ReceiveOptions, arrived: ArrivedPart): Promise<void> {
  const { database, clock } = options;
  const now = clock.now();
  const at = new Date(now);
  const intent = intentOfPart(arrived, await contextOf(options, arrived));
  if (intent) {
    const { mode, smscId, from: number, to, body } = arrived;
    await hear(options, { intent, mode, smscId, number, to, messageId: null, body, at });
  }
  await keepPart(database, arrived, arrived, at, new Date(now + REASSEMBLY_MS));
  await limitSource(database, arrived, SOURCE_LIMITS, at);
}

/** `arrived` completes the set; without it the set is given out with what it has. */
async function storeAssembled(
  options: ReceiveOptions,
  set: SetKey & Pick<HeldSet, 'mode'>,
  held: readonly HeldPart[],
  arrived?: HeldPart,
): Promise<void> {
  const parts = arrived ? [...held, arrived] : held;
  const text = assemble(parts, set.total);
  const context = await contextOf(options, set);
  const said = held.map((part) => intentOfPart(part, context)).find((intent) => intent !== null) ?? null;
  const intent = intentOfAssembled(text, context) ?? said ?? (arrived ? intentOfPart(arrived, context) : null);
  await storeReceived(options, {
    smscId: set.smscId,
    mode: set.mode,
    from: set.from,
    to: set.to,
    body: text.body,
    encoding: text.encoding,
    segments: text.segments,
    missing: text.missing,
    intent,
    isCarriedOut: said !== null,
    warnings: distinct(parts.flatMap(({ warnings }) => warnings)),
  });
}

function distinct(warnings: HeldPart['warnings']): HeldPart['warnings'] {
  return [...new Map(warnings.map((warning) => [`${warning.code} ${warning.message}`, warning])).values()];
}
