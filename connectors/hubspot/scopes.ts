/** What the app asks for; an account that lacks one cannot install it. The same list stands in the app's own file. */
export const REQUIRED_SCOPES = [
  'oauth',
  'crm.objects.contacts.read',
  'crm.objects.contacts.write',
  'crm.schemas.contacts.read',
  'crm.schemas.contacts.write',
  'crm.objects.companies.read',
  'crm.objects.deals.read',
  'crm.objects.owners.read',
  'tickets',
  'automation',
] as const;

/** Only accounts of a higher tier have them. */
export const CONDITIONAL_SCOPES = [
  'conversations.read',
  'conversations.write',
  'conversations.custom_channels.read',
  'conversations.custom_channels.write',
] as const;

/** Without these an account has no channel mode: its inboxes are read, and texts are put into them. */
export const CHANNEL_SCOPES = [
  'conversations.read',
  'conversations.custom_channels.read',
  'conversations.custom_channels.write',
] as const satisfies readonly (typeof CONDITIONAL_SCOPES)[number][];

/** Every address of HubSpot's API carries it (date-based versioning). */
export const HUBSPOT_API_VERSION = '2026-09';

/** Of custom channels alone HubSpot documents an older version, too: one of these can be chosen. */
export const CHANNELS_VERSIONS = [HUBSPOT_API_VERSION, '2026-03'] as const;
