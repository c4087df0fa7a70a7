import type { PortalSettings } from '../portal-settings.ts';

/** Which number sends: the one that was chosen, that of the owner, that of the account; null = the server's own choice. */
export function senderFor(settings: PortalSettings, chosen: string, ownerId: string | null): string | null {
  if (chosen !== '' && chosen !== OWNER_SENDER) return chosen;
  return (ownerId === null ? undefined : settings.owner_senders[ownerId]) ?? settings.default_sender;
}

/** In place of a number: that of the owner of the contact, else that of the account. */
export const OWNER_SENDER = 'owner';

/** The numbers that an account texts from. */
export const sendersOf = ({ default_sender, owner_senders }: PortalSettings): string[] => [
  ...(default_sender === null ? [] : [default_sender]),
  ...Object.values(owner_senders),
];
