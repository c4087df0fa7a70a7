import { onTestFinished } from 'vitest';
import { type Logger, pino } from 'pino';
import { readConfig } from '../../server/config.ts';
import { type Server, startServer } from '../../server/main.ts';
import { emptyDatabase } from './database.ts';
import { temporaryFolder } from './embedded.ts';
import type { RunningServer } from './server-process.ts';

export type OwnServer = RunningServer & Server;

/** The whole server inside this process, on an empty database of the run's cluster, until the test ends. */
export async function ownServer(
  settings: Readonly<Record<string, string>>,
  log: Logger = pino({ level: 'silent' }),
): Promise<OwnServer> {
  const { host, port, user, database } = await emptyDatabase();
  const config = readConfig({
    DATA_DIR: await temporaryFolder(),
    DATABASE_URL: `postgres:///${database}?host=${encodeURIComponent(host)}&port=${port}&user=${user}`,
    PORT: '0',
    METRICS_PORT: '0',
    SIMULATOR_PORT: '0',
    ...settings,
  });
  const server = await startServer(config, log);
  onTestFinished(() => server.stop());
  if (!server.firstKeys) throw new Error('An empty database has keys already.');
  return { ...server, keys: server.firstKeys };
}
