import { registerHooks } from 'node:module';

/**
 * Writes a client of an OpenAPI document with @hey-api/openapi-ts: `node generate-client.ts <document> <folder>`.
 * The generator needs the compiler API, which TypeScript 7 does not have, so it gets the TypeScript of this workspace.
 */
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier, specifier === 'typescript' ? { ...context, parentURL: import.meta.url } : context),
});

const [input = '', output = ''] = process.argv.slice(2);
const { createClient } = await import('@hey-api/openapi-ts');
await createClient({ input, output: { path: output, module: { extension: '.js' } }, logs: { level: 'silent' } });
