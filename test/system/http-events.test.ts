import { randomUUID } from 'node:crypto';
import { createConnection } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SmsClient, type SmsApiError, type SmsEvent } from '../../connectors/sdk/index.ts';
import { openEventFeed } from '../../server/events/feed.ts';
import { type FollowerSink, HEARTBEAT_MS, openFollower } from '../../server/events/follower.ts';
import { eventSchema } from '../../server/http/contract-events.ts';
import { createHttp } from '../../server/http/server.ts';
import { insertEvents } from '../../server/store/events.ts';
import type { EventRow } from '../../server/store/schema.ts';
import { startApi, type TestApi } from '../support/http-api.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { newMessage, recordEvent } from '../support/webhooks.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const client = (key: string, url = api.url) =>
  new SmsClient({ baseUrl: url, apiKey: key, sleep: () => Promise.resolve() });
const keyWith = (...scopes: Parameters<TestApi['keyWith']>[1]) => api.keyWith('test', scopes);

/** A type of its own, so that the events of other tests do not matter. */
const happened = async (type: string, data: Record<string, unknown> = {}, mode: 'test' | 'live' = 'test') => {
  const event = { type, mode, message_id: null, sequence: 0, data, created_at: new Date() };
  await insertEvents(api.database, [event]);
  api.eventFeed.poke();
};

async function take(events: AsyncGenerator<SmsEvent, void>, count: number): Promise<SmsEvent[]> {
  const taken: SmsEvent[] = [];
  for await (const event of events) if (taken.push(event) >= count) break;
  return taken;
}

describe('R133: the list of events', () => {
  test('R133: shows the newest first, by type, page after page, each as a webhook would tell it', async () => {
    for (const n of [1, 2, 3]) await happened('smsc.up', { n });
    await until(async () => (await api.call('/v1/events?type=smsc.up')).text.includes('"n":3'));
    const first = await api.call('/v1/events?type=smsc.*&limit=2');
    const rows = (first.json['data'] as unknown[]).map((row) => eventSchema.parse(row));
    expect(rows.map(({ data }) => data['n'])).toEqual([3, 2]);
    const second = await api.call(`/v1/events?type=smsc.*&limit=2&cursor=${String(first.json['next_cursor'])}`);
    expect((second.json['data'] as SmsEvent[]).map(({ data }) => data['n'])).toEqual([1]);
    expect(second.json['has_more']).toBe(false);
  });

  test('shows bodies only to keys that may see them', async () => {
    const { id } = await recordEvent(
      api.database,
      'message.received',
      newMessage({ direction: 'inbound', body: 'YES' }),
    );
    const find = async (key: string) => {
      const { json } = await api.call('/v1/events?type=message.received', { key });
      return (json['data'] as SmsEvent[]).find(({ message_id }) => message_id === id)?.data['body'];
    };
    expect(await find(await keyWith('events:read', 'messages:content'))).toBe('YES');
    expect(await find(await keyWith('events:read'))).toBeNull();
  });

  test('wants the scope events:read, shows one mode only, and knows its types', async () => {
    expect((await api.call('/v1/events', { key: await keyWith('messages:read') })).status).toBe(403);
    await happened('balance.low', {}, 'live');
    const live = await until(async () => {
      const { json } = await api.call('/v1/events?type=balance.low', { key: api.keys.live });
      return (json['data'] as unknown[]).length > 0 && json;
    });
    expect(live['data']).toHaveLength(1);
    expect((await api.call('/v1/events?type=balance.low')).json['data']).toEqual([]);
    expect((await api.call('/v1/events?type=message.sending')).status).toBe(400);
  });

  test('is walked whole by the client', async () => {
    for (let n = 0; n < 3; n += 1) await happened('batch.completed', { n });
    await until(async () => (await api.call('/v1/events?type=batch.completed')).text.includes('"n":2'));
    const all = await Array.fromAsync(client(api.keys.test).events.list({ types: ['batch.completed'] }));
    expect(all.map(({ data }) => data['n'])).toEqual([2, 1, 0]);
  });
});

describe('R133: the stream of events', () => {
  test('R133: tells what happens from now on, of its own mode and types, at once', async () => {
    const taking = take(client(api.keys.test).events.stream({ types: ['smsc.down'] }), 2);
    // Whether it follows already can only be seen by what it tells.
    let n = 0;
    const all = await until(async () => {
      await happened('smsc.down', { n: (n += 1) }, 'live');
      await happened('smsc.down', { n });
      await happened('smsc.up', { n });
      return Promise.race([taking, new Promise<null>((resolve) => setTimeout(() => resolve(null), 50))]);
    });
    expect(all.map(({ type, mode }) => `${type} ${mode}`)).toEqual(['smsc.down test', 'smsc.down test']);
    const [first, second] = all.map(({ data }) => Number(data['n']));
    expect(second).toBe((first ?? 0) + 1);
  });

  test('goes on behind Last-Event-ID: nothing is lost and nothing comes in another order', async () => {
    const type = 'conversation.created';
    for (let n = 0; n < 450; n += 1) await happened(type, { n });
    const events = client(api.keys.test).events;
    const all = await take(events.stream({ types: [type], lastEventId: '0-0' }), 450);
    expect(all.map(({ data }) => data['n'])).toEqual(Array.from({ length: 450 }, (_, n) => n));
    const again = await take(events.stream({ types: [type], lastEventId: all[200]?.id ?? '' }), 249);
    expect(again.map(({ id }) => id)).toEqual(all.slice(201).map(({ id }) => id));
  });

  test('waits for a transaction that is still running rather than skip its event', async () => {
    const type = 'conversation.closed';
    const slow = new pg.Client(api.database.connection);
    await slow.connect();
    await slow.query('begin');
    const insert = `insert into events (type, mode, sequence, data, created_at) values ($1, 'test', 0, $2, now())`;
    await slow.query(insert, [type, { n: 'began first' }]);
    await happened(type, { n: 'committed first' });
    const told: unknown[] = [];
    const following = (async () => {
      for await (const { data } of client(api.keys.test).events.stream({ types: [type], lastEventId: '0-0' })) {
        if (told.push(data['n']) >= 2) break;
      }
    })();
    await happened(type, { n: 'last' });
    // Ten rounds of another stream prove that time has passed without it being told.
    await take(client(api.keys.test).events.stream({ types: ['conversation.created'], lastEventId: '0-0' }), 10);
    expect(told).toEqual([]);
    await slow.query('commit');
    await slow.end();
    await following;
    expect(told).toEqual(['began first', 'committed first']);
  });

  test('continues over a restart of the server, with every event once', async () => {
    const type = 'conversation.assigned';
    const { database } = api;
    const startServer = async (port: number) => {
      const clock = virtualClock();
      const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
      const eventFeed = openEventFeed({
        database,
        clock: { ...clock, after: (ms, run) => timer(Math.min(ms, 20), run) },
        log,
      });
      const http = createHttp({ ...api.ports, eventFeed, log, clock });
      const listening = await http.listen(port, '127.0.0.1');
      return {
        port: listening.port,
        stop: async () => {
          await eventFeed.stop();
          await http.close(0);
        },
      };
    };
    const first = await startServer(0);
    const told: unknown[] = [];
    const following = (async () => {
      const events = new SmsClient({
        baseUrl: `http://127.0.0.1:${first.port}`,
        apiKey: api.keys.test,
        sleep: () => new Promise((resolve) => setTimeout(resolve, 5)),
      }).events;
      for await (const { data } of events.stream({ types: [type], lastEventId: '0-0' }))
        if (told.push(data['n']) >= 6) break;
    })();
    for (const n of [1, 2]) await happened(type, { n });
    await until(() => told.length === 2);
    await first.stop();
    for (const n of [3, 4]) await happened(type, { n });
    const second = await startServer(first.port);
    for (const n of [5, 6]) await happened(type, { n });
    await following;
    await second.stop();
    expect(told).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('refuses to go on behind an event that is not kept: 410', async () => {
    const old = { type: 'smsc.up', mode: 'test' as const, message_id: null, sequence: 0, data: {} };
    await insertEvents(api.database, [{ ...old, created_at: new Date(Date.now() - 31 * 86_400_000) }]);
    const [row] = await api.database.query<EventRow>({
      text: 'select txid, id from events order by txid desc, id desc limit 1',
      values: [],
    });
    for (const id of ['9-999999', `${row?.txid}-${row?.id}`]) {
      const byHeader = await api.call('/v1/events/stream', { headers: { 'Last-Event-ID': id } });
      expect([byHeader.status, byHeader.json['code']]).toEqual([410, 'EVENTS_GONE']);
      expect((await api.call(`/v1/events/stream?last_event_id=${id}`)).status).toBe(410);
    }
    expect((await api.call('/v1/events/stream?last_event_id=yesterday')).status).toBe(400);
    const failing = take(client(api.keys.test).events.stream({ lastEventId: '9-999999' }), 1);
    await expect(failing).rejects.toMatchObject({ code: 'EVENTS_GONE' } satisfies Partial<SmsApiError>);
  });

  test('ends with the server, though it has no end of its own', async () => {
    await using other = await startApi();
    const socket = createConnection(other.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.write(`GET /v1/events/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${other.keys.test}\r\n\r\n`);
    await until(() => text.includes('stream of events'));
    expect(text).toContain('text/event-stream');
    await other[Symbol.asyncDispose]();
    await closed;
  });
});

describe('one who follows', () => {
  const event = (n: number, body = ''): EventRow => ({
    txid: '10',
    id: String(n),
    type: 'smsc.up',
    mode: 'test',
    message_id: null,
    sequence: 0,
    data: { n, body },
    created_at: new Date(0),
  });

  function follow(isAllowed = () => Promise.resolve(true)) {
    const written: string[] = [];
    const clock = virtualClock();
    const state = { waiting: 0, ended: false, cut: false, gone: false };
    const logged: unknown[] = [];
    const sink: FollowerSink = {
      write: (text) => void written.push(text),
      waiting: () => state.waiting,
      onceDrained: () => undefined,
      onceClosed: () => undefined,
      isOver: () => false,
      end: () => void (state.ended = true),
      cut: () => void (state.cut = true),
    };
    const follower = openFollower({
      mode: 'test',
      types: null,
      showsText: true,
      isAllowed,
      sink,
      clock,
      log: { warn: (...line: unknown[]) => void logged.push(line) },
      from: { txid: '10', id: '0' },
      onEnd: () => void (state.gone = true),
    });
    return { follower, written, clock, state, logged };
  }

  test('hears a heartbeat every 15 s that carries its place, also when nothing it wants happens', async () => {
    const { follower, written, clock } = follow();
    follower.tell([], { txid: '12', id: '7' }, new Map());
    await clock.advance(2 * HEARTBEAT_MS);
    expect(written.filter((text) => text === ': heartbeat\nid: 12-7\n\n')).toHaveLength(2);
  });

  test('is not told twice what it had while it caught up', () => {
    const { follower, written } = follow();
    follower.tell([event(1), event(2)], event(2), new Map());
    follower.tell([event(1), event(2), event(3)], event(3), new Map());
    expect(written.flatMap((text) => /^id: (.*)$/m.exec(text)?.[1] ?? [])).toEqual(['10-1', '10-2', '10-3']);
  });

  test('is cut when it does not read, so that it holds no more than a bounded buffer', () => {
    const { follower, written, state, logged } = follow();
    state.waiting = 2 * 1024 * 1024;
    follower.tell([event(1), event(2), event(3)], event(3), new Map());
    expect(state).toMatchObject({ cut: true, gone: true, ended: false });
    expect(written.filter((text) => text.startsWith('id:'))).toHaveLength(1);
    expect(logged).toHaveLength(1);
  });

  test('is cut when it catches up and takes nothing for 30 s', async () => {
    const { follower, clock, state } = follow();
    state.waiting = 200 * 1024;
    const drained = follower.drained();
    await clock.advance(30_000);
    await drained;
    expect(state.cut).toBe(true);
  });

  test('hears no more once its key is revoked', async () => {
    const { clock, state } = follow(() => Promise.resolve(false));
    await clock.advance(HEARTBEAT_MS);
    expect(state).toMatchObject({ ended: true, gone: true });
    expect(clock.pending()).toBe(0);
  });
});

test('many who follow are served by one reader', async () => {
  await using other = await startApi();
  let queries = 0;
  const database = {
    ...other.database,
    query: <Row>(statement: Parameters<typeof other.database.query>[0]) => {
      queries += statement.name === 'select-events' ? 1 : 0;
      return other.database.query<Row>(statement);
    },
  };
  const log = { warn: () => undefined, error: () => undefined };
  const feed = openEventFeed({ database, clock: virtualClock(), log });
  const told = Array.from({ length: 50 }, () => [] as string[]);
  for (const texts of told) {
    const followed = await feed.follow(
      { mode: 'test', types: null, showsText: true, isAllowed: () => Promise.resolve(true) },
      null,
    );
    if (!followed.ok) throw new Error(followed.reason);
    const sink = {
      write: (text: string) => void texts.push(text),
      waiting: () => 0,
      onceDrained: () => undefined,
      onceClosed: () => undefined,
      isOver: () => false,
      end: () => undefined,
      cut: () => undefined,
    };
    followed.start(sink);
  }
  const id = randomUUID();
  await insertEvents(other.database, [
    { type: 'smsc.up', mode: 'test', message_id: null, sequence: 0, data: { id }, created_at: new Date() },
  ]);
  await until(() => {
    feed.poke();
    return told.every((texts) => texts.join('').includes(id));
  });
  const before = queries;
  expect(before).toBeGreaterThan(0);
  for (const texts of told) expect(texts.filter((text) => text.includes(id))).toHaveLength(1);
  await feed.stop();
});

function timer(ms: number, run: () => void): () => void {
  const handle = setTimeout(run, ms);
  return () => clearTimeout(handle);
}
