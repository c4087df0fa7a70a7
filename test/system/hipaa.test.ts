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
import { virtualClock } from '../support/virtual-clock.ts';
import { recordEvent, webhookHarness } from '../support/webhooks.ts';
import { RECIPIENT, world } from '../support/world.ts';

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

describe('R146: HIPAA_MODE', () => {
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

describe('a text that may tell about the health of its recipient', () => {
  const ILL = { body: 'Your diabetes medication is ready.' };

  async function clinic(isHealth = true) {
    const clock = virtualClock();
    const w = await world({ clock, policy: { isHealth } });
    const refusal = async (request: Parameters<typeof w.accept>[0]) => {
      const { verdict } = await w.accept(request);
      return verdict.ok ? null : verdict.refusal;
    };
    const agreement = (topic: string) => ({
      ...({ mode: 'live', number: RECIPIENT, topic, source: 'web_form', method: 'electronic' } as const),
      ...({ actor: { type: 'api_key', id: 'k' }, jurisdiction: null, language: null, messageId: null } as const),
      evidence: { checkbox_state: 'checked' },
      at: new Date(clock.now()),
      expiresAt: null,
    });
    const { consents } = w.contacts;
    const agrees = (topic: string) => consents.optIn(agreement(topic), false);
    const withdraws = (topic: string) => consents.optOut(agreement(topic));
    return { w, clock, refusal, agrees, withdraws };
  }

  test('needs their agreement to get it unencrypted, and to that alone', async () => {
    const { w, refusal, agrees } = await clinic();
    const refused = { code: 'CONSENT_REQUIRED', param: 'to', extra: { topic: 'unencrypted_sms_ack' } };
    expect(await refusal(ILL)).toMatchObject(refused);
    expect(await w.preview(ILL)).toMatchObject({
      ok: true,
      preview: { verdict: { allowed: false, refusal: { code: 'CONSENT_REQUIRED' } } },
    });
    await agrees('*');
    expect(await refusal({ ...ILL, message_type: 'promotional' })).toMatchObject(refused);
    await agrees('unencrypted_sms_ack');
    expect(await refusal(ILL)).toBeNull();
    expect(await refusal({ ...ILL, to: '+14155550124' })).toMatchObject(refused);
  });

  test('waits for its time in vain if they withdraw it', async () => {
    const { w, clock, agrees, withdraws } = await clinic();
    await agrees('unencrypted_sms_ack');
    const later = await w.send({ ...ILL, schedule_for: new Date(clock.now() + 3_600_000) });
    const other = await w.send({ body: 'See you at 10', schedule_for: new Date(clock.now() + 3_600_000) });
    clock.jump(60_000);
    await withdraws('unencrypted_sms_ack');
    clock.jump(3_600_000);
    await w.sweep();
    expect(await w.message(later)).toMatchObject({ status: 'canceled', error: { code: 'CONSENT_REQUIRED' } });
    expect(await w.message(other)).toMatchObject({ status: 'queued' });
  });

  test('is an answer in a conversation, or tells nothing, or the mode is off: then nobody is asked', async () => {
    const { refusal } = await clinic();
    expect(await refusal({ ...ILL, message_type: 'conversational' })).toBeNull();
    expect(await refusal({ body: 'Your order is ready.' })).toBeNull();
    expect(await (await clinic(false)).refusal(ILL)).toBeNull();
  });
});
