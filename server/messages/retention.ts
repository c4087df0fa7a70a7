import type { Clock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import { isFinal } from '../rules/status.ts';
import { deleteEntries } from '../store/balances.ts';
import { deleteBatches } from '../store/batches.ts';
import type { Database } from '../store/database.ts';
import { messageById } from '../store/messages.ts';
import {
  agedTexts,
  deleteConversations,
  deleteDeliveries,
  deleteEvents,
  deleteTexts,
  deleteWaits,
  firstUntold,
  placeOf,
  redactBodies,
  rememberLeftovers,
  savePlace,
  takeLeftovers,
} from '../store/retention.ts';

/** How long things are kept, in days. What proves consent, and the audit log, are never deleted. */
export interface RetentionSettings {
  /** Bodies of texts; 0 = until some minutes after they have left. */
  readonly bodyDays: number;
  /** Everything else about texts. */
  readonly metadataDays: number;
  /** What was told to webhooks. */
  readonly webhookDays: number;
}

export interface RetentionOptions {
  readonly database: Database;
  readonly settings: RetentionSettings;
  readonly clock: Clock;
  /** Told how many bodies were taken away. */
  readonly onRedacted?: (count: number) => void;
}

/** How often retention runs. */
export const retentionEveryMs = ({ bodyDays }: RetentionSettings): number => (bodyDays === 0 ? 60_000 : 3_600_000);

const DAY_MS = 86_400_000;
/** Without any days, whoever is told of a text still has this long to read it. */
const AT_LEAST_MS = 600_000;
const CHUNK = 500;

/** Takes away whatever is old enough, in transactions of at most {@link CHUNK} rows. Stopped, it goes on where it was. */
export async function keepRetention(options: RetentionOptions): Promise<void> {
  const { database, settings, clock } = options;
  const nowMs = clock.now();
  const before = (days: number) => nowMs - days * DAY_MS;
  const metadataBelow = idAt(before(settings.metadataDays));
  const webhooksBelow = idAt(before(settings.webhookDays));
  await redactLeftovers(options);
  for (const mode of ['test', 'live'] as const) {
    await redactAged(options, mode, idAt(await bodiesUntil(database, nowMs, settings.bodyDays)));
    await whileFull(() => deleteTexts(database, mode, metadataBelow, CHUNK));
    await whileFull(() => deleteWaits(database, mode, metadataBelow, CHUNK));
    const silentSince = new Date(before(settings.metadataDays));
    await whileFull(() => deleteConversations(database, mode, silentSince, CHUNK));
    await whileFull(() => deleteEntries(database, mode, silentSince, CHUNK));
  }
  const batchesBefore = new Date(before(settings.metadataDays));
  await whileFull(() => deleteBatches(database, batchesBefore, CHUNK));
  await whileFull(() => deleteDeliveries(database, webhooksBelow, CHUNK));
  await whileFull(() => deleteEvents(database, new Date(before(EVENT_DAYS)), CHUNK));
}

/** As long as the stream of events goes back. */
const EVENT_DAYS = 30;

/** A text whose events nobody has been told of is read once more for that. */
async function bodiesUntil(database: Database, nowMs: number, days: number): Promise<number> {
  const until = nowMs - Math.max(days * DAY_MS, AT_LEAST_MS);
  const untold = await firstUntold(database);
  return Math.min(until, untold?.getTime() ?? until);
}

async function redactAged({ database, clock, onRedacted }: RetentionOptions, mode: Mode, belowId: string) {
  const name = `bodies:${mode}`;
  await whileFull(() =>
    database.transaction(async () => {
      const aboveId = await placeOf(database, name);
      const texts = await agedTexts(database, mode, { aboveId, belowId }, CHUNK);
      const last = texts.at(-1);
      if (!last) return 0;
      const done = texts.filter(({ isOpen }) => !isOpen);
      const redacted = await redactBodies(database, idsOf(done), new Date(clock.now()));
      await rememberLeftovers(database, idsOf(texts.filter(({ isOpen }) => isOpen)));
      await savePlace(database, name, last.id);
      onRedacted?.(redacted.length);
      return texts.length;
    }),
  );
}

/** Texts that were still to be sent when they became old. */
async function redactLeftovers({ database, clock, onRedacted }: RetentionOptions): Promise<void> {
  await whileFull(() =>
    database.transaction(async () => {
      const ids = await takeLeftovers(database, CHUNK);
      const redacted = await redactBodies(database, ids, new Date(clock.now()));
      onRedacted?.(redacted.length);
      return ids.length;
    }),
  );
}

const idsOf = (texts: readonly { readonly id: string }[]) => texts.map(({ id }) => id);

async function whileFull(run: () => Promise<number>): Promise<void> {
  while ((await run()) === CHUNK);
}

/** Below every id of that moment or later (UUIDv7: the first 48 bits are Unix milliseconds, RFC 9562 §5.7). */
function idAt(ms: number): string {
  const hex = Math.max(0, ms).toString(16).padStart(12, '0').slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

export type Redacted =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'unknown' }
  /** It may still be sent, or its carrier is still busy with it. */
  | { readonly ok: false; readonly reason: 'not_final' };

/** Takes the body of one text away at once, from what is still to be told to others, too. */
export function redactText(database: Database, mode: Mode, id: string, now: Date): Promise<Redacted> {
  return database.transaction(async (): Promise<Redacted> => {
    const message = await messageById(database, mode, id);
    if (!message) return { ok: false, reason: 'unknown' };
    if (message.due_at !== null || !isFinal(message.status)) return { ok: false, reason: 'not_final' };
    await redactBodies(database, [id], now, true);
    return { ok: true };
  });
}
