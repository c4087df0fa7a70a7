import { commandStatusText } from '../rules/message-errors.ts';
import { endOfLife, type TextLife } from '../rules/text-life.ts';
import type { Clock } from '../clock.ts';
import type { EndedText } from '../contacts/findings.ts';
import type { Database } from '../store/database.ts';
import { doubtAccepted, doubtRefused } from '../store/doubts.ts';
import { lockTexts } from '../store/segments.ts';
import type { OnLateAnswer } from './carrier.ts';
import { receiptDueAfter, settleTexts } from './settle.ts';

/** The answer to a submit_sm that had been settled as unknown. */
export interface LateAnswer {
  readonly message: { readonly id: string; readonly attempts: number } & TextLife;
  readonly part: number;
  readonly answer: Parameters<OnLateAnswer>[0];
}

export type TakeLateAnswer = (late: LateAnswer) => Promise<void>;

export interface LateAnswerOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** A receipt may have come before this answer. */
  readonly onSegments: () => void;
  readonly onEvents: () => void;
  /** Texts that ended with it, after the commit. */
  readonly onEnded?: (ended: readonly EndedText[]) => void;
}

/**
 * Removes a doubt: accepted, the text is sent and not sent again, unless it already was; refused, it goes on as it
 * would have. The flag `ambiguous` stays either way. Call it after the end of the attempt is stored.
 */
export function createTakeLateAnswer(options: LateAnswerOptions): TakeLateAnswer {
  const { database, clock, onSegments, onEvents, onEnded } = options;
  return async ({ message, part, answer }) => {
    const now = new Date(clock.now());
    const segment = { message_id: message.id, part, attempt: message.attempts };
    const ended = await database.transaction(async () => {
      await lockTexts(database, [message.id]);
      if (answer.kind === 'accepted') {
        const receiptDueAt = receiptDueAfter(endOfLife(message) ?? now);
        await doubtAccepted(database, {
          ...segment,
          carrierId: answer.carrierId,
          knownAs: [],
          answered: true,
          receiptDueAt,
        });
      } else {
        const { commandStatus, name } = answer;
        await doubtRefused(database, { ...segment, commandStatus: commandStatusText(commandStatus), name });
      }
      return settleTexts(database, [message.id], now);
    });
    onSegments();
    onEvents();
    onEnded?.(ended);
  };
}
