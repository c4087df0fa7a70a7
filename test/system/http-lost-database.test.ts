import { expect, test } from 'vitest';
import { openKeys } from '../../server/access/keys.ts';
import { systemClock } from '../../server/clock.ts';
import { messageReader } from '../../server/messages/read.ts';
import { type Database, openDatabase } from '../../server/store/database.ts';
import { sendable, startApi } from '../support/http-api.ts';
import { until } from '../support/until.ts';
import { freePort } from '../support/free-port.ts';

async function expectUnavailable(answer: Promise<{ status: number; headers: Headers; json: Record<string, unknown> }>) {
  const { status, headers, json } = await answer;
  expect([status, json['code'], json['retryable']]).toEqual([503, 'SERVICE_UNAVAILABLE', true]);
  expect(headers.get('retry-after')).toBe('5');
}

test('while nobody listens where the database was, every route that needs it is 503', async () => {
  const gone = openDatabase({ host: '127.0.0.1', port: await freePort(), user: 'x' }, () => undefined);
  await using api = await startApi({ messages: messageReader(gone), accept: () => failing(gone) });
  await expectUnavailable(api.send(sendable));
  await expectUnavailable(api.call('/v1/messages'));
  await expectUnavailable(api.call('/v1/messages/0197a1b2-c3d4-7e5f-8a90-123456789abc'));
  await gone.close();
});

test('a key that cannot be looked up is 503, not 401', async () => {
  const gone = openDatabase({ host: '/nonexistent/smsbridge', user: 'x' }, () => undefined);
  await using api = await startApi({ findKey: openKeys(gone, systemClock).findKey });
  await expectUnavailable(api.send(sendable));
  expect((await api.send(sendable, { key: 'malformed' })).status).toBe(401);
  await gone.close();
});

test('a statement that is cut off in the middle is 503, and the next request is served', async () => {
  let isCut = false;
  await using api = await startApi({
    findKey: (text) => api.keep.findKey(text),
    accept: () => (isCut ? Promise.reject(new Error('asked twice')) : failing(api.database, 'select pg_sleep(60)')),
  });
  const answer = api.send(sendable);
  const terminate = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query like 'select pg_sleep%' and pid <> pg_backend_pid()`;
  await until(async () => (await api.database.query({ text: terminate, values: [] })).length > 0);
  isCut = true;
  await expectUnavailable(answer);
  expect((await api.call('/v1/messages')).status).toBe(200);
});

test('a server that is closed finishes what is under way and then takes no more', async () => {
  const accepting = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const api = await startApi({
    async accept() {
      accepting.resolve();
      await release.promise;
      return { replayed: false, verdict: { ok: false, refusal: { code: 'NO_CARRIER', detail: 'No.' } } };
    },
  });
  const answer = api.send(sendable);
  await accepting.promise;
  const closed = api.http.close();
  await expect(api.call('/healthz')).rejects.toThrow('fetch failed');
  release.resolve();
  expect((await answer).status).toBe(422);
  await closed;
  await api[Symbol.asyncDispose]();
});

test('a server that is closed cuts a request that does not end in time', async () => {
  const accepting = Promise.withResolvers<void>();
  const api = await startApi({
    accept() {
      accepting.resolve();
      return new Promise(() => undefined);
    },
  });
  const answer = api.send(sendable).then(
    () => 'answered',
    () => 'cut',
  );
  await accepting.promise;
  await api.http.close(10);
  expect(await answer).toBe('cut');
  await api[Symbol.asyncDispose]();
});

async function failing(database: Database, text = 'select 1'): Promise<never> {
  await database.query({ text, values: [] });
  throw new Error('the database answered');
}
