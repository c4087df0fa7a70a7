import type { Database } from '../store/database.ts';
import type { EventRow } from '../store/schema.ts';
import { lockCursor, saveCursor } from '../store/webhooks.ts';
import { readEvents } from './stream.ts';

/**
 * Hands every event to `take` once, page by page, in the transaction that notes how far it came: what `take` writes is
 * written once, whatever ends this process and however many servers run. Answers when there are no more.
 */
export async function readOn(
  database: Database,
  name: string,
  take: (events: readonly EventRow[]) => Promise<void>,
): Promise<void> {
  for (let more = 'full'; more === 'full';) {
    more = await database.transaction(async () => {
      const page = await readEvents(database, await lockCursor(database, name));
      if (page.events.length === 0) return page.more;
      await take(page.events);
      await saveCursor(database, name, page.next);
      return page.more;
    });
  }
}
