import { segment } from '../rules/segments.ts';
import { type UserData, decodeUserData } from './user-data.ts';

/** One text in the conversation of a phone, its parts put together. */
export interface PhoneMessage {
  readonly direction: 'to_phone' | 'from_phone';
  readonly from: string;
  readonly to: string;
  readonly body: string;
  /** `GSM-7` or `UCS-2`; other alphabets by their name. */
  readonly encoding: string;
  readonly segments: number;
  readonly at: Date;
  /** The carrier's id of each part that came to the phone. */
  readonly message_ids: readonly string[];
}

export interface PhoneSummary {
  readonly number: string;
  /** Texts that are kept. */
  readonly messages: number;
  readonly last_at: Date;
}

/** The simulated phones: the last texts of the numbers that were active last. */
export interface Phones {
  /** Takes one part; answers whether its text is complete now. */
  receive(part: Incoming): boolean;
  record(number: string, message: PhoneMessage): void;
  conversation(number: string): readonly PhoneMessage[];
  /** The number that was active last comes first. */
  numbers(): PhoneSummary[];
  clear(): void;
}

export interface Incoming {
  readonly from: string;
  readonly to: string;
  readonly messageId: string;
  readonly data: UserData;
  readonly at: Date;
}

export function createPhones(): Phones {
  const conversations = new Map<string, PhoneMessage[]>();
  const unfinished = new Map<string, Map<number, Incoming>>();

  function record(number: string, message: PhoneMessage) {
    const conversation = conversations.get(number) ?? [];
    conversation.push(message);
    if (conversation.length > MESSAGES_MAX) conversation.shift();
    // Set anew, so that the Map's own order is the order of activity.
    conversations.delete(number);
    conversations.set(number, conversation);
    dropOldest(conversations, NUMBERS_MAX);
  }

  /** All parts of the text, in order, once the last of them is there. */
  function complete(incoming: Incoming): Incoming[] | null {
    const { reference, total, number } = incoming.data.part;
    if (total === 1) return [incoming];
    const key = [incoming.from, incoming.to, reference, total].join('\n');
    const parts = unfinished.get(key) ?? new Map<number, Incoming>();
    parts.set(number, incoming);
    unfinished.set(key, parts);
    dropOldest(unfinished, UNFINISHED_MAX);
    if (parts.size < total) return null;
    unfinished.delete(key);
    return [...parts.values()].sort((a, b) => a.data.part.number - b.data.part.number);
  }

  return {
    receive(incoming) {
      const parts = complete(incoming);
      if (parts) record(incoming.to, assembled(parts, incoming));
      return parts !== null;
    },
    record,
    conversation: (number) => [...(conversations.get(number) ?? [])],
    numbers: () =>
      [...conversations].reverse().map(([number, messages]) => ({
        number,
        messages: messages.length,
        last_at: messages.at(-1)?.at ?? new Date(0),
      })),
    clear() {
      conversations.clear();
      unfinished.clear();
    },
  };
}

const MESSAGES_MAX = 200;
const NUMBERS_MAX = 2_000;
const UNFINISHED_MAX = 1_000;

function assembled(parts: readonly Incoming[], last: Incoming): PhoneMessage {
  const { alphabet, shift, isPayload } = last.data;
  const body = decodeUserData(Buffer.concat(parts.map(({ data }) => data.octets)), alphabet, shift);
  return {
    direction: 'to_phone',
    from: last.from,
    to: last.to,
    body,
    encoding: alphabet,
    segments: isPayload ? segment(body).segments : parts.length,
    at: last.at,
    message_ids: parts.map(({ messageId }) => messageId),
  };
}

function dropOldest(map: Map<string, unknown>, max: number) {
  if (map.size <= max) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
