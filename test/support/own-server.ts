import { onTestFinished } from 'vitest';
import { type Logger, pino } from 'pino';
import { readConfig } from '../../server/config.ts';
import type { Connection } from '../../server/store/embedded-postgres.ts';
import { type Server, startServer } from '../../server/main.ts';
import { migratedDatabase } from './database.ts';
import { temporaryFolder } from './embedded.ts';
import type { RunningServer } from './server-process.ts';

export interface OwnServer extends RunningServer, Server {
  readonly connection: Connection;
  /** Another server on the same database and folder, once this one is stopped. */
  restart(changes?: Readonly<Record<string, string>>): Promise<RunningServer & Server>;
}

/** The whole server inside this process, on an empty database of the run's cluster, until the test ends. Migrated if nothing else is said. */
export async function ownServer(
  settings: Readonly<Record<string, string>>,
  log: Logger = pino({ level: 'silent' }),
  database: () => Promise<Connection> = migratedDatabase,
): Promise<OwnServer> {
  const connection = await database();
  const { host, port, user } = connection;
  const environment = {
    DATA_DIR: await temporaryFolder(),
    DATABASE_URL: `postgres:///${connection.database}?host=${encodeURIComponent(host)}&port=${port}&user=${user}`,
    PORT: '0',
    METRICS_PORT: '0',
    SIMULATOR_PORT: '0',
    // What is tested is the life of texts, at any hour of the day.
    CONSENT_MODE: 'warn',
    QUIET_HOURS: 'ignore',
    ...settings,
  };
  const server = await startServer(readConfig(environment), log);
  onTestFinished(() => server.stop());
  if (!server.firstKeys) throw new Error('An empty database has keys already.');
  const keys = server.firstKeys;
  const restart: OwnServer['restart'] = async (changes = {}) => {
    const again = await startServer(readConfig({ ...environment, ...changes }), log);
    onTestFinished(() => again.stop());
    return { ...again, keys };
  };
  return { ...server, keys, connection, restart };
}
