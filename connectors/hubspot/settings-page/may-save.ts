import { HubSpotError } from '../api/errors.ts';
import { type Asker, Refused } from '../cards/asked.ts';
import type { PortalSettings } from '../portal-settings.ts';
import type { Portal } from '../store/portals.ts';

/** Who may change what holds for a whole account; the address is the one that HubSpot signs. */
export const maySave = ({ settings_users: users }: PortalSettings, email: string): boolean =>
  users.length === 0 || users.some((user) => user.toLowerCase() === email);

export function refuseUnlessMaySave({ portal, email }: Asker): Portal {
  if (maySave(portal.settings, email)) return portal;
  throw new Refused(403, 'FORBIDDEN', 'You may look at these settings, and not change them.');
}

/** A page is of use without what HubSpot refuses to tell. */
export function noneIfRefused(error: unknown): [] {
  if (error instanceof HubSpotError) return [];
  throw error;
}
