import { z } from 'zod';
import type { Queries } from '../../seam/storage.ts';
import { type Portal, portalOfId } from '../store/portals.ts';

const actingSchema = z.object({
  portalId: z
    .string()
    .regex(/^\d{1,12}$/)
    .transform(Number),
  userId: z.string().regex(/^\d{1,20}$/),
  userEmail: z.string().max(200).default(''),
});

/** Who asks from a page or a card of HubSpot. */
export interface Acting {
  readonly portal: Portal;
  readonly userId: string;
  readonly userEmail: string;
}

/**
 * From the query of a `hubspot.fetch`, which HubSpot fills in and signs; what a body says about that counts for nothing.
 * Null: the account is not connected.
 */
export async function actingIn(on: Queries, query: URLSearchParams): Promise<Acting | null> {
  const parsed = actingSchema.safeParse(Object.fromEntries(query));
  if (!parsed.success) return null;
  const { portalId, userId, userEmail } = parsed.data;
  const portal = await portalOfId(on, portalId);
  return portal && portal.state !== 'uninstalled' ? { portal, userId, userEmail } : null;
}

/** Settings and rules of an account may be kept to some of its users. */
export function mayChangeSettings({ portal, userEmail }: Acting): boolean {
  const { settings_users: users } = portal.settings;
  return users.length === 0 || users.some((one) => one.toLowerCase() === userEmail.toLowerCase());
}
