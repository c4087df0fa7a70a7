import { defineConfig } from 'vitest/config';
import { LongestFirst } from './support/longest-first.ts';
import { SLOW_FILES } from './support/slow-files.ts';

const isWhole = (process.env['TEST_SLOW'] ?? process.env['CHAOS_KILLS']) !== undefined;
if (!isWhole) console.warn(`Left to npm run test:slow: ${SLOW_FILES.join(', ')}, and parts of chaos/signals.`);

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    exclude: ['bench/**', 'wire/**', ...(isWhole ? [] : SLOW_FILES.map((file) => `${file}.test.ts`))],
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
