import { describe, expect, test } from 'vitest';
import { secretBox } from '../../server/access/secrets.ts';
import { dispatch } from '../../server/events/dispatch.ts';
import { createSafeFetch } from '../../server/events/safe-fetch.ts';
import { readEvents } from '../../server/events/stream.ts';
import type { Webhooks } from '../../server/events/webhooks.ts';
import { START } from '../../server/store/event-stream.ts';
import { lockCursor } from '../../server/store/webhooks.ts';
import { selectSealedSamples } from '../../server/store/webhook-endpoints.ts';
import type { Database } from '../../server/store/database.ts';
import { freshDatabase } from '../support/database.ts';
import type { Received } from '../support/http-sink.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import {
  commitEvent,
  commitEvents,
  newMessage,
  passTime,
  recordEvent,
  recordEvents,
  webhookHarness,
} from '../support/webhooks.ts';

async function subscribe(webhooks: Webhooks, url: string) {
  const created = await webhooks.endpoints.create('test', { url, event_types: ['*'] });
  if (!created.ok) throw new Error(created.reason);
}

const idOf = (request: Received | undefined) => request?.headers['webhook-id'];
const messageIdOf = ({ body }: Received) => (JSON.parse(body) as { data: { message_id: string } }).data.message_id;

/** A transaction that has recorded an event and waits to be told how to end. */
async function openTransaction(database: Parameters<typeof recordEvent>[0], type: string) {
  const recorded = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<boolean>();
  const message = newMessage();
  const ended = database
    .transaction(async () => {
      await commitEvent(database, type, message);
      recorded.resolve();
      if (!(await gate.promise)) throw new Error('rolled back');
    })
    .catch(() => undefined);
  await recorded.promise;
  const end = (commit: boolean) => {
    gate.resolve(commit);
    return ended;
  };
  return { message, commit: () => end(true), rollBack: () => end(false) };
}

describe('a transaction that stays open while a later one commits', () => {
  test('hides no event for ever, and nothing is delivered twice', async () => {
    const { database, sink, start, deliveries } = await webhookHarness();
    const webhooks = start();
    await subscribe(webhooks, sink.url);
    const early = await openTransaction(database, 'message.queued');
    const late = await commitEvent(database, 'message.sent');
    // Whoever read by number alone would now deliver the later event and step over the earlier one for ever.
    for (let round = 0; round < 5; round++) {
      expect(await dispatch(database, new Date())).toEqual({ events: [], more: 'blocked', deliveries: 0, claimed: [] });
    }
    await early.commit();
    await sink.received(2);
    expect(sink.requests.map(messageIdOf).sort()).toEqual([early.message.id, late.id].sort());
    await until(async () => (await deliveries()).every((row) => row.state === 'delivered'));
    expect(await dispatch(database, new Date())).toMatchObject({ deliveries: 0, claimed: [] });
    expect(sink.requests).toHaveLength(2);
  });

  test('and is rolled back holds up the later event, no more', async () => {
    const { database, sink, start } = await webhookHarness();
    await subscribe(start(), sink.url);
    const early = await openTransaction(database, 'message.queued');
    const late = await commitEvent(database, 'message.sent');
    await early.rollBack();
    await sink.received(1);
    expect(sink.requests.map(messageIdOf)).toEqual([late.id]);
  });

  test('the stream reads events in the order of their transactions, in pages that neither overlap nor leave gaps', async () => {
    const database = await freshDatabase();
    const early = await openTransaction(database, 'message.queued');
    const message = await commitEvent(database, 'message.queued');
    await commitEvents(database, ['message.sent', 'message.delivered', 'message.failed'], message);
    expect(await readEvents(database, START)).toEqual({ events: [], next: START, more: 'blocked' });
    await early.commit();
    const seen: string[] = [];
    for (let position = START, more = 'full'; more === 'full';) {
      const page = await until(async () => {
        const read = await readEvents(database, position, 2);
        return read.more !== 'blocked' && read;
      });
      seen.push(...page.events.map((event) => event.id));
      ({ next: position, more } = page);
    }
    expect(seen).toEqual(['1', '2', '3', '4', '5']);
  });
});

describe('a restart', () => {
  test('goes on where the last run stopped: what happened in between arrives, what was told is not told again', async () => {
    const { database, sink, start, deliveries } = await webhookHarness();
    const first = start();
    await subscribe(first, sink.url);
    const told = await recordEvent(database, 'message.queued');
    first.poke();
    await sink.received(1);
    await first.stop();
    const missed = await recordEvent(database, 'message.sent');
    start();
    await sink.received(2);
    await until(async () => (await deliveries()).every((row) => row.state === 'delivered'));
    expect(sink.requests.map(messageIdOf)).toEqual([told.id, missed.id]);
  });

  test('after a crash between the POST and its record delivers again, under the same webhook-id', async () => {
    const clock = virtualClock();
    const { database, sink, start, deliveries } = await webhookHarness(undefined, clock);
    const real = createSafeFetch({ allowlist: [], allowLoopback: () => true });
    // From the answer on, nothing of this server reaches the database any more, as after kill -9.
    let killed = false;
    const unlessKilled = <Result>(work: () => Promise<Result>) =>
      killed ? Promise.reject(new Error('killed')) : work();
    const dying = start({
      database: {
        ...database,
        query: (statement) => unlessKilled(() => database.query(statement)),
        transaction: (work) => unlessKilled(() => database.transaction(work)),
        relaxedPool: dyingPool(database.relaxedPool, () => killed),
      },
      safeFetch: {
        check: real.check,
        post: (request) => real.post(request).finally(() => (killed = true)),
      },
    });
    await subscribe(dying, sink.url);
    await recordEvent(database, 'message.sent');
    dying.poke();
    await until(() => killed);
    await dying.stop();
    real.close();
    expect(await deliveries()).toMatchObject([{ state: 'pending', attempts: 1, last_status: null }]);
    start();
    await passTime(clock, 59_000);
    expect(sink.requests).toHaveLength(1);
    await passTime(clock, 2_000);
    const [before, after] = await sink.received(2);
    expect(idOf(after)).toBe(idOf(before));
    const [row] = await until(async () => {
      const rows = await deliveries();
      return rows[0]?.state === 'delivered' && rows;
    });
    expect(row?.attempts).toBe(2);
  });

  test('that loses the cursor dispatches again and still makes no second delivery', async () => {
    const { database, sink, start, deliveries } = await webhookHarness();
    const webhooks = start();
    await subscribe(webhooks, sink.url);
    await recordEvent(database, 'message.sent');
    webhooks.poke();
    await until(async () => (await deliveries())[0]?.state === 'delivered');
    await webhooks.stop();
    await database.kysely.deleteFrom('cursors').execute();
    await dispatch(database, new Date());
    expect(await deliveries()).toHaveLength(1);
  });
});

describe('two servers on one database', () => {
  test('deliver every event once between them', async () => {
    const { database, sink, start, deliveries } = await webhookHarness();
    const servers = [start(), start()];
    await subscribe(servers[0]!, sink.url);
    const message = await recordEvent(database, 'message.queued');
    const types = Array.from({ length: 20 }, () => 'message.sent');
    for (let batch = 0; batch < 20; batch++) {
      await recordEvents(database, types, message);
      for (const server of servers) server.poke();
    }
    await until(async () => {
      const rows = await deliveries();
      return rows.length === 401 && rows.every((row) => row.state === 'delivered');
    });
    expect(new Set(sink.requests.map(idOf)).size).toBe(401);
    expect(sink.requests).toHaveLength(401);
  });
});

test('while one server dispatches, another waits for the cursor and then goes on behind it', async () => {
  const { database, start, sink } = await webhookHarness();
  const webhooks = start();
  await subscribe(webhooks, sink.url);
  await webhooks.stop();
  const locked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const first = database.transaction(async () => {
    await lockCursor(database, 'webhooks');
    locked.resolve();
    await gate.promise;
    return dispatch(database, new Date());
  });
  await locked.promise;
  await recordEvent(database, 'message.sent');
  const second = dispatch(database, new Date());
  const waiting = {
    text: `select 1 from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`,
    values: [],
  };
  await until(async () => (await database.query(waiting)).length > 0);
  gate.resolve();
  expect([(await first).deliveries, (await second).deliveries]).toEqual([1, 0]);
});

describe('stopping', () => {
  test('waits for the answer of what is under way', async () => {
    const gate = Promise.withResolvers<void>();
    const { database, sink, start, deliveries } = await webhookHarness((response) => {
      void gate.promise.then(() => response.end());
    });
    const webhooks = start();
    await subscribe(webhooks, sink.url);
    await recordEvent(database, 'message.sent');
    webhooks.poke();
    await sink.received(1);
    const stopping = webhooks.stop();
    gate.resolve();
    await stopping;
    expect(await deliveries()).toMatchObject([{ state: 'delivered', attempts: 1 }]);
  });

  test('gives up after five seconds on a receiver that is silent, and its delivery is due at once', async () => {
    const clock = virtualClock();
    const { database, sink, start, deliveries } = await webhookHarness((response, _request, index) => {
      if (index > 0) response.end();
    }, clock);
    const webhooks = start();
    await subscribe(webhooks, sink.url);
    await recordEvent(database, 'message.sent');
    webhooks.poke();
    await sink.received(1);
    let isStopped = false;
    const stopping = webhooks.stop().then(() => (isStopped = true));
    // The five seconds begin when both loops have ended, which takes real time.
    await until(async () => {
      await clock.advance(1_000);
      return isStopped;
    });
    await stopping;
    const [left] = await deliveries();
    expect(left).toMatchObject({ state: 'pending', last_error: 'aborted' });
    expect(left?.next_attempt_at.getTime()).toBeLessThanOrEqual(clock.now());
    expect(clock.pending()).toBe(0);
    start();
    expect(await sink.received(2)).toHaveLength(2);
  });

  test('ends when nothing is under way, and nothing is delivered after it', async () => {
    const { database, sink, start } = await webhookHarness();
    const webhooks = start();
    await subscribe(webhooks, sink.url);
    await webhooks.stop();
    await recordEvent(database, 'message.sent');
    webhooks.poke();
    await new Promise((resolve) => setImmediate(resolve));
    expect(sink.requests).toHaveLength(0);
  });
});

describe('the secret key', () => {
  test('when it is lost is noticed before a start, and until it is back deliveries wait', async () => {
    const clock = virtualClock();
    const { database, sink, start, deliveries } = await webhookHarness(undefined, clock);
    const first = start();
    await subscribe(first, sink.url);
    await first.stop();
    const other = secretBox([Buffer.alloc(32, 9).toString('base64')]);
    const samples = await selectSealedSamples(database);
    expect(samples.map((sample) => other.knows(sample))).toEqual([false]);
    const second = start({ secrets: other });
    await recordEvent(database, 'message.sent');
    second.poke();
    const row = await until(async () => (await deliveries()).find((each) => each.last_error !== null));
    expect(row).toMatchObject({ state: 'pending', last_error: 'secret_not_readable' });
    expect(sink.requests).toHaveLength(0);
    await second.stop();
    start();
    await passTime(clock, 6_000);
    expect(await sink.received(1)).toHaveLength(1);
  });
});

/** A pool that reaches nothing any more once its process is taken for killed. */
function dyingPool(pool: Database['relaxedPool'], isKilled: () => boolean): Database['relaxedPool'] {
  const query = (...given: unknown[]) =>
    isKilled() ? Promise.reject(new Error('killed')) : (Reflect.apply(pool.query, pool, given) as Promise<unknown>);
  return { query } as unknown as Database['relaxedPool'];
}
