import { randomBytes } from 'node:crypto';
import { isKnownKey, storeKeys } from '../access/idempotency.ts';
import type { Clock } from '../clock.ts';
import type { Verdicts } from '../contacts/verdicts.ts';
import type { Mode } from '../rules/message.ts';
import { parseRecipient } from '../rules/phone-number.ts';
import { batchById, insertBatch, noteItems } from '../store/batches.ts';
import type { Database } from '../store/database.ts';
import { type Accept, backlogFull, noCarrier } from './accept.ts';
import type { Accepted, Caller, Idempotency, Refusal, SendRequest } from './accept-types.ts';
import { insufficientBalance } from './balance.ts';
import { type BatchControl, createBatchControl } from './batch-control.ts';
import { judgeNew } from './judge-new.ts';
import { prepare, type PrepareOptions } from './prepare.ts';

/** Hundreds of texts in one request. Each is accepted, judged and sent as if it had come alone. */
export interface Batches extends BatchControl {
  submit(wanted: WantedBatch, caller: Caller, idempotency: Idempotency | null): Promise<SubmittedBatch>;
  readonly limits: BatchLimits;
}

/** Per request. Null = as many as there are texts. */
export interface BatchLimits {
  readonly messages: number;
  readonly recipients: number | null;
  readonly bodies: number | null;
}

export const BATCH_MESSAGES_MAX = 500;

export interface WantedBatch {
  readonly items: readonly BatchItem[];
  /** all_or_nothing: when one item would be refused, none is accepted. */
  readonly mode: 'partial' | 'all_or_nothing';
  readonly dedupe: 'to' | null;
  /** Null = as fast as carriers take them. */
  readonly ratePerMinute: number | null;
}

/** `wording`: the text before its variables were filled in. */
export type BatchItem =
  | {
      readonly ok: true;
      readonly request: SendRequest;
      readonly wording: string;
      /** Its own; left out, it comes from that of the batch. */
      readonly idempotency?: Idempotency;
    }
  | { readonly ok: false; readonly refusal: Refusal };

export type ItemResult =
  | { readonly kind: 'answered'; readonly accepted: Accepted }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** `of`: the index of the item that goes to the same number. */
  | { readonly kind: 'duplicate'; readonly of: number };

export type SubmittedBatch =
  | {
      readonly ok: true;
      readonly id: string;
      readonly replayed: boolean;
      readonly results: readonly ItemResult[];
      readonly wordings: number;
    }
  /** `refusals`: by the index of their item, of a batch that is accepted as a whole or not at all. */
  | { readonly ok: false; readonly refusal: Refusal; readonly refusals?: ReadonlyMap<number, Refusal> };

export interface BatchOptions extends PrepareOptions {
  readonly accept: Accept;
  readonly database: Database;
  readonly verdicts: Pick<Verdicts, 'of'>;
  readonly hasCarrier: (mode: Mode) => boolean;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly onEvents: () => void;
  readonly limits?: BatchLimits | undefined;
  readonly isFull?: () => boolean;
}

const NO_LIMITS: BatchLimits = { messages: BATCH_MESSAGES_MAX, recipients: null, bodies: null };
const FIRST_LOOK_MS = 60_000;
const LOOK_MS = 2_000;

export function createBatches(options: BatchOptions): Batches {
  const { database, clock, hasCarrier, limits = NO_LIMITS } = options;
  return {
    ...createBatchControl(options),
    limits,
    async submit(wanted, caller, idempotency) {
      if (!hasCarrier(caller.mode)) return { ok: false, refusal: noCarrier };
      if (options.isFull?.()) return { ok: false, refusal: backlogFull };
      const plan = planOf(options, wanted);
      const over = overLimit(limits, plan, wanted.items);
      if (over) return { ok: false, refusal: over };
      const opened = await open(options, plan, wanted, caller, idempotency);
      if (!opened.ok) return opened;
      const { id, startedAt, replayed } = opened;
      const results = await acceptItems(options, plan, { id, startedAt, caller, idempotency, wanted });
      const counted = { rejected: results.filter(isRejected).length, duplicates: plan.duplicates.size };
      // A repeated request may have done what the first one did not come to.
      await noteItems(database, id, counted, new Date(clock.now() + LOOK_MS));
      return { ok: true, id, replayed, results, wordings: plan.wordings };
    },
  };
}

export function isRejected(result: ItemResult): boolean {
  return result.kind === 'refused' || (result.kind === 'answered' && !result.accepted.verdict.ok);
}

interface Plan {
  /** The index of each item that goes to the number of an earlier one, and of that one. */
  readonly duplicates: ReadonlyMap<number, number>;
  readonly recipients: number;
  readonly wordings: number;
}

function planOf({ settings }: BatchOptions, { items, dedupe }: WantedBatch): Plan {
  const first = new Map<string, number>();
  const duplicates = new Map<number, number>();
  const wordings = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (!item.ok) continue;
    const defaultCountry = item.request.default_country ?? settings.defaultCountry;
    const read = parseRecipient(item.request.to, { strictness: 'possible', defaultCountry });
    const number = read.ok ? read.e164 : item.request.to;
    const earlier = first.get(number);
    if (earlier === undefined) first.set(number, index);
    else if (dedupe === 'to') duplicates.set(index, earlier);
    wordings.add(item.wording);
  }
  return { duplicates, recipients: first.size, wordings: wordings.size };
}

function overLimit(limits: BatchLimits, plan: Plan, items: readonly BatchItem[]): Refusal | null {
  if (items.length > limits.messages) return tooMany(limits.messages, 'texts');
  if (limits.recipients !== null && plan.recipients > limits.recipients)
    return tooMany(limits.recipients, 'recipients');
  if (limits.bodies !== null && plan.wordings > limits.bodies) return tooMany(limits.bodies, 'different bodies');
  return null;
}

function tooMany(max: number, what: string): Refusal {
  return { code: 'PAYLOAD_TOO_LARGE', detail: `A batch may have ${max} ${what}.`, param: 'messages' };
}

type Opened =
  | { readonly ok: true; readonly id: string; readonly startedAt: Date; readonly replayed: boolean }
  | Extract<SubmittedBatch, { ok: false }>;

/**
 * Stores the batch with its Idempotency-Key. Its items have keys of their own that come from this one: a request that
 * broke off in the middle goes on where it ended when it is repeated, and no text is sent twice.
 */
async function open(
  options: BatchOptions,
  plan: Plan,
  wanted: WantedBatch,
  caller: Caller,
  idempotency: Idempotency | null,
): Promise<Opened> {
  const { database, clock } = options;
  const now = new Date(clock.now());
  const known = idempotency && (await findStored(database, caller, idempotency, now));
  if (known) return known;
  if (wanted.mode === 'all_or_nothing') {
    const refused = await refusedItems(options, plan, wanted, caller, now);
    if (refused) return refused;
  }
  const id = `bat_${randomBytes(12).toString('hex')}`;
  return database.transaction(async (): Promise<Opened> => {
    const stored = idempotency ? await storeKey(database, caller, idempotency, id, now) : null;
    if (stored) return stored;
    await insertBatch(database, {
      id,
      mode: caller.mode,
      status: 'processing',
      total: wanted.items.length,
      rejected: 0,
      duplicates: 0,
      rate_per_minute: wanted.ratePerMinute,
      api_key_id: caller.keyId,
      created_at: now,
      completed_at: null,
      due_at: new Date(now.getTime() + FIRST_LOOK_MS),
    });
    return { ok: true, id, startedAt: now, replayed: false };
  });
}

/** A batch that was stored before is not judged again: what is refused by now was accepted then. */
async function findStored(database: Database, caller: Caller, idempotency: Idempotency, now: Date) {
  const isKnown = await isKnownKey(database, { ...idempotency, apiKeyId: caller.keyId });
  return isKnown ? storeKey(database, caller, idempotency, '', now) : null;
}

/** Null = this request is the first with its key. */
async function storeKey(
  database: Database,
  caller: Caller,
  idempotency: Idempotency,
  id: string,
  now: Date,
): Promise<Opened | null> {
  const [result] = await storeKeys<{ id: string }>(
    database,
    [{ ...idempotency, apiKeyId: caller.keyId, verdict: { id } }],
    now,
  );
  if (!result || result.kind === 'first') return null;
  if (result.kind === 'reused') return { ok: false, refusal: keyReused };
  const batch = await batchById(database, caller.mode, result.verdict.id);
  return { ok: true, id: result.verdict.id, startedAt: batch?.created_at ?? now, replayed: true };
}

const keyReused: Refusal = {
  code: 'IDEMPOTENCY_KEY_REUSED',
  detail: 'This Idempotency-Key was used for another request in the last 24 hours.',
};

/** Prepares and judges every item as accepting it would. */
async function refusedItems(
  options: BatchOptions,
  plan: Plan,
  { items }: WantedBatch,
  caller: Caller,
  now: Date,
): Promise<Extract<SubmittedBatch, { ok: false }> | null> {
  const prepared = await Promise.all(
    items.map(async (item) =>
      item.ok ? prepare(options, item.request, caller, options.newId(), now.getTime()) : item,
    ),
  );
  const refusals = new Map<number, Refusal>();
  const texts = prepared.flatMap((one, index) => {
    if (one.ok) return [{ message: one.message, isOptedOut: one.isOptedOut, index }];
    refusals.set(index, one.refusal);
    return [];
  });
  for (const { text, judged } of await judgeNew(options.verdicts, texts, now)) {
    const { judgement } = judged;
    if (judgement.kind !== 'reject') continue;
    refusals.set(text.index, { code: judgement.error.code, detail: judgement.detail, param: 'to' });
  }
  if (refusals.size === 0) {
    const paid = texts.filter(({ index }) => !plan.duplicates.has(index)).map(({ message }) => message.price);
    return (await options.money.balance.suffices(caller.mode, paid)) ? null : { ok: false, refusal: batchTooDear };
  }
  const detail = `${refusals.size} of ${items.length} texts would be refused, so none was accepted.`;
  return { ok: false, refusal: { code: 'INVALID_REQUEST', detail, param: 'messages' }, refusals };
}

const batchTooDear: Refusal = {
  ...insufficientBalance,
  detail: 'The remaining balance is lower than the price of all texts together, so none was accepted.',
};

interface Opening {
  readonly id: string;
  readonly startedAt: Date;
  readonly caller: Caller;
  readonly idempotency: Idempotency | null;
  readonly wanted: WantedBatch;
}

async function acceptItems(options: BatchOptions, plan: Plan, opening: Opening): Promise<ItemResult[]> {
  const { id, startedAt, caller, idempotency, wanted } = opening;
  const { accept, clock } = options;
  const everyMs = wanted.ratePerMinute === null ? 0 : 60_000 / wanted.ratePerMinute;
  let place = 0;
  const answers = wanted.items.map(async (item, index): Promise<ItemResult> => {
    if (!item.ok) return { kind: 'refused', refusal: item.refusal };
    const earlier = plan.duplicates.get(index);
    if (earlier !== undefined) return { kind: 'duplicate', of: earlier };
    const paced = new Date(startedAt.getTime() + Math.round(place * everyMs));
    place += 1;
    const request = { ...pacedRequest(item.request, paced, clock.now()), batch_id: id };
    const accepted = await accept(request, caller, item.idempotency ?? (idempotency && ofItem(idempotency, index)));
    return { kind: 'answered', accepted };
  });
  // A lost database fails some of them: the others have to be over before somebody tries again.
  await Promise.allSettled(answers);
  return Promise.all(answers);
}

/** A time that was asked for is later than that of its turn, or it is its turn that counts. */
function pacedRequest(request: SendRequest, turn: Date, now: number): SendRequest {
  const asked = request.schedule_for;
  if (asked && asked >= turn) return request;
  return turn.getTime() > now ? { ...request, schedule_for: turn } : request;
}

/** The path of no request, so nobody else has this key. */
const ofItem = ({ key, path, fingerprint }: Idempotency, index: number): Idempotency => {
  return { key, path: `${path}#${index}`, fingerprint };
};
