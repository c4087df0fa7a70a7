import { randomUUID } from 'node:crypto';
import {
  Alert,
  Button,
  Heading,
  Input,
  LoadingButton,
  NumberInput,
  Select,
  TableRow,
  TextArea,
  Toggle,
} from '@hubspot/ui-extensions';
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { BulkText } from '../../connectors/hubspot/app/src/app/actions/BulkText.tsx';
import { SettingsPage } from '../../connectors/hubspot/app/src/app/settings/Settings.tsx';
import { PORTAL, SHOP } from '../support/hubspot-acts.ts';
import { connectedWorld, type HubSpotWorld } from '../support/hubspot-world.ts';
import { numberOf } from '../../connectors/hubspot/store/numbers.ts';
import { portalOfId } from '../../connectors/hubspot/store/portals.ts';
import { stageRuleSchema } from '../../connectors/hubspot/rules/stage-rule.ts';
import { putRule, rulesOf } from '../../connectors/hubspot/store/rules.ts';
import { until } from '../support/until.ts';
import { bridgeCards, VARIABLES } from './bridge.ts';

let world: HubSpotWorld;
beforeAll(async () => {
  world = await connectedWorld({ HUBSPOT_CALLS_PER_10_SECONDS: '2000' });
  bridgeCards(world);
});
afterEach(() => world.clock.jump(10_001));
afterAll(() => world[Symbol.asyncDispose]());

const WAIT = { timeoutInMs: 100_000 };

test('the bulk action shows who is blocked and why, and texts the others once when that was seen', async () => {
  const phones = Array.from({ length: 101 }, (_, index) => `+1415555${String(400 + index).padStart(4, '0')}`);
  const ids = phones.map((phone) => world.contact({ firstname: 'Ada', phone }).id);
  const out = world.contact({ firstname: 'Out', phone: '+14155550398', sms_opt_out: 'true' }).id;
  const panel = createRenderer('crm.bulkActions');
  const crm = { objectIds: [...ids, out].map(Number) };
  panel.render(<BulkText context={{ crm, variables: VARIABLES }} />);
  const say = () => panel.getRootNode().toString();

  panel.find(TextArea).trigger('onInput', 'Hello {{contact.firstname}}!' as never);
  panel.find(Select, { name: 'messageType' }).trigger('onChange', 'transactional' as never);
  expect(panel.find(LoadingButton).props.disabled).toBe(true);
  panel.find(Button).trigger('onClick');
  await panel.waitFor(() => expect(say()).toContain('101 ready, 0 later, 1 blocked'), WAIT);
  expect(panel.findAll(TableRow)[1]?.toString()).toContain('opted out');
  expect(await world.phone(phones[0] ?? '')).toEqual([]);

  // Other words have to be checked again.
  panel.find(TextArea).trigger('onInput', 'Bye {{contact.firstname}}!' as never);
  await panel.waitFor(() => expect(panel.find(LoadingButton).props.disabled).toBe(true), WAIT);
  panel.find(TextArea).trigger('onInput', 'Hello {{contact.firstname}}!' as never);
  await panel.waitFor(() => expect(panel.find(LoadingButton).toString()).toContain('Send 101 texts'), WAIT);
  panel.find(LoadingButton).trigger('onClick');
  await panel.waitFor(() => expect(say()).toContain('101 accepted, 0 later, 1 blocked'), WAIT);
  for (const phone of [phones[0], phones[100]]) {
    await until(async () => (await world.phone(phone ?? '')).length > 0);
    expect(await world.phone(phone ?? '')).toEqual(['Hello Ada!']);
  }
  expect(await world.phone('+14155550398')).toEqual([]);
});

describe('the settings page', () => {
  test('saves what was changed, and nothing else', async () => {
    const page = createRenderer('settings');
    page.render(<SettingsPage context={{ variables: VARIABLES }} />);
    await page.waitFor(() => expect(page.findAll(Heading).length).toBeGreaterThan(3), WAIT);
    expect(page.getRootNode().toString()).toContain('simulated phones only');
    await world.configure({ log: 'off' });
    page.find(Toggle, { name: 'tickets' }).trigger('onChange', false as never);
    page.find(LoadingButton).trigger('onClick');
    await until(async () => (await portalOfId(world.storage, PORTAL))?.settings.tickets === 'off');
    expect((await portalOfId(world.storage, PORTAL))?.settings).toMatchObject({ tickets: 'off', log: 'off' });
  });

  test('connects a number to an inbox, and lets its replies become tickets again', async () => {
    await world.configure({ default_sender: SHOP });
    const page = createRenderer('settings');
    page.render(<SettingsPage context={{ variables: VARIABLES }} />);
    const mode = { name: `mode_${SHOP}` };
    await page.waitFor(() => expect(page.maybeFind(Select, mode)).not.toBeNull(), WAIT);
    const apply = () => page.findAll(LoadingButton).find((button) => button.text === 'Apply');
    expect(page.find(Select, mode).props.value).toBe('ticket');
    expect(apply()?.props.disabled).toBe(true);
    page.find(Select, mode).trigger('onChange', 'channel' as never);
    expect(apply()?.props.disabled).toBe(true);
    const inbox = page.find(Select, { name: `inbox_${SHOP}` });
    expect(inbox.props.options).toHaveLength(2);
    inbox.trigger('onChange', '9002' as never);
    apply()?.trigger('onClick');
    await until(async () => (await numberOf(world.storage, PORTAL, SHOP))?.mode === 'channel');
    await page.waitFor(() => expect(apply()?.props.disabled).toBe(true), WAIT);
    page.find(Select, mode).trigger('onChange', 'ticket' as never);
    apply()?.trigger('onClick');
    await until(async () => (await numberOf(world.storage, PORTAL, SHOP))?.mode === 'ticket');
    expect([...world.hubspot.channels.accounts.values()].map(({ authorized }) => authorized)).toEqual([false]);
  });

  test('adds a stage rule that texts nobody until somebody turns it on, and tries it on what is there', async () => {
    const page = createRenderer('settings');
    page.render(<SettingsPage context={{ variables: VARIABLES }} />);
    await page.waitFor(
      () => expect(page.maybeFind(Select, { name: 'rule_stage' })?.props.options).toHaveLength(4),
      WAIT,
    );
    page.find(Input, { name: 'rule_name' }).trigger('onChange', 'Contract sent' as never);
    page.find(Select, { name: 'rule_stage' }).trigger('onChange', '70012' as never);
    page.find(TextArea, { name: 'rule_body' }).trigger('onChange', 'Dear {{firstname}}, it is on its way.' as never);

    const properties = { dealname: 'A deal', dealstage: '70012', pipeline: '7001' };
    const [named, nameless] = [
      world.contact({ firstname: 'Ada', phone: '+14155550390' }),
      world.contact({ phone: '+14155550391' }),
    ];
    for (const { id } of [named, nameless])
      world.portal.link('deals', world.portal.create('deals', { properties }).id, 'contacts', id, [3]);
    world.clock.jump(10_001);
    const press = (label: string) => page.find(Button, (button) => button.text === label).trigger('onClick');
    press('Try on last week');
    await page.waitFor(() => expect(page.find(Alert).props.title).toBe('It would have sent 1 text'), WAIT);
    expect(page.find(Alert).text).toContain('no value for firstname');

    press('Add, turned off');
    await until(async () => (await rulesOf(world.storage, PORTAL)).length === 1);
    await page.waitFor(() => expect(page.maybeFind(Toggle, { label: 'Contract sent' })).not.toBeNull(), WAIT);
    expect((await rulesOf(world.storage, PORTAL))[0]).toMatchObject({
      isOn: false,
      // Whatever nobody touched is what it is for the connector, too.
      rule: stageRuleSchema.parse({
        name: 'Contract sent',
        object: 'deal',
        stage: '70012',
        body: 'Dear {{firstname}}, it is on its way.',
        variables: { firstname: { from: 'contact', property: 'firstname' } },
      }),
    });
    page.find(Toggle, { label: 'Contract sent' }).trigger('onChange', true as never);
    await until(async () => (await rulesOf(world.storage, PORTAL))[0]?.isOn);
    press('Delete');
    await until(async () => (await rulesOf(world.storage, PORTAL)).length === 0);
  });

  test('R176: changes what a stage rule says, from which properties, to whom, when and how often, and a rule that is on stays on', async () => {
    const minimal = { name: 'Contract sent', object: 'deal', stage: '70012' } as const;
    const stored = async () => (await rulesOf(world.storage, PORTAL))[0];
    const rule = stageRuleSchema.parse({ ...minimal, body: 'Hello' });
    await putRule(world.storage, PORTAL, randomUUID(), rule, true, new Date());
    const page = createRenderer('settings');
    page.render(<SettingsPage context={{ variables: VARIABLES }} />);
    const press = (label: string) => page.find(Button, (button) => button.text === label).trigger('onClick');
    const fieldOf = (name: string) =>
      page.maybeFind(Input, { name }) ??
      page.maybeFind(TextArea, { name }) ??
      page.maybeFind(Select, { name }) ??
      page.maybeFind(NumberInput, { name });
    const shows = (name: string, value: string | number) =>
      page.waitFor(() => expect(fieldOf(name)?.props.value).toBe(value), WAIT);
    await page.waitFor(() => press('Change'), WAIT);
    await page.waitFor(() => expect(page.find(TextArea, { name: 'rule_body' }).props.value).toBe('Hello'), WAIT);
    const body = 'Dear {{who|friend}}, {{what}} is on its way.';
    page.find(TextArea, { name: 'rule_body' }).trigger('onChange', body as never);
    await shows('fallback_who', 'friend');
    page.find(Input, { name: 'property_who' }).trigger('onChange', 'firstname' as never);
    await shows('property_who', 'firstname');
    page.find(Select, { name: 'from_what' }).trigger('onChange', 'record' as never);
    await shows('from_what', 'record');
    page.find(Input, { name: 'property_what' }).trigger('onChange', 'dealname' as never);
    await shows('property_what', 'dealname');
    page.find(Select, { name: 'rule_recipients' }).trigger('onChange', 'all' as never);
    await shows('rule_recipients', 'all');
    page.find(Toggle, { name: 'rule_has_hours' }).trigger('onChange', true as never);
    await shows('rule_to_hour', 18);
    page.find(NumberInput, { name: 'rule_to_hour' }).trigger('onChange', 17 as never);
    await shows('rule_to_hour', 17);
    page.find(NumberInput, { name: 'rule_max_per_hour' }).trigger('onChange', 30 as never);
    await shows('rule_max_per_hour', 30);
    press('Save the rule');
    await until(async () => (await stored())?.version === 2);
    const changed = {
      recipients: 'all',
      variables: {
        who: { from: 'contact', property: 'firstname', fallback: 'friend' },
        what: { from: 'record', property: 'dealname', fallback: null },
      },
      hours: { from_hour: 9, to_hour: 17, weekdays_only: true },
      max_per_hour: 30,
    };
    expect(await stored()).toMatchObject({ isOn: true, rule: stageRuleSchema.parse({ ...minimal, ...changed, body }) });

    const { id: template_id } = await world.sdk.templates.create({ name: 'gone', body: 'Bye {{firstname}}' });
    await page.waitFor(() => expect(page.find(Input, { name: 'rule_name' }).props.value).toBe(''), WAIT);
    // It hears of the template with the next change.
    page.find(Toggle, { label: 'Contract sent' }).trigger('onChange', false as never);
    await page.waitFor(() => expect(page.maybeFind(Select, { name: 'rule_template' })).not.toBeNull(), WAIT);
    press('Change');
    await page.waitFor(() => expect(page.find(Input, { name: 'rule_name' }).props.value).not.toBe(''), WAIT);
    page.find(Select, { name: 'rule_template' }).trigger('onChange', template_id as never);
    await shows('rule_template', template_id);
    press('Save the rule');
    const variables = { firstname: { from: 'contact', property: 'firstname' } };
    await until(async () => (await stored())?.version === 4);
    expect(await stored()).toMatchObject({ isOn: false, rule: { body: null, template_id, variables } });
  });

  test('disconnects the account when that is said twice; its cards say so from then on', async () => {
    const page = createRenderer('settings');
    page.render(<SettingsPage context={{ variables: VARIABLES }} />);
    const press = (label: string) => page.find(Button, (button) => button.text === label).trigger('onClick');
    await page.waitFor(() => press('Disconnect this account'), WAIT);
    await page.waitFor(() => press('Disconnect'), WAIT);
    await page.waitFor(() => expect(page.getRootNode().toString()).toContain('not connected any more'), WAIT);
    expect((await portalOfId(world.storage, PORTAL))?.state).toBe('uninstalled');
    page.find(Button).trigger('onClick');
    await page.waitFor(() => expect(page.getRootNode().toString()).toContain('is not connected to SMS Bridge'), WAIT);
  });
});
