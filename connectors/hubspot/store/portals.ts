import type { Queries } from '../../seam/storage.ts';
import { type PortalSettings, readPortalSettings } from '../portal-settings.ts';

export type PortalState = 'active' | 'needs_reauth' | 'uninstalled';

export interface Portal {
  readonly portalId: number;
  readonly state: PortalState;
  readonly hubDomain: string;
  readonly timeZone: string | null;
  readonly uiDomain: string | null;
  readonly scopes: readonly string[];
  readonly settings: PortalSettings;
  /** What an administrator has to know; null = nothing. */
  readonly notice: string | null;
}

interface Row {
  portal_id: string;
  state: PortalState;
  hub_domain: string;
  time_zone: string | null;
  ui_domain: string | null;
  scopes: string[];
  settings: unknown;
  notice: string | null;
}

const COLUMNS = 'portal_id, state, hub_domain, time_zone, ui_domain, scopes, settings, notice';

const portalOf = (row: Row): Portal => ({
  portalId: Number(row.portal_id),
  state: row.state,
  hubDomain: row.hub_domain,
  timeZone: row.time_zone,
  uiDomain: row.ui_domain,
  scopes: row.scopes,
  settings: readPortalSettings(row.settings),
  notice: row.notice,
});

export async function portalsOf(on: Queries): Promise<Portal[]> {
  return (await on.query<Row>(`select ${COLUMNS} from portals order by portal_id`)).map(portalOf);
}

/** Those that texts and opt-outs are told to: one that has to be connected again hears of them then. */
export async function connectedPortals(on: Queries): Promise<Portal[]> {
  return (await portalsOf(on)).filter(({ state }) => state !== 'uninstalled');
}

export async function portalOfId(on: Queries, portalId: number): Promise<Portal | null> {
  const [row] = await on.query<Row>(`select ${COLUMNS} from portals where portal_id = $1`, [portalId]);
  return row ? portalOf(row) : null;
}

export async function setPortalSettings(on: Queries, portalId: number, settings: PortalSettings): Promise<void> {
  await on.query('update portals set settings = $2 where portal_id = $1', [portalId, JSON.stringify(settings)]);
}

export async function setPortalState(
  on: Queries,
  portalId: number,
  state: PortalState,
  notice: string | null,
  at: Date,
) {
  await on.query('update portals set state = $2, notice = $3, updated_at = $4 where portal_id = $1', [
    portalId,
    state,
    notice,
    at,
  ]);
}

export async function setPortalPlace(
  on: Queries,
  portalId: number,
  place: { timeZone: string | null; uiDomain: string | null },
) {
  const { timeZone, uiDomain } = place;
  await on.query('update portals set time_zone = $2, ui_domain = $3 where portal_id = $1', [
    portalId,
    timeZone,
    uiDomain,
  ]);
}

export async function setNotice(on: Queries, portalId: number, notice: string | null): Promise<void> {
  await on.query('update portals set notice = $2 where portal_id = $1', [portalId, notice]);
}

/** Of others there may be something else to say by now. */
export async function clearNotice(on: Queries, portalId: number, notice: string): Promise<void> {
  await on.query('update portals set notice = null where portal_id = $1 and notice = $2', [portalId, notice]);
}

export interface SealedTokens {
  readonly access: Buffer;
  readonly refresh: Buffer;
  readonly expiresAt: Date;
}

export interface StoredTokens extends SealedTokens {
  readonly state: PortalState;
  readonly generation: number;
}

/** Null: the account is not connected. */
export async function tokensOf(on: Queries, portalId: number): Promise<StoredTokens | null> {
  const [row] = await on.query<{
    state: PortalState;
    generation: number;
    access_token: Buffer | null;
    refresh_token: Buffer | null;
    expires_at: Date | null;
  }>(`select state, generation, access_token, refresh_token, expires_at from portals where portal_id = $1`, [portalId]);
  if (!row?.access_token || !row.refresh_token || !row.expires_at) return null;
  const { state, generation, access_token: access, refresh_token: refresh, expires_at: expiresAt } = row;
  return { state, generation, access, refresh, expiresAt };
}

/** One generation of an account's tokens: what was connected anew since is another. */
export interface Generation {
  readonly portalId: number;
  readonly generation: number;
}

/** False: another process asks for the next tokens now, or has got them. */
export async function beginRenewal(
  on: Queries,
  { portalId, generation }: Generation,
  at: Date,
  until: Date,
): Promise<boolean> {
  const rows = await on.query(
    `update portals set renewing_until = $4 where portal_id = $1 and generation = $2
     and (renewing_until is null or renewing_until < $3) returning portal_id`,
    [portalId, generation, at, until],
  );
  return rows.length > 0;
}

/** It came to nothing: whoever needs the tokens may try. */
export async function endRenewal(on: Queries, { portalId, generation }: Generation): Promise<void> {
  await on.query('update portals set renewing_until = null where portal_id = $1 and generation = $2', [
    portalId,
    generation,
  ]);
}

/** In place of that generation. */
export async function setTokens(
  on: Queries,
  { portalId, generation }: Generation,
  tokens: SealedTokens,
  at: Date,
): Promise<void> {
  await on.query(
    `update portals set access_token = $3, refresh_token = $4, expires_at = $5, generation = generation + 1,
       renewing_until = null, updated_at = $6
     where portal_id = $1 and generation = $2 and state = 'active'`,
    [portalId, generation, tokens.access, tokens.refresh, tokens.expiresAt, at],
  );
}

/** HubSpot takes that generation no more. */
export async function setLapsed(
  on: Queries,
  { portalId, generation }: Generation,
  notice: string,
  at: Date,
): Promise<void> {
  await on.query(
    `update portals set state = 'needs_reauth', notice = $3, renewing_until = null, updated_at = $4
     where portal_id = $1 and generation = $2 and state = 'active'`,
    [portalId, generation, notice, at],
  );
}

export interface Installed extends SealedTokens {
  readonly portalId: number;
  readonly hubDomain: string;
  readonly scopes: readonly string[];
  readonly installedBy: number | null;
  readonly at: Date;
}

/** A new account, or the same again: its settings stay. Answers the generation of the tokens. */
export async function upsertPortal(on: Queries, portal: Installed): Promise<number> {
  const { portalId, hubDomain, scopes, installedBy, access, refresh, expiresAt, at } = portal;
  const [row] = await on.query<{ generation: number }>(
    `insert into portals (portal_id, state, hub_domain, scopes, access_token, refresh_token, expires_at, installed_by, installed_at, updated_at)
     values ($1, 'active', $2, $3, $4, $5, $6, $7, $8, $8)
     on conflict (portal_id) do update set state = 'active', hub_domain = excluded.hub_domain, scopes = excluded.scopes,
       access_token = excluded.access_token, refresh_token = excluded.refresh_token, expires_at = excluded.expires_at,
       installed_by = excluded.installed_by, notice = null, generation = portals.generation + 1, renewing_until = null,
       updated_at = excluded.updated_at
     returning generation`,
    [portalId, hubDomain, scopes, access, refresh, expiresAt, installedBy, at],
  );
  return row?.generation ?? 1;
}

export async function forgetTokens(on: Queries, portalId: number): Promise<void> {
  await on.query('update portals set access_token = null, refresh_token = null where portal_id = $1', [portalId]);
}

/** Whether what the account needs is still to be made there. */
export async function isBeingPrepared(on: Queries, portalId: number): Promise<boolean> {
  const rows = await on.query(`select 1 from tasks where lane = $1 and kind = 'provision' and done_at is null`, [
    `portal:${portalId}`,
  ]);
  return rows.length > 0;
}
