import { defineConfig } from 'vitest/config';
import { LongestFirst } from './support/longest-first.ts';

/**
 * `npm test` has 120 s on two cores for everything. What takes long because of the processes that it starts, over and
 * over, is run by `npm run test:slow`, and by CI on every change.
 */
const SLOW = [
  'chaos/doubts',
  'system/embedded-postgres-root',
  'system/embedded-postgres-crash',
  'system/phone-page',
  'chaos/hubspot-kill',
];
const isWhole = (process.env['TEST_SLOW'] ?? process.env['CHAOS_KILLS']) !== undefined;
if (!isWhole) console.warn(`Left to npm run test:slow: ${SLOW.join(', ')}, and parts of chaos/signals.`);

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    exclude: ['bench/**', 'wire/**', 'hubspot-app/**', ...(isWhole ? [] : SLOW.map((file) => `${file}.test.ts`))],
    globalSetup: ['support/compile-cache.ts', 'support/cluster.ts'],
    // Most of the time a test waits for a process or a clock; three at once keep two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Tests keep their state in databases, servers and folders of their own, so files may share a worker.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
