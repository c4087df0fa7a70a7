import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { stageRuleSchema } from '../../connectors/hubspot/rules/stage-rule.ts';
import { putRule, ruleById } from '../../connectors/hubspot/store/rules.ts';
import { PORTAL, SHOP } from '../support/hubspot-acts.ts';
import { connectedWorld } from '../support/hubspot-world.ts';

const world = await connectedWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { hubspot, portal, sdk } = world;

/** The whole figure is run by `npm run test:hubspot`. */
const IMPORTED = Number(process.env['HUBSPOT_IMPORTED'] ?? 40);

let last = 100;
const freshNumber = () => `+14155550${(last += 1)}`;
const inputs = {
  sender: '',
  recipient_policy: 'enrolled',
  message: 'Your order is ready.',
  wait_for: 'accepted',
  message_class: 'service',
};
const outputsOf = (text: string) =>
  (JSON.parse(text) as { outputFields: Record<string, string | number> }).outputFields;
const run = async (
  callbackId: string,
  object: { objectType: string; objectId: string },
  changes: object = {},
  tampering = {},
) => {
  const { status, text } = await hubspot.runAction(PORTAL, callbackId, object, { ...inputs, ...changes }, tampering);
  return { status, outputs: status === 200 ? outputsOf(text) : {} };
};
const enrolled = (number: string, more: Record<string, string> = {}) => {
  const { id } = world.contact({ firstname: 'Kim', mobilephone: number, ...more });
  return { objectType: 'CONTACT', objectId: id };
};

describe('the workflow action', () => {
  test('R160: sends one text however often HubSpot calls with the same callback, and answers every call alike', async () => {
    const number = freshNumber();
    const contact = enrolled(number);
    const all = await Promise.all(Array.from({ length: 5 }, () => run('ap-1-same', contact)));
    all.push(await run('ap-1-same', contact, { message: 'Another text' }));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
    expect(all[0]?.outputs).toMatchObject({
      hs_execution_state: 'SUCCESS',
      sms_status: 'accepted',
      sms_parts: 1,
      sms_error: '',
    });
    expect(new Set(all.map(({ outputs }) => outputs['sms_message_id']))).toHaveProperty('size', 1);
    await world.until(async () => (await world.phone(number)).length > 0);
    expect(await world.phone(number)).toEqual(['Your order is ready.']);
    const [kept] = await world.storage.query<{ plan: unknown }>(
      `select plan from actions where callback_id = 'ap-1-same'`,
    );
    expect(kept).toEqual({ plan: null });
  });

  test('R018: waits for the receipt when it is asked to, and completes the callback once, with delivered', async () => {
    const { status, outputs } = await run('ap-2-wait', enrolled(freshNumber()), { wait_for: 'delivered' });
    expect([status, outputs['hs_execution_state'], outputs['hs_expiration_duration']]).toEqual([200, 'BLOCK', 'PT6H']);
    expect(outputs['sms_status']).toBe('accepted');
    await world.until(() => hubspot.completions.has('ap-2-wait'));
    expect(hubspot.completions.get('ap-2-wait')).toMatchObject({
      hs_execution_state: 'SUCCESS',
      sms_status: 'delivered',
    });
    await world.settled();
    expect(hubspot.requests.filter(({ path }) => path.includes('ap-2-wait'))).toHaveLength(1);
  });

  test('lets the workflow go on with "expired" shortly before HubSpot would, when no receipt comes', async () => {
    const contact = enrolled('+15005550007');
    const { outputs } = await run('ap-3-late', contact, { wait_for: 'delivered' });
    expect(outputs['hs_execution_state']).toBe('BLOCK');
    await world.until(async () => (await world.sends(contact.objectId))[0]?.status === 'sent');
    await world.clock.advance(5 * 3_600_000);
    await world.settled();
    expect(hubspot.completions.has('ap-3-late')).toBe(false);
    await world.clock.advance(50 * 60_000);
    await world.until(() => hubspot.completions.has('ap-3-late'));
    expect(hubspot.completions.get('ap-3-late')?.['sms_status']).toBe('expired');
  });

  test('R160: says blocked_opted_out and texts nobody after an opt-out, by the phone or ticked in HubSpot', async () => {
    const number = freshNumber();
    await world.texts(number, 'STOP');
    await world.until(async () => (await sdk.consents.get(number)).status === 'opted_out');
    // The confirmation.
    await world.until(async () => (await world.phone(number)).length === 1);
    const before = await world.phone(number);
    const stopped = await run('ap-4-stop', enrolled(number));
    expect(stopped.outputs).toMatchObject({ hs_execution_state: 'SUCCESS', sms_status: 'blocked_opted_out' });
    const ticked = freshNumber();
    const ticking = await run('ap-4-tick', enrolled(ticked, { sms_opt_out: 'true' }));
    expect(ticking.outputs['sms_status']).toBe('blocked_opted_out');
    expect(await world.phone(number)).toEqual(before);
    expect(await world.phone(ticked)).toEqual([]);
  });

  test('finds the people of a deal: the oldest contact or all of them, each number once', async () => {
    const [one, two] = [freshNumber(), freshNumber()];
    const deal = portal.create('deals', { properties: { dealname: 'Roof', dealstage: '70011', pipeline: '7001' } });
    const object = { objectType: 'DEAL', objectId: deal.id };
    expect((await run('ap-5-none', object, { recipient_policy: 'primary' })).outputs['sms_status']).toBe(
      'blocked_no_number',
    );
    for (const number of [one, two, one])
      portal.link('deals', deal.id, 'contacts', world.contact({ phone: number }).id, [3]);
    expect((await run('ap-5-oldest', object, { recipient_policy: 'primary' })).outputs['sms_parts']).toBe(1);
    expect((await run('ap-5-all', object, { recipient_policy: 'all' })).outputs).toMatchObject({
      sms_status: 'accepted',
      sms_parts: 2,
    });
    await world.until(async () => (await world.phone(two)).length === 1 && (await world.phone(one)).length === 2);
  });

  test('texts ten people of a record at most, and says how many were left out', async () => {
    const deal = portal.create('deals', { properties: { dealname: 'Big', dealstage: '70011', pipeline: '7001' } });
    for (let count = 0; count < 12; count += 1)
      portal.link('deals', deal.id, 'contacts', world.contact({ phone: freshNumber() }).id, [3]);
    const object = { objectType: 'DEAL', objectId: deal.id };
    const { outputs } = await run('ap-5-many', object, { recipient_policy: 'all' });
    expect(outputs).toMatchObject({ sms_parts: 10, sms_error: '10 of 10 sent. 2 more of the record left out.' });
  });

  test('answers for what cannot be sent with an output, and never with a failure of the workflow', async () => {
    const nobody = await run('ap-6-none', enrolled('not a number'));
    expect(nobody.outputs).toMatchObject({ hs_execution_state: 'SUCCESS', sms_status: 'blocked_no_number' });
    const empty = await run('ap-6-empty', enrolled(freshNumber()), { message: '  ' });
    expect(empty.outputs).toMatchObject({ sms_status: 'failed', sms_error: 'The message is empty.' });
    const gone = await run('ap-6-gone', { objectType: 'CONTACT', objectId: '99' });
    expect(gone.outputs['sms_status']).toBe('blocked_no_number');
    const landline = await run('ap-6-line', enrolled('+442079460000'));
    expect(landline.outputs['sms_status']).toBe('blocked_no_number');
  });

  test('takes inputs that nobody filled in, however they come, and numbers of a contact whose country was emptied', async () => {
    await world.configure({ default_country: 'US' });
    const object = enrolled('(415) 555-0190', { hs_country_region_code: '' });
    const unset = { sender: null, recipient_policy: '', to_number: null, wait_for: null, message_class: '' };
    expect((await run('ap-6-unset', object, unset)).outputs['sms_status']).toBe('accepted');
    expect((await run('ap-6-mapped', object, { message: 42 })).outputs['sms_status']).toBe('accepted');
    expect((await run('ap-6-null', object, { message: null })).outputs['sms_error']).toBe('The message is empty.');
    const long = await run('ap-6-long', object, { message: 'x'.repeat(11_000) });
    expect(long.outputs).toMatchObject({ sms_status: 'failed', sms_error: expect.stringContaining('BODY_TOO_LONG') });
    await world.configure({});
  });

  test('texts the number below, and knows whether it is the number of the contact', async () => {
    const [own, colleague] = [freshNumber(), freshNumber()];
    const object = enrolled(own);
    const below = (number: string) => ({ recipient_policy: 'number', to_number: number });
    expect((await run('ap-6-colleague', object, below(colleague))).outputs['sms_status']).toBe('accepted');
    expect((await run('ap-6-own', object, below(own))).outputs['sms_status']).toBe('accepted');
    portal.update('contacts', object.objectId, { sms_opt_out: 'true' });
    expect((await run('ap-6-ticked', object, below(own))).outputs['sms_status']).toBe('blocked_opted_out');
    await hubspot.deliveries.deliver();
    await world.until(async () => (await sdk.consents.get(own)).status === 'opted_out');
    await world.settled();
    expect((await sdk.consents.get(colleague)).status).not.toBe('opted_out');
  });

  test('takes what is signed by v3 or v2, and nothing else', async () => {
    const contact = enrolled(freshNumber());
    expect((await run('ap-7-v2', contact, {}, { signature: 'v2' })).status).toBe(200);
    for (const tampering of [{ signature: 'none' }, { signature: 'v1' }, { signature: 'wrong' }, { timestamp: 'NaN' }])
      expect((await run('ap-7-bad', contact, {}, tampering)).status).toBe(401);
    const old = { timestamp: String(world.clock.now() - 301_000) };
    expect((await run('ap-7-bad', contact, {}, old)).status).toBe(401);
    expect((await run('ap-7-bad', contact, {}, { headers: { Host: 'evil.example.com' } })).status).toBe(200);
  });

  test('is asked again by HubSpot while HubSpot itself cannot be read', async () => {
    const contact = enrolled(freshNumber());
    const end = hubspot.faults.outage();
    expect((await run('ap-8-down', contact)).status).toBe(503);
    end();
    expect((await run('ap-8-down', contact)).outputs['sms_status']).toBe('accepted');
  });

  test('R167: leaves a task for the owner when a text fails, once, and none for an opt-out', async () => {
    const contact = enrolled('+15005550002', { hubspot_owner_id: '501' });
    const { outputs } = await run('ap-9-fail', contact, { wait_for: 'delivered' });
    expect(outputs['sms_status']).toBe('accepted');
    await world.until(() => portal.list('tasks').length > 0);
    const [task] = portal.list('tasks');
    expect(task?.properties).toMatchObject({ hubspot_owner_id: '501', hs_task_status: 'NOT_STARTED' });
    expect(portal.linked('tasks', task?.id ?? '', 'contacts').map(([id]) => id)).toEqual([contact.objectId]);
    await world.until(() => hubspot.completions.has('ap-9-fail'));
    expect(hubspot.completions.get('ap-9-fail')?.['sms_status']).toBe('failed');
    await world.settled();
    expect(portal.list('tasks')).toHaveLength(1);
  });

  test('R173: logs the text on the contact and the deal, and measures from the new contact to the first text', async () => {
    const contact = world.contact({ mobilephone: freshNumber(), hubspot_owner_id: '501' });
    const deal = portal.create('deals', { properties: { dealname: 'Door', dealstage: '70011', pipeline: '7001' } });
    portal.link('deals', deal.id, 'contacts', contact.id, [3]);
    await run(
      'ap-10-log',
      { objectType: 'DEAL', objectId: deal.id },
      { recipient_policy: 'primary', message: 'A <b> & c' },
    );
    await world.until(() => contact.properties['sms_last_status'] === 'delivered');
    const logged = portal.linked('deals', deal.id, 'communications').map(([id]) => portal.get('communications', id));
    expect(logged).toHaveLength(1);
    expect(logged[0]?.properties).toMatchObject({ hs_communication_channel_type: 'SMS', hubspot_owner_id: '501' });
    expect(logged[0]?.properties['hs_communication_body']).toContain('A &lt;b&gt; &amp; c');
    expect(logged[0]?.properties['hs_communication_body']).toContain(SHOP);
    expect(Number(contact.properties['sms_first_text_seconds'])).toBeGreaterThanOrEqual(0);
  });
});

describe('a stage rule', () => {
  const rule = (changes: object = {}) =>
    stageRuleSchema.parse({
      name: 'Contract sent',
      object: 'deal',
      stage: '70012',
      body: 'Hi {{name}}, the contract for {{deal}} is on its way.',
      variables: {
        name: { from: 'contact', property: 'firstname', fallback: 'there' },
        deal: { from: 'record', property: 'dealname' },
      },
      ...changes,
    });
  const withRule = async (changes: object = {}) => {
    await world.storage.query('delete from stage_rules');
    const id = randomUUID();
    await putRule(world.storage, PORTAL, id, rule(changes), true, new Date(world.clock.now()));
    return id;
  };
  const dealOf = (number: string, more: Record<string, string> = {}) => {
    const deal = portal.create('deals', {
      properties: { dealname: 'Roof', dealstage: '70011', pipeline: '7001', ...more },
    });
    portal.link('deals', deal.id, 'contacts', world.contact({ firstname: 'Kim', mobilephone: number }).id, [3]);
    return deal;
  };
  const move = (id: string, stage: string, source?: string) => portal.update('deals', id, { dealstage: stage }, source);
  const hits = (id: string) =>
    world.storage.query<{ object_id: string; outcome: string | null; detail: string | null }>(
      'select object_id, outcome, detail from rule_hits where rule_id = $1',
      [id],
    );
  const isJudged = (id: string, count = 1) =>
    world.until(async () => (await hits(id)).filter(({ outcome }) => outcome !== null).length === count);

  test('R160, R176: texts the contact of a deal that comes to the stage, with values of both, once a day', async () => {
    const id = await withRule();
    const number = freshNumber();
    const deal = dealOf(number);
    hubspot.deliveries.waiting.length = 0;
    for (const stage of ['70012', '70011', '70012']) {
      move(deal.id, stage);
      await world.clock.advance(500);
    }
    await hubspot.deliveries.deliver({ copies: 2, isReversed: true });
    await world.settled();
    await world.clock.advance(11_000);
    await isJudged(id);
    await world.until(async () => (await world.phone(number)).length > 0);
    expect(await hits(id)).toEqual([{ object_id: deal.id, outcome: 'sent', detail: '' }]);
    expect(await world.phone(number)).toEqual(['Hi Kim, the contract for Roof is on its way.']);
  });

  test('R160, R162: texts the contact of a ticket, too', async () => {
    const id = await withRule({
      object: 'ticket',
      stage: '80014',
      body: 'Your case is closed. How was it?',
      variables: {},
    });
    const number = freshNumber();
    const ticket = portal.create('tickets', {
      properties: { subject: 'Leak', hs_pipeline: '8001', hs_pipeline_stage: '80011' },
    });
    portal.link('tickets', ticket.id, 'contacts', world.contact({ mobilephone: number }).id, [16]);
    portal.update('tickets', ticket.id, { hs_pipeline_stage: '80014' });
    await hubspot.deliveries.deliver();
    await world.settled();
    await world.clock.advance(11_000);
    await isJudged(id);
    await world.until(async () => (await world.phone(number)).includes('Your case is closed. How was it?'));
  });

  test('texts nobody for a deal that has moved on, a value that is missing, an opt-out, or what is heard of too late', async () => {
    const id = await withRule({ body: 'About {{deal}}', variables: { deal: { from: 'record', property: 'amount' } } });
    const [moved, empty, old] = [
      dealOf(freshNumber(), { amount: '1' }),
      dealOf(freshNumber()),
      dealOf(freshNumber(), { amount: '1' }),
    ];
    const ticked = portal.create('deals', {
      properties: { dealname: 'Door', dealstage: '70011', pipeline: '7001', amount: '1' },
    });
    portal.link(
      'deals',
      ticked.id,
      'contacts',
      world.contact({ mobilephone: freshNumber(), sms_opt_out: 'true' }).id,
      [3],
    );
    hubspot.deliveries.waiting.length = 0;
    move(old.id, '70012');
    await world.clock.advance(3_700_000);
    for (const deal of [moved, empty, ticked]) move(deal.id, '70012');
    move(moved.id, '70014');
    await hubspot.deliveries.deliver();
    await world.settled();
    await world.clock.advance(11_000);
    await isJudged(id, 4);
    const outcomes = new Map((await hits(id)).map(({ object_id, detail }) => [object_id, detail]));
    expect([moved, empty, ticked, old].map((deal) => outcomes.get(deal.id))).toEqual([
      'moved_on',
      'no value for deal',
      'opted_out',
      'too_old',
    ]);
  });

  test.each([
    ['at once', 1, 'INTEGRATION'],
    ['in batches over a minute', 10, 'IMPORT'],
  ])(
    'stops itself when many deals are moved, told late and %s, and texts none of them',
    async (_how, parts, source) => {
      const id = await withRule({ pause_above_per_minute: 20 });
      const numbers = Array.from(
        { length: IMPORTED },
        (_, index) => `+1415555${String(2_000 + index).padStart(4, '0')}`,
      );
      const deals = numbers.map((number) => dealOf(number));
      hubspot.deliveries.waiting.length = 0;
      for (const deal of deals) move(deal.id, '70012', source);
      const changes = hubspot.deliveries.waiting.splice(0);
      await world.clock.advance(300_000);
      for (let part = 0; part < parts; part += 1) {
        hubspot.deliveries.waiting.push(...changes.splice(0, Math.ceil(IMPORTED / parts)));
        expect(new Set(await hubspot.deliveries.deliver())).toEqual(new Set([200]));
        await world.settled();
        await world.clock.advance(5_000);
      }
      await world.clock.advance(60_000);
      await world.settled();
      expect(new Set((await hits(id)).map(({ outcome, detail }) => `${outcome} ${detail}`))).toEqual(
        new Set(['skipped rule_off']),
      );
      const stored = await ruleById(world.storage, PORTAL, id);
      expect(stored?.isOn).toBe(false);
      expect(stored?.pausedReason).toMatch(/^\d+ records came/);
      expect(await world.storage.query('select 1 from sends where rule_id = $1', [id])).toEqual([]);
      expect(await world.phone(numbers[0] ?? '')).toEqual([]);
    },
  );
});

describe('the log', () => {
  test('writes neither tokens, numbers nor words of people into its log', () => {
    const logged = world.logged();
    expect(logged).not.toMatch(/fake-(access|refresh|code)|\+1415|\+1500|Your order|fake-client-secret/);
    expect(logged).not.toContain(hubspot.app.clientSecret);
  });
});
