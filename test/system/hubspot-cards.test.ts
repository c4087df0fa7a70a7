import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ANA, PORTAL, SHOP } from '../support/hubspot-acts.ts';
import { connectedWorld, type HubSpotWorld } from '../support/hubspot-world.ts';
import { until } from '../support/until.ts';

let world: HubSpotWorld;
beforeAll(async () => {
  world = await connectedWorld({ HUBSPOT_CALLS_PER_10_SECONDS: '2000' }, { CONSENT_MODE: 'strict' });
});
// HubSpot counts calls in ten seconds.
afterEach(() => world.clock.jump(10_001));
afterAll(() => world[Symbol.asyncDispose]());

const ask = (method: string, path: string, body?: object) => world.ask(method, path, body);
let count = 0;
const newNumber = () => `+1415555${String(200 + ++count).padStart(4, '0')}`;
const newRef = () => `ref-${String(++count).padStart(8, '0')}`;
const contactWith = (properties: Readonly<Record<string, string>> = {}) => {
  const phone = newNumber();
  return { phone, id: world.contact({ firstname: 'Ada', lastname: 'Field', phone, ...properties }).id };
};
const onContact = (objectId: string) => ({ objectTypeId: '0-1', objectId, contactId: objectId, from: null });
const send = (objectId: string, body: string, clientRef = newRef()) =>
  ask('POST', 'card/send', { ...onContact(objectId), body, clientRef });
const thread = async (objectTypeId: string, objectId: string, contactId?: string) => {
  const chosen = contactId === undefined ? '' : `&contactId=${contactId}`;
  return (await ask('GET', `card/thread?objectTypeId=${objectTypeId}&objectId=${objectId}${chosen}`)).json;
};

describe('the card of a record', () => {
  test('R018: shows the conversation, says what a text would be, sends it, and says delivered when the receipt is there', async () => {
    const { id, phone } = contactWith();
    expect(await thread('0-1', id)).toMatchObject({
      people: [{ contactId: id, name: 'Ada Field', number: phone, blocked: null }],
      contactId: id,
      lines: [],
    });
    const body = 'Your order is ready. €';
    const preview = await ask('POST', 'card/preview', { ...onContact(id), body });
    expect(preview).toMatchObject({
      status: 200,
      json: { allowed: true, waits: false, segments: 1, encoding: 'GSM-7', text: body },
    });
    expect(await world.phone(phone)).toEqual([]);

    expect(await send(id, body)).toMatchObject({ status: 200, json: { ok: true, segments: 1 } });
    await until(async () => JSON.stringify(await thread('0-1', id)).includes('"delivered"'));
    expect(await world.phone(phone)).toEqual([body]);
    const { lines } = await thread('0-1', id);
    expect(lines).toMatchObject([{ direction: 'outbound', body, status: 'delivered', ambiguous: false, error: null }]);
  });

  test('sends one text for one reference, however often and at the same time HubSpot asks', async () => {
    const { id, phone } = contactWith();
    const clientRef = newRef();
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(id, 'Only once', clientRef)));
    expect(new Set(answers.map(({ json }) => json['messageId'])).size).toBe(1);
    await until(async () => (await world.phone(phone)).length > 0);
    expect(await world.phone(phone)).toEqual(['Only once']);
  });

  test('texts nobody who has opted out: by the phone, or by a tick in HubSpot', async () => {
    const byPhone = contactWith();
    await send(byPhone.id, 'Hello');
    await until(async () => (await world.phone(byPhone.phone)).length > 0);
    await world.texts(byPhone.phone, 'STOP');
    await until(async () => JSON.stringify(await thread('0-1', byPhone.id)).includes('START'));
    expect(await ask('POST', 'card/preview', { ...onContact(byPhone.id), body: 'Again' })).toMatchObject({
      json: { allowed: false },
    });
    expect(await send(byPhone.id, 'Again')).toMatchObject({ json: { ok: false, code: 'OPTED_OUT' } });

    const inHubSpot = contactWith({ sms_opt_out: 'true' });
    expect(await send(inHubSpot.id, 'Hello')).toMatchObject({ json: { ok: false, code: 'OPTED_OUT' } });
    expect(await world.phone(inHubSpot.phone)).toEqual([]);
  });

  test('finds the contacts of deals, tickets and companies, and texts nobody who is none of them', async () => {
    const [first, second, stranger] = [contactWith(), contactWith({ phone: '12' }), contactWith()];
    const properties = { dealname: 'A deal', dealstage: '70011', pipeline: '7001' };
    const deal = world.portal.create('deals', { properties }).id;
    for (const { id } of [first, second]) world.portal.link('deals', deal, 'contacts', id, [3]);
    expect(await thread('0-3', deal)).toMatchObject({
      people: [
        { contactId: first.id, number: first.phone, blocked: null },
        { contactId: second.id, number: null, blocked: expect.stringContaining('no number') },
      ],
      morePeople: 0,
      contactId: first.id,
    });
    const about = { objectTypeId: '0-3', objectId: deal, from: null, body: 'Hello', clientRef: newRef() };
    expect(await ask('POST', 'card/send', { ...about, contactId: stranger.id })).toMatchObject({
      status: 404,
      json: { error: { code: 'RECORD_GONE' } },
    });
    expect(await ask('POST', 'card/send', { ...about, contactId: first.id })).toMatchObject({ json: { ok: true } });
    expect(await world.phone(stranger.phone)).toEqual([]);
    const [stored] = await world.storage.query(
      'select object_type, object_id, source from sends where contact_id = $1',
      [first.id],
    );
    expect(stored).toEqual({ object_type: 'deal', object_id: deal, source: 'card' });
    // It is on the timeline of the contact like every other text.
    await world.until(() =>
      world.portal
        .list('communications')
        .some(({ id }) =>
          world.portal.linked('communications', id, 'contacts').some(([contact]) => contact === first.id),
        ),
    );
  });
});

describe('a request of a card', () => {
  test('reaches a route for every address that stands in the project', async () => {
    const app = join(dirname(dirname(import.meta.dirname)), 'connectors/hubspot/app/src/app');
    const files = readdirSync(app, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
    const text = files.map((file) => readFileSync(join(app, file), 'utf8')).join('');
    const paths = [...text.matchAll(/\$\{PUBLIC_ORIGIN\}(\/connectors\/[\w/-]+)/g)].map((match) => match[1] ?? '');
    expect(paths.length).toBeGreaterThanOrEqual(4);
    for (const path of paths) expect((await world.visit(path)).status, path).not.toBe(404);
    expect((await world.visit('/connectors/hubspot/nothing')).status).toBe(404);
  });

  test('counts only with a signature of HubSpot over everything that it says', async () => {
    const path = '/connectors/hubspot/card/thread?objectTypeId=0-1&objectId=1';
    const askWith = (tampering: object) => world.hubspot.cardFetch(PORTAL, ANA, 'GET', path, undefined, tampering);
    for (const signature of ['none', 'wrong', 'v1', 'v2'] as const)
      expect(await askWith({ signature })).toMatchObject({ status: 401 });
    expect(await askWith({ timestamp: 'NaN' })).toMatchObject({ status: 401 });
    const old = String(world.clock.now() - 301_000);
    expect(await askWith({ timestamp: old })).toMatchObject({ status: 401 });
    const about = { ...onContact('1'), body: 'Hello', clientRef: newRef() };
    const forged = { sentBody: JSON.stringify({ ...about, body: 'Other words' }) };
    const answer = await world.hubspot.cardFetch(PORTAL, ANA, 'POST', '/connectors/hubspot/card/send', about, forged);
    expect(answer.status).toBe(401);
  });

  test('is for the account that HubSpot names, and for no other that the card adds', async () => {
    const { id } = contactWith();
    expect(await ask('GET', `card/thread?objectTypeId=0-1&objectId=${id}&portalId=1002`)).toMatchObject({
      status: 400,
    });
    const elsewhere = world.hubspot.addPortal(1_002).create('contacts', { properties: { phone: newNumber() } }).id;
    expect(await thread('0-1', elsewhere)).toMatchObject({ people: [], contactId: null, lines: [] });
    expect((await send(elsewhere, 'Hello')).status).toBe(404);
    const other = { id: 5, email: 'eve@example.com' };
    const path = `/connectors/hubspot/card/thread?objectTypeId=0-1&objectId=${id}`;
    expect((await world.hubspot.cardFetch(1_002, other, 'GET', path)).status).toBe(403);
  });

  test.each<[string, object]>([
    ['an object without contacts', { objectTypeId: '0-48' }],
    ['an id that is none', { objectId: '1/../2' }],
    ['an empty text', { body: '  ' }],
    ['a text that is too long', { body: 'x'.repeat(2_001) }],
    ['a reference that is none', { clientRef: 'a b' }],
  ])('is refused with a sentence for %s', async (_what, changes) => {
    const { id } = contactWith();
    const about = { ...onContact(id), body: 'Hello', clientRef: newRef(), ...changes };
    const { status, json } = await ask('POST', 'card/send', about);
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: { code: 'INVALID_REQUEST', detail: expect.stringMatching(/\w+/) } });
  });

  test('says that HubSpot did not answer, and sends nothing', async () => {
    const { id, phone } = contactWith();
    world.hubspot.faults.add(/contacts.batch.read/, { type: 'answer', status: 502, raw: '<html>' });
    expect(await send(id, 'Hello')).toMatchObject({ status: 502, json: { error: { code: 'HUBSPOT_FAILED' } } });
    expect(await world.phone(phone)).toEqual([]);
  });
});

describe('a text to selected contacts', () => {
  test('is shown with who is blocked and why before anybody is texted, and sent to the others once', async () => {
    const [ada, twin, out, nobody] = [
      contactWith(),
      contactWith({ firstname: 'Twin' }),
      contactWith({ sms_opt_out: 'true' }),
      contactWith({ phone: '' }),
    ];
    world.portal.update('contacts', twin.id, { phone: ada.phone });
    const nameless = contactWith({ firstname: '', lastname: '' });
    const text = {
      contactIds: [ada.id, twin.id, out.id, nobody.id, nameless.id, '999999'],
      from: null,
      body: 'Hello {{contact.firstname}}, your order is ready.',
      messageType: 'transactional',
    };
    const preview = await ask('POST', 'bulk/preview', text);
    expect(preview.json['rows']).toMatchObject([
      { contactId: ada.id, state: 'ready', segments: 1, text: 'Hello Ada, your order is ready.' },
      { contactId: twin.id, state: 'blocked', code: 'SAME_NUMBER' },
      { contactId: out.id, state: 'blocked', code: 'OPTED_OUT' },
      { contactId: nobody.id, state: 'blocked', code: 'NO_NUMBER' },
      { contactId: nameless.id, state: 'blocked', reason: expect.stringContaining('firstname') },
      { contactId: '999999', state: 'blocked', code: 'RECORD_GONE' },
    ]);
    expect(await world.phone(ada.phone)).toEqual([]);

    const clientRef = newRef();
    await Promise.all([1, 2].map(() => ask('POST', 'bulk/send', { ...text, clientRef })));
    const sent = await ask('POST', 'bulk/send', { ...text, clientRef });
    expect(sent.json['rows']).toMatchObject([{ contactId: ada.id, state: 'ready' }, {}, {}, {}, {}, {}]);
    await until(async () => (await world.phone(ada.phone)).length > 0);
    expect(await world.phone(ada.phone)).toEqual(['Hello Ada, your order is ready.']);
    for (const { phone } of [out, nameless]) expect(await world.phone(phone)).toEqual([]);
  });

  test('is blocked as marketing for those who have not agreed to it', async () => {
    const { id, phone } = contactWith();
    const text = { contactIds: [id], from: null, body: 'Sale!', messageType: 'promotional' };
    const { json } = await ask('POST', 'bulk/preview', text);
    expect(json['rows']).toMatchObject([{ state: 'blocked', reason: expect.stringMatching(/consent/i) }]);
    const sent = await ask('POST', 'bulk/send', { ...text, clientRef: newRef() });
    expect(sent.json['rows']).toMatchObject([{ state: 'blocked', code: 'OPTED_OUT' }]);
    expect(await world.phone(phone)).toEqual([]);
  });
});

describe('the settings page', () => {
  test('shows what can be chosen and keeps what is chosen, beside what somebody else saves at the same time', async () => {
    expect((await ask('GET', 'settings')).json).toMatchObject({
      portalId: PORTAL,
      mode: 'test',
      maySave: true,
      settings: { default_country: null, tickets: 'on' },
      owners: [{ value: '501', label: 'ana@example.com' }],
      ticketStages: expect.arrayContaining([
        expect.objectContaining({ label: 'Waiting on us', pipelineLabel: 'Support' }),
      ]),
    });
    await Promise.all([
      ask('PUT', 'settings', { changes: { default_country: 'US' } }),
      ask('PUT', 'settings', { changes: { owner_senders: { '501': SHOP } } }),
    ]);
    expect((await ask('GET', 'settings')).json).toMatchObject({
      settings: { default_country: 'US', owner_senders: { '501': SHOP }, tickets: 'on' },
    });
    const { id } = contactWith({ phone: '(415) 555-0199', hubspot_owner_id: '501' });
    expect(await thread('0-1', id)).toMatchObject({ people: [{ number: '+14155550199' }], sender: SHOP });
  });

  test('refuses what it does not know, and whoever is not on its list', async () => {
    for (const changes of [{ default_country: 'usa' }, { unknown: 1 }, { reopen_days: -1 }])
      expect((await ask('PUT', 'settings', { changes })).status).toBe(400);
    const lockedOut = await ask('PUT', 'settings', { changes: { settings_users: ['ben@example.com'] } });
    expect(lockedOut).toMatchObject({ status: 400, json: { error: { detail: expect.stringContaining('Your own') } } });

    await ask('PUT', 'settings', { changes: { settings_users: [ANA.email] } });
    const eve = { id: 5, email: 'eve@example.com' };
    const path = '/connectors/hubspot/settings';
    const change = { changes: { settings_users: [] } };
    expect((await world.hubspot.cardFetch(PORTAL, eve, 'PUT', path, change)).status).toBe(403);
    const seen = await world.hubspot.cardFetch(PORTAL, eve, 'GET', path);
    expect(JSON.parse(seen.text)).toMatchObject({ maySave: false });
  });
});

describe('the stage rules of the settings page', () => {
  test('are stored, tried on what is there, and taken away', async () => {
    const id = randomUUID();
    const rule = { name: 'Contract sent', object: 'deal', stage: '70012', body: 'Your contract is on its way.' };
    const { id: contactId } = contactWith();
    const properties = { dealname: 'A deal', dealstage: '70012', pipeline: '7001' };
    const deal = world.portal.create('deals', { properties }).id;
    world.portal.link('deals', deal, 'contacts', contactId, [3]);
    world.clock.jump(10_001);
    expect((await ask('POST', 'settings/rules/dry-run', { rule })).json).toMatchObject({ wouldText: 1, blocked: {} });

    expect((await ask('PUT', 'settings/rules', { id, isOn: true, rule })).json).toMatchObject({
      rules: [{ id, isOn: true, pausedReason: null, rule: { ...rule, max_per_hour: 200 }, outcomes: {} }],
      stages: { deal: expect.arrayContaining([expect.objectContaining({ id: '70012', label: 'Contract sent' })]) },
    });
    expect(await ask('PUT', 'settings/rules', { id, isOn: true, rule: { ...rule, body: null } })).toMatchObject({
      status: 400,
    });
    await world.configure({ settings_users: ['ben@example.com'] });
    expect((await ask('PUT', 'settings/rules', { id, isOn: false, rule })).status).toBe(403);
    expect((await ask('GET', 'settings/rules')).json).toMatchObject({ rules: [{ id, isOn: true }] });
    await world.configure({});
    expect((await ask('DELETE', `settings/rules?id=${id}`)).json).toMatchObject({ rules: [] });
    expect((await ask('DELETE', `settings/rules?id=${id}`)).status).toBe(404);
  });

  test('are tried on fifty records with three calls of HubSpot, within the 15 s that it waits', async () => {
    const rule = { name: 'Lost', object: 'deal', stage: '70014', body: 'What was it?', recipients: 'all' };
    const numbers = Array.from({ length: 30 }, newNumber);
    const people = numbers.map((phone) => world.contact({ phone }).id);
    for (let index = 0; index < 50; index += 1) {
      const deal = world.portal.create('deals', {
        properties: { dealname: 'A', dealstage: '70014', pipeline: '7001' },
      });
      for (const offset of [0, 1])
        world.portal.link('deals', deal.id, 'contacts', people[(index + offset) % people.length] ?? '', [3]);
    }
    world.clock.jump(10_001);
    world.hubspot.requests.length = 0;
    const { json } = await ask('POST', 'settings/rules/dry-run', { rule });
    expect(json).toEqual({ records: 50, wouldText: 100, blocked: {} });
    expect(world.hubspot.requests).toHaveLength(3);
  });
});

test('nothing that was logged holds a number, a text or a token', () => {
  const logged = world.logged();
  for (const secret of ['+1415555', 'order is ready', 'fake-access', world.hubspot.app.clientSecret, ANA.email])
    expect(logged).not.toContain(secret);
  expect(logged).toContain('settings of a HubSpot account changed');
});
