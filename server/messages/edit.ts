import type { Clock } from '../clock.ts';
import { HELD_AMBIGUOUS, NEVER } from '../rules/ambiguity.ts';
import type { Mode } from '../rules/message.ts';
import { SEGMENTS_MAX } from '../rules/segments.ts';
import type { Database } from '../store/database.ts';
import { endWaitsOfTexts, lockText, moveWaits, writeEdit } from '../store/edits.ts';
import { insertEvents } from '../store/events.ts';
import { change } from '../store/messages.ts';
import { storeLinks } from '../store/opt-out-links.ts';
import type { MessageRow } from '../store/schema.ts';
import { acceptedParts } from '../store/segments.ts';
import type { Refusal } from './accept-types.ts';
import { scheduleFault } from './draft.ts';
import { HELD_PAUSED } from './held-batch.ts';
import { compose, type PrepareOptions } from './prepare.ts';
import { tell } from './tell.ts';

export interface EditOptions extends Pick<PrepareOptions, 'optOutPage' | 'encodingOf' | 'money'> {
  readonly database: Database;
  readonly clock: Clock;
  readonly onEvents: () => void;
}

/** Changing texts that have not left. */
export interface Edits {
  /** A text that was canceled before stays as it is. */
  cancel(mode: Mode, id: string): Promise<Edited>;
  /** Only while it is scheduled or held. */
  change(mode: Mode, id: string, wanted: WantedEdit): Promise<Edited>;
}

export interface WantedEdit {
  /** Null = as soon as it may go; left out = as it is. */
  readonly scheduleFor?: Date | null;
  readonly body?: string;
}

export type Edited =
  | { readonly ok: true; readonly message: MessageRow }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * Each edit locks the row of its text, as the claim does: a text that was canceled is never sent, and one that is being
 * sent is not canceled.
 */
export function createEdits(options: EditOptions): Edits {
  const { database, clock, onEvents } = options;
  const edit = async (mode: Mode, id: string, work: (text: MessageRow, now: Date) => Promise<Edited>) => {
    const edited = await database.transaction(async (): Promise<Edited> => {
      const text = await lockText(database, mode, id);
      return text ? work(text, new Date(clock.now())) : { ok: false, refusal: unknown };
    });
    onEvents();
    return edited;
  };
  return {
    cancel: (mode, id) => edit(mode, id, (text, now) => cancelLocked(database, text, now)),
    change: (mode, id, wanted) => edit(mode, id, (text, now) => changeLocked(options, text, wanted, now)),
  };
}

async function cancelLocked(database: Database, text: MessageRow, now: Date): Promise<Edited> {
  if (text.status === 'canceled') return { ok: true, message: text };
  const isHere = text.status === 'scheduled' || text.status === 'held' || text.status === 'queued';
  if (!isHere) return gone(text, `The text is ${text.status}.`);
  if (text.ambiguous) return gone(text, 'A carrier may have taken the text already.');
  if (text.attempts > 0 && (await acceptedParts(database, text.id)).size > 0) {
    return gone(text, 'A carrier has taken parts of the text already.');
  }
  const { id, late, segments_delivered } = text;
  const rest = { error: null, due_at: null, hold_reason: null, delivered_at: null };
  const [row] = await change(database, [{ id, status: 'canceled', late, segments_delivered, ...rest }], now);
  if (!row) throw new Error('A locked text could not be changed.');
  await endWaitsOfTexts(database, [id], now);
  await insertEvents(database, [tell(row, 'canceled', now)]);
  const { sequence, status } = row;
  return { ok: true, message: { ...text, ...rest, status, sequence, status_updated_at: now } };
}

async function changeLocked(options: EditOptions, text: MessageRow, wanted: WantedEdit, now: Date): Promise<Edited> {
  const { database } = options;
  if (text.status !== 'scheduled' && text.status !== 'held') return gone(text, `The text is ${text.status}.`);
  if (text.ambiguous || text.hold_reason === HELD_AMBIGUOUS) {
    return gone(text, 'A carrier may have taken the text already.');
  }
  if (text.hold_reason === HELD_PAUSED) return gone(text, 'Its batch is paused: resume or cancel that.');
  const planned = wanted.scheduleFor === undefined ? text : replanned(text, wanted.scheduleFor, now);
  const fault = wanted.scheduleFor ? scheduleFault(wanted.scheduleFor, now.getTime()) : null;
  if (fault) return { ok: false, refusal: fault };
  const worded = wanted.body === undefined ? null : reworded(options, planned, wanted.body);
  if (worded && !worded.ok) return worded;
  const message = { ...(worded ? repriced(options, text, worded.message) : planned), sequence: text.sequence + 1 };
  if (!(await options.money.balance.adjust(message, text.price ?? '0'))) return { ok: false, refusal: tooDear };
  await writeEdit(database, message);
  if (worded?.link) {
    const { mode, contact: number, from: sender } = message;
    await storeLinks(database, [{ token: worded.link.token, mode, number, sender, created_at: now }]);
  }
  if (message.due_at !== text.due_at) await moveWaits(database, text.id, leavesMs(message) - leavesMs(text));
  await insertEvents(database, [tell(message, message.status as 'scheduled', now, changesOf(message, wanted))]);
  return { ok: true, message };
}

function replanned(text: MessageRow, at: Date | null, now: Date): MessageRow {
  const plan = { schedule_for: at, due_at: at ?? now, expires_at: null, hold_reason: null };
  return { ...text, ...plan, status: 'scheduled', status_updated_at: now };
}

/** By the code that makes new texts: opt-out text, encoding and length are those of the new wording. */
function reworded(options: EditOptions, text: MessageRow, body: string) {
  const smart_encoding = text.smart_replacements.length > 0;
  const { flash } = text;
  const request = { body, encoding: 'auto', smart_encoding, max_segments: SEGMENTS_MAX, flash } as const;
  const composed = compose(options, { ...text, template: null }, request);
  return composed.ok ? { ok: true as const, message: composed.message, link: composed.link } : composed;
}

/** A longer text costs more. One that no price matches any more keeps what it had. */
function repriced({ money }: EditOptions, before: MessageRow, text: MessageRow): MessageRow {
  const priced = money.prices.priced(text);
  return priced.price === null ? { ...text, price: before.price, currency: before.currency } : priced;
}

const tooDear: Refusal = {
  code: 'INSUFFICIENT_BALANCE',
  detail: 'The remaining balance is lower than what the new text costs more. The text is as it was.',
};

const leavesMs = ({ due_at, created_at }: MessageRow) => (due_at && due_at < NEVER ? due_at : created_at).getTime();

function changesOf({ schedule_for, hold_reason }: MessageRow, wanted: WantedEdit) {
  return {
    edited: [
      ...(wanted.scheduleFor === undefined ? [] : ['schedule_for']),
      ...(wanted.body === undefined ? [] : ['body']),
    ],
    schedule_for: schedule_for?.toISOString() ?? null,
    ...(hold_reason === null ? {} : { hold_reason }),
  };
}

const unknown: Refusal = { code: 'NOT_FOUND', detail: 'There is no such text for this key.' };

function gone({ status }: MessageRow, detail: string): Edited {
  return { ok: false, refusal: { code: 'NOT_CANCELABLE', detail, extra: { message_status: status } } };
}
