import type { Queries } from '../../seam/storage.ts';
import type { Reply } from './replies.ts';

/** What Slack has told of a message since it was written: deletions at any time, edits until they are dealt with. */
export async function changeTold(
  on: Queries,
  { channel, ts }: Pick<Reply, 'channel' | 'ts'>,
): Promise<'deleted' | 'edited' | null> {
  const rows = await on.query<{ is_deletion: boolean }>(
    `select payload #>> '{event,subtype}' = 'message_deleted' as is_deletion from tasks
     where kind = 'event' and coalesce(payload #>> '{event,deleted_ts}', payload #>> '{event,message,ts}') = $2
       and payload #>> '{event,channel}' in ($1, (select current_id from channels where id = $1))
       and (done_at is null or payload #>> '{event,subtype}' = 'message_deleted')`,
    [channel, ts],
  );
  if (rows.some(({ is_deletion: isDeletion }) => isDeletion)) return 'deleted';
  return rows.length > 0 ? 'edited' : null;
}
