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
  'system/phone-page',
  'system/docs-page',
  'system/snippets',
  'system/generated-client',
];
