import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import type { PlainClient } from '../../connectors/hubspot/api/plain.ts';
import { createTokens } from '../../connectors/hubspot/auth/tokens.ts';
import { upsertPortal } from '../../connectors/hubspot/store/portals.ts';
import { MIGRATIONS } from '../../connectors/hubspot/store/tables.ts';
import { migrate, openPool, storageOf } from '../../connectors/seam/storage.ts';
import { secretBox } from '../../server/access/secrets.ts';
import { migratedDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const pool = openPool(await migratedDatabase(), 'hubspot', () => undefined);
await migrate(pool, 'hubspot', MIGRATIONS);
const storage = storageOf(pool);
afterAll(() => pool.end());
const clock = virtualClock();
const secrets = secretBox([randomBytes(32).toString('base64')]);
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const pairOf = (token: string) => ({ access_token: token, refresh_token: `refresh ${token}`, expires_in: 1_800 });

type Renew = PlainClient['tokensByRefresh'];
/** What a process of the connector has; `renew` is HubSpot. */
const processOf = (renew: Renew) =>
  createTokens({ storage, secrets, plain: () => ({ tokensByRefresh: renew }), clock, log });
const never: Renew = () => new Promise(() => undefined);

let last = 1_000;
/** An account whose tokens have just ended. */
async function account(): Promise<number> {
  const [portalId, at] = [(last += 1), new Date(clock.now())];
  const sealed = { ...processOf(never).seal(portalId, pairOf('old')), expiresAt: at };
  await upsertPortal(storage, { portalId, hubDomain: '', scopes: [], installedBy: null, at, ...sealed });
  return portalId;
}
const isAsked = (portalId: number) =>
  until(async () => {
    const asked = 'select 1 from portals where portal_id = $1 and renewing_until is not null';
    return (await storage.query(asked, [portalId])).length > 0;
  });
/** Waits, and lets the time go by. */
async function passing<Value>(work: Promise<Value>): Promise<Value> {
  let isOver = false;
  const watched = work.finally(() => (isOver = true));
  watched.catch(() => undefined);
  await until(async () => {
    await clock.advance(250);
    return isOver;
  });
  return watched;
}

describe('tokens of an account that have ended', () => {
  test('are asked for once by two processes with many calls each', async () => {
    const portalId = await account();
    let asked = 0;
    const renewing: Renew = async () => {
      asked += 1;
      await new Promise((resolve) => setImmediate(resolve));
      return pairOf('next');
    };
    const processes = [processOf(renewing), processOf(renewing)];
    const calls = Array.from({ length: 10 }, (_, nth) => processes[nth % 2]?.access(portalId));
    const tokens = (await passing(Promise.all(calls))).map((one) => one?.token);
    expect(tokens).toEqual(Array.from({ length: 10 }, () => 'next'));
    expect(asked).toBe(1);
  });

  test('are asked for by another process when the one that asked has died', async () => {
    const portalId = await account();
    void processOf(never).access(portalId);
    await isAsked(portalId);
    const begunMs = clock.monotonic();
    const { token } = await passing(processOf(() => Promise.resolve(pairOf('next'))).access(portalId));
    expect(token).toBe('next');
    expect(clock.monotonic() - begunMs).toBeGreaterThan(14_000);
  });

  test('hold no connection while HubSpot does not answer, however many accounts and calls wait', async () => {
    const tokens = processOf(never);
    const accounts = await Promise.all(Array.from({ length: 12 }, account));
    for (const portalId of accounts) for (let nth = 0; nth < 24; nth += 1) void tokens.access(portalId);
    for (const portalId of accounts) await isAsked(portalId);
    await until(() => pool.waitingCount === 0 && pool.idleCount === pool.totalCount);
  });

  test('are those of the connection that was made meanwhile, whatever comes of the question about the old ones', async () => {
    const portalId = await account();
    const answer = Promise.withResolvers<ReturnType<typeof pairOf>>();
    const tokens = processOf(() => answer.promise);
    const asking = tokens.access(portalId);
    await isAsked(portalId);
    const fresh = tokens.seal(portalId, pairOf('connected again'));
    await upsertPortal(storage, {
      portalId,
      hubDomain: '',
      scopes: [],
      installedBy: null,
      at: new Date(clock.now()),
      ...fresh,
    });
    answer.resolve(pairOf('too late'));
    expect((await asking).token).toBe('connected again');
    expect((await tokens.access(portalId)).token).toBe('connected again');
  });
});
