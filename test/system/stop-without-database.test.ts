import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../server/clock.ts';
import { startSimulator } from '../../server/simulator/smsc.ts';
import type { Connection } from '../../server/store/embedded-postgres.ts';
import { apiClient, TEXT } from '../support/api-client.ts';
import { ownServer } from '../support/own-server.ts';
import { until } from '../support/until.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const CONFIRMATION = /unsubscribed/;

/** A carrier that is no part of the server. */
async function carrier() {
  const account = { systemId: 'shop', password: 'secret' };
  const simulator = await startSimulator({ port: 0, ...account, clock: systemClock, log: quiet });
  onTestFinished(() => simulator.stop());
  return { simulator, url: `smpp://shop:secret@127.0.0.1:${simulator.port}` };
}

/** Throws everybody out of a database and lets nobody in, until `up`. */
function switchOf({ database, ...where }: Connection) {
  const admin = async (...statements: readonly string[]) => {
    const client = new pg.Client({ ...where, database: 'postgres' });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  return {
    down: () =>
      admin(
        `alter database ${database} allow_connections false`,
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`,
      ),
    up: () => admin(`alter database ${database} allow_connections true`),
  };
}

test('a STOP that comes while the database is down is delivered again by the carrier, counts, and is confirmed once', async () => {
  const { simulator, url } = await carrier();
  const server = await ownServer({ SMPP_URL: url });
  const api = apiClient(server, 'live');
  const id = await api.send();
  await api.reaches(id, 'delivered');
  const database = switchOf(server.connection);

  await database.down();
  let isTaken = false;
  const said = simulator.answer({ from: TEXT.to, to: TEXT.from, body: 'STOP' });
  void said.then(() => (isTaken = true));
  await until(async () => (await api('GET', '/readyz')).status === 503);
  expect(isTaken).toBe(false);
  await database.up();
  expect(await said).toEqual({ delivered: true });

  const refused = await until(async () => {
    const answer = await api('POST', '/v1/messages/send', TEXT);
    return answer.status !== 503 && answer;
  });
  expect([refused.status, refused.body['code']]).toEqual([403, 'OPTED_OUT']);
  await until(() => simulator.phone(TEXT.to).some(({ body }) => CONFIRMATION.test(body)));
  const { body } = await api('GET', `/v1/consents/${encodeURIComponent(TEXT.to)}/events`);
  expect(body['data']).toHaveLength(1);
  expect(simulator.phone(TEXT.to).filter(({ body: text }) => CONFIRMATION.test(text))).toHaveLength(1);
});
