import { defineConfig } from 'vitest/config';

/** Other people's SMPP programs against ours. They come by apt, so `npm test` leaves them out. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
