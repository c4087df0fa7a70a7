import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureReviewSchema, resentMessageSchema } from '../../server/http/contract-review-queue.ts';
import { queuesSchema } from '../../server/http/contract-queues.ts';
import type { Ports, Smsc } from '../../server/http/ports.ts';
import { HELD_AMBIGUOUS, NEVER } from '../../server/rules/ambiguity.ts';
import type { Message, MessageError } from '../../server/rules/message.ts';
import { insertEvents } from '../../server/store/events.ts';
import { startApi, type TestApi } from '../support/http-api.ts';
import { until } from '../support/until.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ smsc: oneCarrier() });
});
afterAll(() => api[Symbol.asyncDispose]());

let last = 1_000;
const blocked: MessageError = { code: 'FILTERED', class: 'review', message: 'The carrier blocked the text.' };
const unknown: MessageError = { code: 'UNKNOWN_ERROR', class: 'retry', message: 'Nobody knows.' };

/** A text to a number of its own that ended like this, and its event. */
async function failed(error: MessageError | null, changes: Partial<Message> = {}): Promise<Message> {
  const to = changes.to ?? `+1415555${(last += 1)}`;
  const message = await api.store({ to, contact: to, status: 'failed', due_at: null, error, ...changes });
  const data = error ? { error } : { hold_reason: message.hold_reason };
  const type = `message.${message.status}`;
  await insertEvents(api.database, [
    { type, mode: message.mode, message_id: message.id, sequence: 3, data, created_at: new Date() },
  ]);
  return message;
}

const queue = async (state = 'open') => {
  const { json } = await api.call(`/v1/review-queue?state=${state}&limit=200`);
  return (json['data'] as unknown[]).map((row) => failureReviewSchema.parse(row));
};
const reviewOf = (message: Message) =>
  until(async () => {
    await api.failureReviews.refresh();
    return (await queue()).find(({ message_id }) => message_id === message.id);
  });
const resolve = (id: string, json: unknown, key = api.keys.test) =>
  api.call(`/v1/review-queue/${id}/resolve`, { method: 'POST', json, key });

describe('R093: the review queue', () => {
  test('R093: takes what only a person can judge, once, and tells of it', async () => {
    const message = await failed(blocked);
    const review = await reviewOf(message);
    expect(review).toMatchObject({ reason: 'review', number: message.to, error: { code: 'FILTERED' }, state: 'open' });
    const told = await api.database.query<{ data: unknown }>({
      text: `select data from events where type = 'review.created' and message_id = $1`,
      values: [message.id],
    });
    expect(told).toMatchObject([{ data: { review_id: review.id, number: message.to, reason: 'review' } }]);
  });

  test('R093: takes the second failure within a week that says nothing, and not the first', async () => {
    const first = await failed(unknown);
    const second = await failed(unknown, { to: first.to });
    expect((await reviewOf(second)).reason).toBe('repeated_unknown');
    expect((await queue()).some(({ message_id }) => message_id === first.id)).toBe(false);
  });

  test('leaves alone what rules deal with', async () => {
    const wrong = await failed({ code: 'INVALID_NUMBER', class: 'suppress', message: 'No such number.' });
    await reviewOf(await failed(blocked));
    expect((await queue()).some(({ message_id }) => message_id === wrong.id)).toBe(false);
  });

  test('resend and edit hand a new text over, which is named, and decide it once', async () => {
    const [one, two] = [await failed(blocked), await failed(blocked)];
    const before = api.accepted.length;
    const resent = await resolve((await reviewOf(one)).id, { action: 'resend' });
    const again = failureReviewSchema.parse(resent.json);
    expect(again).toMatchObject({ state: 'resolved', action: 'resend', resolved_by: { type: 'api_key' } });
    expect(again.new_message_id).not.toBeNull();
    expect((await resolve(again.id, { action: 'discard' })).status).toBe(409);
    const review = await reviewOf(two);
    await resolve(review.id, { action: 'edit', body: 'Without the link.' });
    const requests = api.accepted.slice(before).map(({ request }) => request);
    expect(requests).toMatchObject([
      { to: one.to, body: one.body },
      { to: two.to, body: 'Without the link.' },
    ]);
    for (const wrong of [{ action: 'edit' }, { action: 'resend', body: 'x' }, { action: 'wait' }]) {
      expect((await resolve(review.id, wrong)).status).toBe(400);
    }
  });

  test('suppress texts the number no more, discard changes nothing', async () => {
    const [one, two] = [await failed(blocked), await failed(blocked)];
    await resolve((await reviewOf(one)).id, { action: 'suppress' });
    const discarded = await resolve((await reviewOf(two)).id, { action: 'discard' });
    expect(discarded.json).toMatchObject({ state: 'resolved', action: 'discard', new_message_id: null });
    const rows = await api.database.kysely.selectFrom('suppressions').select(['number', 'list']).execute();
    expect(rows).toEqual([{ number: one.to, list: 'manual' }]);
  });

  test.each([
    ['resend', 'queued'],
    ['discard', 'canceled'],
  ] as const)('%s of a text that is held in doubt leaves it %s, and makes no second one', async (action, status) => {
    const held = { status: 'held', hold_reason: HELD_AMBIGUOUS, due_at: NEVER, ambiguous: true } as const;
    const message = await failed(null, held);
    const review = await reviewOf(message);
    expect(review.reason).toBe('ambiguous');
    const before = api.accepted.length;
    expect((await resolve(review.id, { action })).status).toBe(200);
    expect((await api.call(`/v1/messages/${message.id}`)).json['status']).toBe(status);
    expect(api.accepted).toHaveLength(before);
  });

  test('is for those who may decide, and of one mode', async () => {
    const { id } = await reviewOf(await failed(blocked));
    expect((await api.call('/v1/review-queue', { key: await api.keyWith('test', ['messages:read']) })).status).toBe(
      403,
    );
    expect((await resolve(id, { action: 'discard' }, api.keys.live)).status).toBe(404);
    expect((await api.call('/v1/review-queue', { key: api.keys.live })).json['data']).toEqual([]);
  });
});

describe('sending a text again', () => {
  const resend = (id: string, headers = {}) => api.call(`/v1/messages/${id}/resend`, { method: 'POST', headers });

  test('makes a new one that says of which', async () => {
    const message = await failed(blocked);
    const { status, json } = await resend(message.id, { 'Idempotency-Key': 'again-1' });
    expect(status).toBe(202);
    expect(resentMessageSchema.parse(json)).toMatchObject({ resend_of: message.id, to: message.to });
    expect(api.accepted.at(-1)?.idempotency).toMatchObject({ key: 'again-1' });
    const rows = await api.database.query({
      text: 'select message_id, resend_of from resends where resend_of = $1',
      values: [message.id],
    });
    expect(rows).toEqual([{ message_id: json['message_id'], resend_of: message.id }]);
  });

  test('is not for one that may still arrive, for answers, or for what is not there', async () => {
    const open = await api.store({ status: 'sent' });
    expect((await resend(open.id)).json).toMatchObject({ status: 409, code: 'NOT_FINAL' });
    expect((await resend((await api.store({ direction: 'inbound', status: 'received' })).id)).status).toBe(404);
    expect((await resend('1')).status).toBe(404);
  });
});

test('R196: the queues tell depth, age and time to empty of each lane', async () => {
  const created_at = new Date(Date.now() - 60_000);
  const waiting = { status: 'queued', smsc_id: 'backup', due_at: new Date(), created_at, segments: 3 } as const;
  for (let n = 0; n < 4; n += 1) await api.store(waiting);
  await api.store({ ...waiting, message_type: 'otp', segments: 1 });
  await api.store({ ...waiting, smsc_id: null, mode: 'live' });
  const { json } = await api.call('/v1/queues');
  const { data } = queuesSchema.parse(json);
  const lanes = data.filter(({ smsc_id }) => smsc_id === 'backup');
  expect(lanes.map(({ lane, depth, segments, eta_seconds }) => ({ lane, depth, segments, eta_seconds }))).toEqual([
    { lane: 'normal', depth: 4, segments: 12, eta_seconds: 7 },
    { lane: 'otp', depth: 1, segments: 1, eta_seconds: 1 },
  ]);
  expect(lanes[0]?.oldest_seconds).toBeGreaterThanOrEqual(60);
  const live = queuesSchema.parse((await api.call('/v1/queues', { key: api.keys.live })).json);
  expect(live.data).toMatchObject([{ smsc_id: null, depth: 1, eta_seconds: null }]);
  expect((await api.call('/v1/queues', { key: await api.keyWith('test', ['messages:read']) })).status).toBe(403);
});

function oneCarrier(): Ports['smsc'] {
  const carrier = {
    id: 'backup',
    state: 'up',
    paused: false,
    rate: { limit: 10, current: 2, used: 0 },
  } as unknown as Smsc;
  return {
    list: () => [carrier],
    find: (_mode, id) => (id === 'backup' ? carrier : null),
    add: () => Promise.resolve({ ok: false, reason: 'id_taken' }),
    setPaused: () => Promise.resolve(null),
    rebind: () => null,
    setPassword: () => Promise.resolve(null),
    remove: () => Promise.resolve(false),
  };
}
