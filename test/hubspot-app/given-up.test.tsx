import { Button } from '@hubspot/ui-extensions';
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SettingsPage } from '../../connectors/hubspot/app/src/app/settings/Settings.tsx';
import { connectedWorld, type HubSpotWorld } from '../support/hubspot-world.ts';
import { bridgeCards, VARIABLES } from './bridge.ts';

let world: HubSpotWorld;
beforeAll(async () => {
  world = await connectedWorld();
  bridgeCards(world);
});
afterAll(() => world[Symbol.asyncDispose]());

test('the settings page lists what HubSpot refused, and tries it again', async () => {
  const contact = world.contact({ firstname: 'Ada', phone: '+14155550392' });
  await world.clock.advance(3_500);
  const json = { category: 'VALIDATION_ERROR', message: 'no' };
  const path = /^POST \/crm\/objects\/2026-09\/communications$/;
  world.hubspot.faults.add(path, { type: 'answer', status: 400, json }, 2);
  await world.texts('+14155550392', 'Hello?');
  await world.until(async () => (await world.storage.query('select 1 from tasks where given_up')).length > 0);
  const page = createRenderer('settings');
  page.render(<SettingsPage context={{ variables: VARIABLES }} />);
  const say = () => page.getRootNode().toString();
  await page.waitFor(() => expect(say()).toContain('A reply, '), { timeoutInMs: 20_000 });
  page.find(Button, (button) => button.text === 'Try again').trigger('onClick');
  await world.isShown(contact, 'Hello?');
  await page.waitFor(() => expect(say()).not.toContain('A reply, '), { timeoutInMs: 20_000 });
});
