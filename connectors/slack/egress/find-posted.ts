import { z } from 'zod';
import type { Call, SlackResult } from './client.ts';

const pageSchema = z.object({
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

/** Whether a post whose answer was lost is there all the same. */
export async function findPosted(call: Call, { channel, rootTs, key, since }: Posted): Promise<Found> {
  const oldest = String(Math.floor(since.getTime() / 1_000) - MARGIN_SECONDS);
  const shared = { channel, oldest, limit: LIMIT };
  const result =
    rootTs === null
      ? await call('conversations.history', shared)
      : await call('conversations.replies', { ...shared, ts: rootTs });
  if (result.type !== 'ok') return { type: 'failed', result };
  const page = pageSchema.safeParse(result.data);
  const message = page.data?.messages.find(({ blocks }) => blocks?.some(({ block_id: id }) => id === key));
  return message ? { type: 'found', ts: message.ts } : { type: 'absent' };
}
