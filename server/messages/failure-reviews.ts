import type { Clock } from '../clock.ts';
import type { Suppressions } from '../contacts/suppressions.ts';
import { readOn } from '../events/readers.ts';
import { HELD_AMBIGUOUS } from '../rules/ambiguity.ts';
import type { Message, MessageError, Mode } from '../rules/message.ts';
import { isFinal } from '../rules/status.ts';
import type { Database } from '../store/database.ts';
import { releaseHeld } from '../store/doubts.ts';
import { insertEvents } from '../store/events.ts';
import {
  cancelHeld,
  closeFailureReview,
  type FailureReviewFilter,
  failureReviewById,
  type FailureReviewRow,
  forgetUnknown,
  insertReviews,
  listFailureReviews,
  lockHeld,
  type NewFailureReview,
  noteResend,
  noteUnknown,
} from '../store/failure-reviews.ts';
import { messageById } from '../store/messages.ts';
import type { EventRow } from '../store/schema.ts';
import { selectMessages } from '../store/webhooks.ts';
import type { SendRequest } from './accept-types.ts';
import { tell } from './tell.ts';

export type { FailureReviewFilter, FailureReviewRow };

/** Texts that failed in a way that no rule can deal with, until a person decides. */
export interface FailureReviews {
  list(mode: Mode, filter: FailureReviewFilter, limit: number): Promise<FailureReviewRow[]>;
  find(mode: Mode, id: string): Promise<FailureReviewRow | undefined>;
  /** What sending the text again would ask for; `body` replaces its words. */
  requestOf(mode: Mode, messageId: string, body?: string): Promise<Resendable>;
  /** A text that was accepted again. */
  noteResend(messageId: string, resendOf: string): Promise<void>;
  /** Without a new text: a held one goes on, or is given up. Undefined when it was decided before. */
  close(review: FailureReviewRow, decision: Decision): Promise<FailureReviewRow | undefined>;
  /** Opens reviews for what has failed since the last time. */
  refresh(): Promise<void>;
}

export type Resendable =
  | { readonly ok: true; readonly request: SendRequest; readonly isHeld: boolean }
  /** `emptied`: its words were taken away. */
  | { readonly ok: false; readonly reason: 'unknown' | 'not_final' | 'emptied' };

export interface Decision {
  readonly action: NonNullable<FailureReviewRow['action']>;
  readonly resolvedBy: unknown;
  readonly newMessageId: string | null;
}

export interface FailureReviewsOptions {
  readonly database: Database;
  readonly suppressions: Pick<Suppressions, 'add'>;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly onEvents: () => void;
}

const WEEK_MS = 7 * 86_400_000;

export function openFailureReviews(options: FailureReviewsOptions): FailureReviews {
  const { database, suppressions, clock, onEvents } = options;
  const now = () => new Date(clock.now());
  return {
    list: (mode, filter, limit) => listFailureReviews(database, mode, filter, limit),
    find: (mode, id) => failureReviewById(database, mode, id),
    async requestOf(mode, messageId, body) {
      const message: StoredMessage | undefined = await messageById(database, mode, messageId);
      if (message?.direction !== 'outbound') return { ok: false, reason: 'unknown' };
      const isHeld = message.status === 'held' && message.hold_reason === HELD_AMBIGUOUS;
      if (!isHeld && !isFinal(message.status)) return { ok: false, reason: 'not_final' };
      if (body === undefined && message.redacted_at) return { ok: false, reason: 'emptied' };
      return { ok: true, request: requestOf(message, body ?? message.body), isHeld };
    },
    noteResend: (messageId, resendOf) => noteResend(database, messageId, resendOf, now()),
    async close(review, { action, resolvedBy, newMessageId }) {
      const at = now();
      const closed = await database.transaction(async () => {
        const end = { action, resolved_by: resolvedBy, new_message_id: newMessageId, resolved_at: at };
        const done = await closeFailureReview(database, review.id, end);
        if (!done) return undefined;
        if (review.reason === 'ambiguous') await endHold(database, review.message_id, action, at);
        if (action === 'suppress') {
          const why = { list: 'manual', reason: 'failure review', source: 'review', expiresAt: null } as const;
          await suppressions.add(review.mode, [review.contact], why);
        }
        return done;
      });
      onEvents();
      return closed;
    },
    async refresh() {
      let isMore = false;
      await readOn(database, 'failure-reviews', async (events) => {
        isMore = (await openReviews(options, events)) || isMore;
      });
      await forgetUnknown(database, new Date(clock.now() - WEEK_MS));
      if (isMore) onEvents();
    },
  };
}

/** `redacted_at` comes with a text that was read from storage. */
type StoredMessage = Message & { readonly redacted_at?: Date | null };

/** As it was asked for, at once. */
function requestOf(message: Message, body: string): SendRequest {
  return {
    to: message.to,
    from: message.from,
    body,
    message_type: message.message_type,
    on_ambiguous: message.on_ambiguous,
    validity_period: message.validity_seconds,
    status_callback: message.status_callback,
    client_ref: message.client_ref,
    metadata: message.metadata,
    warnings: [],
    encoding: 'auto',
    smart_encoding: false,
    max_segments: SEGMENTS_MAX,
    flash: message.flash,
    topic: message.topic,
    schedule_for: null,
    quiet_hours: message.quiet_hours,
    sent_by: message.sent_by,
    ...(message.conversation_id === null ? {} : { conversation_id: message.conversation_id }),
  };
}

const SEGMENTS_MAX = 10;

/** Sent again is the text itself, which goes on; everything else gives it up. */
async function endHold(database: Database, id: string, action: Decision['action'], at: Date): Promise<void> {
  const changed =
    action === 'resend'
      ? // A receipt may have settled it meanwhile.
        await releaseHeld(database, await lockHeld(database, id, HELD_AMBIGUOUS), at)
      : await cancelHeld(database, id, HELD_AMBIGUOUS, at);
  const events = changed.map((row) => tell(row, action === 'resend' ? 'queued' : 'canceled', at));
  await insertEvents(database, events);
}

const FAILURES = new Set(['message.failed', 'message.undelivered', 'message.expired']);

/** True when there was something for a person. */
async function openReviews(options: FailureReviewsOptions, events: readonly EventRow[]): Promise<boolean> {
  const { database } = options;
  const failed = events.filter(({ type, data }) => FAILURES.has(type) || isHeldAmbiguous(type, data));
  if (failed.length === 0) return false;
  const ids = failed.flatMap(({ message_id }) => message_id ?? []);
  const messages = new Map((await selectMessages(database, [...new Set(ids)], [])).map((row) => [row.id, row]));
  const reviews: NewFailureReview[] = [];
  for (const event of failed) {
    const message = messages.get(event.message_id ?? '');
    const review = message?.purpose === 'text' ? await reviewOf(options, event, message) : null;
    if (review) reviews.push(review);
  }
  const opened = await insertReviews(database, reviews);
  await insertEvents(database, opened.map(created));
  return opened.length > 0;
}

const isHeldAmbiguous = (type: string, data: EventRow['data']) =>
  type === 'message.held' && data['hold_reason'] === HELD_AMBIGUOUS;

async function reviewOf(
  { database, newId, clock }: FailureReviewsOptions,
  { type, data }: EventRow,
  { id: message_id, mode, contact }: Message,
): Promise<NewFailureReview | null> {
  const error = (data['error'] ?? null) as MessageError | null;
  const at = new Date(clock.now());
  const review = (reason: NewFailureReview['reason']): NewFailureReview => {
    return { id: newId(), mode, message_id, contact, reason, error, created_at: at };
  };
  if (isHeldAmbiguous(type, data)) return review('ambiguous');
  if (error?.class === 'review') return review('review');
  if (error?.code !== 'UNKNOWN_ERROR') return null;
  const isRepeated = await noteUnknown(database, { mode, contact, at }, new Date(at.getTime() - WEEK_MS));
  return isRepeated ? review('repeated_unknown') : null;
}

function created({ id: review_id, mode, message_id, contact, reason, error, created_at }: NewFailureReview) {
  const data = { review_id, number: contact, reason, error };
  return { type: 'review.created', mode, message_id, sequence: 0, data, created_at };
}
