import type { Connection } from '../../server/store/embedded-postgres.ts';

/** Of a whole server in this process: on a database of its own, with a simulated carrier, at any hour. */
export const serverSettings = ({ host, port, user, database }: Connection, folder: string) => ({
  DATA_DIR: folder,
  DATABASE_URL: `postgres:///${database}?host=${encodeURIComponent(host)}&port=${port}&user=${user}`,
  PORT: '0',
  METRICS_PORT: '0',
  SIMULATOR_PORT: 'free',
  CONSENT_MODE: 'warn',
  QUIET_HOURS: 'ignore',
});
