import { type EmbeddedPostgresOptions, startEmbeddedPostgres } from '../../server/store/embedded-postgres.ts';

// A Node process for tests that need to kill one: starts PostgreSQL, prints one line of JSON, then waits.
const options = JSON.parse(process.argv[2] ?? '{}') as Pick<EmbeddedPostgresOptions, 'dataDir'>;
const log = { info: () => undefined, warn: () => undefined };
try {
  const { connection, adopted } = await startEmbeddedPostgres({ ...options, log });
  process.stdout.write(`${JSON.stringify({ connection, adopted })}\n`);
  setInterval(() => undefined, 60_000);
} catch (error) {
  const { name, message } = error as Error;
  process.stdout.write(`${JSON.stringify({ error: name, message })}\n`);
}
