import type { Queries } from '../../seam/storage.ts';

/** A task that was given up: HubSpot refused it, or it failed for too long. */
export interface GivenUp {
  readonly id: string;
  readonly kind: string;
  readonly payload: unknown;
  readonly reason: string;
  readonly at: Date;
}

export const GIVEN_UP_KEPT_MS = 30 * 86_400_000;
const SHOWN_MAX = 20;

/** The newest first. */
export function givenUpOf(on: Queries, portalId: number): Promise<GivenUp[]> {
  return on.query(
    `select seq::text as id, kind, payload, coalesce(reason, '') as reason, done_at as at from tasks
     where given_up and done_at is not null and payload ->> 'portalId' = $1::text order by done_at desc, seq desc limit $2`,
    [String(portalId), SHOWN_MAX],
  );
}

/** As if it were new; its effect may be there already. False: it is under way again, or forgotten. */
export async function tryAgain(on: Queries, portalId: number, id: string, at: Date): Promise<boolean> {
  const rows = await on.query(
    `update tasks set done_at = null, given_up = false, reason = null, tries = 1, due_at = $3, created_at = $3
     where given_up and payload ->> 'portalId' = $1::text and seq = $2::bigint returning key`,
    [String(portalId), id, at],
  );
  return rows.length > 0;
}
