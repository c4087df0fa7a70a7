import { readReply, type ReplyMatch, type ReplyReading } from './reply-wait.ts';
import { reservedUse } from './reserved-words.ts';
import { folded } from './words.ts';

/** An open wait of one contact. */
export interface OpenWait {
  readonly id: string;
  readonly match: ReplyMatch;
  readonly created_at: Date;
  readonly expires_at: Date;
}

export type WaitChoice<Wait extends OpenWait = OpenWait> =
  | { readonly wait: Wait; readonly reading: Extract<ReplyReading, { matched: true }> }
  /** `none`: nothing is waited for; `ambiguous`: two waits could be meant. The text then goes to the conversation alone. */
  | { readonly wait: null; readonly reason: 'none' | 'unclear' | 'reserved' | 'ambiguous' };

/**
 * The wait that a text answers. Those that ask for certain answers go before those that take any text, then the
 * youngest; two of the same moment (a batch to one number) cannot be told apart.
 */
export function chooseWait<Wait extends OpenWait>(
  waits: readonly Wait[],
  text: string,
  receivedAt: Date,
): WaitChoice<Wait> {
  const open = waits.filter((wait) => !isTimedOut(wait, receivedAt));
  if (open.length === 0) return { wait: null, reason: 'none' };
  const readings = open.map((wait) => ({ wait, reading: readReply(wait.match, text) }));
  const matching = readings.flatMap(({ wait, reading }) => (reading.matched ? [{ wait, reading }] : []));
  if (matching.length === 0) return { wait: null, reason: readings.some(isReserved) ? 'reserved' : 'unclear' };
  const [best, second] = matching.sort((a, b) => order(a.wait, b.wait));
  if (!best || (second && order(best.wait, second.wait) === 0)) return { wait: null, reason: 'ambiguous' };
  return best;
}

const isReserved = ({ reading }: { readonly reading: ReplyReading }) =>
  !reading.matched && reading.reason === 'reserved';

const order = (a: OpenWait, b: OpenWait) =>
  Number(takesAnything(a.match)) - Number(takesAnything(b.match)) || b.created_at.getTime() - a.created_at.getTime();

const takesAnything = (match: ReplyMatch) => !Array.isArray(match) && 'type' in match && match.type === 'free_text';

/** Thirty days: longer than any person thinks about an answer, and a wait must end. */
export const REPLY_WAIT_SECONDS = { min: 1, default: 86_400, max: 30 * 86_400 } as const;

/** The time runs from when the text may leave, so that a text held over night is not given up before it is read. */
export function waitExpiresAt(dueAt: Date, timeoutSeconds: number = REPLY_WAIT_SECONDS.default): Date {
  const seconds = Math.min(Math.max(timeoutSeconds, REPLY_WAIT_SECONDS.min), REPLY_WAIT_SECONDS.max);
  return new Date(dueAt.getTime() + seconds * 1_000);
}

/** A reply of the very last moment comes too late. `at`: when the reply arrived here, not when it is looked at. */
export function isTimedOut(wait: Pick<OpenWait, 'expires_at'>, at: Date): boolean {
  return at.getTime() >= wait.expires_at.getTime();
}

/** What is wrong with a match as a request gives it. `param` is a JSON pointer below it. */
export interface MatchFault {
  readonly param: string;
  readonly message: string;
}

export const MATCH_LIMITS = { words: 20, wordLength: 40, choices: 20, choiceLength: 100 } as const;

/** Faults of a match of the right shape; none = it can be used. */
export function matchFaults(match: ReplyMatch): readonly MatchFault[] {
  const { words, wordLength, choices, choiceLength } = MATCH_LIMITS;
  if (!('type' in match)) return listFaults(match, '', { min: 1, max: words, length: wordLength });
  switch (match.type) {
    case 'free_text':
      return [];
    case 'choice':
      return listFaults(match.choices, '/choices', { min: 2, max: choices, length: choiceLength });
    case 'approval': {
      const limits = { min: 0, max: words, length: wordLength };
      const [approve, decline] = [match.approve ?? [], match.decline ?? []];
      return [
        ...listFaults(approve, '/approve', limits),
        ...listFaults(decline, '/decline', limits),
        ...decline.flatMap((word, at) =>
          approve.some((other) => folded(other) === folded(word))
            ? [{ param: `/decline/${String(at)}`, message: `"${word}" cannot mean both yes and no.` }]
            : [],
        ),
      ];
    }
  }
}

function listFaults(
  list: readonly string[],
  param: string,
  limits: { readonly min: number; readonly max: number; readonly length: number },
): MatchFault[] {
  if (list.length < limits.min || list.length > limits.max)
    return [{ param, message: `There must be ${String(limits.min)} to ${String(limits.max)} of them.` }];
  return list.flatMap((word, at) => {
    const message = wordFault(word, list.slice(0, at), limits.length);
    return message === null ? [] : [{ param: `${param}/${String(at)}`, message }];
  });
}

function wordFault(word: string, before: readonly string[], lengthMax: number): string | null {
  const same = folded(word);
  if (same === '') return 'There is no letter, digit or emoji in it.';
  if (word.length > lengthMax) return `It may have at most ${String(lengthMax)} characters.`;
  if (before.some((other) => folded(other) === same)) return `"${word}" is listed twice.`;
  const use = reservedUse(word);
  if (use === 'opt_out') return `"${word}" always opts the recipient out: ask for C, NO or CHANGE instead.`;
  return use === 'help' ? `"${word}" always asks for help: ask for another word.` : null;
}
