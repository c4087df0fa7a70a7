import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { SendQueue } from '../queue/send-queue.ts';
import type { Verdicts } from '../contacts/verdicts.ts';
import type { Database } from '../store/database.ts';
import type { Carriers } from './carrier.ts';
import type { FinishAttempts } from './finish.ts';
import { createHealth, type Health } from './health.ts';
import { laneOf, PRIORITIES } from './lane.ts';
import type { TakeLateAnswer } from './late-answer.ts';
import { createNetworkOf, type ResolveNetwork } from './portability.ts';
import { openPauses, type Pauses } from './pauses.ts';
import { openRouting, type Routing } from './route.ts';
import type { Senders } from './senders.ts';
import { createSubmit, type Submit } from './submit.ts';

/** What chooses the sender and the carrier of a text and hands it over, put together. */
export interface Sending {
  readonly senders: Senders;
  readonly routing: Routing;
  readonly health: Health;
  readonly submit: Submit;
  readonly pauses: Pauses;
  /** Works off the lanes of every carrier, those included that are added later. */
  start(): void;
  /** Ends watching the carriers; the queue stops the work on lanes. */
  stop(): void;
  /** Reads rules and senders that other servers may have changed. */
  refresh(): Promise<void>;
}

export interface SendingOptions {
  readonly database: Database;
  readonly queue: Pick<SendQueue, 'announce' | 'work'>;
  readonly carriers: Carriers;
  readonly finishAttempts: FinishAttempts;
  readonly takeLateAnswer: TakeLateAnswer;
  readonly senders: Senders;
  readonly verdicts: Pick<Verdicts, 'of'>;
  /** A number-portability lookup, asked before routes are chosen; null = none. */
  readonly resolveNetwork?: ResolveNetwork | null;
  readonly instanceId: string;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'error'>;
  readonly onEvents: () => void;
}

export async function openSending(options: SendingOptions): Promise<Sending> {
  const { queue, carriers, senders, clock } = options;
  const health = createHealth({ carriers, clock });
  const networkOf = createNetworkOf(options.resolveNetwork ?? null, clock);
  const carriersOfSender = senders.carriersOf;
  const routing = await openRouting({ ...options, health, networkOf, carriersOfSender });
  const pauses = await openPauses(options.database, clock);
  const submit = createSubmit({ ...options, health, routing, pauses });
  const worked = new Set<string>();
  health.onChange((id, state) => options.log.info({ smsc_id: id, health: state }, 'the health of a carrier changed'));
  return {
    senders,
    routing,
    health,
    submit,
    pauses,
    start() {
      health.start();
      carriers.onAdded(({ id }) => {
        if (worked.has(id)) return;
        worked.add(id);
        for (const priority of PRIORITIES) queue.work(laneOf(id, priority), (ids) => submit.send(id, priority, ids));
      });
    },
    stop() {
      health.stop();
      pauses.stop();
    },
    async refresh() {
      await Promise.all([routing.refresh(), senders.refresh()]);
    },
  };
}
