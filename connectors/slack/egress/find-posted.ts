import { z } from 'zod';
import type { Queries } from '../../seam/storage.ts';
import { sameWords } from '../rules/same-words.ts';
import { knownPosts } from '../store/posts.ts';
import type { People } from '../threads/people.ts';
import type { Call, SlackResult } from './client.ts';

const messageSchema = z.object({
  ts: z.string(),
  user: z.string().nullish().catch(null),
  bot_id: z.string().nullish().catch(null),
  text: z.string().catch(''),
  blocks: z.array(z.object({ block_id: z.string().optional() })).catch([]),
});
const pageSchema = z.object({
  response_metadata: z.object({ next_cursor: z.string().max(1_000).catch('') }).catch({ next_cursor: '' }),
  messages: z.array(messageSchema),
});

export interface FindOptions {
  readonly call: Call;
  readonly storage: Queries;
  readonly people: Pick<People, 'self'>;
}

export interface Posted {
  readonly channel: string;
  /** The root of the thread; null = it is a root itself. */
  readonly rootTs: string | null;
  /** The `block_id` of its first block. */
  readonly key: string;
  /** What it says for notifications; null = that is not known any more. */
  readonly text: string | null;
  readonly since: Date;
}

export type Found =
  | { readonly type: 'found'; readonly ts: string }
  | { readonly type: 'absent' }
  | { readonly type: 'failed'; readonly result: Exclude<SlackResult, { type: 'ok' }> };

/** Clocks differ. */
const MARGIN_SECONDS = 60;
const LIMIT = 200;
/** A post that is behind so many others was made long ago, and by then its answer has come. */
const PAGES_MAX = 10;

/**
 * Whether a post whose answer was lost is there all the same. Its `block_id` is proof; Slack does not promise to keep
 * it, so a post of the app in that place and time, with these words, that no other answer has told of, is proof as well.
 */
export async function findPosted(options: FindOptions, posted: Posted): Promise<Found> {
  const isKeyed = ({ blocks }: Message) => blocks.some(({ block_id: id }) => id === posted.key);
  const read = await messagesSince(options.call, posted, isKeyed);
  if (!Array.isArray(read)) return { type: 'failed', result: read };
  const keyed = read.find(isKeyed);
  if (keyed) return { type: 'found', ts: keyed.ts };
  const { text, channel } = posted;
  if (text === null) return { type: 'absent' };
  const { user: own } = await options.people.self();
  const isOwn = ({ user, bot_id: bot }: Message) => (user ? user === own : Boolean(bot));
  const alike = read.filter((message) => isOwn(message) && sameWords(message.text, text)).map(({ ts }) => ts);
  const known = await knownPosts(options.storage, channel, alike);
  // Of several the first one: each that comes after it finds the next.
  const [ts] = alike.filter((one) => !known.has(one)).sort();
  return ts === undefined ? { type: 'absent' } : { type: 'found', ts };
}

type Message = z.output<typeof messageSchema>;

async function messagesSince(
  call: Call,
  { channel, rootTs, since }: Posted,
  isLast: (message: Message) => boolean,
): Promise<Message[] | Exclude<SlackResult, { type: 'ok' }>> {
  const oldest = String(Math.floor(since.getTime() / 1_000) - MARGIN_SECONDS);
  const shared = { channel, oldest, limit: LIMIT };
  const read: Message[] = [];
  let cursor = '';
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const given = cursor === '' ? shared : { ...shared, cursor };
    const result =
      rootTs === null
        ? await call('conversations.history', given)
        : await call('conversations.replies', { ...given, ts: rootTs });
    if (result.type !== 'ok') return result;
    const page = pageSchema.safeParse(result.data);
    if (!page.success) return { type: 'unknown', reason: 'a list of messages that has none' };
    const { messages, response_metadata } = page.data;
    // A thread is read with its root.
    read.push(...messages.filter(({ ts }) => ts !== rootTs));
    cursor = response_metadata.next_cursor;
    if (cursor === '' || read.some(isLast)) break;
  }
  return read;
}
