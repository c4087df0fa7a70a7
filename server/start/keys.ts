import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { openKeys } from '../access/keys.ts';
import { PRESET_NAMES, PRESETS, type Preset } from '../access/scopes.ts';
import { type Clock, systemClock } from '../clock.ts';
import { type Config, readConfig } from '../config.ts';
import type { Mode } from '../rules/message.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { startEmbeddedPostgres } from '../store/embedded-postgres.ts';

export interface Wanted {
  readonly preset: Preset;
  readonly mode: Mode;
  readonly name: string;
}

const USAGE = `npm run keys -- create [--preset ${PRESET_NAMES.join('|')}] [--mode live|test] [--name NAME]

Makes a key directly in the database of the settings, for when all keys are lost. A running server takes it at once.`;

/**
 * `npm run keys -- create`: the way back in. Whoever may read the database may do this, so nothing else is asked for;
 * everything else about keys goes through the API.
 */
export async function createKeyIn(database: Database, wanted: Wanted, clock: Clock = systemClock): Promise<string> {
  await database.migrate();
  const { text } = await openKeys(database, clock).createKey({ ...wanted, scopes: PRESETS[wanted.preset] });
  return text;
}

/** Null = the command line says something else. */
export function wantedOf(args: readonly string[]): Wanted | null {
  const options = { preset: { type: 'string' }, mode: { type: 'string' }, name: { type: 'string' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const { preset: given = 'admin', mode = 'live', name = 'Made at the command line' } = values;
    const preset = PRESET_NAMES.find((one) => one === given.replaceAll('-', '_'));
    const isMode = mode === 'live' || mode === 'test';
    return positionals.join() === 'create' && preset && isMode ? { preset, mode, name } : null;
  } catch {
    return null;
  }
}

/** The embedded PostgreSQL is left as it was found: running beside a server, or stopped. */
async function withDatabase<Result>(config: Config, work: (database: Database) => Promise<Result>): Promise<Result> {
  const log = pino({ level: 'silent' });
  const embedded = config.DATABASE_URL === null ? await startEmbeddedPostgres({ dataDir: config.DATA_DIR, log }) : null;
  const connection = embedded ? embedded.connection : { connectionString: config.DATABASE_URL ?? '' };
  const database = openDatabase(connection, () => undefined, 2);
  try {
    return await work(database);
  } finally {
    await database.close();
    if (embedded && !embedded.adopted) await embedded.stop();
  }
}

if (import.meta.main) {
  const wanted = wantedOf(process.argv.slice(2));
  if (!wanted) {
    process.stderr.write(`${USAGE}\n`);
    process.exitCode = 2;
  } else {
    try {
      const text = await withDatabase(readConfig(process.env), (database) => createKeyIn(database, wanted));
      process.stderr.write('Shown this once:\n');
      process.stdout.write(`${text}\n`);
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : 'failed'}\n`);
      process.exitCode = 1;
    }
  }
}
