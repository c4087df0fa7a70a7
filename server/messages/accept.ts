import type { Clock } from '../clock.ts';
import { type KeyedResult, storeKeys } from '../access/idempotency.ts';
import { type OptOut, optOutsAmong } from '../contacts/opted-out.ts';
import type { Mode } from '../rules/message.ts';
import { optedOutError } from '../rules/message-errors.ts';
import { messageView } from '../rules/message-view.ts';
import type { SendQueue } from '../queue/send-queue.ts';
import type { Database } from '../store/database.ts';
import { insertEvents } from '../store/events.ts';
import { groupCommit } from '../store/group-commit.ts';
import { insertMessages } from '../store/messages.ts';
import type { MessageRow } from '../store/schema.ts';
import type { Accepted, Caller, Idempotency, Refusal, SendRequest, Verdict } from './accept-types.ts';
import { draft, type DraftSettings } from './draft.ts';
import { encodeFor, type EncodingOf } from './encode.ts';
import { announceTexts } from './lane.ts';
import { place, type PlaceOptions } from './place.ts';
import { tell } from './tell.ts';

export interface AcceptOptions extends PlaceOptions {
  readonly database: Database;
  readonly queue: Pick<SendQueue, 'announce'>;
  readonly settings: DraftSettings;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly hasCarrier: (mode: Mode) => boolean;
  readonly encodingOf?: EncodingOf;
  readonly onAccepted: (mode: Mode) => void;
  /** Called after a commit that made events. */
  readonly onEvents: () => void;
}

export type Accept = (request: SendRequest, caller: Caller, idempotency: Idempotency | null) => Promise<Accepted>;

/**
 * Takes a text on. When the answer is a message, its row, its event and its job are committed: that commit is
 * the promise that the text is never lost. Requests that arrive while a commit is under way share the next one.
 *
 * Rejects with the database's error when nothing could be stored; then nothing was promised.
 */
export function createAccept(options: AcceptOptions): Accept {
  const commit = groupCommit((items: readonly Item[]) => flush(options, items));
  return async (request, caller, idempotency) => {
    if (!options.hasCarrier(caller.mode)) return refused(noCarrier);
    const made = draft(request, caller, options.settings, options.newId(), options.clock.now());
    if (!made.ok) return refused(made.refusal);
    const placed = (await place(options, made.message)).result;
    if (!placed.ok) return refused(placed.refusal);
    const encoded = encodeFor(placed.message, request, options.encodingOf);
    if (!encoded.ok) return refused(encoded.refusal);
    const isOptedOut = made.magic?.behaviour === 'opted_out';
    const accepted = await commit({ message: encoded.message, isOptedOut, idempotency });
    if (accepted.verdict.ok && !accepted.replayed) options.onAccepted(caller.mode);
    return accepted;
  };
}

interface Item {
  readonly message: MessageRow;
  readonly isOptedOut: boolean;
  readonly idempotency: Idempotency | null;
}

async function flush(options: AcceptOptions, items: readonly Item[]): Promise<Accepted[]> {
  const answers = await options.database.transaction(async () => {
    const decisions = await decide(options, items);
    const keyed = await storeVerdicts(options, items, decisions);
    const rows = decisions.map(({ row }) => row).filter((_, index) => isFirst(keyed[index]));
    await store(options, rows);
    return decisions.map(({ verdict }, index) => answer(keyed[index] ?? null, verdict));
  });
  options.onEvents();
  return answers;
}

/** The opt-outs are read inside the transaction; the claim reads them again, so one that comes later wins too. */
async function decide(
  options: AcceptOptions,
  items: readonly Item[],
): Promise<{ row: MessageRow; verdict: Verdict }[]> {
  const optOuts = await optOutsAmong(
    options.database,
    items.map(({ message }) => message),
  );
  return items.map((item) => {
    const optOut = optOuts(item.message) ?? (item.isOptedOut ? sandboxOptOut(item.message) : undefined);
    if (!optOut) return { row: item.message, verdict: { ok: true, message: messageView(item.message) } };
    return { row: reject(item.message), verdict: { ok: false, refusal: optedOut(item.message, optOut) } };
  });
}

async function storeVerdicts(
  { database, clock }: AcceptOptions,
  items: readonly Item[],
  decisions: readonly { verdict: Verdict }[],
): Promise<(KeyedResult<Verdict> | null)[]> {
  const keyed = items.flatMap(({ message, idempotency }, index) => {
    const verdict = decisions[index]?.verdict;
    if (!idempotency || !verdict) return [];
    return [{ index, request: { ...idempotency, apiKeyId: message.api_key_id ?? '', verdict } }];
  });
  const results = await storeKeys(
    database,
    keyed.map(({ request }) => request),
    new Date(clock.now()),
  );
  const byIndex = new Map(keyed.map(({ index }, position) => [index, results[position] ?? null]));
  return items.map((_, index) => byIndex.get(index) ?? null);
}

/**
 * Three statements that do not wait for each other: together they are one round trip. When one fails the others are
 * still waited for, because a job that is added after the rollback would not be undone by it.
 */
async function store({ database, queue }: AcceptOptions, rows: readonly MessageRow[]): Promise<void> {
  const announced = announceTexts(
    queue,
    rows.filter(({ status }) => status === 'queued'),
  );
  const written = [insertMessages(database, rows), insertEvents(database, rows.map(announcement)), announced];
  await Promise.allSettled(written);
  await Promise.all(written);
}

function announcement(row: MessageRow) {
  const status = row.status === 'rejected' ? 'rejected' : 'queued';
  return tell(row, status, row.created_at, row.error ? { error: row.error } : {});
}

const isFirst = (result: KeyedResult<Verdict> | null | undefined) => !result || result.kind === 'first';

function answer(result: KeyedResult<Verdict> | null, verdict: Verdict): Accepted {
  if (result?.kind === 'reused') return refused(keyReused);
  if (result?.kind === 'replay') return { verdict: result.verdict, replayed: true };
  return { verdict, replayed: false };
}

/** The attempt is kept as a rejected text: it shows that nothing was sent after the opt-out. */
function reject(message: MessageRow): MessageRow {
  return { ...message, status: 'rejected', due_at: null, error: optedOutError };
}

function optedOut(message: MessageRow, optOut: OptOut): Refusal {
  const at = optOut.opted_out_at.toISOString();
  return {
    code: 'OPTED_OUT',
    detail: `${message.to} opted out on ${at}.`,
    param: 'to',
    extra: { message_id: message.id, opted_out_at: at, source: optOut.source },
  };
}

const sandboxOptOut = (message: MessageRow): OptOut => ({ opted_out_at: message.created_at, source: 'sandbox' });

const refused = (refusal: Refusal): Accepted => ({ verdict: { ok: false, refusal }, replayed: false });

const noCarrier: Refusal = {
  code: 'NO_CARRIER',
  detail: 'No carrier is configured for live texts: set SMPP_URL, or use a test key to reach the simulated carrier.',
};

const keyReused: Refusal = {
  code: 'IDEMPOTENCY_KEY_REUSED',
  detail: 'This Idempotency-Key was used for another request in the last 24 hours.',
};
