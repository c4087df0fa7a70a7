import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKeyExpiry } from '../../server/access/key-expiry.ts';
import { openKeys } from '../../server/access/keys.ts';
import { updateKey } from '../../server/store/keys.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const DAY_MS = 86_400_000;
let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

test('api_key.expiring comes 30, 7 and 1 days before the end of a key, once each, from however many servers', async () => {
  const clock = virtualClock();
  const start = clock.now();
  const keys = openKeys(database, clock);
  const endsAfter = async (name: string, days: number | null) => {
    const expiresAt = days === null ? null : new Date(start + days * DAY_MS);
    return (await keys.createKey({ mode: 'live', name, scopes: [], expiresAt })).row.id;
  };
  const moved = await endsAfter('moved', 40);
  await endsAfter('long', 40);
  await endsAfter('short', 5);
  await endsAfter('endless', null);
  const revoked = await endsAfter('revoked', 40);
  await updateKey(database, revoked, { revoked_at: new Date(start) });
  let pokes = 0;
  const servers = [1, 2, 3].map(() => createKeyExpiry({ database, clock, onEvents: () => void pokes++ }));
  const told = async () => {
    await Promise.all(servers.map(({ duty }) => duty.run()));
    const rows = await database.query<{ data: { name: string; days_left: number } }>({
      text: `with gone as (delete from events returning data, id) select data from gone order by id`,
      values: [],
    });
    return rows.map(({ data }) => `${data.name} ${data.days_left}`).toSorted();
  };

  expect(await told()).toEqual([]);
  const seen: Record<number, string[]> = {};
  for (let day = 1; day <= 41; day += 1) {
    await clock.advance(DAY_MS);
    if (day === 35) await updateKey(database, moved, { expires_at: new Date(start + 43 * DAY_MS) });
    const events = await told();
    if (events.length > 0) seen[day] = events;
  }
  expect(seen).toEqual({
    4: ['short 1'],
    10: ['long 30', 'moved 30'],
    33: ['long 7', 'moved 7'],
    35: ['moved 8'],
    36: ['moved 7'],
    39: ['long 1'],
  });
  expect(pokes).toBe(6);
});
