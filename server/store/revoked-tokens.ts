import type { Database } from './database.ts';

/** Ids of access tokens that were revoked and have not expired. */
export async function loadRevokedTokens(database: Database, now: Date): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ id: string }>({
    name: 'load_revoked_tokens',
    text: 'select id from revoked_tokens where expires_at > $1',
    values: [now],
  });
  return new Set(rows.map(({ id }) => id));
}

export async function storeRevokedToken(database: Database, id: string, expiresAt: Date, now: Date): Promise<void> {
  await database.kysely.deleteFrom('revoked_tokens').where('expires_at', '<=', now).execute();
  await database.kysely
    .insertInto('revoked_tokens')
    .values({ id, expires_at: expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
