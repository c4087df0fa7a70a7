import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import {
  type FakeHubSpot,
  type Portal,
  startFakeHubSpot,
} from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import { SmsClient } from '../../connectors/sdk/index.ts';
import { systemClock } from '../../server/clock.ts';
import { PORTAL } from './hubspot-acts.ts';
import { hubspotJudge } from './hubspot-judge.ts';
import { register } from './hubspot-world.ts';
import { ownServer } from './own-server.ts';
import { until } from './until.ts';

const PUBLIC_URL = 'https://sms.example.com';
const root = path.join(import.meta.dirname, '../..');

/** The connector as a process of its own, which can be killed, connected to a stand-in for HubSpot. */
export interface HubSpotProcess {
  readonly hubspot: FakeHubSpot;
  readonly portal: Portal;
  readonly sdk: SmsClient;
  /** SIGKILL, and another one on the same database. */
  killAndRestart(): Promise<void>;
}

export async function hubspotProcess(): Promise<HubSpotProcess> {
  const judge = hubspotJudge();
  const hubspot = await startFakeHubSpot({ clock: systemClock, searchLagMs: 0, onExchange: judge.onExchange });
  onTestFinished(async () => {
    await hubspot.stop();
    judge.finish();
  });
  const portal = hubspot.addPortal(PORTAL);
  const server = await ownServer({ SIMULATOR_PORT: 'free' });
  const { host, port, user, database } = server.connection;
  const environment = {
    PATH: process.env['PATH'],
    PORT: '0',
    PUBLIC_URL,
    DATABASE_URL: `postgres:///${database}?host=${encodeURIComponent(host)}&port=${port}&user=${user}`,
    SMSBRIDGE_URL: server.url,
    SMSBRIDGE_API_KEY: server.keys.test,
    SECRET_KEY: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'error',
    ...hubspot.settings,
    HUBSPOT_CHANNEL_ID: (await register(hubspot)).id,
  };
  let connector = await startConnector(environment);
  const reach = () => hubspot.connect(new URL(connector.url).origin, PUBLIC_URL);
  reach();
  expect((await hubspot.install(PORTAL)).status).toBe(200);
  await until(() => portal.properties.get('tickets')?.has('sms_conversation_key'));
  return {
    hubspot,
    portal,
    sdk: new SmsClient({ baseUrl: server.url, apiKey: server.keys.test }),
    async killAndRestart() {
      connector.process.kill('SIGKILL');
      connector = await startConnector(environment);
      reach();
    },
  };
}

async function startConnector(
  env: NodeJS.ProcessEnv,
): Promise<{ readonly process: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, [path.join(root, 'connectors/run.ts'), 'hubspot'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const url = await until(() => /(http:\S+)\/\n/.exec(output)?.[1] ?? (child.exitCode !== null ? 'ended' : null));
  if (url === 'ended') throw new Error('The connector ended.');
  return { process: child, url };
}
