import type { Outcome, Part } from '../../server/messages/carrier.ts';
import type { FakeCarrier } from './world.ts';

/** What a carrier does with a part; `slow…` answers when it is told to, `died` is never answered: our process ended. */
export type Answer =
  | 'accepted'
  | 'taken'
  | 'lost'
  | 'refused'
  | 'busy'
  | 'throttled'
  | 'unsent'
  | 'slow accepted'
  | 'slow busy'
  | 'slow throttled'
  | 'slow unsent'
  | 'slow lost'
  | 'died';

export const ANSWERS: readonly Answer[] = [
  'accepted',
  'accepted',
  'accepted',
  'taken',
  'lost',
  'refused',
  'busy',
  'throttled',
  'unsent',
  'slow accepted',
  'slow busy',
  'slow throttled',
  'slow unsent',
  'slow lost',
  'died',
];

/** Carriers that share one script, and the book of what they were handed. */
export interface ModelCarrier {
  readonly book: Part[];
  play(script: readonly Answer[]): void;
  /** Gives the slow answers. */
  answerSlow(): void;
  /** Gives the answers that came too late. */
  answerLate(): void;
  /** How many texts a process that has died was sending. */
  hanging(): number;
  /** The process is gone: whatever it was sending is of no further interest. */
  bury(): void;
  /** Ends everything that hangs, so that what waits for it can end. */
  end(): void;
}

export function modelCarrier(carriers: readonly FakeCarrier[]): ModelCarrier {
  const book: Part[] = [];
  const slow: (() => void)[] = [];
  const late: (() => void)[] = [];
  const hung: ((outcome: Outcome) => void)[] = [];
  let alive = 0;
  let script: readonly Answer[] = [];
  let step = 0;
  let isOver = false;
  for (const carrier of carriers) {
    carrier.answer = (part, count) => {
      book.push(part);
      step += 1;
      const accepted: Outcome = { kind: 'accepted', carrierId: String(step) };
      const answer = isOver ? 'unsent' : (script[step % Math.max(1, script.length)] ?? 'accepted');
      if (answer === 'died') {
        alive += 1;
        return new Promise((resolve) => hung.push(resolve));
      }
      if (answer === 'taken')
        late.push(() => carrier.late[count - 1]?.({ kind: 'accepted', carrierId: `late${count}` }));
      const [word] = answer.startsWith('slow') ? [answer.slice(5)] : [answer];
      const outcome = OUTCOMES[word ?? ''] ?? accepted;
      if (!answer.startsWith('slow')) return outcome;
      return new Promise((resolve) => slow.push(() => resolve(outcome)));
    };
  }
  const flush = (list: (() => void)[]) => {
    for (const run of list.splice(0)) run();
  };
  return {
    book,
    play(answers) {
      script = answers;
    },
    answerSlow: () => flush(slow),
    answerLate: () => flush(late),
    hanging: () => alive,
    bury() {
      alive = 0;
    },
    end() {
      isOver = true;
      flush(slow);
      for (const resolve of hung.splice(0)) resolve({ kind: 'unsent', reason: 'the test is over' });
    },
  };
}

const refusal = (kind: 'permanent' | 'retry' | 'throttle', commandStatus: number, name: string): Outcome => ({
  kind: 'refused',
  class: kind,
  commandStatus,
  name,
});

const unknown: Outcome = { kind: 'unknown', reason: 'timeout' };

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  taken: unknown,
  lost: unknown,
  refused: refusal('permanent', 0x0b, 'ESME_RINVDSTADR'),
  busy: refusal('retry', 0x08, 'ESME_RSYSERR'),
  throttled: refusal('throttle', 0x58, 'ESME_RTHROTTLED'),
  unsent: { kind: 'unsent', reason: 'link down' },
};
