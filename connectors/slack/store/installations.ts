import type { Queries } from '../../seam/storage.ts';

/** `active`: the app is there. `uninstalled`: it was removed, or its tokens were; nothing is told there any more. */
export type InstallationState = 'active' | 'uninstalled';

/** The app in one workspace, or in all of an organisation; connected by OAuth. */
export interface Installation {
  /** Of the workspace; of the organisation where it is installed for all of it. */
  readonly id: string;
  readonly name: string;
  readonly bot_user: string;
  readonly scopes: readonly string[];
  readonly state: InstallationState;
  /** Why it is not active. */
  readonly notice: string | null;
  /** The channel for what no rule takes; null = the app was not invited to any yet. */
  readonly catch_all: string | null;
  readonly generation: number;
  readonly installed_at: Date;
}

const COLUMNS = 'id, name, bot_user, scopes, state, notice, catch_all, generation, installed_at';

export const installationsOf = (on: Queries) =>
  on.query<Installation>(`select ${COLUMNS} from installations order by installed_at, id`);

export interface SealedTokens {
  readonly access: Buffer;
  /** Null where tokens do not expire. */
  readonly refresh: Buffer | null;
  readonly expiresAt: Date | null;
}

export interface StoredTokens extends SealedTokens {
  readonly generation: number;
}

/** `locks`: until the end of the transaction nobody else gets them. Null: there are none. */
export async function tokensOf(on: Queries, id: string, locks: boolean): Promise<StoredTokens | null> {
  const [row] = await on.query<{
    generation: number;
    access_token: Buffer | null;
    refresh_token: Buffer | null;
    expires_at: Date | null;
  }>(
    `select generation, access_token, refresh_token, expires_at from installations where id = $1 ${locks ? 'for update' : ''}`,
    [id],
  );
  if (!row?.access_token) return null;
  const { generation, access_token: access, refresh_token: refresh, expires_at: expiresAt } = row;
  return { generation, access, refresh, expiresAt };
}

export async function setTokens(on: Queries, id: string, { access, refresh, expiresAt }: SealedTokens): Promise<void> {
  await on.query(
    `update installations set access_token = $2, refresh_token = $3, expires_at = $4, generation = generation + 1
     where id = $1`,
    [id, access, refresh, expiresAt],
  );
}

export interface Installed extends SealedTokens, Pick<Installation, 'id' | 'name' | 'bot_user' | 'scopes'> {
  readonly at: Date;
}

/** A new one, or the same again: its channel stays. */
export async function upsertInstallation(on: Queries, installed: Installed): Promise<void> {
  const { id, name, bot_user, scopes, access, refresh, expiresAt, at } = installed;
  await on.query(
    `insert into installations (id, name, bot_user, scopes, access_token, refresh_token, expires_at, installed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (id) do update set state = 'active', notice = null, name = excluded.name, bot_user = excluded.bot_user,
       scopes = excluded.scopes, access_token = excluded.access_token, refresh_token = excluded.refresh_token,
       expires_at = excluded.expires_at, installed_at = excluded.installed_at, generation = installations.generation + 1`,
    [id, name, bot_user, scopes, access, refresh, expiresAt, at],
  );
}

/** Its tokens are wiped. False: it was installed again since. */
export async function endInstallation(on: Queries, id: string, notice: string, before: Date): Promise<boolean> {
  const rows = await on.query(
    `update installations set state = 'uninstalled', notice = $2, access_token = null, refresh_token = null,
       expires_at = null, generation = generation + 1
     where id = $1 and state = 'active' and installed_at <= $3 returning id`,
    [id, notice, before],
  );
  return rows.length > 0;
}

export async function setCatchAll(on: Queries, id: string, channel: string): Promise<void> {
  await on.query('update installations set catch_all = $2 where id = $1', [id, channel]);
}
