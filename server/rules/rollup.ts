import type { Message } from './message.ts';
import { micros } from './money.ts';
import { variantKey } from './variant.ts';

/** What one event adds to the figures of a time. */
export interface Addition {
  /** The time of the text that it is about, so that rates compare texts with what became of the same ones. */
  readonly at: Date;
  readonly groups: readonly Group[];
  readonly metrics: readonly (readonly [metric: string, count: number])[];
}

export interface Group {
  readonly dimension: Dimension;
  readonly value: string;
}

export const DIMENSIONS = ['total', 'country', 'sender', 'smsc', 'message_type', 'tag', 'campaign', 'variant'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** A text as it is stored; not every server has tags and campaigns. */
export type RolledText = Pick<
  Message,
  | 'direction'
  | 'purpose'
  | 'country'
  | 'from'
  | 'smsc_id'
  | 'message_type'
  | 'segments'
  | 'price'
  | 'created_at'
  | 'schedule_for'
  | 'sent_at'
  | 'delivered_at'
> & {
  readonly tags?: readonly string[] | null;
  readonly campaign_id?: string | null;
  readonly variant?: string | null;
};

export interface RolledEvent {
  readonly type: string;
  readonly sequence: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly created_at: Date;
}

/**
 * What an event counts. `text` is what it is about; `answered` the text that a reply or an opt-out came back to, null when
 * there is none; `isFirstReply` whether nothing came back to that before.
 */
export function additionOf(
  event: RolledEvent,
  text: RolledText | null,
  answered: RolledText | null,
  isFirstReply: boolean,
): Addition | null {
  if (event.type === 'contact.opted_out') return about(answered, event.created_at, [['opt_outs', 1]]);
  if (!text || !event.type.startsWith('message.')) return null;
  if (event.type === 'message.received') {
    const replies = answered && isFirstReply ? about(answered, event.created_at, [['replies', 1]]) : null;
    return replies;
  }
  // Confirmations and the like are ours, not anybody's campaign.
  if (text.direction !== 'outbound' || text.purpose !== 'text') return null;
  return { at: text.created_at, groups: groupsOf(text), metrics: changeOf(event, text) };
}

function about(text: RolledText | null, at: Date, metrics: Addition['metrics']): Addition {
  if (!text) return { at, groups: [TOTAL], metrics };
  return { at: text.created_at, groups: groupsOf(text), metrics };
}

const TOTAL: Group = { dimension: 'total', value: '' };

function groupsOf(text: RolledText): Group[] {
  const group = (dimension: Dimension, value: string | null | undefined): Group[] =>
    value ? [{ dimension, value: value.slice(0, 100) }] : [];
  return [
    TOTAL,
    ...group('country', text.country),
    ...group('sender', text.from),
    ...group('smsc', text.smsc_id),
    ...group('message_type', text.message_type),
    ...(text.tags ?? []).flatMap((tag) => group('tag', tag)),
    ...group('campaign', text.campaign_id),
    ...group('variant', text.campaign_id && text.variant && variantKey(text.campaign_id, text.variant)),
  ];
}

function changeOf({ type, sequence, data }: RolledEvent, text: RolledText): Addition['metrics'] {
  const status = type.slice('message.'.length);
  const accepted = sequence === 1 ? [['messages', 1] as const] : [];
  if (status === 'sent') {
    const waited =
      text.schedule_for === null ? between(text.created_at, dateOf(data['sent_at']) ?? text.sent_at) : null;
    // Millionths: a count has no places.
    const cost = text.price === null ? [] : [['cost', Number(micros(text.price))] as const];
    return [...accepted, ['sent', 1], ['segments', text.segments], ...cost, ...bucket('submit', waited)];
  }
  if (status === 'delivered') {
    const took = between(dateOf(data['sent_at']) ?? text.sent_at, dateOf(data['delivered_at']) ?? text.delivered_at);
    // It had been counted as expired before.
    const corrected = data['late'] === true ? [['expired', -1] as const] : [];
    return [...accepted, ['delivered', 1], ...corrected, ...bucket('delivery', took)];
  }
  if (!ENDS.has(status)) return accepted;
  const error = data['error'];
  const code = typeof error === 'object' && error !== null ? (Reflect.get(error, 'code') as unknown) : null;
  return [...accepted, [status, 1], ...(typeof code === 'string' ? [[`error:${code}`, 1] as const] : [])];
}

const ENDS = new Set(['undelivered', 'failed', 'expired', 'rejected', 'canceled']);

const dateOf = (value: unknown) => (typeof value === 'string' ? new Date(value) : null);

function between(start: Date | null, end: Date | null): number | null {
  const ms = start && end ? end.getTime() - start.getTime() : -1;
  return ms < 0 || Number.isNaN(ms) ? null : ms;
}

const bucket = (name: string, ms: number | null) => (ms === null ? [] : [[`${name}:${bucketOf(ms)}`, 1] as const]);

/** Durations are counted in buckets that grow by a tenth, so that a percentile is right to within 5 %. */
const FIRST_MS = 100;
const GROWTH = 1.1;

export function bucketOf(ms: number): number {
  return ms <= FIRST_MS ? 0 : Math.ceil(Math.log(ms / FIRST_MS) / Math.log(GROWTH) - 1e-9);
}

/** The middle of a bucket, in seconds. */
export function secondsOfBucket(index: number): number {
  return index === 0 ? FIRST_MS / 1_000 : (FIRST_MS * GROWTH ** (index - 0.5)) / 1_000;
}
