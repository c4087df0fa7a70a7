import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { stageRuleSchema } from '../../connectors/hubspot/rules/stage-rule.ts';
import { putRule } from '../../connectors/hubspot/store/rules.ts';
import { PRESETS } from '../../server/access/scopes.ts';
import { PORTAL } from '../support/hubspot-acts.ts';
import { connectedWorld } from '../support/hubspot-world.ts';

/** Where it is that hour now, whenever this runs. */
const zoneAt = (hour: number) => {
  const ahead = (24 + hour - new Date().getUTCHours()) % 24;
  return ahead <= 12 ? `Etc/GMT-${ahead}` : `Etc/GMT+${24 - ahead}`;
};
const CAP = [{ max: 1, per_seconds: 604_800, message_types: ['promotional'] }];
const world = await connectedWorld({}, { QUIET_HOURS: 'hold', FREQUENCY_CAPS: JSON.stringify(CAP) });
afterAll(() => world[Symbol.asyncDispose]());
const { hubspot, portal, sdk } = world;

let last = 500;
const freshNumber = () => `+14155550${(last += 1)}`;
/** Somebody for whom it is noon, or three at night. */
const someone = async (hour: 12 | 3, more: Record<string, string> = {}) => {
  const number = freshNumber();
  await sdk.contacts.put(number, { time_zone: zoneAt(hour) });
  return { number, id: world.contact({ firstname: 'Kim', mobilephone: number, ...more }).id };
};
let calls = 0;
const run = async (objectType: string, objectId: string, changes: object = {}) => {
  const inputs = { sender: '', recipient_policy: 'enrolled', message: 'Hello', wait_for: 'accepted', ...changes };
  const { status, text } = await hubspot.runAction(PORTAL, `ap-o-${(calls += 1)}`, { objectType, objectId }, inputs);
  expect(status).toBe(200);
  return (JSON.parse(text) as { outputFields: Record<string, string | number> }).outputFields;
};
const marketing = { message_class: 'marketing' };
const dealOf = (properties: Record<string, string> = {}) =>
  portal.create('deals', { properties: { dealname: 'Roof', dealstage: '70011', pipeline: '7001', ...properties } });

beforeEach(async () => {
  await world.configure({});
  await world.storage.query('delete from stage_rules');
  hubspot.deliveries.waiting.length = 0;
});

describe('the outputs of the workflow action', () => {
  test('R018: are blocked_frequency for who had enough texts, and the text does not come later; it waits where the account wants that', async () => {
    const { number, id } = await someone(12);
    expect((await run('CONTACT', id, marketing))['sms_status']).toBe('accepted');
    const capped = await run('CONTACT', id, { ...marketing, message: 'Too much' });
    expect(capped).toMatchObject({ hs_execution_state: 'SUCCESS', sms_status: 'blocked_frequency' });
    expect(capped['sms_error']).toMatch(/^The contact had enough texts/);
    const texts = [];
    for await (const { body, status } of sdk.sms.list({ to: number })) texts.push([body, status]);
    expect(texts).toContainEqual([expect.stringContaining('Too much'), 'canceled']);
    await world.configure({ frequency_cap: 'wait' });
    expect((await run('CONTACT', id, marketing))['sms_status']).toBe('accepted');
    expect((await run('CONTACT', id))['sms_status']).toBe('accepted');
  });

  test('are accepted for a text that the key of the connector may not call back, because it will leave', async () => {
    const { number, id } = await someone(12);
    const [key] = (await sdk.keys.list()).filter(({ name }) => name === 'HubSpot');
    const scopes = PRESETS.hubspot;
    await sdk.keys.change(key?.id ?? '', { scopes: scopes.filter((scope) => scope !== 'messages:cancel') });
    for (const message of ['One', 'Too much'])
      expect((await run('CONTACT', id, { ...marketing, message }))['sms_status']).toBe('accepted');
    await sdk.keys.change(key?.id ?? '', { scopes });
    const statuses = [];
    for await (const { status } of sdk.sms.list({ to: number })) statuses.push(status);
    expect(statuses).toContain('held');
  });

  test('are accepted for a text that waits for the morning, or blocked_quiet_hours where the account wants that', async () => {
    const { number, id } = await someone(3);
    expect((await run('CONTACT', id, marketing))['sms_status']).toBe('accepted');
    await world.configure({ quiet_hours: 'block' });
    const other = await someone(3);
    expect(await run('CONTACT', other.id, marketing)).toMatchObject({
      hs_execution_state: 'SUCCESS',
      sms_status: 'blocked_quiet_hours',
    });
    for (const one of [number, other.number]) expect(await world.phone(one)).toEqual([]);
  });

  test('come once, with delivered, when the receipt is here before HubSpot has the answer to its call', async () => {
    const { number, id } = await someone(12);
    const object = { objectType: 'CONTACT', objectId: id };
    const inputs = { message: 'Hello', wait_for: 'delivered' };
    const callback = 'ap-o-early';
    await world.storage.query('alter table actions add constraint unanswered check (answer is null) not valid');
    const first = await hubspot.runAction(PORTAL, callback, object, inputs);
    await world.until(async () => (await world.sends(id))[0]?.status === 'delivered');
    await world.clock.advance(3_000);
    await world.storage.query('alter table actions drop constraint unanswered');
    expect([first.status, hubspot.completions.has(callback)]).toEqual([503, false]);
    expect((await hubspot.runAction(PORTAL, callback, object, inputs)).text).toContain('BLOCK');
    await world.until(() => hubspot.completions.has(callback));
    await world.settled();
    expect(hubspot.completions.get(callback)?.['sms_status']).toBe('delivered');
    expect(hubspot.requests.filter(({ path }) => path.includes(callback))).toHaveLength(1);
    expect(await world.phone(number)).toEqual(['Hello']);
  });

  test('are waiting, and not expired, in the end for a text that may still leave in the morning', async () => {
    const { number, id } = await someone(3);
    expect((await run('CONTACT', id, { ...marketing, wait_for: 'delivered' }))['hs_execution_state']).toBe('BLOCK');
    const callback = `ap-o-${calls}`;
    await world.settled();
    await world.clock.advance(5.9 * 3_600_000);
    await world.until(() => hubspot.completions.has(callback));
    expect(hubspot.completions.get(callback)?.['sms_status']).toBe('waiting');
    expect(await world.phone(number)).toEqual([]);
  });

  test('are about at most ten contacts of a record, each number once, and name how many of them were sent', async () => {
    const deal = dealOf();
    const numbers = Array.from({ length: 11 }, freshNumber);
    for (const number of numbers)
      portal.link('deals', deal.id, 'contacts', world.contact({ mobilephone: number }).id, [3]);
    const outputs = await run('DEAL', deal.id, { recipient_policy: 'all' });
    const said = '10 of 10 sent. 1 more of the record left out.';
    expect(outputs).toMatchObject({ sms_status: 'accepted', sms_parts: 10, sms_error: said });
    await world.until(async () => (await world.phone(numbers[9] ?? '')).length === 1);
    expect(await world.phone(numbers[10] ?? '')).toEqual([]);
  });

  test('are blocked_opted_out when the opt-out comes between the text and its turn', async () => {
    const { number, id } = await someone(3);
    const outputs = await run('CONTACT', id, { ...marketing, wait_for: 'delivered' });
    expect(outputs['hs_execution_state']).toBe('BLOCK');
    await world.texts(number, 'STOP');
    const callback = `ap-o-${calls}`;
    await world.until(() => hubspot.completions.has(callback));
    expect(hubspot.completions.get(callback)?.['sms_status']).toBe('blocked_opted_out');
  });

  test('come when the completion was refused, unheard or never answered at first; the workflow goes on once', async () => {
    const faults = [
      { type: 'answer' as const, status: 429, json: { policyName: 'SECONDLY' } },
      { type: 'answer' as const, status: 404, json: { category: 'OBJECT_NOT_FOUND' } },
      { type: 'hang' as const },
    ];
    for (const fault of faults) {
      const { id } = await someone(12);
      hubspot.faults.add(/callbacks/, fault);
      await run('CONTACT', id, { wait_for: 'delivered' });
      const callback = `ap-o-${calls}`;
      const isOver = async () => {
        const [row] = await world.storage.query<{ completed_at: Date | null }>(
          'select completed_at from actions where callback_id = $1',
          [callback],
        );
        return row?.completed_at !== null;
      };
      await world.until(isOver, 200);
      expect(hubspot.completions.has(callback)).toBe(true);
    }
  });

  test('R160: come from the number of the owner of the contact, else from that of the account', async () => {
    await world.configure({ owner_senders: { '501': '+15005550142' }, default_sender: '+15005550143' });
    const [ana, nobody] = [await someone(12, { hubspot_owner_id: '501' }), await someone(12)];
    for (const { id } of [ana, nobody]) await run('CONTACT', id, { sender: 'owner' });
    const fromOf = async (to: string) => {
      for await (const { from } of sdk.sms.list({ to })) return from;
      return null;
    };
    expect(await fromOf(ana.number)).toBe('+15005550142');
    expect(await fromOf(nobody.number)).toBe('+15005550143');
  });
});

describe('a stage rule', () => {
  const store = async (changes: object, id: string = randomUUID()) => {
    const rule = { name: 'Sent', object: 'deal', stage: '70012', body: 'It is on its way.', ...changes };
    await putRule(world.storage, PORTAL, id, stageRuleSchema.parse(rule), true, new Date(world.clock.now()));
    return id;
  };
  const arrive = async (number: string, stage = '70012') => {
    const deal = dealOf();
    portal.link('deals', deal.id, 'contacts', world.contact({ firstname: 'Kim', mobilephone: number }).id, [3]);
    hubspot.deliveries.waiting.length = 0;
    portal.update('deals', deal.id, { dealstage: stage });
    await hubspot.deliveries.deliver();
    await world.settled();
    return deal;
  };
  const settle = async () => {
    await world.clock.advance(11_000);
    await world.settled();
  };
  const hits = (id: string) =>
    world.storage.query<{ outcome: string | null; detail: string | null }>(
      'select outcome, detail from rule_hits where rule_id = $1 order by occurred_at',
      [id],
    );

  test('R176: sends a template of the server with the values of the record, and nothing when one is empty', async () => {
    const { id: template } = await sdk.templates.create({ name: 'sent', body: 'Hi {{name}}, {{deal}} is on its way.' });
    const variables = {
      name: { from: 'contact', property: 'firstname', fallback: 'there' },
      deal: { from: 'record', property: 'dealname' },
    };
    const id = await store({ body: null, template_id: template, variables });
    const number = freshNumber();
    await arrive(number);
    await settle();
    await world.until(async () => (await world.phone(number)).length > 0);
    expect(await world.phone(number)).toEqual(['Hi Kim, Roof is on its way.']);
    expect(await hits(id)).toEqual([{ outcome: 'sent', detail: '' }]);
    const empty = await store({ body: null, template_id: template, variables: { name: variables.name } });
    await world.storage.query('delete from stage_rules where id = $1', [id]);
    const other = freshNumber();
    await arrive(other);
    await settle();
    expect((await hits(empty))[0]).toMatchObject({ outcome: 'skipped' });
    expect((await hits(empty))[0]?.detail).toContain('TEMPLATE_VARIABLE_MISSING');
    expect(await world.phone(other)).toEqual([]);
  });

  test('that is changed while a text waits sends what it says now, and nothing when it is about another stage now', async () => {
    const id = await store({});
    const [one, two] = [freshNumber(), freshNumber()];
    await arrive(one);
    await store({ body: 'It is with the courier.' }, id);
    await settle();
    await world.until(async () => (await world.phone(one)).length > 0);
    expect(await world.phone(one)).toEqual(['It is with the courier.']);
    const deal = await arrive(two);
    await store({ stage: '70013' }, id);
    portal.update('deals', deal.id, { dealstage: '70013' });
    await settle();
    expect((await hits(id)).at(-1)).toEqual({ outcome: 'skipped', detail: 'rule_changed' });
    await hubspot.deliveries.deliver();
    await world.settled();
    await settle();
    await world.until(async () => (await world.phone(two)).length > 0);
    expect(await world.phone(two)).toEqual(['It is on its way.']);
  });

  const moved = async (id: string, ...stages: string[]) => {
    for (const stage of stages) portal.update('deals', id, { dealstage: stage });
    await hubspot.deliveries.deliver();
    await world.settled();
    await settle();
  };

  test('texts about a deal that came to the stage by mistake, or while the rule was off, when it comes there again that day; once', async () => {
    const id = await store({});
    const [mistaken, early] = [freshNumber(), freshNumber()];
    const bounced = await arrive(mistaken);
    await moved(bounced.id, '70011');
    const other = await arrive(early);
    await world.storage.query('update stage_rules set is_on = false');
    await settle();
    expect((await hits(id)).map(({ detail }) => detail)).toEqual(['moved_on', 'rule_off']);
    await world.storage.query('update stage_rules set is_on = true');
    await world.clock.advance(300_000);
    for (let again = 0; again < 2; again += 1) {
      await moved(bounced.id, '70011', '70012');
      await moved(other.id, '70011', '70012');
    }
    for (const number of [mistaken, early]) {
      await world.until(async () => (await world.phone(number)).length > 0);
      expect(await world.phone(number)).toEqual(['It is on its way.']);
    }
    expect((await hits(id)).filter(({ outcome }) => outcome === 'sent')).toHaveLength(2);
  });

  test('waits for its hours, and texts then about what is still at the stage', async () => {
    await world.storage.query(`update portals set time_zone = 'UTC'`);
    const from_hour = (new Date(world.clock.now()).getUTCHours() + 2) % 24;
    await store({ hours: { from_hour, to_hour: from_hour + 1 }, max_age_seconds: 60 });
    const [stays, leaves] = [freshNumber(), freshNumber()];
    await arrive(stays);
    const left = await arrive(leaves);
    await settle();
    expect(await world.phone(stays)).toEqual([]);
    portal.update('deals', left.id, { dealstage: '70014' });
    await world.clock.advance(2 * 3_600_000 - (world.clock.now() % 3_600_000));
    await world.settled();
    await world.until(async () => (await world.phone(stays)).length > 0);
    expect(await world.phone(leaves)).toEqual([]);
  });

  test('texts once when its hours begin, however often the deal came to the stage before', async () => {
    await world.storage.query(`update portals set time_zone = 'UTC'`);
    const from_hour = (new Date(world.clock.now()).getUTCHours() + 16) % 24;
    const id = await store({ hours: { from_hour, to_hour: from_hour + 1 } });
    const number = freshNumber();
    const deal = await arrive(number);
    await settle();
    for (let again = 0; again < 2; again += 1) {
      await world.clock.advance(7 * 3_600_000);
      await moved(deal.id, '70011', '70012');
    }
    await world.clock.advance(2 * 3_600_000 - (world.clock.now() % 3_600_000));
    await world.settled();
    await world.until(async () => (await world.phone(number)).length > 0);
    await settle();
    expect(await world.phone(number)).toHaveLength(1);
    expect((await hits(id)).map(({ outcome }) => outcome)).toEqual(['sent']);
  });

  test('texts nobody about a deal that was lost meanwhile, and once around midnight', async () => {
    const id = await store({});
    const [lost, late] = [freshNumber(), freshNumber()];
    const deal = await arrive(lost);
    portal.update('deals', deal.id, { dealstage: '70014' });
    await settle();
    expect(await hits(id)).toEqual([{ outcome: 'skipped', detail: 'moved_on' }]);
    await world.clock.advance(86_400_000 - (world.clock.now() % 86_400_000) - 5_000);
    const { id: bouncing } = await arrive(late);
    await settle();
    for (const stage of ['70011', '70012']) portal.update('deals', bouncing, { dealstage: stage });
    await hubspot.deliveries.deliver();
    await world.settled();
    await settle();
    await world.until(async () => (await world.phone(late)).length > 0);
    expect(await world.phone(late)).toHaveLength(1);
    await world.clock.advance(86_400_000);
    for (const stage of ['70011', '70012']) portal.update('deals', bouncing, { dealstage: stage });
    await hubspot.deliveries.deliver();
    await world.settled();
    await settle();
    await world.until(async () => (await world.phone(late)).length === 2);
    expect(await world.phone(lost)).toEqual([]);
  });
});
