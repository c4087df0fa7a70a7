import { createServer } from 'node:http';
import { systemClock } from '../server/clock.ts';
import { type Config, readConfig } from '../server/config.ts';
import { secretBox } from '../server/access/secrets.ts';
import { createLog } from '../server/operations/log.ts';
import { stopOnSignals } from '../server/operations/shutdown.ts';
import { hubspotSettings } from './hubspot/settings.ts';
import { SmsClient } from './sdk/index.ts';
import type { Connector, ConnectorOptions, Sealing } from './seam/connector.ts';
import { openPool } from './seam/storage.ts';
import { slackSettings } from './slack/settings.ts';

/** A connector as a process of its own, on the same settings as inside the server. */
async function run(name: string | undefined): Promise<void> {
  const config = readConfig(process.env);
  const load = name === undefined ? undefined : CONNECTORS[name];
  if (name === undefined || !load)
    throw new Error(`Which connector? npm run connector -- ${Object.keys(CONNECTORS).join('|')}`);
  const baseUrl = process.env['SMSBRIDGE_URL'] ?? 'http://localhost:8080';
  const apiKey = process.env['SMSBRIDGE_API_KEY'];
  const connectionString = config.DATABASE_URL;
  if (!apiKey)
    throw new Error('SMSBRIDGE_API_KEY is needed: a key of the server, made with the preset of the connector.');
  if (connectionString === null)
    throw new Error('DATABASE_URL is needed: the PostgreSQL that keeps what the connector has to do.');

  const log = createLog(config.LOG_LEVEL);
  const pool = openPool({ connectionString }, name, (error) =>
    log.warn({ reason: error.message }, 'database connection lost'),
  );
  const sdk = new SmsClient({ baseUrl, apiKey });
  const connector = await load(config, { sdk, pool, clock: systemClock, log });
  const server = createServer((request, response) => {
    if (request.url?.startsWith(`/connectors/${name}/`)) connector.handler(request, response);
    else response.writeHead(404).end();
  });
  stopOnSignals(async () => {
    server.close();
    await connector.stop();
    server.closeAllConnections();
    await pool.end();
  }, log);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.PORT, config.HOST, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : config.PORT;
  process.stdout.write(`The ${name} connector answers at http://${config.HOST}:${port}/connectors/${name}/\n`);
}

type Load = (config: Config, options: Omit<ConnectorOptions<never>, 'settings'>) => Promise<Connector>;

const CONNECTORS: Readonly<Record<string, Load>> = {
  async slack(config, options) {
    const settings = slackSettings(config, publicUrlOf(config));
    if (!settings) throw new Error('SLACK_SIGNING_SECRET, SLACK_BOT_TOKEN and SLACK_CHANNEL are needed.');
    const { start } = await import('./slack/index.ts');
    return start({ ...options, settings, secrets: settings.oauth === null ? null : secretsOf(config) });
  },
  async hubspot(config, options) {
    const settings = hubspotSettings(config, publicUrlOf(config));
    if (!settings) throw new Error('HUBSPOT_CLIENT_ID and HUBSPOT_CLIENT_SECRET are needed.');
    const { start } = await import('./hubspot/index.ts');
    return start({ ...options, settings, secrets: secretsOf(config) });
  },
};

const publicUrlOf = (config: Config) => config.PUBLIC_URL ?? `http://localhost:${config.PORT}`;

function secretsOf({ SECRET_KEY }: Config): Sealing {
  if (SECRET_KEY.length === 0) throw new Error('SECRET_KEY is needed: the tokens of accounts are sealed with it.');
  return secretBox(SECRET_KEY);
}

try {
  await run(process.argv[2]);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
