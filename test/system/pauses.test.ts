import { describe, expect, onTestFinished, test } from 'vitest';
import { openPauses, type Pauses } from '../../server/messages/pauses.ts';
import { apiClient } from '../support/api-client.ts';
import { freshDatabase } from '../support/database.ts';
import { ownServer } from '../support/own-server.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { world } from '../support/world.ts';

describe('R051: the kill switch', () => {
  test('keeps every text back while texts are still accepted, and lets them all go once after it', async () => {
    const { send, sending, startWorking, carrier, database, reaches } = await world();
    startWorking();
    await reaches(await send(), 'sent');
    await sending.pauses.pause('live', 'key00001');
    const asked = countPassages(sending.pauses);
    const ids = await Promise.all(Array.from({ length: 30 }, () => send()));
    await until(() => asked() > 0);
    const waiting = await database.query({ text: `select 1 from messages where status = 'queued'`, values: [] });
    expect(waiting).toHaveLength(30);
    expect(carrier.parts).toHaveLength(1);
    await sending.pauses.resume('live');
    for (const id of ids) await reaches(id, 'sent');
    expect(carrier.parts).toHaveLength(31);
  });

  test('claims nothing more, also of texts that were waiting for room in the window', async () => {
    const { send, sending, startWorking, carrier, reaches, message } = await world({ window: 2 });
    const released = Promise.withResolvers<void>();
    carrier.answer = async (_part, count) => {
      await released.promise;
      return { kind: 'accepted', carrierId: String(count) };
    };
    const ids = await Promise.all(Array.from({ length: 10 }, () => send()));
    startWorking();
    await until(() => carrier.parts.length === 2);
    await sending.pauses.pause('live', 'key00001');
    const asked = countPassages(sending.pauses);
    released.resolve();
    await until(() => sending.submit.inFlight.size === 0 && asked() > 0);
    const statuses = (await Promise.all(ids.map((id) => message(id)))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 'sent')).toHaveLength(2);
    expect(statuses.filter((status) => status === 'queued')).toHaveLength(8);
    await sending.pauses.resume('live');
    for (const id of ids) await reaches(id, 'sent');
  });

  test('is followed by other servers, and by whichever starts later', async () => {
    await using database = await freshDatabase();
    const clock = virtualClock();
    const [one, other] = [await openPauses(database, clock), await openPauses(database, clock)];
    await one.pause('live', 'key00001');
    expect(other.of('live')).toBeNull();
    await other.duty.run();
    expect(other.of('live')).toEqual({ at: new Date(clock.now()), by: 'key00001' });
    expect(other.of('test')).toBeNull();
    const later = await openPauses(database, clock);
    expect(later.of('live')?.by).toBe('key00001');

    let went = 0;
    void later.passage('live').then(() => (went += 1));
    expect(await later.passage('test')).toBe('go');
    await other.resume('live');
    expect(went).toBe(0);
    await later.duty.run();
    expect(await later.passage('live')).toBe('go');
    expect(went).toBe(1);
  });

  test('gives way to a server that stops', async () => {
    await using database = await freshDatabase();
    const pauses = await openPauses(database, virtualClock());
    await pauses.pause('test', 'key00001');
    const passage = pauses.passage('test');
    pauses.stop();
    expect(await passage).toBe('stopping');
  });
});

test('R051: one call stops all sending, over a restart, and is seen', async () => {
  const server = await ownServer({ SIMULATOR_PORT: 'free' });
  const api = apiClient(server);
  expect(await api('POST', '/v1/pause')).toMatchObject({
    status: 200,
    body: { object: 'sending', mode: 'test', paused: true, paused_by: server.keys.test.slice(8, 16) },
  });
  const id = await api.send();
  await server.stop();
  const again = await server.restart();
  onTestFinished(() => again.stop());
  const later = apiClient(again);
  expect((await later('GET', '/v1/me')).body).toMatchObject({ sending: 'paused' });
  expect((await later('GET', `/v1/messages/${id}`)).body).toMatchObject({ status: 'queued', attempts: 0 });
  expect((await apiClient(again, 'live')('GET', '/v1/me')).body).toMatchObject({ sending: 'on' });
  expect((await later('POST', '/v1/resume')).body).toMatchObject({ paused: false, paused_at: null });
  await later.reaches(id, 'delivered');
  const { body } = await later('GET', '/v1/audit-log');
  const actions = (body['data'] as { action: string }[]).map(({ action }) => action);
  expect(actions).toEqual(['sending.resume', 'sending.pause']);
});

/** How often workers have asked since whether they may go on. */
function countPassages(pauses: Pauses): () => number {
  let asked = 0;
  const { passage } = pauses;
  Object.assign(pauses, {
    passage: (mode: 'test' | 'live') => {
      asked += 1;
      return passage(mode);
    },
  });
  return () => asked;
}
