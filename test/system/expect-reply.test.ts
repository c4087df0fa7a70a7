import { describe, expect, test } from 'vitest';
import { verify } from '../../server/events/sign.ts';
import type { ExpectReply } from '../../server/messages/accept-types.ts';
import { apiClient } from '../support/api-client.ts';
import { httpSink } from '../support/http-sink.ts';
import { ownServer } from '../support/own-server.ts';
import { until } from '../support/until.ts';
import { RECIPIENT, type World, world } from '../support/world.ts';

const ASK: ExpectReply = { match: ['YES', 'NO'], timeout_seconds: 600, callback_url: 'https://n8n.example/resume' };

const JSON_TYPE = { 'content-type': 'application/json' };

const waitsOf = ({ database }: World) =>
  database.kysely.selectFrom('reply_waits').selectAll().orderBy('created_at').execute();

describe('a text that expects a reply', () => {
  test('is stored together with its wait, and its answer has the id; a replay has the same one', async () => {
    const w = await world();
    const key = { key: 'k1', path: '/v1/messages/send', fingerprint: Buffer.alloc(32) };
    const first = await w.accept({ expect_reply: ASK }, key);
    const again = await w.accept({ expect_reply: ASK }, key);
    expect(again).toEqual({ ...first, replayed: true });
    const [wait, ...others] = await waitsOf(w);
    expect(others).toEqual([]);
    const [text] = await w.messages();
    expect(wait).toMatchObject({
      mode: 'live',
      contact: RECIPIENT,
      our_number: text?.from,
      message_id: text?.id,
      match: ASK.match,
      callback_url: ASK.callback_url,
      state: 'waiting',
      expires_at: new Date((text?.created_at.getTime() ?? 0) + 600_000),
    });
    expect(first.verdict).toMatchObject({
      expect_reply: { wait_id: wait?.id, expires_at: wait?.expires_at.toISOString() },
    });
    expect((await w.accept()).verdict).not.toHaveProperty('expect_reply');
  });

  test('cannot be answered before its wait is there, however fast the reply is', async () => {
    const w = await world();
    // The phone answers before the carrier has even said that it took the text.
    w.carrier.answer = async (_part, count) => {
      await w.inbound('YES');
      return { kind: 'accepted', carrierId: String(count) };
    };
    w.startWorking();
    const id = await w.send({ expect_reply: ASK });
    await w.reaches(id, 'sent');
    expect(await waitsOf(w)).toMatchObject([{ state: 'matched', value: 'YES', message_id: id }]);
  });

  test('asks nobody when it is refused', async () => {
    const w = await world();
    await w.inbound('STOP');
    expect((await w.accept({ expect_reply: ASK })).verdict).toMatchObject({ ok: false });
    expect((await w.messages()).some(({ status }) => status === 'rejected')).toBe(true);
    expect(await waitsOf(w)).toEqual([]);
  });

  test('is not waited for any more once its recipient opts out', async () => {
    const w = await world();
    await w.send({ expect_reply: ASK });
    await w.inbound('STOP');
    expect(await waitsOf(w)).toMatchObject([{ state: 'canceled', reason: 'opted_out' }]);
  });

  test('that is scheduled is waited for from then on', async () => {
    const w = await world();
    const schedule_for = new Date(Date.now() + 3_600_000);
    await w.send({ expect_reply: ASK, schedule_for });
    expect(await waitsOf(w)).toMatchObject([{ expires_at: new Date(schedule_for.getTime() + 600_000) }]);
  });

  test('R073: from a name gets a warning: nobody can reply to it', async () => {
    const w = await world();
    const { verdict } = await w.accept({ from: 'CartBoss', to: '+447700900123', expect_reply: ASK });
    const warning = expect.objectContaining({ code: 'NO_REPLIES_TO_A_NAME' });
    const warnings = expect.arrayContaining([warning]);
    expect(verdict).toMatchObject({ ok: true, message: { warnings } });
    expect(await w.messages()).toMatchObject([{ warnings }]);
  });
});

describe('the whole server', () => {
  test('sends a text, and posts what the phone answers to the callback and to who subscribes', async () => {
    const api = apiClient(await ownServer({ SIMULATOR_PORT: 'free' }));
    await using sink = await httpSink((response) => response.writeHead(200, JSON_TYPE).end('{"accepted":true}'));
    await api('POST', '/v1/webhook-endpoints', { url: `${sink.url}/events`, event_types: ['reply.matched'] });
    const secret = String((await api('GET', '/v1/webhook-secret')).body['secret']);
    // The sandbox's phone that answers.
    const asked = { to: '+15005550008', from: '+15005550100', body: 'Coming?' };
    const { body: sent } = await api('POST', '/v1/messages/send', {
      ...asked,
      expect_reply: { callback_url: `${sink.url}/resume` },
    });
    const { wait_id } = sent['expect_reply'] as { wait_id: string };
    const posts = await sink.received(2);
    const [resumed, told] = ['/resume', '/events'].map((path) => posts.find((post) => post.path === path));
    const { type, data } = JSON.parse(resumed?.body ?? '') as { type: string; data: Record<string, unknown> };
    expect(type).toBe('reply.matched');
    expect(data).toMatchObject({ wait_id, in_reply_to: sent['message_id'], from: asked.to, value: data['body'] });
    expect(JSON.parse(told?.body ?? '')).toMatchObject({ type, data });
    const timestamp = Number(resumed?.headers['webhook-timestamp']);
    expect(verify(resumed?.headers ?? {}, resumed?.body ?? '', secret, timestamp)).toEqual({ ok: true });
    await until(async () => (await api('GET', `/v1/reply-waits/${wait_id}`)).body['state'] === 'delivered');
  });
});
