/** What the connector takes for granted of HubSpot, in ten parts: every one is looked at, or somebody has to look. */
export const TOPICS = {
  installs: 'Connecting and removing the app',
  limits: 'Search and limits',
  records: 'Records and properties',
  action: 'The workflow action',
  channels: 'Conversations',
  tokens: 'Tokens',
  upload: 'The project is taken by HubSpot',
  signatures: 'Requests of HubSpot are signed',
  changes: 'Webhooks tell what changed, and who changed it',
  looks: 'Cards and pages',
} as const;

export type Topic = keyof typeof TOPICS;

export const ALL_TOPICS = Object.keys(TOPICS) as readonly Topic[];
