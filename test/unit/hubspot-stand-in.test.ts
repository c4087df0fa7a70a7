import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { FAULTS, type Portal, startFakeHubSpot } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import { hubspotJudge } from '../support/hubspot-judge.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** What others say HubSpot does; each rule names its source where it stands in the stand-in. */
const clock = virtualClock(Date.parse('2026-11-20T12:00:00Z'));
const judge = hubspotJudge('answers');
const hubspot = await startFakeHubSpot({ clock, searchMax: 10_000, dailyMax: 400, onExchange: judge.onExchange });
const heard: { readonly signatures: string[]; readonly events: Record<string, unknown>[] }[] = [];
let status = 200;
const app = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    const signatures = Object.keys(request.headers).filter((name) => name.includes('signature'));
    heard.push({ signatures, events: JSON.parse(body) as Record<string, unknown>[] });
    response.writeHead(status).end();
  });
});
await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
hubspot.connect(`http://127.0.0.1:${(app.address() as AddressInfo).port}`);
afterAll(async () => {
  await hubspot.stop();
  app.closeAllConnections();
  app.close();
  judge.finish();
});

const SCOPES = [
  'oauth',
  'crm.objects.contacts.read',
  'crm.objects.contacts.write',
  'crm.objects.deals.read',
  'tickets',
  'automation',
];
const SCHEMAS = ['crm.schemas.contacts.read', 'crm.schemas.contacts.write'];
let portals = 0;

type Json = Record<string, unknown>;
interface Asked {
  readonly status: number;
  readonly body: Json;
  readonly headers: Headers;
}

/** A new account, and how its app asks. */
async function account(scopes: readonly string[] = [...SCOPES, ...SCHEMAS]) {
  const portal = hubspot.addPortal((portals += 1));
  const { clientId: client_id, clientSecret: client_secret } = hubspot.app;
  const redirect_uri = 'https://sms.example.com/x';
  const query = new URLSearchParams({ client_id, redirect_uri, scope: scopes.join(' ') });
  const back = new URL(hubspot.oauth.authorize(query, portal.id).headers?.['Location'] ?? '');
  const form = {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    client_id,
    client_secret,
  };
  const token = await fetch(`${hubspot.url}/oauth/2026-09/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...form, redirect_uri }),
  });
  const { access_token: bearer } = (await token.json()) as { access_token: string };
  const ask = async (method: string, path: string, body?: object): Promise<Asked> => {
    const headers = { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' };
    const given = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(hubspot.url + path, { method, headers, ...given });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json') && text !== '';
    return { status: response.status, body: (isJson ? JSON.parse(text) : {}) as Json, headers: response.headers };
  };
  return { portal, ask };
}

const objects = '/crm/objects/2026-09';
const contactOf = (portal: Portal, properties: Record<string, string> = {}) =>
  portal.create('contacts', { properties: { firstname: 'Kim', ...properties } });

describe('the stand-in for HubSpot', () => {
  test('sees in a search what was there some seconds ago, and knows every operator of the specs', async () => {
    const { portal, ask } = await account();
    const [one, two, three] = [
      contactOf(portal, { firstname: 'Ann Lee', email: 'a@example.com' }),
      contactOf(portal, { firstname: 'Bob', email: 'b@example.com' }),
      contactOf(portal, { firstname: 'Cy' }),
    ];
    const find = async (filter: object, more: object = {}) => {
      const { body } = await ask('POST', `${objects}/contacts/search`, {
        filterGroups: [{ filters: [filter] }],
        ...more,
      });
      return (body['results'] as { id: string }[]).map(({ id }) => id);
    };
    const by = (operator: string, value: object) => find({ propertyName: 'firstname', operator, ...value });
    expect(await by('EQ', { value: 'Bob' })).toEqual([]);
    await clock.advance(3_000);
    expect(await by('EQ', { value: 'Bob' })).toEqual([two.id]);
    portal.update('contacts', two.id, { firstname: 'Bo' });
    expect(await by('EQ', { value: 'Bob' })).toEqual([two.id]);
    await clock.advance(3_000);
    expect(await by('EQ', { value: 'Bob' })).toEqual([]);
    expect(await by('NEQ', { value: 'Bo' })).toEqual([one.id, three.id]);
    expect(await by('IN', { values: ['bo', 'Cy'] })).toEqual([two.id]);
    expect(await by('NOT_IN', { values: ['bo'] })).toEqual([one.id, three.id]);
    expect(await by('CONTAINS_TOKEN', { value: 'lee' })).toEqual([one.id]);
    expect(await by('CONTAINS_TOKEN', { value: 'an*' })).toEqual([one.id]);
    expect(await by('NOT_CONTAINS_TOKEN', { value: 'ann' })).toEqual([two.id, three.id]);
    const emailed = (operator: string) => find({ propertyName: 'email', operator });
    expect([await emailed('HAS_PROPERTY'), await emailed('NOT_HAS_PROPERTY')]).toEqual([[one.id, two.id], [three.id]]);
    const ids = (operator: string, value: object) => find({ propertyName: 'hs_object_id', operator, ...value });
    expect(await ids('BETWEEN', { value: one.id, highValue: two.id })).toEqual([one.id, two.id]);
    expect([await ids('GT', { value: two.id }), await ids('LTE', { value: one.id })]).toEqual([[three.id], [one.id]]);
    const all = { propertyName: 'firstname', operator: 'HAS_PROPERTY' };
    expect(await find(all, { sorts: ['-firstname'] })).toEqual([three.id, two.id, one.id]);
  });

  test.each<[string, object]>([
    ['an operator that does not exist', { filterGroups: [{ filters: [{ propertyName: 'email', operator: 'LIKE' }] }] }],
    ['a property that does not exist', { filterGroups: [{ filters: [{ propertyName: 'x', operator: 'EQ' }] }] }],
    ['six groups', { filterGroups: Array.from({ length: 6 }, () => ({ filters: [] })) }],
    ['a page of more than 200', { limit: 201 }],
    ['what is beyond 10,000 results', { limit: 200, after: '9900' }],
    ['more than 3,000 characters', { properties: ['x'.repeat(3_000)] }],
    ['two rules to sort by', { sorts: ['email', 'phone'] }],
  ])('refuses to search for %s', async (_what, body) => {
    const { ask } = await account();
    expect(await ask('POST', `${objects}/contacts/search`, body)).toMatchObject({
      status: 400,
      body: { status: 'error', category: 'VALIDATION_ERROR' },
    });
  });

  test('answers 207 for what a batch could not do, takes 100 records, and none of them twice', async () => {
    const { portal, ask } = await account();
    const contact = contactOf(portal);
    const read = (ids: string[]) =>
      ask('POST', `${objects}/contacts/batch/read`, { inputs: ids.map((id) => ({ id })) });
    expect(await read([contact.id, '7'])).toMatchObject({
      status: 207,
      body: { results: [{ id: contact.id }], numErrors: 1, errors: [{ category: 'OBJECT_NOT_FOUND' }] },
    });
    expect((await read(Array.from({ length: 101 }, (_, at) => String(at)))).status).toBe(400);
    expect(await read([contact.id, contact.id])).toMatchObject({
      status: 400,
      body: { context: { ids: [contact.id] } },
    });
    const links = '/crm/associations/2026-09/contacts/deals/batch/read';
    expect(await ask('POST', links, { inputs: [{ id: contact.id }] })).toMatchObject({
      status: 207,
      body: { results: [], errors: [{ subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND' }] },
    });
  });

  test('says who has an e-mail address with 409, and who has a unique value with 400 and its code', async () => {
    const { portal, ask } = await account();
    const there = contactOf(portal, { email: 'kim@example.com' });
    expect(await ask('POST', `${objects}/contacts`, { properties: { email: 'kim@example.com' } })).toMatchObject({
      status: 409,
      body: { category: 'CONFLICT', message: `Contact already exists. Existing ID: ${there.id}` },
    });
    portal.properties.get('tickets')?.set('key', { name: 'key', type: 'string', isUnique: true });
    const properties = { subject: 'A', hs_pipeline_stage: '80011', key: 'a' };
    expect((await ask('POST', `${objects}/tickets`, { properties })).status).toBe(201);
    expect(await ask('POST', `${objects}/tickets`, { properties })).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'CONFLICTING_UNIQUE_VALUE', context: { propertyName: ['key'] } }] },
    });
  });

  test.each<[string, Record<string, string>, string]>([
    ['a property that does not exist', { shoe_size: '44' }, 'PROPERTY_DOESNT_EXIST'],
    ['a choice that does not exist', { hs_communication_channel_type: 'PIGEON' }, 'INVALID_OPTION'],
    ['a time that is none', { hs_timestamp: 'yesterday' }, 'INVALID_DATE'],
    ['more text than fits', { hs_communication_body: 'x'.repeat(65_537) }, 'PROPERTY_VALUE_TOO_LONG'],
  ])('refuses %s', async (_what, changes, code) => {
    const { ask } = await account();
    const good = { hs_communication_channel_type: 'SMS', hs_timestamp: '2026-11-20T12:00:00.000Z' };
    const make = (properties: object) => ask('POST', `${objects}/communications`, { properties });
    expect((await make(good)).status).toBe(201);
    expect(await make({ ...good, ...changes })).toMatchObject({ status: 400, body: { errors: [{ code }] } });
  });

  test('makes properties of the fields that go with their type, and once', async () => {
    const { ask } = await account();
    const make = async (property: object) =>
      (await ask('POST', '/crm/properties/2026-09/contacts', { name: 'a', label: 'A', groupName: 'g', ...property }))
        .status;
    expect(await make({ type: 'string', fieldType: 'text' })).toBe(400);
    await ask('POST', '/crm/properties/2026-09/contacts/groups', { name: 'g', label: 'G' });
    expect(await make({ type: 'string', fieldType: 'select' })).toBe(400);
    expect(await make({ type: 'enumeration', fieldType: 'select' })).toBe(400);
    expect(await make({ type: 'string', fieldType: 'text' })).toBe(201);
    expect(await make({ type: 'string', fieldType: 'text' })).toBe(409);
  });

  test('does nothing without the scope, and names it', async () => {
    const { ask } = await account(['oauth', 'crm.objects.contacts.read']);
    expect(await ask('POST', `${objects}/contacts`, { properties: {} })).toMatchObject({
      status: 403,
      body: {
        category: 'MISSING_SCOPES',
        errors: [{ context: { requiredGranularScopes: ['crm.objects.contacts.write'] } }],
      },
    });
  });

  test('has no addresses of other versions, and no answer for a token that has ended', async () => {
    const { ask } = await account();
    expect((await ask('POST', '/crm/v3/objects/contacts/search', {})).status).toBe(404);
    await clock.advance(1_800_000);
    expect(await ask('GET', '/account-info/2026-09/details')).toMatchObject({
      status: 401,
      body: { category: 'EXPIRED_AUTHENTICATION' },
    });
  });

  test('tells how many calls are left but in answers to searches, and refuses by the ten seconds and by the day', async () => {
    const { ask } = await account();
    const details = () => ask('GET', '/account-info/2026-09/details');
    const { headers } = await details();
    expect(['Max', 'Remaining'].map((name) => headers.get(`X-HubSpot-RateLimit-${name}`))).toEqual(['110', '109']);
    const searched = await ask('POST', `${objects}/contacts/search`, {});
    expect(searched.headers.get('X-HubSpot-RateLimit-Max')).toBeNull();
    const policies = new Set<unknown>();
    for (let calls = 2; calls < 400; calls += 1) {
      const { status: answered, body } = await details();
      if (answered === 429) policies.add(body['policyName']);
      if (calls % 112 === 0) await clock.advance(10_000);
    }
    expect([...policies]).toEqual(['TEN_SECONDLY_ROLLING']);
    await clock.advance(10_000);
    expect((await details()).body).toMatchObject({ policyName: 'DAILY', errorType: 'RATE_LIMIT' });
  });

  test('can be locked, on the move, or behind a page, and can do what was asked without saying so', async () => {
    const { portal, ask } = await account();
    const make = () => ask('POST', `${objects}/contacts`, { properties: {} });
    hubspot.faults.add(/contacts$/, FAULTS.locked);
    expect((await make()).status).toBe(423);
    hubspot.faults.add(/contacts$/, FAULTS.migrating(60));
    const moving = await make();
    expect([moving.status, moving.headers.get('Retry-After')]).toEqual([477, '60']);
    hubspot.faults.add(/contacts$/, FAULTS.badGateway);
    const page = await make();
    expect([page.status, page.headers.get('Content-Type')]).toEqual([502, 'text/html']);
    hubspot.faults.add(/contacts$/, { type: 'reset_after' });
    await expect(make()).rejects.toThrow('fetch failed');
    expect(portal.list('contacts')).toHaveLength(1);
  });

  test('lets a workflow that waits go on once, with outputs that are text', async () => {
    const { ask } = await account();
    const complete = (outputFields: object) =>
      ask('POST', '/automation/actions/callbacks/2026-09/ap-1/complete', { outputFields, typedOutputs: {} });
    expect((await complete({ sms_parts: 1 })).status).toBe(400);
    expect((await complete({ sms_parts: '1' })).status).toBe(404);
    hubspot.waitFor('ap-1');
    expect((await complete({ sms_parts: '1' })).status).toBe(204);
    expect((await complete({ sms_parts: '1' })).status).toBe(400);
  });
});

describe('webhooks of the stand-in', () => {
  const delivered = async (how?: Parameters<typeof hubspot.deliveries.deliver>[0]) => {
    heard.length = 0;
    await hubspot.deliveries.deliver(how);
    return heard.flatMap(({ events }) => events);
  };

  test('tell who changed a record, are signed twice over, and come again with a higher attemptNumber', async () => {
    const { portal, ask } = await account();
    const contact = contactOf(portal);
    await delivered();
    portal.update('contacts', contact.id, { phone: '+14155550123' });
    await ask('PATCH', `${objects}/contacts/${contact.id}`, { properties: { phone: '+14155550124' } });
    status = 500;
    const first = await delivered();
    expect(first.map((event) => event['changeSource'])).toEqual(['CRM_UI', 'INTEGRATION']);
    expect(heard[0]?.signatures.toSorted((one, other) => one.localeCompare(other))).toEqual([
      'x-hubspot-signature',
      'x-hubspot-signature-v3',
      'x-hubspot-signature-version',
    ]);
    status = 200;
    const again = await delivered({ copies: 2, isReversed: true, batchMax: 1 });
    expect(again).toHaveLength(4);
    expect(again.map((event) => event['attemptNumber'])).toEqual([1, 1, 1, 1]);
    expect(new Set(again.map((event) => event['eventId']))).toEqual(new Set(first.map((event) => event['eventId'])));
  });

  test('come in batches of 100', async () => {
    const { portal } = await account();
    for (let count = 0; count < 101; count += 1) contactOf(portal);
    await delivered();
    expect(heard.map(({ events }) => events.length)).toEqual([100, 1]);
  });

  test('tell a merge with all its ids, a privacy deletion twice over, and what was restored', async () => {
    const { portal } = await account();
    const [one, two] = [contactOf(portal), contactOf(portal)];
    await delivered();
    portal.merge('contacts', one.id, two.id);
    expect(await delivered()).toMatchObject([
      {
        subscriptionType: 'object.merge',
        objectTypeId: '0-1',
        primaryObjectId: one.id,
        mergedObjectIds: [two.id],
        newObjectId: one.id,
      },
    ]);
    portal.forget(one.id);
    const [erased, deleted] = await delivered();
    expect(erased).toMatchObject({ subscriptionType: 'contact.privacyDeletion', objectId: Number(one.id) });
    expect(erased).not.toHaveProperty('objectTypeId');
    expect(deleted).toMatchObject({ subscriptionType: 'object.deletion', objectTypeId: '0-1' });
    const three = contactOf(portal);
    portal.archive('contacts', three.id);
    portal.restore('contacts', three.id);
    const types = (await delivered()).map((event) => event['subscriptionType']);
    expect(types).toEqual(['object.creation', 'object.deletion', 'object.restore']);
  });
});
