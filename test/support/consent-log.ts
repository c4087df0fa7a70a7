import { AsyncLocalStorage } from 'node:async_hooks';
import type { Claimed } from '../../server/store/messages.ts';
import type { FreshDatabase } from './database.ts';

/** What happened on a database, in the order of one counter. */
export interface ConsentLog {
  /** The next moment. */
  tick(): number;
  readonly claims: LoggedClaim[];
  /** For each entry of the ledger, by its sequence. */
  readonly entries: ReadonlyMap<number, Span>;
}

export interface LoggedClaim extends Span {
  readonly id: string;
  readonly attempt: number;
}

/** `begun`: nobody can have seen it before. `ended`: whoever asks later sees it. */
export interface Span {
  readonly begun: number;
  readonly ended: number;
}

interface Transaction {
  readonly written: { readonly sequence: number; readonly begun: number }[];
  isOver: boolean;
}

/**
 * The same database, with a log of when texts were claimed and when entries of the ledger were committed. `pause` is
 * waited for between the last statement of a transaction and its commit, so that others get in between.
 */
export function withConsentLog(
  database: FreshDatabase,
  pause: () => Promise<void>,
): { readonly database: FreshDatabase; readonly log: ConsentLog } {
  let now = 0;
  const tick = () => ++now;
  const claims: LoggedClaim[] = [];
  const entries = new Map<number, Span>();
  const current = new AsyncLocalStorage<Transaction>();
  const query: FreshDatabase['query'] = async <Row>(statement: Parameters<FreshDatabase['query']>[0]) => {
    const begun = tick();
    const transaction = current.getStore();
    if (transaction && !transaction.isOver && statement.text.startsWith('update consent_chains')) {
      transaction.written.push({ sequence: Number(statement.values[1]), begun });
    }
    const rows = await database.query<Row>(statement);
    if (statement.name === 'claim') {
      const ended = tick();
      claims.push(...(rows as Claimed[]).map(({ id, attempts }) => ({ id, attempt: attempts, begun, ended })));
    }
    return rows;
  };
  const transaction: FreshDatabase['transaction'] = async (work, durability) => {
    const outer = current.getStore();
    if (outer && !outer.isOver) return database.transaction(work, durability);
    const own: Transaction = { written: [], isOver: false };
    const run = async () => {
      const result = await work();
      await pause();
      own.isOver = true;
      return result;
    };
    const result = await database.transaction(() => current.run(own, run), durability);
    const ended = tick();
    for (const { sequence, begun } of own.written) entries.set(sequence, { begun, ended });
    return result;
  };
  return { database: { ...database, query, transaction }, log: { tick, claims, entries } };
}
