import { describe, expect, test } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { systemClock } from '../../server/clock.ts';
import { thinPayload } from '../../server/events/payload.ts';
import { verify } from '../../server/events/sign.ts';
import { profileOfUrl } from '../../server/smpp/configured.ts';
import { type CarrierProfile, carrierSchema } from '../../server/smpp/profile.ts';
import { openRegistry, type RegistryOptions } from '../../server/smpp/registry.ts';
import { parseSmppUrl } from '../../server/smpp/smpp-url.ts';
import { sampleInbound } from '../support/sample-message.ts';
import { until } from '../support/until.ts';
import { recordEvent, webhookHarness } from '../support/webhooks.ts';

const profile = (changes: object = {}) =>
  carrierSchema.parse({
    id: 'acme',
    host: 'smsc.example.com',
    port: 2775,
    system_id: 'us',
    password: 'swordfish',
    ...changes,
  });
const ofUrl = (url: string) => {
  const parsed = parseSmppUrl(url);
  if (!parsed.ok) throw new Error(parsed.faults.join());
  return profileOfUrl(parsed.endpoint);
};
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

const open = (configured: readonly CarrierProfile[], stored: readonly CarrierProfile[] = [], requiresTls = true) =>
  openRegistry({
    configured: configured.map((one) => ({ profile: one, mode: 'live', origin: 'file' })),
    store: {
      load: () => Promise.resolve(stored.map((one) => ({ id: one.id, mode: 'live', profile: one }))),
      insert: () => Promise.resolve(true),
      updateProfile: () => Promise.resolve(),
      remove: () => Promise.resolve(),
      pausedIds: () => Promise.resolve(new Set<string>()),
      setPaused: () => Promise.resolve(),
      recordState: () => Promise.resolve(true),
    },
    clock: systemClock,
    log: quiet,
    events: { receipt: () => Promise.resolve(), inbound: () => Promise.resolve() } as RegistryOptions['events'],
    onEvents: () => undefined,
    requiresTls,
  });

describe('HIPAA_MODE', () => {
  test('is off unless it is 1', () => {
    expect(readConfig({}).HIPAA_MODE).toBe(false);
    expect(readConfig({ HIPAA_MODE: '1' }).HIPAA_MODE).toBe(true);
    expect(() => readConfig({ HIPAA_MODE: 'yes' })).toThrow('HIPAA_MODE');
  });

  test.each([
    ['of a file', () => open([profile()])],
    ['of SMPP_URL', () => open([ofUrl('smpp://us:swordfish@smsc.example.com')])],
    ['added by the API before', () => open([], [profile()])],
    ['that connects to us', () => open([profile({ tls: {}, binds: [outbind] })])],
  ])('refuses to start with a live carrier without TLS %s, and shows no password', async (_which, start) => {
    const failed = await start().then(
      () => '',
      (error: Error) => error.message,
    );
    expect(failed).toMatch(/HIPAA_MODE: the carrier (acme|default) is bound without TLS/);
    expect(failed).not.toContain('swordfish');
  });

  test.each([
    ['with TLS', profile({ tls: {} })],
    ['that says that its way is protected', profile({ allow_plaintext: true })],
    ['of an URL that says so', ofUrl('smpp://us:swordfish@smsc.example.com?allow_plaintext=1')],
    ['of an URL with TLS', ofUrl('smpps://us:swordfish@smsc.example.com')],
  ])('takes a live carrier %s', async (_which, one) => {
    expect((await open([one])).all()).toHaveLength(1);
  });

  test('refuses a live carrier without TLS by the API, and takes the test one', async () => {
    const { api } = await open([]);
    expect(await api.add('live', profile())).toEqual({ ok: false, reason: 'plaintext' });
    expect(await api.add('test', profile())).toMatchObject({ ok: true });
  });

  test('off, takes carriers as they are', async () => {
    expect((await open([profile()], [], false)).all()).toHaveLength(1);
  });

  test('tells webhooks ids alone, signed as they are sent', async () => {
    const { start, sink, database, deliveries } = await webhookHarness();
    const webhooks = start({ isThin: true });
    const made = await webhooks.endpoints.create('test', { url: `${sink.url}/hook`, event_types: ['*'] });
    const text = sampleInbound({ body: 'My zebra is ill', from: '+14155550123' });
    await recordEvent(database, 'message.received', text);
    webhooks.poke();
    const [request] = await sink.received(1);
    if (!request || !made.ok) throw new Error('nothing arrived');
    expect(verify(request.headers, request.body, made.secret, Math.floor(Date.now() / 1_000))).toEqual({ ok: true });
    expect(request.body).not.toMatch(/zebra|4155550/);
    expect(JSON.parse(request.body)).toMatchObject({
      type: 'message.received',
      data: { message_id: text.id, object: 'message', direction: 'inbound', status: 'received', mode: 'test' },
    });
    await until(async () => (await deliveries())[0]?.state === 'delivered');
  });
});

const outbind = { type: 'transceiver', count: 1, outbind: { port: 3000, system_id: 'smsc', password: 'swordfish' } };

describe('a thin payload', () => {
  test('has nothing but ids, times and states', () => {
    const whole = {
      type: 'contact.opted_out',
      timestamp: '2026-11-20T12:00:00.000Z',
      data: {
        event_id: 'e',
        number: '+14155550123',
        keyword: 'STOP',
        topic: '*',
        metadata: { who: 'zebra' },
        contact: { number: '+14155550123' },
        error: { upstream: { raw: 'zebra' } },
      },
    };
    expect(JSON.parse(thinPayload(JSON.stringify(whole)))).toEqual({ ...whole, data: { event_id: 'e', topic: '*' } });
  });
});
