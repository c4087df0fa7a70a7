import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAnomalies, type SentText } from '../../server/access/anomalies.ts';
import { type Key, type KeyLimits, NO_LIMITS, openKeys } from '../../server/access/keys.ts';
import { createRateLimits } from '../../server/access/rate-limits.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

async function keyWith(clock: VirtualClock, limits: Partial<KeyLimits> = {}): Promise<Key> {
  const wanted = { mode: 'test', name: 'a key', limits: { ...NO_LIMITS, ...limits } } as const;
  return (await openKeys(database, clock).createKey(wanted)).key;
}

const limitsOf = (clock: VirtualClock, organisationPerSecond: number | null = null) =>
  createRateLimits({ database, organisationPerSecond, clock });

describe('R057: limits in texts', () => {
  test('hold for all keys together, whatever each of them may', async () => {
    const clock = virtualClock();
    const limits = limitsOf(clock, 10);
    const [one, two] = [await keyWith(clock, { rateLimit: 300 }), await keyWith(clock)];
    expect(await limits.admit(one, 6)).toEqual({ ok: true });
    expect(await limits.admit(two, 5)).toEqual({ ok: false, limit: 'organisation', retryAfterSeconds: 1 });
    expect(await limits.admit(two, 4)).toEqual({ ok: true });
    // A refused request has used up nothing of the key either.
    expect(await limits.admit(one, 10)).toMatchObject({ ok: false, limit: 'organisation' });
    expect(limits.headers(one)).toEqual({
      'RateLimit-Policy': '"key";q=300;w=60, "organisation";q=10;w=1',
      RateLimit: '"key";r=294;t=2, "organisation";r=0;t=1',
    });
    expect(limits.headers(two)).toEqual({
      'RateLimit-Policy': '"organisation";q=10;w=1',
      RateLimit: '"organisation";r=0;t=1',
    });
    await clock.advance(1_000);
    expect(await limits.admit(two, 10)).toEqual({ ok: true });
  });

  test('cost a batch as many as it has texts, and what was not accepted goes back', async () => {
    const clock = virtualClock();
    const limits = limitsOf(clock);
    const key = await keyWith(clock, { rateLimit: 60, dailyCap: 100 });
    expect(await limits.admit(key, 50)).toEqual({ ok: true });
    expect(await limits.admit(key, 11)).toEqual({ ok: false, limit: 'key', retryAfterSeconds: 1 });
    limits.giveBack(key, 20);
    expect(await limits.admit(key, 30)).toEqual({ ok: true });
    // 60 of the day are used once what was given back is stored.
    await until(async () => {
      const [row] = await database.query<{ texts: number }>({
        text: 'select texts from api_key_days where api_key_id = $1',
        values: [key.id],
      });
      return row?.texts === 60;
    });
    await clock.advance(60_000);
    expect(await limits.admit(key, 41)).toMatchObject({ ok: false, limit: 'day' });
    // The refusal of the day has given the minute back.
    expect(await limits.admit(key, 40)).toEqual({ ok: true });
  });

  test('of a day are one for all servers and begin anew at midnight UTC', async () => {
    const clock = virtualClock(Date.UTC(2026, 10, 20, 23, 59, 0));
    const [one, two] = [limitsOf(clock), limitsOf(clock)];
    const key = await keyWith(clock, { dailyCap: 5 });
    expect(await one.admit(key, 3)).toEqual({ ok: true });
    expect(await two.admit(key, 3)).toEqual({ ok: false, limit: 'day', retryAfterSeconds: 60 });
    expect(await two.admit(key, 2)).toEqual({ ok: true });
    const together = await Promise.all([one.admit(key, 1), two.admit(key, 1)]);
    expect(together.map(({ ok }) => ok)).toEqual([false, false]);
    await clock.advance(60_000);
    expect(await one.admit(key, 5)).toEqual({ ok: true });
    expect(await one.admit(key, 6)).toMatchObject({ ok: false });
  });
});

describe('R052: a flood', () => {
  const watch = (clock: VirtualClock, key: Key, pausesKey: boolean) => {
    const velocity = {
      key: { texts: 20, seconds: 60 },
      country: { texts: 10, seconds: 60 },
      prefix: { texts: 3, seconds: 60 },
    };
    const log = { warn: () => undefined };
    let poked = 0;
    const keys = openKeys(database, clock);
    const onEvents = () => void (poked += 1);
    const anomalies = createAnomalies({ database, keys, velocity, pausesKey, clock, log, onEvents });
    const note = (text: Partial<SentText>) =>
      anomalies.note({ keyId: key.id, mode: 'test', to: '+14155550100', country: 'US', ...text });
    const told = async () => {
      await anomalies.idle();
      const rows = await database.kysely
        .selectFrom('events')
        .selectAll()
        .where('type', '=', 'api_key.anomaly')
        .execute();
      return rows.filter(({ data }) => data['api_key_id'] === key.id).map(({ data }) => data);
    };
    return { note, told, poked: () => poked };
  };

  test('to numbers beside each other is told once, and again in the next while', async () => {
    const clock = virtualClock();
    const key = await keyWith(clock);
    const { note, told, poked } = watch(clock, key, false);
    for (let n = 0; n < 3; n += 1) note({ to: `+141555501${n}0` });
    expect(await told()).toEqual([]);
    for (let n = 3; n < 9; n += 1) note({ to: `+141555501${n}0` });
    const excess = { api_key_id: key.id, kind: 'prefix', prefix: '+14155550', texts: 3, seconds: 60, paused: false };
    expect(await told()).toEqual([excess]);
    expect(poked()).toBe(1);
    await clock.advance(60_000);
    for (let n = 0; n < 9; n += 1) note({ to: `+141555501${n}0` });
    expect(await told()).toHaveLength(2);
  });

  test('to one country, and of a key as a whole, is told too', async () => {
    const clock = virtualClock();
    const { note, told } = watch(clock, await keyWith(clock), false);
    for (let n = 0; n < 21; n += 1)
      note({ to: `+4477009${String(n).padStart(2, '0')}000`, country: n % 2 ? 'GB' : 'IM' });
    const both = await told();
    expect(both).toHaveLength(2);
    expect(both).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'country', country: 'IM', texts: 10 }),
        expect.objectContaining({ kind: 'key', texts: 20 }),
      ]),
    );
  });

  test('pauses the key where that is wanted, for every server', async () => {
    const clock = virtualClock();
    const { key, text } = await openKeys(database, clock).createKey({ mode: 'test', name: 'leaked' });
    const { note, told } = watch(clock, key, true);
    for (let n = 0; n < 4; n += 1) note({});
    expect(await told()).toMatchObject([{ kind: 'prefix', paused: true }]);
    expect((await openKeys(database, clock).findKey(text))?.paused).toBe('anomaly:prefix');
  });
});
