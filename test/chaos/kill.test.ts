import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { expect, test } from 'vitest';
import { UNSTORED_MAX } from '../../server/messages/submit.ts';
import type { MessageView } from '../../server/rules/message-view.ts';
import { micros, moneyText } from '../../server/rules/money.ts';
import { apiClient } from '../support/api-client.ts';
import { temporaryFolder } from '../support/embedded.ts';
import { listTexts, startLoad } from '../support/load.ts';
import { type Outcome, outcomeOf } from '../support/promises.ts';
import {
  embeddedConnection,
  killPostgres,
  type RunningServer,
  type ServerProcess,
  spawnServer,
} from '../support/server-process.ts';
import { startSmsc } from '../support/smsc-process.ts';
import { until } from '../support/until.ts';

/** `npm run test:chaos` sets more. */
const KILLS = Number(process.env['CHAOS_KILLS'] ?? 5);
const WINDOW = 20;
/** What had no answer yet, and what had one that was not stored yet; how many those are depends on the disk. */
const IN_DOUBT_MAX = 2 * WINDOW + UNSTORED_MAX;
/** Counted from the start of the next server: it usually takes a second. Only their lease, of 90 s, takes longer than this. */
const DECIDED_WITHIN_MS = 60_000;
/** Longer than the lease of a claim, for the rare one that was committed without the server hearing of it. */
const TIMEOUT_MS = 150_000 + KILLS * 15_000;

test(
  `kill -9 of the server under load, ${KILLS} times: no accepted text is lost, every possible duplicate is flagged, and R221: nothing stays reserved`,
  async () => {
    const dataDir = await temporaryFolder();
    const smsc = await startSmsc({ responseDelayMs: 50 }, WINDOW);
    const settings = {
      SMPP_URL: smsc.url,
      BALANCE: 'prepaid',
      RETRY_POLICY: '{"ambiguous":{"intervals_seconds":[2]}}',
    };
    const start = () => spawnServer({ dataDir, settings });
    let server = start();
    let running = await server.ready();
    await makePrepaid(running);
    const load = startLoad({ target: () => ({ url: running.url, key: running.keys.live }) });

    for (let kill = 1; kill <= KILLS; kill += 1) {
      await load.acceptedMore(80 + Math.floor(Math.random() * 80));
      await killAll(server, dataDir, kill % 2 === 0);
      if (kill % 3 === 0 && kill < KILLS) {
        kill += 1;
        await killWhileStarting(start(), dataDir);
      }
      const startedAt = Date.now();
      server = start();
      running = await server.ready();
      expect(
        await inDoubtAt(startedAt + DECIDED_WITHIN_MS, dataDir),
        'texts of a killed server that are not decided',
      ).toBe(0);
    }
    await load.acceptedMore(100);
    await load.stop();

    const outcome = await outcomeOf(running, smsc, load.accepted);
    console.info(`${KILLS} kills: ${load.accepted.length} texts accepted, ${outcome.flagged} of them flagged`);
    expect(outcome.broken).toEqual([]);
    expect(outcome.flagged).toBeGreaterThan(0);
    expect(outcome.flagged).toBeLessThanOrEqual(KILLS * IN_DOUBT_MAX);
    // A receipt may still settle a text that is held for a doubt, between one look and the other.
    await until(async () =>
      isDeepStrictEqual(await balanceOf(running), paidFor(await listTexts(running.url, running.keys.live))),
    );
    await stopCleanly(server, running);
  },
  TIMEOUT_MS,
);

test(
  'kill -9 of the embedded PostgreSQL alone: the server starts it again and loses no text',
  async () => {
    const dataDir = await temporaryFolder();
    const smsc = await startSmsc({ responseDelayMs: 50 }, WINDOW);
    const server = spawnServer({ dataDir, settings: { SMPP_URL: smsc.url } });
    const running = await server.ready();
    const load = startLoad({ target: () => ({ url: running.url, key: running.keys.live }) });
    await load.acceptedMore(100);
    await killPostgres(dataDir);
    await load.acceptedMore(100);
    await load.stop();

    const outcome = await outcomeOf(running, smsc, load.accepted);
    expect(outcome.broken).toEqual([]);
    expect(outcome.flagged).toBeLessThanOrEqual(IN_DOUBT_MAX);
    expect([...load.refused.keys()].filter((status) => status !== 503)).toEqual([]);
    await stopCleanly(server, running);
  },
  TIMEOUT_MS,
);

const BUDGET = '1000.00';

async function makePrepaid(running: RunningServer): Promise<void> {
  const call = apiClient(running, 'live');
  expect((await call('PUT', '/v1/prices', { prices: [{ prefix: '+', price: '0.01' }] })).status).toBe(200);
  expect((await call('POST', '/v1/balance/top-ups', { amount: BUDGET })).status).toBe(201);
}

async function balanceOf(running: RunningServer) {
  const { remaining_balance: remaining, reserved } = (await apiClient(running, 'live')('GET', '/v1/balance')).body;
  return { remaining, reserved };
}

/** Every text was paid for once; what is still reserved is for those that wait for a person. */
function paidFor(texts: Outcome['texts']) {
  const sum = (all: readonly MessageView[]) =>
    all.reduce((total, { message_price }) => total + micros(message_price ?? '0'), 0n);
  const held = [...texts.values()].filter(({ status }) => status === 'held');
  return { remaining: moneyText(micros(BUDGET) - sum([...texts.values()])), reserved: moneyText(sum(held)) };
}

async function killAll(server: ServerProcess, dataDir: string, withPostgres: boolean): Promise<void> {
  server.kill('SIGKILL');
  if (withPostgres) await killPostgres(dataDir);
  expect(await server.exit).toEqual({ code: null, signal: 'SIGKILL' });
}

/** Wherever its start is by then. */
async function killWhileStarting(server: ServerProcess, dataDir: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_500));
  await killAll(server, dataDir, Math.random() < 0.5);
}

/** Texts that are `sending` for a server that is gone: 0 as soon as there are none, or how many there are at the deadline. */
async function inDoubtAt(deadlineMs: number, dataDir: string): Promise<number> {
  const client = new pg.Client(await embeddedConnection(dataDir));
  await client.connect();
  const text = `select id from messages where status = 'sending'
    and claimed_by is distinct from (select id from instances order by started_at desc limit 1)`;
  try {
    const { count } = await until(async () => {
      const { rows } = await client.query<{ id: string }>(text);
      return (rows.length === 0 || Date.now() > deadlineMs) && { count: rows.length };
    });
    return count;
  } finally {
    await client.end();
  }
}

async function stopCleanly(server: ServerProcess, { url }: RunningServer): Promise<void> {
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  server.kill('SIGTERM');
  expect(await server.exit).toEqual({ code: 0, signal: null });
}
