import { beforeEach, describe, expect, test } from 'vitest';
import { batchSchema, submittedBatchSchema } from '../../server/http/contract-batches.ts';
import { templateSchema } from '../../server/http/contract-templates.ts';
import { type ApiClient, apiClient, TEXT } from '../support/api-client.ts';
import { ownServer } from '../support/own-server.ts';

/** The whole server: what is planned here is planned by the code that sends. */
async function open(settings: Readonly<Record<string, string>> = {}): Promise<ApiClient> {
  return apiClient(await ownServer({ SIMULATOR_PORT: 'free', ...settings }));
}
const TOMORROW = new Date(Date.now() + 86_400_000).toISOString();
let call: ApiClient;

describe('R104, R105: templates', () => {
  beforeEach(async () => {
    call = await open();
  });

  test('R005: are made, changed in versions that stay, previewed, sent and deleted', async () => {
    const made = await call('POST', '/v1/templates', {
      name: 'shipped',
      body: 'Hi {{contact.firstname|there}}, {{order}}',
    });
    expect(made.status).toBe(201);
    const { id, ...first } = templateSchema.parse(made.body);
    expect(first).toMatchObject({
      version: 1,
      variables: [
        { name: 'contact.firstname', required: false },
        { name: 'order', required: true },
      ],
    });
    const path = `/v1/templates/${id}`;
    const taken = await call('POST', '/v1/templates', { name: 'shipped', body: 'x' });
    expect(taken).toMatchObject({ status: 400, body: { param: 'name' } });
    const broken = await call('PUT', path, { name: 'shipped', body: 'Hi {{name' });
    expect(broken).toMatchObject({ status: 400, body: { param: 'body' } });

    const text = { to: TEXT.to, from: TEXT.from, template_id: id };
    const idempotent = { 'Idempotency-Key': 'shipped-1' };
    const variables = { order: '#7', contact: { firstname: 'Ann' } };
    const sent = await call('POST', '/v1/messages/send', { ...text, variables }, idempotent);
    expect(sent).toMatchObject({ status: 202, body: { template: { id, version: 1 } } });
    const stored = await call('GET', `/v1/messages/${String(sent.body['message_id'])}`);
    expect(stored.body['body']).toBe('Hi Ann, #7');
    const missing = await call('POST', '/v1/messages/send', { ...text, variables: {} });
    expect(missing).toMatchObject({
      status: 400,
      body: { code: 'TEMPLATE_VARIABLE_MISSING', param: 'variables.order' },
    });

    expect((await call('PUT', path, { name: 'sent', body: 'New {{order}}' })).body).toMatchObject({ version: 2 });
    expect((await call('PUT', path, { name: 'sent', body: 'New {{order}}' })).body).toMatchObject({ version: 2 });
    const shown = await call('GET', path);
    expect(shown.body['versions']).toMatchObject([
      { version: 2, body: 'New {{order}}' },
      { version: 1, body: 'Hi {{contact.firstname|there}}, {{order}}' },
    ]);
    // The same request again is the same text, whatever became of the template.
    const again = await call('POST', '/v1/messages/send', { ...text, variables }, idempotent);
    expect(again.body['message_id']).toBe(sent.body['message_id']);
    const preview = await call('POST', `${path}/preview`, { to: TEXT.to, from: TEXT.from, variables: { order: 8 } });
    expect(preview).toMatchObject({ status: 200, body: { body: 'New 8', segments: 1 } });

    expect((await call('GET', '/v1/templates')).body).toMatchObject({ data: [{ id, name: 'sent' }], has_more: false });
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', path)).status).toBe(404);
    const gone = await call('POST', '/v1/messages/send', { ...text, variables });
    expect(gone).toMatchObject({ status: 400, body: { param: 'template_id' } });
    expect((await call('POST', '/v1/templates', { name: 'sent', body: 'free again' })).status).toBe(201);
  });

  test('that nobody has are 404, however they are asked for', async () => {
    for (const id of ['%00', 'tpl_1', `tpl_${'0'.repeat(16)}`, '..%2f']) {
      const path = `/v1/templates/${id}`;
      const asked = [call('GET', path), call('DELETE', path), call('PUT', path, { name: 'n', body: 'b' })];
      const answers = [...(await Promise.all(asked)), await call('POST', `${path}/preview`, { to: TEXT.to })];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    }
  });

  test('variables fill a body too, and without variables a body is taken as it is', async () => {
    const filled = await call.send({ body: 'Hi {{name}}', variables: { name: 'Bo' } });
    const plain = await call.send({ body: 'Hi {{name}}' });
    expect((await call('GET', `/v1/messages/${filled}`)).body['body']).toBe('Hi Bo');
    expect((await call('GET', `/v1/messages/${plain}`)).body['body']).toBe('Hi {{name}}');
    const long = { ...TEXT, body: '{{a}}{{a}}', variables: { a: 'x'.repeat(900) } };
    expect(await call('POST', '/v1/messages/send', long)).toMatchObject({
      status: 400,
      body: { code: 'BODY_TOO_LONG' },
    });
  });
});

describe('R027, R031, R105: a batch over HTTP', () => {
  beforeEach(async () => {
    call = await open();
  });

  test('answers 202 with one result for each text in order, and tells how it goes on', async () => {
    const template = await call('POST', '/v1/templates', { name: 't', body: 'Hi {{name}}, {{shop}}' });
    const batch = {
      defaults: { from: TEXT.from, template_id: template.body['id'], variables: { shop: 'Acme' }, tags: ['spring'] },
      campaign_id: 'cmp_1',
      dedupe: 'to',
      messages: [
        { to: '+14155550123', variables: { name: 'Ann' }, client_ref: 'a' },
        { to: 'bad', variables: { name: 'Bo' } },
        { to: '+14155550124' },
        { recipient: '+14155550125', message: 'Own words' },
        { to: '+1 415 555 0123', variables: { name: 'Ann' } },
        'nothing',
        { to: '+14155550126', variables: { name: 'Di' }, dry_run: true },
        { to: '+14155550127', variables: { name: 'Di' }, shedule_for: TOMORROW },
      ],
    };
    const first = await call('POST', '/v1/messages/batch', batch, { 'Idempotency-Key': 'spring-1' });
    expect(first.status).toBe(202);
    const { results, ...rest } = submittedBatchSchema.parse(first.body);
    expect(rest).toMatchObject({ total: 8, accepted: 2, rejected: 5, duplicates: 1, segments: 2, distinct_bodies: 2 });
    const seen = results.map(({ index, status, error }) => [index, status, error?.code ?? null, error?.param ?? null]);
    expect(seen).toEqual([
      [0, 'queued', null, null],
      [1, 'rejected', 'INVALID_NUMBER', '/messages/1/to'],
      [2, 'rejected', 'TEMPLATE_VARIABLE_MISSING', '/messages/2/variables/name'],
      [3, 'queued', null, null],
      [4, 'duplicate', null, null],
      [5, 'rejected', 'INVALID_REQUEST', '/messages/5'],
      [6, 'rejected', 'INVALID_REQUEST', '/messages/6/dry_run'],
      [7, 'rejected', 'INVALID_REQUEST', '/messages/7/shedule_for'],
    ]);
    expect(results[0]).toMatchObject({ client_ref: 'a', to: '+14155550123', segments: 1 });
    const again = await call('POST', '/v1/messages/batch', batch, { 'Idempotency-Key': 'spring-1' });
    expect(again.body).toEqual(first.body);

    const path = `/v1/batches/${rest.batch_id}`;
    const shown = batchSchema.parse((await call('GET', path)).body);
    expect(shown).toMatchObject({ total: 8, rejected: 5, duplicates: 1 });
    const texts = (await call('GET', `${path}/messages?limit=1`)).body;
    expect(texts).toMatchObject({ has_more: true, data: [{ batch_id: rest.batch_id, campaign_id: 'cmp_1' }] });
    const bodies = ((await call('GET', '/v1/messages?tag=spring')).body['data'] as { body: string }[]).map(
      ({ body }) => body,
    );
    expect(bodies.toSorted()).toEqual(['Hi Ann, Acme', 'Own words']);
    for (const unknown of ['/v1/batches/bat_1', `/v1/batches/bat_${'0'.repeat(24)}`]) {
      expect((await call('GET', unknown)).status).toBe(404);
    }
  });

  test('takes an Idempotency-Key for each text, the same as that of a text sent alone', async () => {
    const keyed = { ...TEXT, idempotency_key: 'order-17' };
    const messages = [keyed, { ...TEXT, idempotency_key: 'with space' }, { ...TEXT, idempotency_key: 7 }, TEXT];
    const first = await call('POST', '/v1/messages/batch', { messages });
    const { results } = submittedBatchSchema.parse(first.body);
    expect(results.map(({ error }) => error?.param ?? null)).toEqual([
      null,
      '/messages/1/idempotency_key',
      '/messages/2/idempotency_key',
      null,
    ]);
    const alone = await call('POST', '/v1/messages/send', TEXT, { 'Idempotency-Key': 'order-17' });
    expect(alone.body['message_id']).toBe(results[0]?.message_id);
    const shared = await call('POST', '/v1/messages/batch', { messages: [TEXT], defaults: { idempotency_key: 'a' } });
    const again = await call('POST', '/v1/messages/batch', { messages: [TEXT], defaults: { idempotency_key: 'a' } });
    expect(submittedBatchSchema.parse(again.body).results[0]?.message_id).not.toBe(
      submittedBatchSchema.parse(shared.body).results[0]?.message_id,
    );
  });

  test('is refused as a whole for its envelope, its size, or one text of all_or_nothing', async () => {
    const messages = [{ ...TEXT }, { ...TEXT, to: 'bad' }];
    const whole = await call('POST', '/v1/messages/batch', { messages, mode: 'all_or_nothing' });
    expect(whole).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', param: '/messages/1/to' } });
    expect((await call('GET', '/v1/messages')).body).toMatchObject({ data: [] });
    for (const [batch, status] of [
      [{ messages: [] }, 400],
      [{ messages, rate: 5 }, 400],
      [{ messages: Array.from({ length: 501 }, () => TEXT) }, 413],
    ] as const) {
      expect((await call('POST', '/v1/messages/batch', batch)).status).toBe(status);
    }
    // A single text may have 1 MB, a batch 5.
    const padded = { messages: [{ ...TEXT, metadata: { x: 'x'.repeat(1_500_000) } }] };
    expect((await call('POST', '/v1/messages/batch', padded)).status).toBe(202);
  });

  test('is planned, paused, resumed and canceled by those who may cancel texts', async () => {
    const messages = [TEXT, { ...TEXT, to: '+14155550124' }];
    const { body } = await call('POST', '/v1/messages/batch', { messages, schedule_for: TOMORROW });
    const path = `/v1/batches/${String(body['batch_id'])}`;
    expect((await call('POST', `${path}/pause`)).body).toMatchObject({ status: 'paused', counts: { held: 2 } });
    expect((await call('POST', `${path}/resume`)).body).toMatchObject({ counts: { scheduled: 2 } });
    expect((await call('POST', `${path}/cancel`)).body).toMatchObject({ status: 'canceled', counts: { canceled: 2 } });
  });
});

describe('R088: changing a planned text over HTTP', () => {
  test('plans it anew, rewords it and cancels it', async () => {
    call = await open();
    const id = await call.send({ schedule_for: TOMORROW });
    const path = `/v1/messages/${id}`;
    const later = new Date(Date.now() + 2 * 86_400_000).toISOString();
    expect(await call('PATCH', path, { schedule_for: later, body: 'New words' })).toMatchObject({
      status: 200,
      body: { status: 'scheduled', schedule_for: later, body: 'New words' },
    });
    expect((await call('PATCH', path, {})).status).toBe(400);
    expect((await call('PATCH', path, { to: '+14155550124' })).status).toBe(400);
    expect((await call('PATCH', path, { schedule_for: '2020-01-01T00:00:00Z' })).body['code']).toBe(
      'SCHEDULE_OUT_OF_RANGE',
    );
    expect((await call('POST', `${path}/cancel`)).body).toMatchObject({ status: 'canceled' });
    expect(await call('PATCH', path, { body: 'x' })).toMatchObject({ status: 409, body: { code: 'NOT_CANCELABLE' } });
    expect((await call('POST', '/v1/messages/0197a1b2-c3d4-7e5f-8a90-123456789abc/cancel')).status).toBe(404);
    const delivered = await call.send();
    await call.reaches(delivered, 'delivered');
    expect((await call('POST', `/v1/messages/${delivered}/cancel`)).body['code']).toBe('NOT_CANCELABLE');
  });
});

test('a batch that ignores quiet hours is in the audit log, wherever it says so', async () => {
  call = await open();
  const promotional = { ...TEXT, message_type: 'promotional' };
  await call('POST', '/v1/messages/batch', { messages: [promotional], defaults: { quiet_hours: 'ignore' } });
  await call('POST', '/v1/messages/batch', { messages: [promotional, { ...promotional, quiet_hours: 'ignore' }] });
  await call('POST', '/v1/messages/batch', { messages: [promotional] });
  const { body } = await call('GET', '/v1/audit-log?action=quiet_hours.ignored');
  expect(body['data']).toHaveLength(2);
});

describe('R103: a one-time code', () => {
  test('lives five minutes and is shown to nobody who reads the history', async () => {
    call = await open();
    const id = await call.send({ message_type: 'otp', body: 'Your code is 123456' });
    const { body } = await call('GET', `/v1/messages/${id}`);
    expect(body['body']).toBeNull();
    const life = Date.parse(String(body['expires_at'])) - Date.parse(String(body['created_at']));
    expect(life).toBe(300_000);
    await call.reaches(id, 'delivered');
    for (const path of ['/v1/messages', `/v1/messages/${id}`, `/v1/messages/${id}/events`]) {
      expect(JSON.stringify((await call('GET', path)).body)).not.toContain('123456');
    }
  });
});
