import type { Clock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import { insertEvents, type NewEvent } from '../store/events.ts';
import {
  cancelWait,
  expireDueWaits,
  findWait,
  insertReplyWaits,
  listWaits,
  lockReplies,
  type ReplyWaitFilter,
  textTo,
} from '../store/reply-waits.ts';
import type { ReplyWaitRow } from '../store/schema-contacts.ts';
import { endsOf, lookBack, type MatchOptions, type NewWait, newWait } from './reply-matching.ts';

/** Replies that somebody waits for: a workflow that asked a question by text. */
export interface ReplyWaits {
  /** A reply that came since the text `messageId` counts too. */
  create(wait: WantedWait): Promise<CreatedWait>;
  find(mode: Mode, id: string): Promise<ReplyWaitRow | undefined>;
  /** Newest first. */
  list(mode: Mode, filter: ReplyWaitFilter, limit: number): Promise<ReplyWaitRow[]>;
  /** The wait as it is then; one that has ended stays as it was. Undefined = there is no such wait. */
  cancel(mode: Mode, id: string): Promise<ReplyWaitRow | undefined>;
  /** Ends the waits whose time is over; answers how many. Safe beside another server. */
  expire(): Promise<number>;
}

export type { ReplyWaitFilter, ReplyWaitRow };

export interface WantedWait extends Omit<NewWait, 'contact' | 'ourNumber'> {
  /** E.164. Null = that of the text. */
  readonly contact: string | null;
  /** Null = that of the text. */
  readonly ourNumber: string | null;
}

export type CreatedWait =
  | { readonly ok: true; readonly wait: ReplyWaitRow }
  /** `no_text`, `other_contact`, `other_sender`: about the text; `no_replies`: our sender is a name. */
  | { readonly ok: false; readonly reason: 'no_text' | 'other_contact' | 'other_sender' | 'no_ends' | 'no_replies' };

export interface ReplyWaitsOptions extends MatchOptions {
  readonly newId: () => string;
  readonly clock: Clock;
  readonly onEvents: () => void;
}

export function createReplyWaits(options: ReplyWaitsOptions): ReplyWaits {
  const { database, clock, onEvents } = options;
  const now = () => new Date(clock.now());
  return {
    async create(wanted) {
      const created = await database.transaction(() => create(options, wanted, now()));
      onEvents();
      return created;
    },
    find: (mode, id) => findWait(database, mode, id),
    list: (mode, filter, limit) => listWaits(database, mode, filter, limit),
    cancel: async (mode, id) => (await cancelWait(database, mode, id, now())) ?? findWait(database, mode, id),
    async expire() {
      let count = 0;
      for (let chunk = EXPIRE_CHUNK; chunk === EXPIRE_CHUNK; count += chunk) chunk = await expireChunk(options, now());
      return count;
    },
  };
}

const EXPIRE_CHUNK = 500;

async function create(options: ReplyWaitsOptions, wanted: WantedWait, now: Date): Promise<CreatedWait> {
  const { database, newId } = options;
  const { mode, messageId } = wanted;
  const text = messageId === null ? null : await textTo(database, mode, messageId);
  if (text === undefined) return { ok: false, reason: 'no_text' };
  const contact = wanted.contact ?? text?.contact;
  const ourNumber = wanted.ourNumber ?? text?.from;
  if (contact === undefined || ourNumber === undefined) return { ok: false, reason: 'no_ends' };
  if (text && text.contact !== contact) return { ok: false, reason: 'other_contact' };
  if (text && text.from !== ourNumber) return { ok: false, reason: 'other_sender' };
  if (/\p{L}/u.test(ourNumber)) return { ok: false, reason: 'no_replies' };
  const wait = newWait({ ...wanted, contact, ourNumber }, newId(), now);
  await lockReplies(database, endsOf(wait), 'looks');
  await insertReplyWaits(database, [wait]);
  if (text) await lookBack(options, wait, text.created_at, now);
  return { ok: true, wait: (await findWait(database, mode, wait.id)) ?? wait };
}

async function expireChunk({ database, onEvents, onCallbackDue }: ReplyWaitsOptions, now: Date): Promise<number> {
  const expired = await database.transaction(async () => {
    const waits = await expireDueWaits(database, now, EXPIRE_CHUNK);
    await insertEvents(
      database,
      waits.map((wait) => timedOutEvent(wait, now)),
    );
    return waits;
  });
  if (expired.length > 0) onEvents();
  if (expired.some((wait) => wait.callback_url !== null)) onCallbackDue?.();
  return expired.length;
}

function timedOutEvent(wait: ReplyWaitRow, now: Date): NewEvent {
  const data = {
    wait_id: wait.id,
    in_reply_to: wait.message_id,
    from: wait.contact,
    body: null,
    value: null,
    received_at: null,
    expires_at: wait.expires_at.toISOString(),
  };
  return { type: 'reply.timed_out', mode: wait.mode, message_id: null, sequence: 0, data, created_at: now };
}
