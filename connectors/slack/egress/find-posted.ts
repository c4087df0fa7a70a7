import { z } from 'zod';
import type { Call, SlackResult } from './client.ts';

const pageSchema = z.object({
  response_metadata: z.object({ next_cursor: z.string().max(1_000).default('') }).default({ next_cursor: '' }),
  messages: z.array(
    z.object({ ts: z.string(), blocks: z.array(z.object({ block_id: z.string().optional() })).optional() }),
  ),
});

export interface Posted {
  readonly channel: string;
  /** The root of the thread; null = it is a root itself. */
  readonly rootTs: string | null;
  /** The `block_id` of its first block. */
  readonly key: string;
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

/** Whether a post whose answer was lost is there all the same. */
export async function findPosted(call: Call, { channel, rootTs, key, since }: Posted): Promise<Found> {
  const oldest = String(Math.floor(since.getTime() / 1_000) - MARGIN_SECONDS);
  const shared = { channel, oldest, limit: LIMIT };
  let cursor = '';
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const given = cursor === '' ? shared : { ...shared, cursor };
    const result =
      rootTs === null
        ? await call('conversations.history', given)
        : await call('conversations.replies', { ...given, ts: rootTs });
    if (result.type !== 'ok') return { type: 'failed', result };
    const { messages, response_metadata } = pageSchema.parse(result.data);
    const message = messages.find(({ blocks }) => blocks?.some(({ block_id: id }) => id === key));
    if (message) return { type: 'found', ts: message.ts };
    cursor = response_metadata.next_cursor;
    if (cursor === '') break;
  }
  return { type: 'absent' };
}
