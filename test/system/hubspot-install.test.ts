import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PORTAL } from '../support/hubspot-acts.ts';
import { hubspotWorld } from '../support/hubspot-world.ts';

const world = await hubspotWorld({ HUBSPOT_PORTALS: `${PORTAL},1002,1003` });
afterAll(() => world[Symbol.asyncDispose]());
const { hubspot, portal, storage, clock } = world;

const stateOf = async (portalId: number) => {
  const [row] = await storage.query<{ state: string; notice: string | null }>(
    'select state, notice from portals where portal_id = $1',
    [portalId],
  );
  return row ?? null;
};
const begin = async () => {
  const begun = await world.visit('/connectors/hubspot/install');
  const agreed = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
  const back = new URL(agreed.headers.get('location') ?? '');
  return { path: back.pathname + back.search, cookie: (begun.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
};
const crmEvents = () =>
  storage.query<{ key: string; payload: { property: string | null } }>(
    `select key, payload from tasks where kind = 'crm' order by seq`,
  );

describe('connecting an account', () => {
  test('R175: prepares it: properties, the key of tickets, a place among the systems that confirm opt-outs; twice is once', async () => {
    expect(await world.install()).toMatchObject({ status: 200 });
    await world.settled();
    expect(portal.properties.get('contacts')?.has('sms_opt_out')).toBe(true);
    expect(portal.properties.get('tickets')?.get('sms_conversation_key')?.isUnique).toBe(true);
    expect((await world.sdk.optOuts.systems.list()).map(({ id }) => id)).toContain(`hubspot-${PORTAL}`);
    expect(await world.install()).toMatchObject({ status: 200 });
    await world.settled();
    expect(await stateOf(PORTAL)).toEqual({ state: 'active', notice: null });
  });

  test('is refused without the cookie of the browser that began, a second time, and after ten minutes', async () => {
    const other = await begin();
    expect((await world.visit(other.path)).status).toBe(400);
    expect((await world.visit(other.path, { Cookie: 'smsbridge_hubspot=somebody-else-entirely' })).status).toBe(400);
    const once = await begin();
    expect((await world.visit(once.path, { Cookie: once.cookie })).status).toBe(200);
    expect((await world.visit(once.path, { Cookie: once.cookie })).status).toBe(400);
    const late = await begin();
    await clock.advance(601_000);
    expect((await world.visit(late.path, { Cookie: late.cookie })).status).toBe(400);
    const forged = await begin();
    expect(
      (await world.visit(forged.path.replace(/state=[^&]+/, 'state=guessed'), { Cookie: forged.cookie })).status,
    ).toBe(400);
  });

  test('is refused for an account that may not connect, or whose tier lacks a scope', async () => {
    hubspot.addPortal(1_009);
    expect((await world.install(1_009)).status).toBe(403);
    expect(await stateOf(1_009)).toBeNull();
    hubspot.addPortal(1_003, { scopes: ['oauth', 'tickets'] });
    expect((await world.install(1_003)).status).toBe(403);
    expect(await stateOf(1_003)).toBeNull();
  });

  test('leads back to HubSpot when it began there, and never elsewhere', async () => {
    const evil = await begin();
    const answer = await world.visit(
      `${evil.path}&returnUrl=${encodeURIComponent('https://app.hubspot.com.evil.example/')}`,
      { Cookie: evil.cookie },
    );
    expect(answer.status).toBe(200);
    const good = await begin();
    const back = await world.visit(`${good.path}&returnUrl=${encodeURIComponent('https://app-eu1.hubspot.com/x')}`, {
      Cookie: good.cookie,
    });
    expect([back.status, back.headers.get('location')]).toEqual([302, 'https://app-eu1.hubspot.com/x']);
  });

  test('that begins in the marketplace goes the same way, from where HubSpot sends the administrator first', async () => {
    const returnUrl = encodeURIComponent('https://app.hubspot.com/integrations-settings/1001/installed');
    const begun = await world.visit(`/connectors/hubspot/oauth/callback?step=authorize&returnUrl=${returnUrl}`);
    const to = new URL(begun.headers.get('location') ?? '');
    expect([begun.status, to.pathname, to.searchParams.get('redirect_uri')]).toEqual([
      302,
      '/oauth/authorize',
      'https://sms.example.com/connectors/hubspot/oauth/callback',
    ]);
    const agreed = await fetch(`${to.href}&portal=${PORTAL}`, { redirect: 'manual' });
    const back = new URL(agreed.headers.get('location') ?? '');
    const [cookie = ''] = (begun.headers.get('set-cookie') ?? '').split(';');
    const done = await world.visit(`${back.pathname}${back.search}&step=finalize&returnUrl=${returnUrl}`, {
      Cookie: cookie,
    });
    expect([done.status, done.headers.get('location')]).toEqual([302, decodeURIComponent(returnUrl)]);
  });

  test('keeps tokens sealed', async () => {
    const [row] = await storage.query<{ access_token: Buffer; refresh_token: Buffer }>(
      'select access_token, refresh_token from portals where portal_id = $1',
      [PORTAL],
    );
    expect(row?.access_token.toString('latin1')).not.toContain('fake-access');
    expect(row?.refresh_token.toString('latin1')).not.toContain('fake-refresh');
    const { rows } = { rows: await storage.query('select * from portals') };
    expect(JSON.stringify(rows)).not.toContain('fake-refresh');
  });

  test('renews an ended token once, whichever of two processes needs it, however many calls wait', async () => {
    await world.another();
    await clock.advance(1_900_000);
    const before = hubspot.oauth.counts.refreshes;
    const people = Array.from({ length: 6 }, (_, index) => world.contact({ mobilephone: `+1415555019${index}` }));
    const inputs = { recipient_policy: 'enrolled', message: 'Hi', wait_for: 'accepted', message_class: 'service' };
    const calls = people.map(({ id }, index) =>
      hubspot.runAction(PORTAL, `ap-renew-${index}`, { objectType: 'CONTACT', objectId: id }, inputs),
    );
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(people.map(() => 200));
    expect(hubspot.oauth.counts.refreshes).toBe(before + 1);
  });

  test('needs it again when the app was removed; what waits is done then, and another account is not touched', async () => {
    const second = hubspot.addPortal(1_002);
    expect(await world.install(1_002)).toMatchObject({ status: 200 });
    await world.settled();
    hubspot.oauth.revoke(1_002);
    await clock.advance(1_900_000);
    const { id } = second.create('contacts', { properties: { mobilephone: '+14155550180' } });
    await world.texts('+14155550180', 'Anybody there?');
    await world.until(async () => (await stateOf(1_002))?.state === 'needs_reauth');
    expect((await stateOf(1_002))?.notice).toContain('Connect the account again');
    expect((await stateOf(PORTAL))?.state).toBe('active');
    expect(await world.install(1_002)).toMatchObject({ status: 200 });
    await world.eventually(() => second.linked('contacts', id, 'communications').length === 1);
  });

  test('gives what a stranger writes to one account, and what a known person writes to whoever knows them', async () => {
    const second = hubspot.portal(1_002);
    await world.texts('+14155550183', 'Is anybody there?');
    const isStranger = (one: typeof portal) =>
      one.list('tickets').filter(({ properties }) => properties['subject']?.includes('+14155550183')).length;
    await world.until(() => isStranger(portal) === 1);
    await world.settled();
    expect(isStranger(second)).toBe(0);
    await world.configure({ default_sender: '+15005550100' }, 1_002);
    await world.texts('+14155550184', 'And here?');
    await world.until(() =>
      second.list('tickets').some(({ properties }) => properties['subject']?.includes('+14155550184')),
    );
    await world.settled();
    expect(portal.list('tickets').some(({ properties }) => properties['subject']?.includes('+14155550184'))).toBe(
      false,
    );
  });

  test('never shows a record of one account to another', async () => {
    const foreign = hubspot.portal(1_002).create('contacts', { properties: { mobilephone: '+14155550182' } });
    const inputs = { recipient_policy: 'enrolled', message: 'Hi', wait_for: 'accepted', message_class: 'service' };
    const { text } = await hubspot.runAction(
      PORTAL,
      'ap-foreign',
      { objectType: 'CONTACT', objectId: foreign.id },
      inputs,
    );
    expect(text).toContain('blocked_no_number');
    expect(await world.phone('+14155550182')).toEqual([]);
  });

  test('ends when an account leaves: the app is removed there, and its tokens are gone here', async () => {
    const leave = () => world.ask('POST', 'disconnect', undefined, 1_002);
    expect((await leave()).status).toBe(200);
    expect(await stateOf(1_002)).toEqual({ state: 'uninstalled', notice: null });
    expect(await storage.query('select 1 from portals where portal_id = 1002 and refresh_token is not null')).toEqual(
      [],
    );
    expect((await world.sdk.optOuts.systems.list()).map(({ id }) => id)).not.toContain('hubspot-1002');
    expect(hubspot.requests.find(({ method }) => method === 'DELETE')).toMatchObject({ portalId: 1_002, status: 204 });
    expect((await leave()).status).toBe(403);
  });

  test('touches no account when our own client secret is wrong', async () => {
    hubspot.faults.add(/oauth\/2026-09\/token$/, {
      type: 'answer',
      status: 400,
      json: { status: 'BAD_CLIENT_ID', message: 'missing or unknown client id' },
    });
    await clock.advance(1_900_000);
    const { id } = world.contact({ mobilephone: '+14155550181' });
    const inputs = { recipient_policy: 'enrolled', message: 'Hi', wait_for: 'accepted', message_class: 'service' };
    expect((await hubspot.runAction(PORTAL, 'ap-config', { objectType: 'CONTACT', objectId: id }, inputs)).status).toBe(
      503,
    );
    expect((await stateOf(PORTAL))?.state).toBe('active');
  });
});

describe('webhooks of HubSpot', () => {
  test('are stored once, whatever comes twice, in another order, cut differently or tried again', async () => {
    await storage.query(`delete from tasks where kind = 'crm'`);
    const deliveries = hubspot.deliveries;
    deliveries.waiting.length = 0;
    for (let count = 0; count < 12; count += 1)
      world.contact({ phone: `+1415555${String(1_000 + count)}`, mobilephone: '+14155550199' });
    const changes = [...deliveries.waiting];
    expect(await deliveries.deliver({ copies: 2 })).toEqual([200, 200]);
    deliveries.waiting.push(...changes);
    expect(new Set(await deliveries.deliver({ isReversed: true, batchMax: 5 }))).toEqual(new Set([200]));
    const stored = await crmEvents();
    // An event id stands for changes of two properties here.
    expect(stored).toHaveLength(36);
    expect(stored.filter(({ payload }) => payload.property === 'phone')).toHaveLength(12);
    expect(JSON.stringify(stored)).not.toContain('+1415555');
  });

  test('are refused when HubSpot has not signed them just now, and when they are too large or no JSON', async () => {
    const path = '/connectors/hubspot/webhooks/crm';
    const statusOf = async (body: string, tampering = {}) => (await hubspot.call('POST', path, body, tampering)).status;
    expect(await statusOf('[]')).toBe(200);
    for (const signature of ['none', 'wrong', 'v1', 'v2']) expect(await statusOf('[]', { signature })).toBe(401);
    expect(await statusOf('[]', { sentBody: '[ ]' })).toBe(401);
    for (const offset of [-301_000, 301_000])
      expect(await statusOf('[]', { timestamp: String(clock.now() + offset) })).toBe(401);
    const spoofed = { headers: { 'X-Forwarded-Host': 'evil.example.com', 'X-Forwarded-Proto': 'http' } };
    expect(await statusOf('[]', spoofed)).toBe(200);
    expect(await statusOf('{"not":"a list"}')).toBe(400);
    expect(await statusOf('[')).toBe(400);
    expect(await statusOf('[{"unknown":true}, 7]')).toBe(200);
    expect(await statusOf(`["${'a'.repeat(2_000_000)}"]`).catch(() => 413)).toBe(413);
    expect((await world.visit('/connectors/hubspot/webhooks/crm')).status).toBe(405);
    expect((await world.visit('/connectors/hubspot/elsewhere')).status).toBe(404);
  });

  test('of an account that is not connected are taken and dropped', async () => {
    const stranger = hubspot.addPortal(1_077);
    stranger.create('contacts', { properties: { phone: '+14155550111' } });
    expect(await hubspot.deliveries.deliver()).toEqual([200]);
    expect((await crmEvents()).filter(({ key }) => key.startsWith('crm:1077'))).toEqual([]);
  });
});

describe('the project that is uploaded to HubSpot', () => {
  const src = path.join(import.meta.dirname, '../../connectors/hubspot/app/src');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(?:json|tsx?)$/.test(file));
  const found = (pattern: RegExp) =>
    files.flatMap((file) =>
      [...readFileSync(path.join(src, file), 'utf8').matchAll(pattern)].map(([, text]) => text ?? ''),
    );
  const statusOf = async (address: string, method = 'POST') =>
    (await hubspot.call(method, address, '', { signature: 'none' })).status;

  test('names addresses that the connector has, and that answer nobody who has not signed', async () => {
    const named = found(/"\$\{PUBLIC_ORIGIN\}([^"]+)"/g);
    expect(named).toContain('/connectors/hubspot/webhooks/crm');
    for (const address of named.filter((one) => one.startsWith('/connectors/'))) {
      // A browser comes back to this one, with a code.
      const isCallback = address.endsWith('/oauth/callback');
      expect(await statusOf(address, isCallback ? 'GET' : 'POST'), address).toBe(isCallback ? 400 : 401);
    }
    for (const page of named.filter((one) => !one.startsWith('/connectors/')))
      expect((await fetch(world.server.url + page)).status, page).toBe(200);
  });

  test('has cards and pages that ask for what the connector has', async () => {
    const asked = found(/'((?:bulk|card|disconnect|settings)(?:\/[\w/-]+)?)'/g);
    expect(new Set(asked).size).toBeGreaterThan(6);
    // 405: it is there, for another method.
    for (const one of asked) expect([401, 405], one).toContain(await statusOf(`/connectors/hubspot/${one}`));
    expect(await statusOf('/connectors/hubspot/card/nothing')).toBe(404);
  });
});
