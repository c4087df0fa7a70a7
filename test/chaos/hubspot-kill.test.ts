import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startFakeHubSpot } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import { SmsClient } from '../../connectors/sdk/index.ts';
import { systemClock } from '../../server/clock.ts';
import { ownServer } from '../support/own-server.ts';
import { hubspotJudge } from '../support/hubspot-judge.ts';
import { until } from '../support/until.ts';

const KILLS = 10;
const SHOP = '+15005550100';
const PUBLIC_URL = 'https://sms.example.com';
const root = path.join(import.meta.dirname, '../..');

test(`R164: kill -9 after HubSpot made the ticket and before the connector heard of it, ${KILLS} times: one ticket each`, async () => {
  const judge = hubspotJudge();
  const hubspot = await startFakeHubSpot({ clock: systemClock, searchLagMs: 0, onExchange: judge.onExchange });
  onTestFinished(async () => {
    await hubspot.stop();
    judge.finish();
  });
  const portal = hubspot.addPortal(1_001);
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
    HUBSPOT_CLIENT_ID: hubspot.app.clientId,
    HUBSPOT_CLIENT_SECRET: hubspot.app.clientSecret,
    HUBSPOT_API_URL: hubspot.url,
    HUBSPOT_APP_URL: hubspot.url,
  };
  const sdk = new SmsClient({ baseUrl: server.url, apiKey: server.keys.test });
  let connector = await startConnector(environment);
  const begun = await fetch(`${connector.url}/install`, { redirect: 'manual' });
  const agreed = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
  const { search } = new URL(agreed.headers.get('location') ?? '');
  const cookie = (begun.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  expect((await fetch(`${connector.url}/oauth/callback${search}`, { headers: { Cookie: cookie } })).status).toBe(200);
  await until(() => portal.properties.get('tickets')?.has('sms_conversation_key'));

  for (let kill = 0; kill < KILLS; kill += 1) {
    const number = `+14155550${120 + kill}`;
    const contact = portal.create('contacts', { properties: { mobilephone: number } });
    const tickets = () => portal.linked('contacts', contact.id, 'tickets');
    hubspot.faults.add(/^POST \/crm\/objects\/2026-09\/tickets$/, { type: 'hang_after' });
    await until(async () => (await sdk.sandbox.answer({ from: number, to: SHOP, body: 'Hello?' })).delivered);
    await until(() => tickets().length > 0);
    connector.process.kill('SIGKILL');
    connector = await startConnector(environment);
    await until(() => portal.linked('contacts', contact.id, 'communications').length > 0);
    expect(tickets()).toHaveLength(1);
    expect(portal.linked('contacts', contact.id, 'communications')).toHaveLength(1);
  }
  expect(portal.list('tickets')).toHaveLength(KILLS);
});

/** The connector as a process of its own. */
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
