import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    exclude: ['chaos/full/**', 'bench/**'],
    globalSetup: ['support/cluster.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
