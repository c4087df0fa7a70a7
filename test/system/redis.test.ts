import { describe, expect, test } from 'vitest';
import { countSegments, startLoad } from '../support/load.ts';
import { ownServer } from '../support/own-server.ts';
import { outcomeOf } from '../support/promises.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { startSmsc } from '../support/smsc-process.ts';
import { until } from '../support/until.ts';

if (!hasRedis) console.warn('Skipped: the queue on Redis. Install redis-server to run it.');

const EVERYTHING_KEPT = { broken: [], flagged: 0, duplicates: 0 };

describe.skipIf(!hasRedis)('with the queue on Redis', () => {
  test('every accepted text is sent once', async () => {
    const { running, smsc, load } = await underLoad();
    await load.acceptedMore(300);
    await load.stop();
    expect(await outcomeOf(running, smsc, load.accepted)).toMatchObject(EVERYTHING_KEPT);
    expect(await queueOf(running.url)).toBe('up');
  });

  test('a Redis that is killed under load and comes back empty loses no text and doubles none', async () => {
    const { running, smsc, load, redis } = await underLoad({ trickleMs: 40 });
    await load.acceptedMore(200);
    await redis.kill();
    await until(async () => (await queueOf(running.url)) === 'down');
    await load.acceptedMore(200);

    await redis.startAgain();
    await until(async () => (await queueOf(running.url)) === 'up');
    // Texts that Redis forgot do not have to wait until there are no new ones.
    const forgotten = load.accepted.map(({ token }) => token);
    await until(async () => {
      const sent = countSegments(await smsc.recorded());
      return forgotten.every((token) => sent.has(token));
    });
    await load.stop();
    expect(await outcomeOf(running, smsc, load.accepted)).toMatchObject(EVERYTHING_KEPT);
    expect(load.refused).toEqual(new Map());
  });

  test('a server that starts while Redis is away takes texts, and sends them when it is there', async () => {
    const { running, smsc, load, redis } = await underLoad({ redisIsAway: true });
    expect(await queueOf(running.url)).toBe('down');
    await load.acceptedMore(50);
    await load.stop();
    await redis.startAgain();
    expect(await outcomeOf(running, smsc, load.accepted)).toMatchObject(EVERYTHING_KEPT);
  });

  test('a server stops cleanly while Redis is away', async () => {
    const { running, load, redis } = await underLoad();
    await load.acceptedMore(100);
    await redis.kill();
    await running.stop();
    await load.stop();
    await expect(fetch(`${running.url}/healthz`)).rejects.toThrow('fetch failed');
  });
});

async function underLoad({ redisIsAway = false, trickleMs = 250 } = {}) {
  const redis = await startRedis();
  if (redisIsAway) await redis.kill();
  const smsc = await startSmsc();
  const running = await ownServer({ SMPP_URL: smsc.url, REDIS_URL: redis.url });
  const target = () => ({ url: running.url, key: running.keys.live });
  const load = startLoad({ target, concurrency: 8, trickleMs });
  return { redis, smsc, running, load };
}

/** The answer is 200 all the time: texts are taken whatever the queue does. */
async function queueOf(url: string): Promise<string> {
  const response = await fetch(`${url}/readyz`);
  expect(response.status).toBe(200);
  return ((await response.json()) as { queue: string }).queue;
}
