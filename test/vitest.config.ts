import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    exclude: ['chaos/full/**', 'bench/**', 'wire/**'],
    globalSetup: ['support/cluster.ts'],
    // Most of the time a test waits for a process or a clock; three at once keep two cores busy.
    maxWorkers: 3,
    // Tests keep their state in databases, servers and folders of their own, so files may share a worker.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
