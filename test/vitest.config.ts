import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './support/longest-first.ts';
import { SLOW_FILES } from './support/slow-files.ts';

/** Storms and faults of Slack, run by `npm run test:slack` together with the rest of its tests at full size. */
const SLACK = process.env['TEST_SLACK'] === undefined ? ['system/slack-storms', 'system/slack-demo'] : [];
/** A connector that is killed over and over, run by `npm run test:hubspot`. */
const HUBSPOT = process.env['TEST_HUBSPOT'] === undefined ? ['chaos/hubspot-kill', 'chaos/hubspot-demo'] : [];
const isWhole = (process.env['TEST_SLOW'] ?? process.env['CHAOS_KILLS']) !== undefined;
if (!isWhole) console.warn(`Left to npm run test:slow: ${SLOW_FILES.join(', ')}, and parts of chaos/signals.`);

if (SLACK.length > 0) console.warn(`Left to npm run test:slack: ${SLACK.join(', ')}, and most of chaos/slack-kills.`);
if (HUBSPOT.length > 0)
  console.warn(`Left to npm run test:hubspot: ${HUBSPOT.join(', ')}, and an import of 5,000 deals.`);

export default defineConfig({
  // As n8n loads it; its other form is no module that Node can load, and would be transformed file by file.
  resolve: { alias: { 'n8n-workflow': createRequire(import.meta.url).resolve('n8n-workflow') } },
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    exclude: [
      '**/node_modules/**',
      'bench/**',
      'hubspot-app/**',
      'n8n/**',
      'wire/**',
      ...[...SLACK, ...HUBSPOT, ...(isWhole ? [] : SLOW_FILES)].map((file) => `${file}.test.ts`),
    ],
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
