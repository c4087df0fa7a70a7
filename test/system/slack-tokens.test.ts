import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { migrate, openPool, storageOf } from '../../connectors/seam/storage.ts';
import type { Call } from '../../connectors/slack/egress/client.ts';
import { upsertInstallation } from '../../connectors/slack/store/installations.ts';
import { MIGRATIONS } from '../../connectors/slack/store/tables.ts';
import { createTokens } from '../../connectors/slack/workspaces/tokens.ts';
import { secretBox } from '../../server/access/secrets.ts';
import { migratedDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const pool = openPool(await migratedDatabase(), 'slack', () => undefined);
await migrate(pool, 'slack', MIGRATIONS);
const storage = storageOf(pool);
afterAll(() => pool.end());
const clock = virtualClock();
const secrets = secretBox([randomBytes(32).toString('base64')]);
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const oauth = { clientId: 'id', clientSecret: 'secret', teams: [], publicUrl: 'https://sms.example.com' };
const pairOf = (token: string) => ({ access_token: token, refresh_token: `${token} again`, expires_in: 43_200 });

let last = 0;
/** A workspace whose token ends in so many seconds; `call` is Slack. */
async function workspace(call: Call, seconds: number) {
  const tokens = createTokens({ storage, secrets, oauth, call, clock, log });
  const add = async () => {
    const id = `T${(last += 1)}`;
    const sealed = tokens.seal(id, { ...pairOf('old'), expires_in: seconds });
    const about = { id, name: 'Shop', bot_user: 'U1', scopes: [], at: new Date(clock.now()) };
    await upsertInstallation(storage, { ...about, ...sealed });
    return tokens.accessOf(id);
  };
  return { add };
}

describe('a token that ends soon', () => {
  test('is used on while Slack does not answer, and nothing waits for the next one, not the database either', async () => {
    let asked = 0;
    let answer = () => {};
    const hanging: Call = async () => {
      asked += 1;
      await new Promise<void>((resolve) => (answer = resolve));
      return { type: 'ok', data: { ok: true, ...pairOf('next') } };
    };
    const { add } = await workspace(hanging, 300);
    const several = await Promise.all(Array.from({ length: 12 }, () => add()));
    const calls = several.flatMap((access) => [access.current(), access.current()]);
    expect(new Set((await Promise.all(calls)).map((one) => one?.token))).toEqual(new Set(['old']));
    // More than the connections that there are.
    const queries = Array.from({ length: 12 }, () => storage.query('select 1'));
    expect((await Promise.all(queries)).length).toBe(12);
    await until(() => asked === 1);
    const [first] = several;
    await until(async () => {
      answer();
      return (await first?.current())?.token === 'next';
    });
    await until(async () => {
      answer();
      return (await Promise.all(several.map((one) => one.current()))).every((one) => one?.token === 'next');
    });
    expect(asked).toBe(12);
  });

  test('that has ended is waited for by all, and asked for once', async () => {
    let asked = 0;
    const renewing: Call = async () => {
      asked += 1;
      await new Promise((resolve) => setImmediate(resolve));
      return { type: 'ok', data: { ok: true, ...pairOf('next') } };
    };
    const access = await (await workspace(renewing, -1)).add();
    const tokens = await Promise.all(Array.from({ length: 10 }, () => access.current()));
    expect(tokens.map((one) => one?.token)).toEqual(Array.from({ length: 10 }, () => 'next'));
    expect(asked).toBe(1);
  });
});
