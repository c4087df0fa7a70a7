import type { Queries } from '../../seam/storage.ts';

/** Who decided what; never the words. */
export async function addAudit(
  on: Queries,
  entry: {
    readonly at: Date;
    readonly actor: string;
    readonly action: string;
    readonly threadId: string;
    readonly ts?: string;
    readonly textSha256?: string;
    /** Why; for instance the reason for which it was held, and sent all the same. */
    readonly reason?: string | null;
  },
): Promise<void> {
  await on.query(
    'insert into audit (at, actor, action, thread_id, ts, text_sha256, reason) values ($1, $2, $3, $4, $5, $6, $7)',
    [
      entry.at,
      entry.actor,
      entry.action,
      entry.threadId,
      entry.ts ?? null,
      entry.textSha256 ?? null,
      entry.reason ?? null,
    ],
  );
}
