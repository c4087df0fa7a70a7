import { expect, onTestFinished, test } from 'vitest';
import { pino } from 'pino';
import { openPool, storageOf } from '../../connectors/seam/storage.ts';
import { startFakeHubSpot } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import { SmsClient } from '../../connectors/sdk/index.ts';
import { systemClock } from '../../server/clock.ts';
import { hubspotJudge } from '../support/hubspot-judge.ts';
import { ownServer } from '../support/own-server.ts';
import { until } from '../support/until.ts';

const SHOP = '+15005550100';
const CUSTOMER = '+14155550700';
const PUBLIC_URL = 'https://sms.example.com';
const WORDS = 'Canary of the reply';

test('whoever is erased on the server is erased in the connector and in what it wrote to HubSpot; the log never knew them', async () => {
  const judge = hubspotJudge();
  const hubspot = await startFakeHubSpot({ clock: systemClock, searchLagMs: 0, onExchange: judge.onExchange });
  onTestFinished(async () => {
    await hubspot.stop();
    judge.finish();
  });
  const portal = hubspot.addPortal(1_001);
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const settings = {
    SIMULATOR_PORT: 'free',
    DEFAULT_SENDER: SHOP,
    PUBLIC_URL,
    ...hubspot.settings,
  };
  const server = await ownServer(settings, log);
  hubspot.connect(server.url, PUBLIC_URL);
  const sdk = new SmsClient({ baseUrl: server.url, apiKey: server.keys.test });
  await hubspot.install(1_001);
  await until(() => portal.properties.get('contacts')?.has('sms_first_text_seconds'));

  const contact = portal.create('contacts', { properties: { firstname: 'Kim', mobilephone: CUSTOMER } });
  const inputs = { sender: '', recipient_policy: 'enrolled', message: 'Canary of the text', wait_for: 'accepted' };
  await hubspot.runAction(1_001, 'ap-e-1', { objectType: 'CONTACT', objectId: contact.id }, inputs);
  await until(() => contact.properties['sms_last_status'] === 'delivered');
  await until(async () => (await sdk.sandbox.answer({ from: CUSTOMER, to: SHOP, body: WORDS })).delivered);
  await until(() => contact.properties['sms_last_inbound_text'] === WORDS);

  const pool = openPool(server.connection, 'hubspot', () => undefined);
  onTestFinished(() => pool.end());
  const storage = storageOf(pool);
  const left = async () => {
    const tables = ['people', 'sends', 'conversations', 'digests', 'tasks', 'actions'];
    const rows = await Promise.all(tables.map((table) => storage.query(`select * from ${table}`)));
    return tables.filter((_table, index) => JSON.stringify(rows[index]).includes(CUSTOMER));
  };
  expect(await left()).toEqual(['people', 'sends', 'conversations', 'tasks']);
  await sdk.privacy.erase(CUSTOMER);
  await until(() => contact.properties['sms_last_inbound_text'] === '');
  expect(contact.properties).toMatchObject({ mobilephone: CUSTOMER, sms_last_status: '', sms_first_text_seconds: '' });
  await until(async () => (await left()).length === 0);

  const logged = lines.join('');
  for (const canary of [CUSTOMER, CUSTOMER.slice(2), WORDS, 'Canary', 'fake-access', 'fake-refresh', 'fake-code'])
    expect(logged).not.toContain(canary);
  expect(logged).not.toContain(hubspot.app.clientSecret);
});
