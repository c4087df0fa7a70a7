import type { Clock } from '../clock.ts';
import { dropKeys, type KeyedResult, storeKeys } from '../access/idempotency.ts';
import { noteOutbound } from '../contacts/conversation.ts';
import type { Verdicts } from '../contacts/verdicts.ts';
import type { Mode } from '../rules/message.ts';
import type { MessageView } from '../rules/message-view.ts';
import { OPT_IN_REQUEST_MS } from '../rules/opt-in-request.ts';
import type { SendQueue } from '../queue/send-queue.ts';
import type { Database } from '../store/database.ts';
import { insertEvents } from '../store/events.ts';
import { groupCommit } from '../store/group-commit.ts';
import { insertMessages } from '../store/new-messages.ts';
import { insertOptInRequests, type OptInRequest } from '../store/opt-in-requests.ts';
import { insertReplyWaits } from '../store/reply-waits.ts';
import { storeLinks } from '../store/opt-out-links.ts';
import type { MessageRow } from '../store/schema.ts';
import type { Accepted, Caller, Idempotency, Refusal, SendRequest, Verdict } from './accept-types.ts';
import { applyVerdict } from './apply-verdict.ts';
import { type Awaited, awaitReply, isName } from './expect-reply.ts';
import { judgeNew } from './judge-new.ts';
import { type Balance, BalanceExceeded, insufficientBalance, type Remainders } from './balance.ts';
import { announceTexts } from './lane.ts';
import { prepare, type Prepared, type PrepareOptions } from './prepare.ts';
import { tell } from './tell.ts';

export interface AcceptOptions extends PrepareOptions {
  readonly database: Database;
  readonly queue: Pick<SendQueue, 'announce'>;
  readonly verdicts: Verdicts;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly hasCarrier: (mode: Mode) => boolean;
  readonly onAccepted: (
    mode: Mode,
    text: { readonly keyId: string; readonly to: string; readonly country: string | null },
  ) => void;
  /** Whether so many texts wait that no more are taken on; left out = never. */
  readonly isFull?: () => boolean;
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
    if (options.isFull?.()) return refused(backlogFull);
    const prepared = await prepare(options, request, caller, options.newId(), options.clock.now());
    if (!prepared.ok) return refused(prepared.refusal);
    if (request.asks_opt_in && isName(prepared.message.from)) return refused(noReplies);
    const accepted = await commit({
      ...prepared,
      idempotency,
      expected: request.expect_reply,
      asks: request.asks_opt_in,
    });
    const { verdict, replayed } = accepted;
    if (verdict.ok && !replayed) options.onAccepted(caller.mode, { ...verdict.message, keyId: caller.keyId });
    return accepted;
  };
}

interface Item extends Extract<Prepared, { ok: true }> {
  readonly idempotency: Idempotency | null;
  readonly expected: SendRequest['expect_reply'];
  readonly asks: SendRequest['asks_opt_in'];
}

/** Whether all of them can be paid for is found out at the end; whether some can, before anything is written. */
async function flush(options: AcceptOptions, items: readonly Item[]): Promise<Accepted[]> {
  try {
    return await takeOn(options, items, 'all');
  } catch (error) {
    if (!(error instanceof BalanceExceeded)) throw error;
    return takeOn(options, items, 'fitting');
  }
}

async function takeOn(options: AcceptOptions, items: readonly Item[], paid: 'all' | 'fitting'): Promise<Accepted[]> {
  const { database, money, newId } = options;
  const answers = await database.transaction(async () => {
    const decisions = await decide(options, items);
    const keyed = await storeVerdicts(options, items, decisions);
    const first = decisions.filter((_, index) => isFirst(keyed[index])).map(({ row }) => row);
    const early = paid === 'fitting' ? await money.balance.reserveFitting(first) : null;
    const unpaid = new Set(first.filter(({ id, prepaid }) => prepaid && early?.has(id) === false).map(({ id }) => id));
    await dropKeysOf(database, items, unpaid);
    const isNew = (_: unknown, index: number) => isFirst(keyed[index]) && !unpaid.has(idOf(decisions[index]));
    await storeLinks(
      database,
      items
        .filter(isNew)
        .filter(({ link }) => link !== null)
        .map(linkRow),
    );
    const waits = decisions.filter(isNew).flatMap(({ wait }) => wait ?? []);
    await insertReplyWaits(database, waits);
    await insertOptInRequests(database, items.filter(isNew).flatMap(optInRequestOf(decisions.filter(isNew))));
    const rows = await noteOutbound(
      database,
      newId,
      decisions.filter(isNew).map(({ row }) => row),
    );
    const remainders = await store(options, rows, early);
    const accepted = decisions.map(({ verdict }, index) => answer(keyed[index] ?? null, verdict));
    return withBalances(
      money.balance,
      accepted.map((one) => (unpaid.has(textOf(one)?.message_id ?? '') ? refused(insufficientBalance) : one)),
      remainders,
    );
  });
  options.onEvents();
  return answers;
}

const idOf = (decision: Awaited | undefined) => decision?.row.id ?? '';

/** Who could not pay may try again with the same key. */
async function dropKeysOf(database: Database, items: readonly Item[], unpaid: ReadonlySet<string>): Promise<void> {
  const keys = items.flatMap(({ message, idempotency }) =>
    idempotency && unpaid.has(message.id) ? [{ ...idempotency, apiKeyId: message.api_key_id ?? '' }] : [],
  );
  await dropKeys(database, keys);
}

/** What is left after a text that was paid for, and what is left now with every other answer. */
async function withBalances(
  balance: Balance,
  answers: readonly Accepted[],
  remainders: Remainders,
): Promise<Accepted[]> {
  const isKnown = ({ message_id }: MessageView) => remainders.has(message_id);
  const modes = answers.flatMap((one) => textOf(one) ?? []).flatMap((text) => (isKnown(text) ? [] : [text.mode]));
  const asked = [...new Set(modes)].map(async (mode) => [mode, await balance.remaining(mode)] as const);
  const now = new Map(await Promise.all(asked));
  return answers.map((one) => {
    if (!one.verdict.ok) return one;
    const { message } = one.verdict;
    const remaining_balance = remainders.get(message.message_id) ?? now.get(message.mode) ?? null;
    return { ...one, verdict: { ...one.verdict, message: { ...message, remaining_balance } } };
  });
}

const textOf = ({ verdict }: Accepted): MessageView | undefined => (verdict.ok ? verdict.message : undefined);

/** Consent is read inside the transaction; the claim reads it again, so an opt-out that comes later wins too. */
async function decide({ verdicts, clock, newId }: AcceptOptions, items: readonly Item[]): Promise<Awaited[]> {
  const now = new Date(clock.now());
  const judged = await judgeNew(verdicts, items, now);
  return judged.map(({ text: { message, expected }, judged: { judgement } }) =>
    awaitReply(applyVerdict(message, judgement, now), expected, newId),
  );
}

/** A text that is refused asks nothing. */
const optInRequestOf =
  (decisions: readonly Awaited[]) =>
  ({ asks }: Item, index: number): OptInRequest[] => {
    const decision = decisions[index];
    if (!asks || !decision?.verdict.ok) return [];
    const { id: message_id, mode, contact: number, created_at } = decision.row;
    return [{ message_id, mode, number, ...asks, created_at, expires_at: new Date(+created_at + OPT_IN_REQUEST_MS) }];
  };

const linkRow = ({ message, link }: Item) => {
  const { mode, contact: number, from: sender, created_at } = message;
  return { token: link?.token ?? '', mode, number, sender, created_at };
};

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
 * Statements that do not wait for each other: together they are one round trip. When one fails the others are
 * still waited for, because a job that is added after the rollback would not be undone by it. The balance comes last,
 * because every other server waits for it from there to the commit.
 */
async function store(
  options: AcceptOptions,
  rows: readonly MessageRow[],
  paid: Remainders | null,
): Promise<Remainders> {
  const { database, queue, money } = options;
  const announced = announceTexts(
    queue,
    rows.filter(({ status }) => status === 'queued'),
  );
  const written = [insertMessages(database, rows), insertEvents(database, rows.map(announcement)), announced];
  const reserved = paid ? Promise.resolve(paid) : money.balance.reserveAll(rows);
  await Promise.allSettled([...written, reserved]);
  await Promise.all(written);
  return reserved;
}

function announcement(row: MessageRow) {
  const status =
    row.status === 'rejected' || row.status === 'held' || row.status === 'scheduled' ? row.status : 'queued';
  return tell(row, status, row.created_at, {
    ...(row.error && { error: row.error }),
    ...(row.hold_reason && { hold_reason: row.hold_reason }),
  });
}

const isFirst = (result: KeyedResult<Verdict> | null | undefined) => !result || result.kind === 'first';

function answer(result: KeyedResult<Verdict> | null, verdict: Verdict): Accepted {
  if (result?.kind === 'reused') return refused(keyReused);
  if (result?.kind === 'replay') return { verdict: result.verdict, replayed: true };
  return { verdict, replayed: false };
}

const refused = (refusal: Refusal): Accepted => ({ verdict: { ok: false, refusal }, replayed: false });

export const noCarrier: Refusal = {
  code: 'NO_CARRIER',
  detail: 'No carrier is configured for live texts: set SMPP_URL, or use a test key to reach the simulated carrier.',
};

export const backlogFull: Refusal = {
  code: 'SERVICE_UNAVAILABLE',
  detail: 'Too many texts wait to be sent (BACKLOG_MAX). Nothing was stored: try again later.',
};

const noReplies: Refusal = {
  code: 'SENDER_NOT_ALLOWED',
  detail: 'The sender is a name: nobody can reply to it, and so nobody can confirm.',
  action: 'Choose a number as the sender.',
  param: 'from',
};

const keyReused: Refusal = {
  code: 'IDEMPOTENCY_KEY_REUSED',
  detail: 'This Idempotency-Key was used for another request in the last 24 hours.',
};
