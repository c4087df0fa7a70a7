import { afterAll, describe, expect, test } from 'vitest';
import { createClient } from '../../connectors/hubspot/api/client.ts';
import { errorOfAnswer, errorOfConnection, HubSpotError } from '../../connectors/hubspot/api/errors.ts';
import { createPlainClient } from '../../connectors/hubspot/api/plain.ts';
import { datedPath } from '../../connectors/hubspot/api/rewrite.ts';
import { createTransport } from '../../connectors/hubspot/api/transport.ts';
import { startFakeHubSpot } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import { hubspotJudge } from '../support/hubspot-judge.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const clock = virtualClock();
const judge = hubspotJudge();
const hubspot = await startFakeHubSpot({ clock, onExchange: judge.onExchange });
afterAll(async () => {
  await hubspot.stop();
  judge.finish();
});
const CANARY = 'canary-of-a-person';

/** A client of one account, as the connector has it. */
async function clientOf(portalId: number, scopes?: readonly string[]) {
  const portal = hubspot.addPortal(portalId, scopes ? { scopes } : {});
  const all = scopes ?? [
    'crm.objects.contacts.read',
    'crm.objects.contacts.write',
    'crm.objects.deals.read',
    'tickets',
    'automation',
  ];
  const query = new URLSearchParams({
    client_id: hubspot.app.clientId,
    redirect_uri: 'https://sms.example.com/x',
    scope: all.join(' '),
  });
  const code =
    new URL(hubspot.oauth.authorize(query, portalId).headers?.['Location'] ?? '').searchParams.get('code') ?? '';
  const transport = createTransport({
    apiUrl: hubspot.url,
    callsPer10Seconds: 90,
    clock,
    tokens: () => ({
      access: () => Promise.resolve({ token, generation: 1 }),
      renew: () => Promise.reject(new Error('not here')),
    }),
  });
  const plain = createPlainClient({
    transport,
    clientId: hubspot.app.clientId,
    clientSecret: hubspot.app.clientSecret,
  });
  const { access_token: token } = await plain.tokensByCode(code, 'https://sms.example.com/x');
  return { portal, client: createClient(transport), plain };
}
const refusal = (asking: Promise<unknown>) =>
  asking.then(
    () => null,
    (error: unknown) => (error instanceof HubSpotError ? error : null),
  );

describe('calls to HubSpot', () => {
  test('go to the dated version, and a numbered one that is left goes nowhere', () => {
    expect(datedPath('/crm/v3/objects/contacts/search')).toBe('/crm/objects/2026-09/contacts/search');
    expect(datedPath('/crm/v4/associations/deals/contacts/batch/read')).toBe(
      '/crm/associations/2026-09/deals/contacts/batch/read',
    );
    expect(datedPath('/crm/v3/pipelines/tickets')).toBe('/crm/pipelines/2026-09/tickets');
    for (const path of ['/crm/v3/lists/1', '/oauth/v1/token', '/automation/v4/actions', '/crm/v5/objects/x'])
      expect(() => datedPath(path)).toThrow(/dated/);
  });

  test('carry records there and back, and find by search what is indexed', async () => {
    const { portal, client } = await clientOf(1);
    const made = await client.create(1, 'contacts', { firstname: 'Kim', phone: '+14155550123' });
    const groups = [
      [
        {
          propertyName: 'hs_searchable_calculated_international_phone_number',
          operator: 'EQ' as const,
          value: '14155550123',
        },
      ],
    ];
    const search = { groups, properties: ['phone'], limit: 10 };
    expect(await client.search(1, 'contacts', search)).toEqual([]);
    await clock.advance(3_000);
    expect(await client.search(1, 'contacts', search)).toMatchObject([
      { id: made.id, properties: { phone: '+14155550123' } },
    ]);
    expect(await client.read(1, 'contacts', [made.id, '7'], ['firstname'])).toMatchObject([
      { id: made.id, properties: { firstname: 'Kim' } },
    ]);
    const stages = await client.stages(1, 'tickets');
    expect(stages.filter(({ isClosed }) => isClosed)).toEqual([
      { id: '80014', label: 'Closed', pipelineId: '8001', pipelineLabel: 'Support', isClosed: true },
    ]);
    const ticket = await client.create(
      1,
      'tickets',
      { subject: 'A', hs_pipeline: '8001', hs_pipeline_stage: '80011' },
      [{ toId: made.id, typeId: 16 }],
    );
    expect(await client.linked(1, 'tickets', [ticket.id], 'contacts')).toEqual(new Map([[ticket.id, [made.id]]]));
    expect(portal.list('tickets')).toHaveLength(1);
  });

  test('are refused in words that can be acted on, and that say nothing of people or tokens', async () => {
    const { client, plain } = await clientOf(2, [
      'crm.objects.contacts.read',
      'crm.objects.contacts.write',
      'automation',
    ]);
    const kinds = new Map<string, HubSpotError | null>([
      ['validation', await refusal(client.create(2, 'contacts', { unknown_property: CANARY }))],
      ['scope', await refusal(client.create(2, 'tickets', { subject: CANARY, hs_pipeline_stage: '1' }))],
      ['notFound', await refusal(client.update(2, 'contacts', '999', { firstname: CANARY }))],
    ]);
    await client.create(2, 'contacts', { email: `${CANARY}@example.com` });
    kinds.set('conflict', await refusal(client.create(2, 'contacts', { email: `${CANARY}@example.com` })));
    hubspot.waitFor('ap-once');
    await plain.complete(2, { callbackId: 'ap-once', outputFields: { sms_status: 'delivered', sms_parts: 2 } });
    expect(hubspot.completions.get('ap-once')).toEqual({ sms_status: 'delivered', sms_parts: '2' });
    expect((await refusal(plain.complete(2, { callbackId: 'ap-once', outputFields: {} })))?.kind).toBe('validation');
    for (const [kind, error] of kinds) {
      expect(error?.kind).toBe(kind);
      expect(`${error?.message} ${JSON.stringify(error)}`).not.toMatch(/canary|fake-access/);
    }
    expect(kinds.get('validation')?.reason).toBe('VALIDATION_ERROR unknown_property');
    expect(kinds.get('conflict')?.existingId).toMatch(/^\d+$/);
  });

  test('that hang, break or answer with a page end within the deadline, and say whether they may have been carried out', async () => {
    const { client, portal } = await clientOf(3);
    hubspot.faults.add(/contacts$/, { type: 'hang' });
    const hanging = refusal(client.create(3, 'contacts', { firstname: 'A' }));
    await until(async () => {
      await clock.advance(1_000);
      return clock.pending() === 0;
    });
    expect(await hanging).toMatchObject({ kind: 'transient', isOutcomeUnknown: true });
    hubspot.faults.add(/contacts$/, { type: 'reset_after' });
    expect(await refusal(client.create(3, 'contacts', { firstname: 'B' }))).toMatchObject({
      kind: 'transient',
      isOutcomeUnknown: true,
    });
    expect(portal.list('contacts')).toHaveLength(1);
    hubspot.faults.add(/contacts$/, { type: 'answer', status: 502, raw: `<html>${CANARY}</html>` });
    expect((await refusal(client.create(3, 'contacts', { firstname: 'C' })))?.message).toBe(
      'HubSpot: transient (502): no reason given',
    );
    hubspot.faults.add(/contacts$/, { type: 'answer', status: 477, raw: '', headers: { 'Retry-After': '600' } });
    expect(await refusal(client.create(3, 'contacts', { firstname: 'D' }))).toMatchObject({
      kind: 'transient',
      retryAfterMs: 600_000,
    });
  });

  test('stay below the limits of the account, of all calls and of searches, however many are asked for at once', async () => {
    const { client } = await clientOf(4);
    const before = hubspot.requests.length;
    const search = { groups: [], properties: [], limit: 1 };
    const asked = [
      ...Array.from({ length: 150 }, () => client.create(4, 'contacts', { firstname: 'A' })),
      ...Array.from({ length: 20 }, () => client.search(4, 'contacts', search)),
    ];
    let isDone = false;
    void Promise.all(asked).finally(() => (isDone = true));
    await until(async () => {
      await clock.advance(100);
      return isDone;
    });
    expect(hubspot.requests.slice(before).filter(({ status }) => status === 429)).toEqual([]);
  });

  test('know from the answer how long to wait', () => {
    const of = (status: number, policyName: string, retryAfter: string | null = null) =>
      errorOfAnswer({ status, retryAfter, body: JSON.stringify({ policyName }) });
    expect(of(429, 'TEN_SECONDLY_ROLLING').retryAfterMs).toBe(10_000);
    expect(of(429, 'SECONDLY').retryAfterMs).toBe(1_000);
    expect(of(429, 'DAILY').retryAfterMs).toBe(900_000);
    expect(of(423, '').retryAfterMs).toBe(2_000);
    expect(of(429, 'DAILY', '30').retryAfterMs).toBe(30_000);
    expect(errorOfConnection(new Error(CANARY)).message).not.toContain(CANARY);
    expect(errorOfAnswer({ status: 400, retryAfter: null, body: '{"status":"BAD_REFRESH_TOKEN"}' }).kind).toBe('auth');
    expect(errorOfAnswer({ status: 400, retryAfter: null, body: '{"error":"invalid_client"}' }).kind).toBe('config');
  });

  test('know a unique value that another record has as a conflict, though HubSpot calls it invalid', async () => {
    const { client, portal } = await clientOf(5);
    portal.properties.get('tickets')?.set('key', { name: 'key', type: 'string', isUnique: true });
    const make = () => client.create(5, 'tickets', { subject: 'A', hs_pipeline_stage: '80011', key: CANARY });
    await make();
    const error = await refusal(make());
    expect(error).toMatchObject({ kind: 'conflict', status: 400, reason: 'VALIDATION_ERROR key' });
    expect(error?.message).not.toContain(CANARY);
    const asMessage = { message: 'Property values were not valid: [{"error":"CONFLICTING_UNIQUE_VALUE"}]' };
    expect(errorOfAnswer({ status: 400, retryAfter: null, body: JSON.stringify(asMessage) }).kind).toBe('conflict');
  });
});
