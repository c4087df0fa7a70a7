/**
 * `npm test` has 120 s on two cores for everything. What takes long because of the processes that it starts, over and
 * over, is run by `npm run test:slow`, and by CI on every change.
 */
export const SLOW_FILES = [
  'chaos/doubts',
  'chaos/one-data-dir',
  'system/embedded-postgres-root',
  'system/embedded-postgres-crash',
  'system/history-scale',
  'system/foreign-smsc',
  'system/phone-page',
  'system/redis',
  'system/docs-page',
  'system/snippets',
  'system/generated-client',
];

/** Storms, faults and the demo of Slack: `npm run test:slack` runs them, with the rest of its tests at full size. */
export const SLACK_FILES = [
  'system/slack-conversation',
  'system/slack-storms',
  'system/slack-demo',
  'system/slack-home',
  'system/slack-dialogs',
  'system/slack-page',
  'system/slack-workspaces',
  'system/slack-channels',
  'system/slack-retention',
  'system/slack-hostile-ingress',
  'system/slack-hostile-threads',
  'system/slack-outages',
  'system/slack-taken-back',
  'system/slack-doubts',
  'system/slack-refusals',
  'system/slack-digest',
  'system/slack-flow',
  'system/slack-notes',
  'system/slack-steps',
  'system/slack-emulate',
];

/** The same for HubSpot, by `npm run test:hubspot`. */
export const HUBSPOT_FILES = [
  'chaos/hubspot-kill',
  'chaos/hubspot-demo',
  'chaos/hubspot-orphan',
  'unit/hubspot-stand-in',
  'system/hubspot-action',
  'system/hubspot-channel',
  'system/hubspot-agents',
  'system/hubspot-replies',
  'system/hubspot-tickets',
  'system/hubspot-outcomes',
  'system/hubspot-people',
  'system/hubspot-consent',
  'system/hubspot-patience',
  'system/hubspot-erasure',
  'system/hubspot-hostile',
  'system/hubspot-imports',
  'system/hubspot-troubles',
];
