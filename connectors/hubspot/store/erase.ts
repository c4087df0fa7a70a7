import type { Queries, Storage } from '../../seam/storage.ts';

/** Takes away everything that is kept of a person in an account; repeating it does no harm. */
export async function eraseNumber(on: Storage, portalId: number, number: string): Promise<void> {
  await on.transaction(async (tx) => {
    await tx.query(
      `delete from logs where portal_id = $1
       and message_id in (select message_id from sends where portal_id = $1 and contact_number = $2)`,
      [portalId, number],
    );
    await tx.query(
      `delete from handovers where portal_id = $1
       and message_id in (select message_id from sends where portal_id = $1 and contact_number = $2)`,
      [portalId, number],
    );
    for (const [table, column] of HOLDING)
      await tx.query(`delete from ${table} where portal_id = $1 and ${column} = $2`, [portalId, number]);
    await eraseWork(tx, portalId, number);
  });
}

const HOLDING = [
  ['people', 'number'],
  ['sends', 'contact_number'],
  ['conversations', 'contact_number'],
  ['digests', 'contact_number'],
  ['channel_threads', 'contact_number'],
  ['channel_messages', 'contact_number'],
] as const;

/** What was told, and what is still to be told to HubSpot: its lanes are named by the number. A plan names whom it texts. */
async function eraseWork(tx: Queries, portalId: number, number: string): Promise<void> {
  const lanes = ['talk', 'channel', 'answer'].map((kind) => `${kind}:${portalId}:${number}`);
  lanes.push(`talk:${portalId}:consent:${number}`);
  await tx.query('delete from tasks where lane = any($1::text[])', [lanes]);
  await tx.query(
    `update actions set plan = null where portal_id = $1 and plan is not null
     and plan -> 'texts' @> jsonb_build_array(jsonb_build_object('to', $2::text))`,
    [portalId, number],
  );
}
