import type { Message, Mode } from '../rules/message.ts';
import type { Position } from '../store/event-stream.ts';
import type { EventRow } from '../store/schema.ts';
import { payload } from './payload.ts';

/** An event as the API shows it; `data` is what a webhook tells. */
export interface EventView {
  /** `<txid>-<id>`: its place in the stream. */
  readonly id: string;
  readonly object: 'event';
  readonly type: string;
  readonly mode: Mode;
  readonly message_id: string | null;
  readonly sequence: number;
  /** RFC 3339. */
  readonly created_at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** `showsText`: whether the reader may see what people wrote. */
export function eventView(event: EventRow, message: Message | null, showsText: boolean): EventView {
  const json = payload(event, message);
  // What we wrote ourselves. The text of an old event may be gone; what the change said is left.
  const data = json === null ? event.data : (JSON.parse(json) as { data: Record<string, unknown> }).data;
  return {
    id: placeText(event),
    object: 'event',
    type: event.type,
    mode: event.mode,
    message_id: event.message_id,
    sequence: event.sequence,
    created_at: event.created_at.toISOString(),
    data: showsText ? data : withoutText(data),
  };
}

/** The words of people are taken out; everything else stays. */
export function withoutText(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const shown = Object.entries(data).map(([name, value]) => [name, WORDS.has(name) ? null : hidden(value)] as const);
  return Object.fromEntries(shown);
}

const WORDS = new Set(['body', 'text', 'value', 'matched']);

function hidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hidden);
  return typeof value === 'object' && value !== null && !(value instanceof Date) ? withoutText({ ...value }) : value;
}

export const placeText = ({ txid, id }: Position): string => `${txid}-${id}`;

/** Null for what no event can have as its id. */
export function readPlace(text: string): Position | null {
  const [, txid, id] = /^(\d{1,18})-(\d{1,18})$/.exec(text) ?? [];
  return txid === undefined || id === undefined ? null : { txid, id };
}
