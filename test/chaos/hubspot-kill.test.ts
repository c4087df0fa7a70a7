import { expect, test } from 'vitest';
import { ANA, PORTAL, SHOP } from '../support/hubspot-acts.ts';
import { type HubSpotProcess, hubspotProcess } from '../support/hubspot-process.ts';
import { until } from '../support/until.ts';

const KILLS = 10;

/** A contact writes to our number. */
const texts = ({ sdk }: HubSpotProcess, from: string, body: string) =>
  until(async () => (await sdk.sandbox.answer({ from, to: SHOP, body })).delivered);

test(`R164: kill -9 after HubSpot made the ticket and before the connector heard of it, ${KILLS} times: one ticket each`, async () => {
  const started = await hubspotProcess();
  const { hubspot, portal } = started;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const number = `+14155550${120 + kill}`;
    const contact = portal.create('contacts', { properties: { mobilephone: number } });
    const tickets = () => portal.linked('contacts', contact.id, 'tickets');
    hubspot.faults.add(/^POST \/crm\/objects\/2026-09\/tickets$/, { type: 'hang_after' });
    await texts(started, number, 'Hello?');
    await until(() => tickets().length > 0);
    await started.killAndRestart();
    await until(() => portal.linked('contacts', contact.id, 'communications').length > 0);
    expect(tickets()).toHaveLength(1);
    expect(portal.linked('contacts', contact.id, 'communications')).toHaveLength(1);
  }
  expect(portal.list('tickets')).toHaveLength(KILLS);
});

test(`R164: kill -9 after HubSpot has a reply in its inbox, and after an agent's answer was texted, ${KILLS} times in all: one message and one text each`, async () => {
  const started = await hubspotProcess();
  const { hubspot, portal, sdk } = started;
  const { channels } = hubspot;
  const choice = { number: SHOP, mode: 'channel', inboxId: '9001' };
  const chosen = await hubspot.cardFetch(PORTAL, ANA, 'PUT', '/connectors/hubspot/settings/numbers', choice);
  expect(chosen.status).toBe(200);
  for (let kill = 0; kill < KILLS; kill += 2) {
    const number = `+14155550${140 + kill}`;
    portal.create('contacts', { properties: { mobilephone: number } });
    hubspot.faults.add(/^POST .*\/messages$/, { type: 'hang_after' });
    await texts(started, number, 'Hello?');
    const thread = await until(() => channels.threadsWith(number)[0]);
    await started.killAndRestart();
    hubspot.faults.add(/^PATCH .*\/messages\//, { type: 'hang_after' });
    channels.waiting.length = 0;
    const answer = channels.write(thread, 'Hello!');
    answer.status = { statusType: 'UNKNOWN' };
    expect(await channels.deliver()).toEqual([200]);
    await until(() => answer.status.statusType === 'SENT');
    await started.killAndRestart();
    // It says again what nobody knows whether it was heard.
    await until(() => hubspot.requests.filter(({ path }) => path.endsWith(`/messages/${answer.id}`)).length > 1);
    expect(channels.textsIn(thread).map(({ text }) => text)).toEqual(['Hello?', 'Hello!']);
    expect((await sdk.sandbox.messages(number)).filter(({ direction }) => direction === 'to_phone')).toHaveLength(1);
  }
});
