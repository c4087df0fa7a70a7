import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendable, startApi, type TestApi } from '../support/http-api.ts';
import { world } from '../support/world.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const post = (path: string, json: unknown, on = api) => on.call(path, { method: 'POST', json, key: on.keys.test });

/** The API with the real verb behind it. */
async function previewing() {
  const it = await world({ mode: 'test' });
  const real = await startApi({ preview: (request) => it.preview(request), lintText: it.lintText });
  return { it, real, close: () => real[Symbol.asyncDispose]() };
}

describe('POST /v1/messages/preview', () => {
  test('R017 R078: answers everything about a text, and dry_run on a send the same with 200', async () => {
    const { it, real, close } = await previewing();
    const text = { ...sendable, to: '(415) 555-0123', body: '“Hi” Ann', smart_encoding: true, to_ignore: 1 };
    const { to_ignore: _, ...asked } = { ...text, to: '+1 (415) 555-0123' };
    const answer = await post('/v1/messages/preview', asked, real);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      object: 'preview',
      mode: 'test',
      to: '+14155550123',
      normalized: true,
      number: { country: 'US', type: 'FIXED_LINE_OR_MOBILE', time_zones: ['America/Los_Angeles'] },
      from: { resolved: sendable.from },
      body: '“Hi” Ann',
      final_body: '"Hi" Ann',
      encoding: 'GSM-7',
      segments: 1,
      characters: 8,
      remaining: 152,
      smart_replacements: [
        { at: 0, from: '“', to: '"' },
        { at: 3, from: '”', to: '"' },
      ],
      message_price: '0.0075',
      currency: 'USD',
      verdict: { allowed: true, status: 'queued', code: null, held_by: null, consent: 'unknown' },
      lint: [],
      route: { smsc: 'fake', fallback: [] },
    });
    const dry = await real.send({ ...asked, dry_run: true }, { headers: { 'Idempotency-Key': 'one' } });
    expect(dry.status).toBe(200);
    const { verdict: _verdict, ...rest } = answer.json;
    expect(dry.json).toMatchObject(rest);
    expect(await it.messages()).toEqual([]);
    expect(real.accepted).toEqual([]);
    await close();
  });

  test('answers 200 for a text that would be recorded as rejected, and says why', async () => {
    const { it, real, close } = await previewing();
    await it.inbound('STOP', sendable.to);
    const answer = await post('/v1/messages/preview', sendable, real);
    expect(answer).toMatchObject({
      status: 200,
      json: { verdict: { allowed: false, status: 'rejected', code: 'OPTED_OUT', send_at: null, consent: 'opted_out' } },
    });
    await close();
  });

  test('R058: refuses what a send refuses, in the same words', async () => {
    const { it, real, close } = await previewing();
    for (const wrong of [
      { to: '+1415' },
      { body: 'ж'.repeat(100), max_segments: 1 },
      { from: 'much too long a name' },
    ]) {
      const { verdict } = await it.accept({ ...sendable, ...wrong });
      const answer = await post('/v1/messages/preview', { ...sendable, ...wrong }, real);
      if (verdict.ok) throw new Error('It was accepted.');
      expect(answer.json).toMatchObject({ code: verdict.refusal.code, detail: verdict.refusal.detail });
    }
    expect(await post('/v1/messages/preview', { ...sendable, mesage_type: 'otp' }, real)).toMatchObject({
      status: 400,
    });
    await close();
  });

  test('sends for real unless dry_run is true', async () => {
    expect((await api.send({ ...sendable, dry_run: false })).status).toBe(202);
    expect((await api.send({ ...sendable, dry_run: null })).status).toBe(202);
    expect(await api.send({ ...sendable, dry_run: 'true' })).toMatchObject({ status: 400, json: { param: 'dry_run' } });
  });

  test('needs no more than the scope to send', async () => {
    const key = await api.keyWith('test', ['messages:read']);
    const refused = await api.call('/v1/messages/preview', { method: 'POST', json: sendable, key });
    expect(refused).toMatchObject({ status: 403, json: { scope: 'messages:send' } });
  });
});

describe('POST /v1/templates/lint', () => {
  test('says what is wrong about the wording, and what would be added', async () => {
    const { real, close } = await previewing();
    const body = 'HURRY UP, EVERYTHING MUST GO!!! https://bit.ly/3abc';
    const answer = await post('/v1/templates/lint', { body, message_type: 'promotional' }, real);
    expect(answer.status).toBe(200);
    const found = answer.json['lint'] as { rule: string }[];
    expect(found.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['opt_out_text_added', 'sender_not_named', 'shouting']),
    );
    expect(found).toContainEqual({
      rule: 'public_shortener',
      severity: 'warn',
      message: 'Carriers filter links of bit.ly, because they hide where they lead.',
      at: [32, 51],
      suggestion: 'Use a link of your own domain.',
    });
    const asked = { body: 'Reply YES to confirm', from: 'Acme' };
    const named = (await post('/v1/templates/lint', asked, real)).json['lint'] as { rule: string }[];
    expect(named).toMatchObject([{ rule: 'sender_cannot_be_answered', severity: 'error' }]);
    const nobody = { body: 'Hello', from: 'much too long a name' };
    expect(await post('/v1/templates/lint', nobody, real)).toMatchObject({ status: 400, json: { param: 'from' } });
    await close();
  });
});

describe('POST /v1/numbers/validate', () => {
  const validate = (number: string, more: object = {}) => post('/v1/numbers/validate', { number, ...more });

  test('tells country, kind, clock and consent of a number', async () => {
    await api.call('/v1/opt-outs', { method: 'POST', json: { number: '+14155550123' } });
    const answer = await validate('(415) 555-0123', { default_country: 'US' });
    expect(answer.json).toMatchObject({
      number: '+14155550123',
      valid: true,
      possible: true,
      reason: null,
      country: 'US',
      type: 'FIXED_LINE_OR_MOBILE',
      time_zones: ['America/Los_Angeles'],
      consent: 'opted_out',
    });
  });

  test('tells a number that is out of use from one that cannot be', async () => {
    const unused = await validate('+447700900123');
    expect(unused.json).toMatchObject({ valid: false, possible: true, number: '+447700900123', type: null });
    expect(unused.json['reason']).not.toBeNull();
    const impossible = await validate('+1415');
    expect(impossible.json).toMatchObject({ valid: false, possible: false, number: null, consent: null });
    expect((await validate('415 555 0123')).json['reason']).toMatch(/country code/);
  });
});
