import type { Clock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import type { Database } from '../store/database.ts';
import { type QueueDepth, queueDepths, type Waiting, waitingTexts } from '../store/queue-depths.ts';

export interface QueueState extends QueueDepth {
  readonly oldestSeconds: number;
}

/** What waits to be sent, by carrier and lane. */
export type ReadQueues = (mode: Mode) => Promise<{ readonly lanes: readonly QueueState[]; readonly waiting: Waiting }>;

export function queueReader({ database, clock }: { database: Database; clock: Clock }): ReadQueues {
  return async (mode) => {
    const [depths, waiting] = await Promise.all([queueDepths(database, mode), waitingTexts(database, mode)]);
    const age = (since: Date) => Math.max(0, Math.round((clock.now() - since.getTime()) / 100) / 10);
    return { lanes: depths.map((depth) => ({ ...depth, oldestSeconds: age(depth.oldest_at) })), waiting };
  };
}
