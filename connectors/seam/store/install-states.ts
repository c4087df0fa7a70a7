import type { Queries } from '../storage.ts';

/** For the migrations of a connector that accounts are connected to. */
export const INSTALL_STATE_TABLE = `create table install_states (
  state_hash bytea primary key,
  browser_hash bytea not null,
  expires_at timestamptz not null
)`;

export async function addInstallState(
  on: Queries,
  state: Buffer,
  browser: Buffer,
  expiresAt: Date,
  now: Date,
): Promise<void> {
  await on.query('delete from install_states where expires_at < $1', [now]);
  await on.query('insert into install_states (state_hash, browser_hash, expires_at) values ($1, $2, $3)', [
    state,
    browser,
    expiresAt,
  ]);
}

/** Takes it away: it can be used once. False: it is unknown, over, or of another browser. */
export async function takeInstallState(on: Queries, state: Buffer, browser: Buffer, now: Date): Promise<boolean> {
  const [row] = await on.query<{ browser_hash: Buffer; expires_at: Date }>(
    'delete from install_states where state_hash = $1 returning browser_hash, expires_at',
    [state],
  );
  return row !== undefined && row.browser_hash.equals(browser) && row.expires_at > now;
}
