import { beforeEach, describe, expect, test } from 'vitest';
import { newKeyText } from '../../server/access/key-format.ts';
import { type Keys, openKeys } from '../../server/access/keys.ts';
import { SCOPES } from '../../server/access/scopes.ts';
import { type Database, type Statement } from '../../server/store/database.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

let database: FreshDatabase;
let clock: VirtualClock;
let keys: Keys;
let asked: number;

beforeEach(async () => {
  database = await freshDatabase();
  clock = virtualClock();
  asked = 0;
  keys = openKeys(counting(database), clock);
  return () => database[Symbol.asyncDispose]();
});

function counting(real: Database): Database {
  return {
    ...real,
    query<Row>(statement: Statement) {
      if (statement.name === 'key_by_id') asked += 1;
      return real.query<Row>(statement);
    },
  };
}

const revoke = (id: string) =>
  database.kysely
    .updateTable('api_keys')
    .set({ revoked_at: new Date(clock.now()) })
    .where('id', '=', id)
    .execute();

test('a key is found again with all it may do, and the database never holds the key itself', async () => {
  const { key, text } = await keys.createKey({ mode: 'live', name: 'Shop', scopes: ['messages:send'] });
  expect(await keys.findKey(text)).toEqual(key);
  expect(key).toMatchObject({ mode: 'live', name: 'Shop', last4: text.slice(-4) });
  expect([...key.scopes]).toEqual(['messages:send']);
  const rows = await database.kysely.selectFrom('api_keys').selectAll().execute();
  expect(JSON.stringify(rows)).not.toContain(text.slice(17, 40));
  expect(rows[0]?.hash).toHaveLength(32);
});

test('another key with the same public id is not found', async () => {
  const { key, text } = await keys.createKey({ mode: 'test', name: 'Shop' });
  const stranger = newKeyText('test').text;
  await database.kysely
    .updateTable('api_keys')
    .set({ id: stranger.slice(8, 16) })
    .where('id', '=', key.id)
    .execute();
  expect(await keys.findKey(stranger)).toBeNull();
  expect(await keys.findKey(text)).toBeNull();
});

test('a malformed key is refused without asking the database', async () => {
  const { text } = await keys.createKey({ mode: 'test', name: 'Shop' });
  const typo = text.slice(0, 20) + (text[20] === 'a' ? 'b' : 'a') + text.slice(21);
  for (const wrong of ['', 'sk_test_', typo, text.toLowerCase(), `${text} `]) {
    expect(await keys.findKey(wrong)).toBeNull();
  }
  expect(asked).toBe(0);
});

describe('the cache', () => {
  test('asks once for requests that arrive together and for 5 seconds after', async () => {
    const { text } = await keys.createKey({ mode: 'test', name: 'Shop' });
    await Promise.all(Array.from({ length: 50 }, () => keys.findKey(text)));
    await clock.advance(4_999);
    await keys.findKey(text);
    expect(asked).toBe(1);
    await clock.advance(1);
    await keys.findKey(text);
    expect(asked).toBe(2);
  });

  test('forgets a revoked key within 5 seconds', async () => {
    const { key, text } = await keys.createKey({ mode: 'test', name: 'Shop' });
    expect(await keys.findKey(text)).not.toBeNull();
    await revoke(key.id);
    await clock.advance(5_000);
    expect(await keys.findKey(text)).toBeNull();
  });

  test('keeps no key beyond the moment it expires', async () => {
    const expiresAt = new Date(clock.now() + 1_000);
    const { text } = await keys.createKey({ mode: 'test', name: 'Shop', expiresAt });
    expect(await keys.findKey(text)).not.toBeNull();
    await clock.advance(1_000);
    expect(await keys.findKey(text)).toBeNull();
    expect(asked).toBe(1);
  });

  test('asks once for an unknown key, and finds a key of that id that is made later', async () => {
    const stranger = newKeyText('test').text;
    await keys.findKey(stranger);
    await keys.findKey(stranger);
    expect(asked).toBe(1);
    await clock.advance(5_000);
    await keys.findKey(stranger);
    expect(asked).toBe(2);
  });

  test('is not pushed out by a flood of unknown keys', async () => {
    const { text } = await keys.createKey({ mode: 'test', name: 'Shop' });
    await keys.findKey(text);
    const strangers = Array.from({ length: 1_200 }, () => newKeyText('test').text);
    await Promise.all(strangers.map((stranger) => keys.findKey(stranger)));
    asked = 0;
    expect(await keys.findKey(text)).not.toBeNull();
    expect(asked).toBe(0);
  });

  test('remembers no failure of the database', async () => {
    const { text } = await keys.createKey({ mode: 'test', name: 'Shop' });
    let isDown = true;
    const query = <Row>(statement: Statement) =>
      isDown ? Promise.reject(new Error('Connection terminated')) : database.query<Row>(statement);
    const flaky = openKeys({ ...database, query }, clock);
    await expect(flaky.findKey(text)).rejects.toThrow('Connection terminated');
    isDown = false;
    expect(await flaky.findKey(text)).not.toBeNull();
  });
});

describe('R211: the first keys', () => {
  test('are one for test and one for live, with every scope', async () => {
    const first = await keys.createFirstKeys();
    const test = await keys.findKey(first?.test ?? '');
    const live = await keys.findKey(first?.live ?? '');
    expect([test?.mode, live?.mode]).toEqual(['test', 'live']);
    expect([...(test?.scopes ?? [])]).toEqual([...SCOPES]);
    expect([...(live?.scopes ?? [])]).toEqual([...SCOPES]);
  });

  test('are made once, also by servers that start together', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => keys.createFirstKeys()));
    expect(made.filter((each) => each !== null)).toHaveLength(1);
    expect(await keys.createFirstKeys()).toBeNull();
  });
});
