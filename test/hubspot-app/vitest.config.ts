import { dirname, join } from 'node:path';
import { defineConfig } from 'vitest/config';

const tests = dirname(import.meta.dirname);
const app = join(dirname(tests), 'connectors/hubspot/app');
/** `npm run check:hubspot` installs them. */
const tools = join(dirname(tests), 'node_modules/.cache/hubspot-app/node_modules');
const extensions = join(tools, '@hubspot/ui-extensions/dist');
const parser = join(tools, '@hubspot/project-parsing-lib/src/exports');

/** The project that is uploaded to HubSpot, with HubSpot's own parser and HubSpot's own renderer for its cards. */
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic' } },
  resolve: {
    alias: [
      { find: '@sms-bridge/ask', replacement: join(app, 'src/app/packages/ask/index.ts') },
      { find: '@hubspot/ui-extensions/testing', replacement: join(extensions, 'testing/index.js') },
      { find: /^@hubspot\/ui-extensions$/, replacement: join(extensions, 'index.js') },
      { find: /^react$/, replacement: join(tools, 'react/index.js') },
      { find: 'react/jsx-runtime', replacement: join(tools, 'react/jsx-runtime.js') },
      { find: 'react/jsx-dev-runtime', replacement: join(tools, 'react/jsx-dev-runtime.js') },
      { find: '@hubspot/project-parsing-lib', replacement: parser },
      { find: '@hubspot/local-dev-lib/http', replacement: join(tools, '@hubspot/local-dev-lib/http/index.js') },
    ],
  },
  test: {
    root: tests,
    include: ['hubspot-app/**/*.test.{ts,tsx}'],
    globalSetup: ['support/compile-cache.ts', 'support/cluster.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
