import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';
import { findTools } from './tools.ts';

const found = findTools(process.env);
if (!found.isComplete) {
  process.stderr.write(`\n*** SKIPPED: nothing was tried in a real n8n.\n${found.missing.join('\n')}\n\n`);
}

/** The nodes in a real n8n, which takes gigabytes and minutes to install: `npm test` leaves them out. */
export default defineConfig({
  resolve: { alias: { 'n8n-workflow': createRequire(import.meta.url).resolve('n8n-workflow') } },
  test: {
    root: import.meta.dirname,
    include: found.isComplete ? ['**/*.test.ts'] : [],
    passWithNoTests: !found.isComplete,
    globalSetup: found.isComplete ? ['start.ts'] : [],
    // One n8n for all of them, and each of them waits for it most of the time.
    maxWorkers: 2,
    isolate: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
