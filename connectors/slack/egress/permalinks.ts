import { type Clock, sleep } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import { notePermalink, type Thread } from '../store/threads.ts';
import type { SlackClient } from './client.ts';

export interface PermalinkOptions {
  readonly storage: Storage;
  readonly client: Pick<SlackClient, 'interactive'>;
  readonly clock: Clock;
}

/** So many are asked for at once; the others come without a link, and have one the next time. */
const ASKED_MAX = 20;
/** Slack waits 3 s for the answer that they are for. */
const PATIENCE_MS = 1_500;

/** Where each thread is in Slack, by id: asked for once, and stored. */
export async function permalinksOf(
  { storage, client, clock }: PermalinkOptions,
  threads: readonly Thread[],
): Promise<ReadonlyMap<string, string>> {
  const links = new Map(threads.flatMap(({ id, permalink }) => (permalink === null ? [] : [[id, permalink] as const])));
  const unknown = threads
    .filter(({ permalink, root_ts }) => permalink === null && root_ts !== null)
    .slice(0, ASKED_MAX);
  if (unknown.length === 0) return links;
  const asking = Promise.all(
    unknown.map(async ({ id, channel, root_ts }) => {
      const result = await client.interactive('chat.getPermalink', { channel, message_ts: root_ts });
      const link = result.type === 'ok' ? linkOf(result.data['permalink']) : null;
      if (link === null) return;
      links.set(id, link);
      await notePermalink(storage, id, link);
    }),
  );
  const tooLate = new AbortController();
  await Promise.race([asking, sleep(clock, PATIENCE_MS, tooLate.signal)]).finally(() => tooLate.abort());
  return new Map(links);
}

/** Nothing else may stand in a link of ours. */
const linkOf = (value: unknown) =>
  typeof value === 'string' && value.length <= 3_000 && /^https?:\/\/[^|>\s]+$/.test(value) ? value : null;
