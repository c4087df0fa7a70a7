import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerChannel } from '../connectors/hubspot/channels/register.ts';
import { type FakeHubSpot, type Portal, startFakeHubSpot } from '../connectors/hubspot/testing/fake-hubspot/index.ts';
import { SmsClient } from '../connectors/sdk/index.ts';
import { systemClock } from './clock.ts';
import { readConfig } from './config.ts';
import { startServer } from './main.ts';
import { createLog } from './operations/log.ts';

/**
 * Sales people text from HubSpot, in the terminal: a private server with the connector, a simulated carrier, and a stand-in
 * for HubSpot. Nobody needs an account anywhere. The five steps of the loop are told as they happen: something happens in
 * HubSpot, the facts are collected, the text goes out, its fate comes back, the record is updated.
 */
const ACCOUNT = 1_001;
const SHOP = '+15005550100';
const CUSTOMER = `+14155550${100 + Math.floor(Math.random() * 100)}`;
const PUBLIC_URL = 'https://sms.example.com';
const USER = { id: 77, email: 'ana@example.com' };
const WAIT_MS = 15_000;

interface Stage {
  readonly hubspot: FakeHubSpot;
  readonly portal: Portal;
  readonly sdk: SmsClient;
  readonly say: (line: string) => void;
}

async function story(stage: Stage): Promise<void> {
  await connect(stage);
  await textOnStage(stage);
  await reply(stage);
  await workflow(stage);
  await inbox(stage);
  await optOut(stage);
}

async function connect({ hubspot, portal, say }: Stage): Promise<void> {
  await hubspot.install(ACCOUNT);
  await found('the properties', () => portal.properties.get('tickets')?.has('sms_conversation_key'));
  say(`connected   an administrator of account ${ACCOUNT} installed the app; its properties are made`);
  const rule = {
    name: 'Contract sent',
    object: 'deal',
    stage: '70012',
    body: 'Hi {{name}}, the contract for {{deal}} is in your mail. Any questions? Just reply.',
    variables: {
      name: { from: 'contact', property: 'firstname', fallback: 'there' },
      deal: { from: 'record', property: 'dealname' },
    },
    settle_seconds: 1,
  };
  const change = { id: randomUUID(), isOn: true, rule };
  await hubspot.cardFetch(ACCOUNT, USER, 'PUT', '/connectors/hubspot/settings/rules', change);
  say('rule        a deal that comes to "Contract sent" texts its contact; no workflow licence is needed');
}

async function textOnStage({ hubspot, portal, sdk, say }: Stage): Promise<void> {
  const contact = portal.create('contacts', {
    properties: { firstname: 'Kim', lastname: 'Lee', mobilephone: CUSTOMER, hubspot_owner_id: '501' },
  });
  const deal = portal.create('deals', {
    properties: { dealname: 'the new roof', dealstage: '70011', pipeline: '7001' },
  });
  portal.link('deals', deal.id, 'contacts', contact.id, [3]);
  await hubspot.deliveries.deliver();
  portal.update('deals', deal.id, { dealstage: '70012' });
  say('1 event     Ana drags the deal to "Contract sent"; HubSpot tells us, twice and signed');
  await hubspot.deliveries.deliver({ copies: 2 });
  const [text] = await found('the text', async () => nonEmpty(await received(sdk)));
  say('2 collect   the deal is read again, its contact, name and number');
  say(`3 send      the phone of Kim shows, once: "${text ?? ''}"`);
  await found('the receipt', () => contact.properties['sms_last_status'] === 'delivered');
  say('4 webhook   the receipt of the carrier comes back: delivered');
  const logged = portal.linked('deals', deal.id, 'communications').length;
  say(
    `5 update    the timeline of deal and contact has ${logged} SMS; sms_last_status is "delivered", ` +
      `the first text came ${contact.properties['sms_first_text_seconds'] ?? '?'} s after the contact was made`,
  );
}

async function reply({ portal, sdk, say }: Stage): Promise<void> {
  await sdk.sandbox.answer({ from: CUSTOMER, to: SHOP, body: 'Can we move the start to May?' });
  say('reply       Kim: "Can we move the start to May?"');
  const ticket = await found('the ticket', () => portal.list('tickets')[0]);
  say(
    `ticket      "${ticket.properties['subject'] ?? ''}", for owner ${ticket.properties['hubspot_owner_id'] ?? 'nobody'}`,
  );
  await sdk.sandbox.answer({ from: CUSTOMER, to: SHOP, body: 'Or June.' });
  await found('the second reply', () => portal.linked('tickets', ticket.id, 'communications').length === 2);
  say(`            Kim: "Or June." It is on the same ticket; there are ${portal.list('tickets').length} in all`);
}

async function workflow({ hubspot, portal, say }: Stage): Promise<void> {
  const contact = portal.list('contacts')[0];
  const inputs = {
    sender: '',
    recipient_policy: 'enrolled',
    message: 'May it is. See you then!',
    wait_for: 'delivered',
    message_class: 'service',
  };
  const call = () =>
    hubspot.runAction(ACCOUNT, 'ap-demo-1', { objectType: 'CONTACT', objectId: contact?.id ?? '' }, inputs);
  const answers = await Promise.all([call(), call(), call()]);
  const { outputFields } = JSON.parse(answers[0].text) as { outputFields: Record<string, unknown> };
  say(
    `workflow    its action "Send SMS" is called three times for one step; answer: ${String(outputFields['sms_status'])}, and it waits`,
  );
  const outputs = await found('the completion', () => hubspot.completions.get('ap-demo-1'));
  say(`            it goes on with sms_status = ${String(outputs['sms_status'])}; one text was sent`);
}

async function inbox({ hubspot: { channels, cardFetch }, sdk, say }: Stage): Promise<void> {
  const choice = { number: SHOP, mode: 'channel', inboxId: '9002' };
  await cardFetch(ACCOUNT, USER, 'PUT', '/connectors/hubspot/settings/numbers', choice);
  say('inbox       the number is connected to the help desk: replies are answered there now, without a card');
  await sdk.sandbox.answer({ from: CUSTOMER, to: SHOP, body: 'Which day in May?' });
  const thread = await found('the conversation', () => channels.threadsWith(CUSTOMER)[0]);
  say('            Kim: "Which day in May?" It is a conversation of the help desk, with the ticket that it makes');
  const answer = channels.write(thread, 'The 12th, at nine.');
  answer.status = { statusType: 'waiting' };
  await channels.deliver({ copies: 2 });
  await found('what became of it', () => answer.status.statusType === 'SENT');
  const count = (await received(sdk)).filter((body) => body === answer.text).length;
  say(
    `            an agent: "${answer.text}" HubSpot tells of it twice; it is ${count} text, and SENT in the help desk`,
  );
}

async function optOut({ hubspot, portal, sdk, say }: Stage): Promise<void> {
  const contact = portal.list('contacts')[0];
  await sdk.sandbox.answer({ from: CUSTOMER, to: SHOP, body: 'STOP' });
  await found('the opt-out', () => contact?.properties['sms_opt_out'] === 'true');
  say('STOP        the contact is opted out in HubSpot, too');
  const inputs = {
    sender: '',
    recipient_policy: 'enrolled',
    message: 'Spring sale!',
    wait_for: 'accepted',
    message_class: 'marketing',
  };
  const { text } = await hubspot.runAction(
    ACCOUNT,
    'ap-demo-2',
    { objectType: 'CONTACT', objectId: contact?.id ?? '' },
    inputs,
  );
  const { outputFields } = JSON.parse(text) as { outputFields: Record<string, unknown> };
  say(`workflow    another text: ${String(outputFields['sms_status'])}; the workflow goes on and can branch on it`);
  const { systems } = await sdk.optOuts.propagation(CUSTOMER);
  say(`            HubSpot confirmed the opt-out after ${systems[0]?.lag_seconds.toFixed(1) ?? '?'} s`);
}

const received = async (sdk: SmsClient) =>
  (await sdk.sandbox.messages(CUSTOMER)).filter(({ direction }) => direction === 'to_phone').map(({ body }) => body);

const nonEmpty = <Item>(items: readonly Item[]) => (items.length > 0 ? items : null);

/** Asks until it is there; what never comes ends the story. */
async function found<Thing>(what: string, look: () => Promise<Thing> | Thing): Promise<NonNullable<Thing>> {
  for (const deadline = Date.now() + WAIT_MS; Date.now() < deadline;) {
    const thing = await look();
    if (thing !== undefined && thing !== null && thing !== false) return thing;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what} did not come.`);
}

async function play(): Promise<void> {
  // From the very start: a database that is starting is left running otherwise. npm and a terminal may both tell.
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  const dataDir = await mkdtemp(join(tmpdir(), 'smsbridge-demo-'));
  const hubspot = await startFakeHubSpot({ clock: systemClock, searchLagMs: 500 });
  const portal = hubspot.addPortal(ACCOUNT);
  const { id: appId, developerKey } = hubspot.app;
  const api = { apiUrl: hubspot.url, clock: systemClock, version: '2026-09' } as const;
  const channel = await registerChannel({ ...api, developerKey, appId: String(appId), publicUrl: PUBLIC_URL });
  const config = readConfig({
    DATA_DIR: dataDir,
    PORT: '0',
    METRICS_PORT: '0',
    SIMULATOR_PORT: 'free',
    ORGANISATION_NAME: 'Acme',
    PUBLIC_URL,
    DEFAULT_SENDER: SHOP,
    // At any hour of the day.
    QUIET_HOURS: 'ignore',
    ...hubspot.settings,
    HUBSPOT_CHANNEL_ID: channel.id,
  });
  process.stdout.write('           starting a private server and a HubSpot account ...\n');
  const server = await startServer(config, createLog('error'));
  hubspot.connect(server.url, PUBLIC_URL);
  const sdk = new SmsClient({ baseUrl: server.url, apiKey: server.firstKeys?.test ?? '' });
  const startedMs = performance.now();
  const say = (line: string) => {
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(2).padStart(6);
    process.stdout.write(`${seconds} s  ${line}\n`);
  };
  try {
    await found('the connector', async () => (await fetch(`${server.url}/connectors/hubspot/health`)).ok);
    await Promise.race([story({ hubspot, portal, sdk, say }), ended]);
  } finally {
    await server.stop();
    await hubspot.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  try {
    await play();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
