import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './support/longest-first.ts';
import { HUBSPOT_FILES, SLACK_FILES, SLOW_FILES } from './support/slow-files.ts';

const isWhole = (process.env['TEST_SLOW'] ?? process.env['CHAOS_KILLS']) !== undefined;
const left = {
  'test:slow': isWhole ? [] : SLOW_FILES,
  'test:slack': process.env['TEST_SLACK'] === undefined ? SLACK_FILES : [],
  'test:hubspot': process.env['TEST_HUBSPOT'] === undefined ? HUBSPOT_FILES : [],
};
for (const [script, files] of Object.entries(left)) {
  if (files.length > 0) console.warn(`Left to npm run ${script}: ${files.join(', ')}.`);
}

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
      ...Object.values(left)
        .flat()
        .map((file) => `${file}.test.ts`),
    ],
    globalSetup: ['support/compile-cache.ts', 'support/cluster.ts'],
    // Most of the time a test waits for a process or a clock; three at once keep two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Tests keep their state in databases, servers and folders of their own, so files may share a worker.
    isolate: false,
    // CI runs thousands of tests on real parts: one that fails once is told as a retry, twice in a row it has failed.
    retry: Number(process.env['TEST_RETRIES'] ?? 0),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
