import { defineConfig } from 'vitest/config';
import { LongestFirst } from './support/longest-first.ts';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    exclude: ['chaos/full/**', 'bench/**', 'wire/**'],
    globalSetup: ['support/compile-cache.ts', 'support/cluster.ts'],
    // Most of the time a test waits for a process or a clock; four at once keep two cores busy.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    // Tests keep their state in databases, servers and folders of their own, so files may share a worker.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
