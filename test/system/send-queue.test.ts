import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import pg from 'pg';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { openSendQueue, type SendQueue } from '../../server/queue/send-queue.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { freePort } from '../support/free-port.ts';

const log = { warn: () => undefined };
const redis = await startRedis();
afterAll(() => redis?.kill());

describe.each([{ backend: 'PostgreSQL', url: null }, ...(redis ? [{ backend: 'Redis', url: redis.url }] : [])])(
  'the send queue on $backend',
  ({ url }) => {
    async function openQueue(): Promise<{ queue: SendQueue; database: FreshDatabase; lane: string }> {
      const database = await freshDatabase();
      const { pool, joiningPool, afterCommit } = database;
      const queue = await openSendQueue({ pool, joiningPool, redisUrl: url, afterCommit, log });
      onTestFinished(async () => {
        await queue.stopWorking();
        await queue.close();
      });
      // Redis outlives a test: each has a lane of its own.
      return { queue, database, lane: `send.${Math.random().toString(36).slice(2)}` };
    }

    test('hands every announced id to a worker, in jobs of at most 100', async () => {
      const { queue, lane } = await openQueue();
      const ids = Array.from({ length: 250 }, (_, index) => `id-${index}`);
      const jobs: (readonly string[])[] = [];
      queue.work(lane, (job) => {
        jobs.push(job);
        return Promise.resolve('done');
      });
      await queue.announce(lane, ids);
      await until(() => jobs.flat().length === 250);
      expect(jobs.flat().toSorted()).toEqual(ids.toSorted());
      expect(Math.max(...jobs.map((job) => job.length))).toBe(100);
      await until(async () => (await queue.depth(lane)) === 0);
    });

    test('shows no job of a transaction that was rolled back', async () => {
      const { queue, database, lane } = await openQueue();
      const undone = database.transaction(async () => {
        await queue.announce(lane, ['a']);
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      await queue.announce(lane, ['b']);
      const seen: string[] = [];
      queue.work(lane, (job) => {
        seen.push(...job);
        return Promise.resolve('done');
      });
      await until(() => seen.length > 0);
      expect(seen).toEqual(['b']);
    });

    test('shows the job of a transaction only after its commit', async () => {
      const { queue, database, lane } = await openQueue();
      const { pool, afterCommit } = database;
      const observer = await openSendQueue({ pool, joiningPool: pool, redisUrl: url, afterCommit, log });
      onTestFinished(() => observer.close());
      await database.transaction(async () => {
        await queue.announce(lane, ['a']);
        expect(await observer.depth(lane)).toBe(0);
      });
      await until(async () => (await observer.depth(lane)) === 1);
    });

    test('brings back a job that was given back', async () => {
      const { queue, lane } = await openQueue();
      let times = 0;
      queue.work(lane, () => Promise.resolve(++times === 1 ? 'again' : 'done'));
      await queue.announce(lane, ['a']);
      await until(() => times === 2);
      await until(async () => (await queue.depth(lane)) === 0);
    });

    test('ends a job whose handler failed, because the row and not the job is what counts', async () => {
      const { queue, lane } = await openQueue();
      let times = 0;
      queue.work(lane, () => {
        times++;
        return Promise.reject(new Error('the database is away'));
      });
      await queue.announce(lane, ['a']);
      await until(() => times === 1);
      await until(async () => (await queue.depth(lane)) === 0);
    });

    test('lets those who announce take turns: somebody new stands beside the head of a backlog', async () => {
      const { queue, lane } = await openQueue();
      for (const name of ['many', 'few']) {
        await queue.announce(lane, names(name, name === 'many' ? 1_000 : 20), name);
      }
      const jobs: string[] = [];
      queue.work(lane, (ids) => {
        jobs.push(ids[0] ?? '');
        return Promise.resolve('done');
      });
      await until(() => jobs.length === 11);
      // Two jobs run at once, so the one that comes second may be seen third.
      expect(jobs.indexOf('few-0')).toBeLessThanOrEqual(3);
    });

    test('starts counting turns afresh once a lane is empty', async () => {
      const { queue, lane } = await openQueue();
      const seen: string[] = [];
      const done = Promise.withResolvers<'done'>();
      await queue.announce(lane, names('before', 500), 'old');
      queue.work(lane, (ids) => {
        seen.push(...ids);
        return seen.length > 500 ? done.promise : Promise.resolve('done');
      });
      await until(async () => seen.length === 500 && (await queue.depth(lane)) === 0);
      await queue.announce(lane, ['wait-1'], 'a');
      await queue.announce(lane, ['wait-2'], 'b');
      await until(() => seen.length === 502);
      for (const flow of ['new', 'old']) await queue.announce(lane, names(flow, 100), flow);
      done.resolve('done');
      await until(() => seen.length === 702);
      // Had turns been counted on, everything of `new` would have come first.
      expect(seen.indexOf('old-0')).toBeLessThanOrEqual(602);
    });

    /** A lane whose worker has said that it is idle, so that texts are handed over; and a queue that sees jobs alone. */
    async function idleLane(handle: (ids: readonly string[]) => Promise<'done' | 'again'>) {
      const opened = await openQueue();
      const { queue, database, lane } = opened;
      let probing = true;
      let probes = 0;
      queue.work(lane, (ids) => {
        if (!probing) return handle(ids);
        probes++;
        return Promise.resolve('done');
      });
      await until(async () => {
        const before = probes;
        await queue.announce(lane, ['probe']);
        // A job would have to go to the database and back first.
        return probes > before;
      });
      await until(async () => (await queue.depth(lane)) === 0);
      probing = false;
      const { pool, afterCommit } = database;
      const observer = await openSendQueue({ pool, joiningPool: pool, redisUrl: url, afterCommit, log });
      onTestFinished(() => observer.close());
      return { ...opened, observer };
    }

    test('hands texts to an idle worker of this process without a job, and counts them until they are worked off', async () => {
      const held = Promise.withResolvers<'done'>();
      const { queue, observer, lane } = await idleLane(() => held.promise);
      await queue.announce(lane, ['a', 'b']);
      expect([await queue.depth(lane), await observer.depth(lane)]).toEqual([2, 0]);
      held.resolve('done');
      await until(async () => (await queue.depth(lane)) === 0);
    });

    test('adds jobs for what a worker of this process has no room for, and none is forgotten', async () => {
      const seen: string[] = [];
      const held = Promise.withResolvers<'done'>();
      const { queue, observer, lane } = await idleLane((ids) => {
        seen.push(...ids);
        return held.promise;
      });
      for (const flow of ['a', 'b', 'c']) await queue.announce(lane, names(flow, 400), flow);
      await until(async () => (await observer.depth(lane)) === 4);
      held.resolve('done');
      await until(() => seen.length === 1_200);
      expect(new Set(seen).size).toBe(1_200);
    });

    test('hands over what was announced in a transaction after its commit, and nothing of one that was rolled back', async () => {
      const seen: string[] = [];
      const { queue, database, lane } = await idleLane((ids) => {
        seen.push(...ids);
        return Promise.resolve('done');
      });
      const undone = database.transaction(async () => {
        await queue.announce(lane, ['undone']);
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      await database.transaction(async () => {
        await queue.announce(lane, ['kept']);
        expect(seen).toEqual([]);
      });
      await until(() => seen.length > 0);
      expect(seen).toEqual(['kept']);
    });

    test('says that announcements may be lost when a worker fails with texts that were handed over', async () => {
      const { queue, lane } = await idleLane(() => Promise.reject(new Error('the database is away')));
      queue.mayHaveLostJobs();
      await queue.announce(lane, ['a']);
      await until(() => queue.mayHaveLostJobs());
      expect(queue.mayHaveLostJobs()).toBe(false);
    });

    test('gives what is left to other servers as jobs when it stops working', async () => {
      const held = Promise.withResolvers<'done'>();
      const { queue, observer, lane } = await idleLane(() => held.promise);
      for (const name of ['a', 'b', 'c']) await queue.announce(lane, [name]);
      const stopped = queue.stopWorking();
      held.resolve('done');
      await stopped;
      await until(async () => (await observer.depth(lane)) === 1);
    });

    test('keeps lanes apart', async () => {
      const { queue, lane } = await openQueue();
      const seen: string[] = [];
      queue.work(`${lane}.test`, (job) => {
        seen.push(...job);
        return Promise.resolve('done');
      });
      await queue.announce(`${lane}.live`, ['live']);
      await queue.announce(`${lane}.test`, ['test']);
      await until(() => seen.length > 0);
      expect(seen).toEqual(['test']);
      expect(await queue.depth(`${lane}.live`)).toBe(1);
    });
  },
);

describe('the send queue on a PostgreSQL that refuses connections or loses them', () => {
  /** A queue whose pool, which its workers use, is `pool`, and another that announces to it. */
  async function twoQueues(database: FreshDatabase, pool: pg.Pool) {
    const { joiningPool, afterCommit } = database;
    const queues = [pool, database.pool].map((own) =>
      openSendQueue({ pool: own, joiningPool, redisUrl: null, afterCommit, log }),
    );
    const [queue, other] = await Promise.all(queues);
    if (!queue || !other) throw new Error('There are two queues.');
    onTestFinished(async () => {
      for (const each of [queue, other]) {
        await each.stopWorking();
        await each.close();
      }
    });
    return { queue, other };
  }

  function ownPool({ connection }: FreshDatabase, max: number) {
    const pool = new pg.Pool({ ...connection, options: '-c search_path=public,bullmq', max });
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    onTestFinished(() => pool.end());
    return pool;
  }

  test('goes on once it gets one, and everything else goes on meanwhile', async () => {
    const database = await freshDatabase();
    const pool = ownPool(database, 5);
    const { queue, other } = await twoQueues(database, pool);
    let refused = 0;
    const refuse = <Work>(times: number, work: () => Work) =>
      ++refused <= times ? Promise.reject(new Error('sorry, too many clients already')) : work();
    const [connect, query] = [pool.connect.bind(pool), pool.query.bind(pool)] as const;
    Object.assign(pool, {
      // The pool itself asks with a callback.
      connect: (...args: []) => (args.length > 0 ? connect(...args) : refuse(3, connect)),
      query: (...args: [string, unknown[]]) => refuse(3, () => query(...args)),
    });
    const seen: string[] = [];
    queue.work('send.a', (ids) => {
      seen.push(...ids);
      return Promise.resolve('done');
    });
    await until(() => refused >= 3);
    await other.announce('send.a', ['a']);
    await until(() => seen.length > 0);
    expect(seen).toEqual(['a']);
  });

  test('listens on one connection for any number of lanes, and on another one when that is lost', async () => {
    const database = await freshDatabase();
    const { queue, other } = await twoQueues(database, ownPool(database, 3));
    const seen: string[] = [];
    const lanes = Array.from({ length: 12 }, (_, index) => `send.${index}`);
    for (const lane of lanes) {
      queue.work(lane, (ids) => {
        seen.push(...ids);
        return Promise.resolve('done');
      });
    }
    const announceAll = async (name: string) => {
      for (const lane of lanes) await other.announce(lane, [`${lane} ${name}`]);
      await until(() => seen.length === lanes.length);
      expect(seen.splice(0).toSorted()).toEqual(lanes.map((lane) => `${lane} ${name}`).toSorted());
    };
    await announceAll('before');
    const listening = `query ~ 'LISTEN' and pid <> pg_backend_pid() and datname = current_database()`;
    const listeners = () => database.pool.query<{ pid: number }>(`select pid from pg_stat_activity where ${listening}`);
    const { rows } = await until(async () => {
      const found = await listeners();
      return found.rows.length > 0 && found;
    });
    expect(rows).toHaveLength(1);
    await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await announceAll('after');
  });
});

describe('the send queue without its Redis', () => {
  test('takes announcements without failing or waiting, and says that it is down', async () => {
    const { pool, joiningPool, afterCommit } = await freshDatabase();
    const redisUrl = `redis://127.0.0.1:${await freePort()}`;
    const queue = await openSendQueue({ pool, joiningPool, redisUrl, afterCommit, log });
    await queue.announce('send.live', ['a']);
    expect(queue.isUp()).toBe(false);
    expect(await queue.depth('send.live')).toBe(Infinity);
    await queue.close();
  });
});

const names = (flow: string, count: number) => Array.from({ length: count }, (_, index) => `${flow}-${index}`);

async function startRedis(): Promise<{ url: string; kill(): void } | null> {
  try {
    execFileSync('redis-server', ['--version']);
  } catch {
    console.warn('SKIPPED: the send queue on Redis. Install redis-server to run it.');
    return null;
  }
  const port = await freePort();
  const server: ChildProcess = spawn('redis-server', ['--port', String(port), '--save', '', '--bind', '127.0.0.1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of server.stdout ?? []) if (String(line).includes('Ready to accept')) break;
  return { url: `redis://127.0.0.1:${port}`, kill: () => server.kill() };
}
