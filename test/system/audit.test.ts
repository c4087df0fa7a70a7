import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Audit, createAudit } from '../../server/access/audit.ts';
import { actionOf } from '../../server/http/audit.ts';
import { keyRoutes } from '../../server/http/contract.ts';
import { smsbridge } from '../support/command-line.ts';
import { type CallOptions, type HttpAnswer, startApi, type TestApi } from '../support/http-api.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const NUMBER = '+14155550123';
const clock = virtualClock();
let api: TestApi;
let audit: Audit;

beforeAll(async () => {
  api = await startApi();
  audit = createAudit({ database: api.database, numberHmac: () => Buffer.alloc(32, 0xab), clock });
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(async () => {
  for (const table of ['audit_log', 'audit_chain', 'opt_outs', 'consent_events', 'consent_chains']) {
    await run(`delete from ${table}`);
  }
});

const run = <Row>(text: string, ...values: unknown[]) => api.database.query<Row>({ text, values });
const actor = { type: 'api_key', id: 'abcdefgh', ip: '127.0.0.1' } as const;
const entry = (target = 'x') =>
  ({
    mode: 'live',
    actor,
    action: 'route.create',
    target,
    details: { status: 201, operation: 'createRoute' },
  }) as const;
const record = (target?: string) => audit.record(entry(target));

describe('the audit log', () => {
  test('is one chain, however many write at once, and holds what was told', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => record(String(index))));
    expect(await audit.verify()).toEqual({ ok: true, entries: 20 });
    const listed = await audit.list('live', ALL, 100);
    expect(listed.map(({ sequence }) => Number(sequence))).toEqual(
      Array.from({ length: 20 }, (_, index) => 20 - index),
    );
    expect(listed[0]).toMatchObject({ actor, action: 'route.create', details: { status: 201 } });
    expect(await audit.list('test', ALL, 100)).toEqual([]);
  });

  test.each([
    ['a changed action', `update audit_log set action = 'route.list' where sequence = 2`, 2],
    ['another actor', `update audit_log set actor = '{"type":"api_key","id":"stranger"}' where sequence = 2`, 2],
    ['another target', `update audit_log set target = null where sequence = 2`, 2],
    ['other details', `update audit_log set details = '{}' where sequence = 2`, 2],
    ['another moment', `update audit_log set created_at = created_at - interval '1 day' where sequence = 2`, 2],
    ['another mode', `update audit_log set mode = 'test' where sequence = 2`, 2],
    ['a deleted entry', `delete from audit_log where sequence = 2`, 2],
    ['a deleted end', `delete from audit_log where sequence = 3`, 3],
    ['a deleted end of the chain', `delete from audit_chain`, 0],
    ['everything deleted', `delete from audit_log`, 1],
    ['an end of the chain that is set back', `update audit_chain set sequence = 2`, 2],
  ])('tells of %s, and where', async (_what, tampering, brokenAt) => {
    for (const target of ['1', '2', '3']) await record(target);
    await run(tampering);
    expect(await audit.verify()).toEqual({ ok: false, brokenAt });
  });

  test('has nothing of a transaction that was rolled back', async () => {
    await record();
    const failing = api.database.transaction(async () => {
      await record();
      throw new Error('something else failed');
    });
    await expect(failing).rejects.toThrow('something else failed');
    expect(await audit.verify()).toEqual({ ok: true, entries: 1 });
  });

  test('names a number without showing it', () => {
    expect(audit.nameOf(NUMBER)).toBe('+1415•••0123 hmac:abababababababab');
  });
});

const ALL = { action: null, after: null, belowSequence: null };

const entriesOf = (answer: HttpAnswer) => answer.json['data'] as Record<string, unknown>[];
const log = async (query = '', options: CallOptions = {}) =>
  entriesOf(await api.call(`/v1/audit-log${query}`, options));
const optOut = (number = NUMBER) => api.call('/v1/opt-outs', { method: 'POST', json: { number, reason: 'told Ann' } });

describe('every change by the API', () => {
  test('R056: is in the log, with who made it and nothing of what was said', async () => {
    await optOut();
    const path = `/v1/contacts/${encodeURIComponent(NUMBER)}`;
    await api.call(path, { method: 'PUT', json: { name: 'Rumpelstiltskin' } });
    await api.call('/v1/suppressions', { method: 'POST', json: { numbers: [NUMBER, '+14155550124'], list: 'manual' } });
    const entries = await log();
    expect(entries).toMatchObject([
      { action: 'suppression.create', target: null, details: { numbers: 2 } },
      { action: 'contact.put', target: expect.stringMatching(/^\+1415•••0123 hmac:[0-9a-f]{16}$/) },
      {
        id: '1',
        mode: 'test',
        action: 'opt_out.create',
        actor: { type: 'api_key', id: expect.stringMatching(/^\w{8}$/), ip: expect.stringContaining('127.0.0.1') },
        target: expect.stringMatching(/^\+1415•••0123 hmac:/),
        details: { operation: 'createOptOut', status: 201 },
      },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/4155550|Rumpelstiltskin|Ann/);
    const route = keyRoutes.find(({ operation }) => operation === 'listAuditLog');
    const whole = (await api.call('/v1/audit-log')).json;
    expect(route?.operation === 'listAuditLog' && route.answer.safeParse(whole).error?.issues).toBeUndefined();
  });

  test('is not in it when it was refused, and neither are reads and sends', async () => {
    await optOut('nobody');
    await api.call('/v1/opt-outs', { method: 'POST', json: { number: NUMBER }, key: await api.keyWith('test', []) });
    await api.call('/v1/opt-outs');
    await api.send({ to: NUMBER, from: '+15005550100', body: 'Hello' });
    expect(await log()).toEqual([]);
  });

  test('is in it when it makes a text pass the hours of its recipient', async () => {
    await api.send({ to: NUMBER, from: '+15005550100', body: 'Hello', quiet_hours: 'ignore' });
    expect(await log()).toMatchObject([
      { action: 'quiet_hours.ignored', target: expect.stringMatching(/^\+1415•••0123/) },
    ]);
  });

  test('is in it for keys of its mode alone, and needs the scope audit:read', async () => {
    await optOut();
    expect(await log('', { key: api.keys.live })).toEqual([]);
    const answer = await api.call('/v1/audit-log', { key: await api.keyWith('test', ['messages:read']) });
    expect(answer).toMatchObject({ status: 403, json: { scope: 'audit:read' } });
  });

  test('is found by action, by kind and by time, page by page', async () => {
    for (const index of [0, 1, 2]) await optOut(`+1415555012${index}`);
    await api.call(`/v1/contacts/${encodeURIComponent(NUMBER)}`, { method: 'PUT', json: {} });
    expect(await log('?action=opt_out.create')).toHaveLength(3);
    expect(await log('?action=opt_out.*')).toHaveLength(3);
    expect(await log('?action=opt_out')).toHaveLength(0);
    expect(await log('?created_after=2126-01-01T00:00:00Z')).toHaveLength(0);
    const first = await api.call('/v1/audit-log?limit=3');
    expect(entriesOf(first).map(({ id }) => id)).toEqual(['4', '3', '2']);
    expect((await log(`?limit=3&cursor=${String(first.json['next_cursor'])}`)).map(({ id }) => id)).toEqual(['1']);
  });

  test('gets an action of its own, by what it changes', () => {
    const actions = keyRoutes.filter(({ method }) => method !== 'get').map(({ operation }) => actionOf(operation));
    expect(new Set(actions).size).toBe(actions.length);
    expect(actions.every((action) => /^[a-z_]+\.[a-z_]+$/.test(action))).toBe(true);
    expect(
      ['createOptOut', 'pauseCarrier', 'createWebhookEndpoint', 'erasePersonalData', 'recordConsent'].map(actionOf),
    ).toEqual(['opt_out.create', 'smsc.pause', 'webhook.create', 'privacy.erase', 'consent.record']);
  });

  test('never locks up with others that write consent at the same moment', async () => {
    const numbers = Array.from({ length: 8 }, (_, index) => `+1415555014${index}`);
    const answers = await Promise.all(
      numbers.flatMap((number) => [
        optOut(number),
        optOut(number),
        api.call('/v1/privacy/erase', { method: 'POST', json: { number } }),
        api.call('/v1/privacy/export', { method: 'POST', json: { number } }),
      ]),
    );
    expect(answers.map(({ status }) => status).filter((status) => status >= 400)).toEqual([]);
    expect((await api.call('/v1/audit-log/verify')).json).toMatchObject({
      ok: true,
      audit: { entries: 32 },
      consent_test: { entries: 16 },
    });
  });
});

describe('in HIPAA mode', () => {
  test('reads are in the log too, before they are answered', async () => {
    await using health = await startApi({ auditReads: true });
    await health.call('/v1/messages');
    await health.call(`/v1/contacts/${encodeURIComponent(NUMBER)}`);
    await health.call(`/v1/opt-outs`);
    const [first, second] = entriesOf(await health.call('/v1/audit-log'));
    expect([first, second]).toMatchObject([{ action: 'opt_out.list' }, { action: 'message.list' }]);
    await health.database.query({ text: 'drop table audit_log', values: [] });
    expect((await health.call('/v1/messages')).status).toBeGreaterThanOrEqual(500);
  });
});

describe('smsbridge audit', () => {
  async function ran(...args: string[]) {
    const { code, stdout } = await smsbridge({ url: api.url, key: api.keys.test }, 'audit', ...args);
    return { code, text: stdout };
  }

  test('verify ends with 0 while nothing was changed, and with 15 and the place when something was', async () => {
    await optOut();
    await optOut('+14155550124');
    const whole = await ran('verify');
    expect(whole).toMatchObject({ code: 0, text: expect.stringContaining('2 entries, none changed') });
    await run(`update audit_log set target = 'somebody else' where sequence = 2`);
    await run(`update consent_events set topic = 'sale' where sequence = 1`);
    const broken = await ran('verify');
    expect(broken.code).toBe(15);
    expect(broken.text).toMatch(
      /audit log\s+broken at entry 2\nconsent, live\s+0 entries.*\nconsent, test\s+broken at entry 1\n/,
    );
    expect(JSON.parse((await ran('verify', '--json')).text)).toMatchObject({ ok: false, audit: { broken_at: 2 } });
  });

  test('list shows who did what', async () => {
    await optOut();
    expect((await ran('list', 'opt_out.*')).text).toMatch(/api_key \w{8} {2}opt_out\.create {2}\+1415•••0123/);
    expect((await ran('list', 'smsc.*')).text).toBe('');
    expect((await ran('nothing')).code).toBe(2);
  });
});
