import type { Clock } from '../clock.ts';
import type { ConsentActor } from '../rules/consent-event.ts';
import { CHAIN_START, type ChainFacts } from '../rules/hash-chain.ts';
import type { Mode } from '../rules/message.ts';
import { eventsOfNumber, lockChain } from '../store/consent-ledger.ts';
import { optInsOf, optOutsOf } from '../store/opt-outs.ts';
import { type ListedOptOut, listOptOuts } from '../store/opt-out-list.ts';
import { openReviewOf } from '../store/reviews.ts';
import type { ConsentEventRow } from '../store/schema-contacts.ts';
import { type ConsentOptions, type Decided, type Decision, optIn, optOut } from './consent.ts';

/** What the API does with consent. */
export interface Consents {
  status(mode: Mode, number: string): Promise<ConsentStatus>;
  events(mode: Mode, number: string, after: string, limit: number): Promise<ConsentEventRow[]>;
  optOut(statement: Statement): Promise<Decided>;
  /**
   * Refused while the recipient's own words stand against it: somebody who texted STOP comes back by texting START, or
   * by a request of theirs that is recorded as such.
   */
  optIn(statement: Statement, override: boolean): Promise<OptedIn>;
  /** Each in a transaction of its own; what is there already stays as it is. Answers how many were new. */
  importOptOuts(statements: readonly Statement[]): Promise<number>;
  listOptOuts(mode: Mode, filter: OptOutFilter, limit: number): Promise<ListedOptOut[]>;
}

export type { ConsentEventRow, ListedOptOut };
export type OptOutFilter = Parameters<typeof listOptOuts>[2];

export type OptedIn =
  | (Decided & { readonly ok: true })
  | { readonly ok: false; readonly reason: 'own_words'; readonly since: Date };

/** What somebody reports through the API. */
export interface Statement {
  readonly mode: Mode;
  readonly number: string;
  readonly topic: string;
  readonly source: string;
  readonly method: Decision['method'];
  readonly actor: ConsentActor;
  readonly jurisdiction: string | null;
  readonly language: string | null;
  readonly messageId: string | null;
  readonly evidence: Readonly<Record<string, ChainFacts>>;
  readonly at: Date;
  readonly expiresAt: Date | null;
}

export interface ConsentStatus {
  readonly status: TopicStatus;
  readonly topics: Readonly<Record<string, TopicStatus>>;
  /** Null while nothing is known. */
  readonly updatedAt: Date | null;
}

export type TopicStatus = 'opted_in' | 'opted_out' | 'review' | 'unknown';

export interface ConsentsOptions extends ConsentOptions {
  readonly clock: Clock;
  readonly onEvents: () => void;
}

export function createConsents(options: ConsentsOptions): Consents {
  const { database, ledger, clock, onEvents } = options;
  const now = () => new Date(clock.now());
  const told = async <Result>(mode: Mode, run: () => Promise<Result>) => {
    const result = await ledger.inTurn(mode, run);
    onEvents();
    return result;
  };
  return {
    status: (mode, number) => statusOf(options, mode, number, now()),
    events: (mode, number, after, limit) => eventsOfNumber(database, mode, number, after, limit),
    optOut: (statement) => told(statement.mode, () => optOut(options, decisionOf(statement), now())),
    optIn: (statement, override) =>
      told(statement.mode, () =>
        database.transaction(async (): Promise<OptedIn> => {
          // A STOP that is being recorded comes first.
          await lockChain(database, statement.mode, CHAIN_START);
          const standing = override ? undefined : await ownWords(options, statement);
          if (standing) return { ok: false, reason: 'own_words', since: standing.opted_out_at };
          return { ok: true, ...(await optIn(options, decisionOf(statement), now())) };
        }),
      ),
    async importOptOuts(statements) {
      let added = 0;
      for (const statement of statements) {
        const { mode, number } = statement;
        const known = await optOutsOf(database, mode, number, ledger.numberHmac(number));
        // An import that is run again says nothing new.
        if (known.some(({ topic }) => topic === '*' || topic === statement.topic)) continue;
        const { isNew } = await ledger.inTurn(mode, () => optOut(options, decisionOf(statement), now()));
        if (isNew) added += 1;
      }
      onEvents();
      return added;
    },
    listOptOuts: (mode, filter, limit) => listOptOuts(database, mode, filter, limit),
  };
}

const decisionOf = (statement: Statement): Decision => ({
  ...statement,
  channel: 'api',
  keyword: null,
  answerFrom: null,
});

/** The opt-out that the recipient texted, and that the opt-in would take back. */
async function ownWords({ database, ledger }: ConsentsOptions, { mode, number, topic }: Statement) {
  const standing = await optOutsOf(database, mode, number, ledger.numberHmac(number));
  return standing.find(
    (row) => row.source === 'keyword' && (topic === '*' || row.topic === '*' || row.topic === topic),
  );
}

async function statusOf(
  { database, ledger }: ConsentsOptions,
  mode: Mode,
  number: string,
  now: Date,
): Promise<ConsentStatus> {
  const [optOuts, recorded, review] = await Promise.all([
    optOutsOf(database, mode, number, ledger.numberHmac(number)),
    optInsOf(database, mode, number),
    openReviewOf(database, mode, number),
  ]);
  const optIns = recorded.filter(({ expires_at }) => expires_at === null || expires_at > now);
  const topics: Record<string, TopicStatus> = {};
  for (const { topic } of optIns) topics[topic] = 'opted_in';
  for (const { topic } of optOuts) topics[topic] = 'opted_out';
  if (topics['*'] === 'opted_out') for (const topic of Object.keys(topics)) topics[topic] = 'opted_out';
  const times = [...optOuts.map((row) => row.opted_out_at), ...optIns.map((row) => row.opted_in_at)];
  if (review) times.push(review.created_at);
  const overall = topics['*'] ?? 'unknown';
  return {
    status: overall === 'opted_out' ? overall : review ? 'review' : overall,
    topics,
    updatedAt: times.length > 0 ? new Date(Math.max(...times.map(Number))) : null,
  };
}
