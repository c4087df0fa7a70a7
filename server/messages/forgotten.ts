import type { Mode } from '../rules/message.ts';
import type { SendQueue } from '../queue/send-queue.ts';
import type { Database } from '../store/database.ts';
import { orphanedTexts, queuedTexts, type ReadyText } from '../store/due.ts';
import type { Carriers } from './carrier.ts';
import { announceTexts, laneOf, PRIORITIES } from './lane.ts';
import type { Routing } from './route.ts';

export interface ForgottenOptions {
  readonly database: Database;
  readonly queue: Pick<SendQueue, 'announce' | 'depth' | 'mayHaveLostJobs'>;
  readonly carriers: Pick<Carriers, 'all'>;
  readonly routing: Pick<Routing, 'adopt'>;
}

const CHUNK = 500;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Announces queued texts that no job knows of. Only empty lanes prove that there are some; those of codes are looked at
 * by themselves, because a campaign may keep the others full for hours. After a loss every text is announced, because
 * under load no lane would ever be empty; a doubled job does no harm. And when carriers come or go, texts that are
 * planned for none of them are planned again.
 */
export function forgottenAnnouncer(options: ForgottenOptions): () => Promise<void> {
  let lost = false;
  let seen = '';
  let adoption = DUE;
  return async () => {
    const carriers = options.carriers.all();
    const present = JSON.stringify(carriers.map(({ id }) => id).toSorted());
    if (present !== seen) adoption = DUE;
    seen = present;
    adoption = await adoptInTime(options, adoption);
    lost = options.queue.mayHaveLostJobs() || lost;
    for (const mode of new Set(carriers.map((carrier) => carrier.mode))) {
      for (const kind of ['otp', 'other'] as const) {
        if (lost || (await areEmpty(options, mode, kind))) await announceAll(options, mode, kind, lost);
      }
    }
    lost = false;
  };
}

/** In how many rounds orphans are looked for again; null = when carriers come or go. */
interface Adoption {
  readonly rounds: number | null;
  /** How many rounds are waited after the next one that leaves some. */
  readonly pause: number;
}

const DUE: Adoption = { rounds: 0, pause: 1 };
const PAUSE_MAX = 12;

/** Whoever looks at a text at the same moment keeps it from being adopted, and some have no carrier at all: both are asked again. */
async function adoptInTime(options: ForgottenOptions, { rounds, pause }: Adoption): Promise<Adoption> {
  if (rounds === null || rounds > 0) return { rounds: rounds === null ? null : rounds - 1, pause };
  const areLeft = await adoptOrphans(options);
  return areLeft ? { rounds: pause - 1, pause: Math.min(2 * pause, PAUSE_MAX) } : { rounds: null, pause: 1 };
}

async function areEmpty({ queue, carriers }: ForgottenOptions, mode: Mode, kind: 'otp' | 'other'): Promise<boolean> {
  const lanes = carriers
    .all()
    .filter((carrier) => carrier.mode === mode)
    .flatMap(({ id }) =>
      PRIORITIES.filter((one) => (one === 'otp') === (kind === 'otp')).map((one) => laneOf(id, one)),
    );
  const depths = await Promise.all(lanes.map((lane) => queue.depth(lane)));
  return depths.every((depth) => depth === 0);
}

async function announceAll(
  { database, queue }: ForgottenOptions,
  mode: Mode,
  kind: 'otp' | 'other',
  isEveryOne: boolean,
): Promise<void> {
  for (let after: string | undefined = FIRST_ID; after !== undefined;) {
    const texts: ReadyText[] = await queuedTexts(database, mode, kind, after, CHUNK);
    // All jobs of a chunk in one commit, because each waits for the disk.
    await database.transaction(() => announceTexts(queue, texts));
    after = isEveryOne ? texts.at(-1)?.id : undefined;
  }
}

/** Answers whether some are left. */
async function adoptOrphans({ database, carriers, routing }: ForgottenOptions): Promise<boolean> {
  const known = carriers.all().map(({ id }) => id);
  for (let after: string | undefined = FIRST_ID; after !== undefined;) {
    const texts: ReadyText[] = await orphanedTexts(database, known, after, CHUNK);
    for (const [smscId, same] of Map.groupBy(texts, (text) => text.smsc_id)) {
      await routing.adopt(
        smscId,
        same.map(({ id }) => id),
      );
    }
    after = texts.at(-1)?.id;
  }
  return (await orphanedTexts(database, known, FIRST_ID, 1)).length > 0;
}
