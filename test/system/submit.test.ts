import pg from 'pg';
import { describe, expect, onTestFailed, test } from 'vitest';
import type { Outcome } from '../../server/messages/carrier.ts';
import { UNSTORED_MAX } from '../../server/messages/submit.ts';
import type { FreshDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { world } from '../support/world.ts';

const unknown: Outcome = { kind: 'unknown', reason: 'link_lost' };
const refused = (over: Partial<Extract<Outcome, { kind: 'refused' }>>): Outcome => ({
  kind: 'refused',
  class: 'permanent',
  commandStatus: 0x0b,
  name: 'ESME_RINVDSTADR',
  ...over,
});

describe('submitting', () => {
  test('R018: makes an accepted text sent, never delivered', async () => {
    const { send, reaches, startWorking, eventTypes, carrier } = await world();
    startWorking();
    const id = await send();
    const sent = await reaches(id, 'sent');
    expect(sent).toMatchObject({ smsc_id: 'fake', attempts: 1, delivered_at: null, ambiguous: false, due_at: null });
    expect(await eventTypes(id)).toEqual(['message.queued', 'message.sent']);
    expect(carrier.parts).toHaveLength(1);
  });

  test('sends every text once, however many jobs announce it', async () => {
    const { send, queue, reaches, startWorking, carrier } = await world();
    const ids = await Promise.all(Array.from({ length: 50 }, () => send()));
    for (let times = 0; times < 5; times++) await queue.announce('send.fake.normal', ids);
    startWorking();
    for (const id of ids) await reaches(id, 'sent');
    await until(async () => (await queue.depth('send.fake.normal')) === 0);
    expect(carrier.parts).toHaveLength(50);
  });

  test('R085: never claims more texts than the window has room for', async () => {
    const { send, startWorking, carrier, database, reaches } = await world({ window: 3 });
    const released = Promise.withResolvers<void>();
    carrier.answer = async (_part, count) => {
      await released.promise;
      return { kind: 'accepted', carrierId: String(count) };
    };
    const ids = await Promise.all(Array.from({ length: 20 }, () => send()));
    startWorking();
    await until(() => carrier.parts.length === 3);
    const claimed = await database.query({ text: `select 1 from messages where status = 'sending'`, values: [] });
    expect(claimed).toHaveLength(3);
    released.resolve();
    for (const id of ids) await reaches(id, 'sent');
  });

  test('claims no more while the database has not stored what carriers have answered', async () => {
    const { send, startWorking, carrier, database, reaches } = await world({ window: 5 });
    const ids = await Promise.all(Array.from({ length: UNSTORED_MAX + 60 }, () => send()));
    const release = await lockSegments(database);
    startWorking();
    await until(() => carrier.parts.length >= UNSTORED_MAX);
    // Round trips in which anything more would have been claimed.
    for (let trip = 0; trip < 50; trip++) await database.query({ text: 'select 1', values: [] });
    const claimed = await database.query({ text: `select 1 from messages where status = 'sending'`, values: [] });
    expect(claimed.length).toBeLessThanOrEqual(UNSTORED_MAX + 2 * 5);
    await release();
    for (const id of ids) await reaches(id, 'sent');
    expect(carrier.parts).toHaveLength(ids.length);
  });

  test('writes the parts of a long text in order, with one reference', async () => {
    const { send, reaches, startWorking, carrier } = await world();
    startWorking();
    const id = await send({ body: 'x'.repeat(400) });
    expect((await reaches(id, 'sent')).segments).toBe(3);
    expect(carrier.parts.map((part) => part.concatenation?.number)).toEqual([1, 2, 3]);
    expect(new Set(carrier.parts.map((part) => part.concatenation?.reference)).size).toBe(1);
    expect(carrier.parts.map((part) => part.text).join('')).toBe('x'.repeat(400));
  });

  test('R092: fails a text that the carrier refuses for good, and keeps the carrier’s own status', async () => {
    const { send, reaches, startWorking, carrier, eventTypes } = await world();
    carrier.answer = () => refused({});
    startWorking();
    const failed = await reaches(await send(), 'failed');
    expect(failed.error).toMatchObject({ code: 'INVALID_NUMBER', upstream: { command_status: '0x0000000B' } });
    expect(await eventTypes(failed.id)).toEqual(['message.queued', 'message.failed']);
  });

  test('puts a throttled text back without counting an attempt against it', async () => {
    const { send, message, startWorking, carrier, database } = await world();
    carrier.answer = () => refused({ class: 'throttle', commandStatus: 0x58, name: 'ESME_RTHROTTLED' });
    startWorking();
    const id = await send();
    await until(async () => (await message(id)).attempts === 1 && (await message(id)).status === 'queued');
    const [row] = await database.query<{ retries: number; due_at: Date; expires_at: Date }>({
      text: 'select retries, due_at, expires_at from messages where id = $1',
      values: [id],
    });
    expect(row?.retries).toBe(0);
    expect(row && row.due_at < row.expires_at).toBe(true);
  });

  test('sends only the parts again that were not accepted', async () => {
    const { send, reaches, startWorking, carrier, sweep, message, database } = await world();
    carrier.answer = (part, count) =>
      part.concatenation?.number === 2 && count < 3
        ? refused({ class: 'retry', commandStatus: 0x08, name: 'ESME_RSYSERR' })
        : { kind: 'accepted', carrierId: String(count) };
    startWorking();
    const id = await send({ body: 'x'.repeat(300) });
    await until(async () => (await message(id)).attempts === 1 && (await message(id)).status === 'queued');
    await database.query({
      text: 'update messages set due_at = now() - make_interval(secs => 1) where id = $1',
      values: [id],
    });
    await sweep();
    await reaches(id, 'sent');
    expect(carrier.parts.map((part) => part.concatenation?.number)).toEqual([1, 2, 2]);
  });

  test('R198: stops in the middle of a job without losing a text: what is left is queued', async () => {
    const { send, startWorking, stopWorking, carrier, messages } = await world({ window: 2 });
    const released = Promise.withResolvers<void>();
    carrier.answer = async (_part, count) => {
      await released.promise;
      return { kind: 'accepted', carrierId: String(count) };
    };
    await Promise.all(Array.from({ length: 10 }, () => send()));
    startWorking();
    await until(() => carrier.parts.length === 2);
    const stopped = Promise.all([carrier.stop(), stopWorking()]);
    released.resolve();
    await stopped;
    await until(async () => (await messages()).every(({ status }) => status !== 'sending'));
    const statuses = (await messages()).map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array<string>(8).fill('queued'), 'sent', 'sent']);
  });
});

describe('an attempt without an answer', () => {
  test('is sent again and flagged for ever, for an order update or a code', async () => {
    const { send, reaches, startWorking, carrier, eventTypes } = await world();
    carrier.answer = (_part, count) => (count === 1 ? unknown : { kind: 'accepted', carrierId: String(count) });
    startWorking();
    const sent = await reaches(await send({ message_type: 'otp' }), 'sent');
    expect(sent).toMatchObject({ ambiguous: true, attempts: 2 });
    expect(carrier.parts).toHaveLength(2);
    expect(await eventTypes(sent.id)).toEqual(['message.queued', 'message.queued', 'message.sent']);
  });

  test('holds a promotion for a person, and never calls it failed', async () => {
    const { send, reaches, startWorking, carrier, eventTypes } = await world();
    carrier.answer = () => unknown;
    startWorking();
    const held = await reaches(await send({ message_type: 'promotional' }), 'held');
    expect(held).toMatchObject({ ambiguous: true, hold_reason: 'ambiguous', error: null });
    expect(carrier.parts).toHaveLength(1);
    expect(await eventTypes(held.id)).toEqual(['message.queued', 'message.held']);
  });

  test('follows on_ambiguous where the sender has said it', async () => {
    const { send, reaches, startWorking, carrier } = await world();
    carrier.answer = (_part, count) => (count < 3 ? unknown : { kind: 'accepted', carrierId: String(count) });
    startWorking();
    expect((await reaches(await send({ on_ambiguous: 'hold' }), 'held')).ambiguous).toBe(true);
    const resent = await send({ on_ambiguous: 'resend', message_type: 'promotional' });
    expect((await reaches(resent, 'sent')).ambiguous).toBe(true);
  });

  test('does not deliver the same text for ever through a carrier that never answers', async () => {
    const { send, reaches, startWorking, carrier } = await world();
    carrier.answer = () => unknown;
    startWorking();
    await reaches(await send(), 'held');
    expect(carrier.parts).toHaveLength(4);
  });

  test('is not in doubt when nothing was written: it goes again unflagged', async () => {
    const { send, reaches, startWorking, carrier } = await world();
    carrier.answer = (_part, count) =>
      count === 1 ? { kind: 'unsent', reason: 'link down' } : { kind: 'accepted', carrierId: String(count) };
    startWorking();
    expect(await reaches(await send(), 'sent')).toMatchObject({ ambiguous: false, attempts: 2 });
  });
});

/** Nobody can write segments until what it answers is called. */
async function lockSegments({ connection }: FreshDatabase): Promise<() => Promise<void>> {
  const client = new pg.Client(connection);
  await client.connect();
  await client.query('begin');
  await client.query('lock table segments in exclusive mode');
  const release = () => client.end();
  onTestFailed(release);
  return release;
}
