import type { Span } from './consent-log.ts';

/** What the ledger says, told again without the tables of the current state. */
export interface Entry extends Span {
  readonly sequence: number;
  readonly number: string;
  readonly action: string;
  readonly topic: string;
  readonly source: string;
  readonly occurred_at: Date;
}

/** Topics; `*` covers all of them. */
interface State {
  readonly optedOut: ReadonlyMap<string, Said>;
  readonly optedIn: ReadonlySet<string>;
}

interface Said {
  readonly last: Date;
  /** The recipient has texted it, whoever said it too. */
  readonly inOwnWords: boolean;
}

/** An opt-in that nobody may record against the recipient's own words has this source, one that is recorded all the same another. */
export const WEAK = 'api';
export const STRONG = 'agent';

/** Numbers with a topic each. */
export interface Stored {
  readonly optOuts: readonly string[];
  readonly optIns: readonly string[];
}

export interface ConsentModel {
  /** In the order of the ledger. */
  add(entry: Entry): void;
  /** Whether a text of this topic may go, for somebody who asks once within the span. */
  mayGo(number: string, topic: string | null, asked: Span): 'yes' | 'no' | 'either';
  entries(number: string): readonly Entry[];
  /** Opt-outs that cancel texts of this topic. */
  covering(number: string, topic: string | null): Entry[];
  /** Where the stored state differs: for each number, what it has opted out of, `*` included, and what it agreed to. */
  diff(stored: Stored, topics: readonly string[]): { readonly difference: string; readonly ledger: Entry[] }[];
  /** How often a number opted out by a text that found it opted in. */
  confirmationsDue(number: string): number;
  /** Opt-ins that were recorded against the recipient's own words. */
  readonly contradictions: Entry[];
  /** Whether a review of the number was surely open for the whole span, as far as the ledger tells. */
  isInReview(number: string, asked: Span): boolean;
}

export function consentModel(): ConsentModel {
  /** Of each number: its entries, and its state before the first and after each of them. */
  const numbers = new Map<string, { readonly entries: Entry[]; readonly states: State[]; confirmations: number }>();
  const of = (number: string) => {
    const known = numbers.get(number) ?? { entries: [], states: [NOTHING], confirmations: 0 };
    numbers.set(number, known);
    return known;
  };
  const contradictions: Entry[] = [];
  return {
    contradictions,
    add(entry) {
      const known = of(entry.number);
      const before = known.states.at(-1) ?? NOTHING;
      const isConfirmed = entry.action === 'opt_out' && entry.source === 'keyword' && !before.optedOut.has('*');
      if (isConfirmed) known.confirmations += 1;
      if (contradicts(before, entry)) contradictions.push(entry);
      known.entries.push(entry);
      known.states.push(after(before, entry));
    },
    mayGo(number, topic, asked) {
      const { entries, states } = of(number);
      // Entries are committed one after the other, so what can be seen is always a beginning of the ledger.
      const first = entries.findLastIndex(({ ended }) => ended < asked.begun) + 1;
      const last = Math.max(first, entries.findLastIndex(({ begun }) => begun < asked.ended) + 1);
      const seen = states.slice(first, last + 1).map((state) => !isOptedOut(state, topic));
      return seen.every(Boolean) ? 'yes' : seen.some(Boolean) ? 'either' : 'no';
    },
    entries: (number) => of(number).entries,
    covering: (number, topic) =>
      of(number).entries.filter((one) => one.action === 'opt_out' && (one.topic === '*' || one.topic === topic)),
    diff(stored, topics) {
      const last = [...numbers].map(([number, { states }]) => ({ number, state: states.at(-1) ?? NOTHING }));
      const list = (topicsIn: (state: State) => Iterable<string>) =>
        new Set(last.flatMap(({ number, state }) => [...topicsIn(state)].map((topic) => `${number} ${topic}`)));
      const optOuts = list((state) => topics.filter((topic) => isOptedOut(state, topic)));
      const differences = [
        ...[...optOuts.symmetricDifference(new Set(stored.optOuts))].map((one) => `opt-out ${one}`),
        ...[...list(({ optedIn }) => optedIn).symmetricDifference(new Set(stored.optIns))].map(
          (one) => `opt-in ${one}`,
        ),
      ];
      return differences.map((difference) => ({ difference, ledger: of(difference.split(' ')[1] ?? '').entries }));
    },
    confirmationsDue: (number) => of(number).confirmations,
    isInReview(number, asked) {
      const { entries } = of(number);
      const opened = entries.findLastIndex(({ action, ended }) => action === 'review' && ended < asked.begun);
      return opened >= 0 && !entries.slice(opened + 1).some((one) => endsReview(one) && one.begun < asked.ended);
    },
  };
}

const NOTHING: State = { optedOut: new Map(), optedIn: new Set() };

const isOptedOut = ({ optedOut }: State, topic: string | null) =>
  optedOut.has('*') || (topic !== null && optedOut.has(topic));

const endsReview = ({ action, topic, source }: Entry) =>
  action !== 'review' && (action !== 'opt_out' || topic === '*' || source === 'keyword');

function contradicts({ optedOut }: State, { action, source, topic }: Entry): boolean {
  const concerns = (one: string) => topic === '*' || one === '*' || one === topic;
  return (
    action === 'opt_in' && source === WEAK && [...optedOut].some(([one, said]) => said.inOwnWords && concerns(one))
  );
}

function after(before: State, { action, topic, source, occurred_at: at }: Entry): State {
  const isCovered = (one: string) => topic === '*' || one === topic;
  if (action === 'opt_out') {
    const earlier = before.optedOut.get(topic);
    const last = earlier && earlier.last > at ? earlier.last : at;
    const inOwnWords = source === 'keyword' || earlier?.inOwnWords === true;
    return {
      optedOut: new Map([...before.optedOut, [topic, { last, inOwnWords }]]),
      optedIn: new Set([...before.optedIn].filter((one) => !isCovered(one))),
    };
  }
  if (action !== 'opt_in') return before;
  // What was agreed to before an opt-out counts for nothing, however late it is recorded.
  const optedOut = new Map([...before.optedOut].filter(([one, { last }]) => !isCovered(one) || last > at));
  const isIn = !isOptedOut({ ...before, optedOut }, topic);
  return { optedOut, optedIn: isIn ? new Set([...before.optedIn, topic]) : before.optedIn };
}
