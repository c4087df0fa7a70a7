import { storeKeys } from '../access/idempotency.ts';
import type { Mode } from '../rules/message.ts';
import { clearLow, countEntries, insertTopUp, lockBalance, nextEntryId, uncountedModes } from '../store/balances.ts';
import type { Database } from '../store/database.ts';
import type { BalanceEntryRow } from '../store/schema.ts';
import type { Idempotency, Refusal } from './accept-types.ts';

export interface TopUpOptions {
  readonly database: Database;
  readonly isPrepaid: boolean;
  /** Decimal; null = nobody is told when little is left. */
  readonly lowBelow: string | null;
}

export interface WantedTopUp {
  readonly mode: Mode;
  readonly amount: string;
  readonly reference: string | null;
  readonly keyId: string;
  readonly idempotency: Idempotency | null;
}

export type ToppedUp =
  | { readonly ok: true; readonly entry: BalanceEntryRow; readonly replayed: boolean }
  | { readonly ok: false; readonly refusal: Refusal };

/** Adds money; the same Idempotency-Key adds it once. */
export async function topUp(options: TopUpOptions, wanted: WantedTopUp, now: Date): Promise<ToppedUp> {
  const { database } = options;
  const { mode, amount, reference, keyId, idempotency } = wanted;
  if (mode === 'live' && !options.isPrepaid) return { ok: false, refusal: notKept };
  const toppedUp = await database.transaction(async (): Promise<ToppedUp> => {
    const entry = { ...NO_TEXT, id: await nextEntryId(database), mode, amount, reference, created_at: now };
    const [result] = idempotency
      ? await storeKeys(database, [{ ...idempotency, apiKeyId: keyId, verdict: entry }], now)
      : [FIRST];
    if (result?.kind === 'reused') return { ok: false, refusal: keyReused };
    if (result?.kind === 'replay') return { ok: true, entry: revived(result.verdict), replayed: true };
    await insertTopUp(database, entry);
    if (options.lowBelow !== null) await clearLow(database, mode, options.lowBelow);
    return { ok: true, entry, replayed: false };
  });
  // It is stored: what goes wrong from here on must not look as if it were not. The duty counts it, too.
  await countEntriesIn(options).catch(() => undefined);
  return toppedUp;
}

const NO_TEXT = { type: 'top_up', reserved: '0', message_id: null } as const;
const FIRST = { kind: 'first' } as const;

/** It was stored as JSON. */
const revived = (entry: BalanceEntryRow): BalanceEntryRow => ({ ...entry, created_at: new Date(entry.created_at) });

const notKept: Refusal = {
  code: 'INVALID_REQUEST',
  detail: 'No balance is kept for live texts: set BALANCE=prepaid to keep one.',
};

const keyReused: Refusal = {
  code: 'IDEMPOTENCY_KEY_REUSED',
  detail: 'This Idempotency-Key was used for another request in the last 24 hours.',
};

const CHUNK = 10_000;

/** Adds what was settled, refunded and topped up to the balances themselves. Safe beside another server. */
export async function countEntriesIn({
  database,
  lowBelow,
}: Pick<TopUpOptions, 'database' | 'lowBelow'>): Promise<void> {
  for (const mode of await uncountedModes(database)) {
    for (let counted = CHUNK; counted === CHUNK;) {
      counted = await database.transaction(async () => {
        await lockBalance(database, mode);
        return countEntries(database, mode, lowBelow, CHUNK);
      });
    }
  }
}
