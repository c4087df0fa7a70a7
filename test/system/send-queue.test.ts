import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
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
        const ids = Array.from({ length: name === 'many' ? 1_000 : 20 }, (_, index) => `${name}-${index}`);
        await queue.announce(lane, ids, name);
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
      const jobs: string[] = [];
      const done = Promise.withResolvers<'done'>();
      await queue.announce(
        lane,
        Array.from({ length: 500 }, (_, index) => `old-${index}`),
        'old',
      );
      queue.work(lane, (ids) => {
        jobs.push(ids[0] ?? '');
        return jobs.length > 5 ? done.promise : Promise.resolve('done');
      });
      await until(async () => jobs.length === 5 && (await queue.depth(lane)) === 0);
      await queue.announce(lane, ['wait-1'], 'a');
      await queue.announce(lane, ['wait-2'], 'b');
      await until(() => jobs.length === 7);
      for (const flow of ['old', 'new']) await queue.announce(lane, [`${flow}-last`], flow);
      done.resolve('done');
      await until(() => jobs.length === 9);
      expect(jobs.slice(-2).toSorted()).toEqual(['new-last', 'old-last']);
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
