import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemClock } from '../../server/clock.ts';
import type { Carrier } from '../../server/messages/carrier.ts';
import { createCarrierList } from '../support/carrier-list.ts';
import { createSweep } from '../../server/messages/sweep.ts';
import type { Message } from '../../server/rules/message.ts';
import { DEFAULT_RETRY_POLICY } from '../../server/rules/retry.ts';
import { insertMessages } from '../../server/store/new-messages.ts';
import { freshDatabase } from '../support/database.ts';
import { newId } from '../support/http-api.ts';
import { sampleMessage } from '../support/sample-message.ts';

/** A queue with so many jobs in each lane, that knows whether it may have lost some. */
async function sweeping(depths: { readonly otp: number; readonly other: number }, stored: Partial<Message> = {}) {
  const database = await freshDatabase();
  const ids = Array.from({ length: 1_200 }, () => newId());
  await insertMessages(
    database,
    ids.map((id) => queuedText(id, stored)),
  );
  const announced: string[] = [];
  const adopted: { readonly smscId: string | null; readonly ids: readonly string[] }[] = [];
  let lost = false;
  const carriers = createCarrierList();
  carriers.add(silent('default'));
  const sweep = createSweep({
    database,
    queue: {
      announce: (lane, some) => Promise.resolve(void (lane.startsWith('send.default.') && announced.push(...some))),
      depth: (lane) => Promise.resolve(lane.endsWith('.otp') ? depths.otp : depths.other),
      mayHaveLostJobs: () => lost && !(lost = false),
      expectLoss: () => void (lost = true),
    },
    carriers,
    routing: { adopt: (smscId, some) => Promise.resolve(void adopted.push({ smscId, ids: some })) },
    refresh: () => Promise.resolve(),
    verdicts: { of: () => Promise.resolve([]) },
    receipts: { adoptEarly: () => Promise.resolve(), refresh: () => Promise.resolve() },
    giveOutOverdue: () => Promise.resolve(),
    inFlight: new Map(),
    instanceId: randomUUID(),
    retryPolicy: DEFAULT_RETRY_POLICY,
    clock: systemClock,
    log: { info: () => undefined, warn: () => undefined },
    onEvents: () => undefined,
    onReceiptsMissing: () => undefined,
  });
  return { database, sweep, ids, announced, adopted, carriers, loseJobs: () => void (lost = true) };
}

const silent = (id: string): Carrier => ({
  id,
  mode: 'live',
  isUp: () => true,
  reserve: () => Promise.resolve([]),
  start: () => undefined,
  stop: () => Promise.resolve(),
});

function queuedText(id: string, changes: Partial<Message>) {
  const expiresAt = new Date(Date.now() + 3_600_000);
  const queued = {
    mode: 'live',
    status: 'queued',
    smsc_id: 'default',
    due_at: expiresAt,
    expires_at: expiresAt,
  } as const;
  return { ...sampleMessage({ id, ...queued, ...changes }), api_key_id: null };
}

test('after a loss of jobs every queued text is announced, however full the queue is', async () => {
  const { sweep, ids, announced, loseJobs } = await sweeping({ otp: 7, other: 7 });
  await sweep.runOnce();
  expect(announced).toEqual([]);
  loseJobs();
  await sweep.runOnce();
  expect(announced.toSorted()).toEqual(ids.toSorted());
  await sweep.runOnce();
  expect(announced).toHaveLength(ids.length);
});

test('when a server has ended, what it may have announced in its memory alone is announced again', async () => {
  const { database, sweep, ids, announced } = await sweeping({ otp: 7, other: 7 });
  await database.kysely.insertInto('instances').values({ id: randomUUID(), started_at: new Date() }).execute();
  await sweep.runOnce();
  expect(announced.toSorted()).toEqual(ids.toSorted());
  await sweep.runOnce();
  expect(announced).toHaveLength(ids.length);
});

test('an empty queue is given the oldest texts that no job announces', async () => {
  const { sweep, ids, announced } = await sweeping({ otp: 0, other: 0 });
  await sweep.runOnce();
  expect(announced).toEqual(ids.toSorted().slice(0, 500));
});

test('a forgotten code is found although a campaign fills the other lanes', async () => {
  const { sweep, ids, announced } = await sweeping({ otp: 0, other: 7 }, { message_type: 'otp' });
  await sweep.runOnce();
  expect(announced).toEqual(ids.toSorted().slice(0, 500));
});

test('texts whose carrier is gone are planned again, at once when carriers come or go, and ever more rarely while some are left', async () => {
  const { sweep, ids, adopted, carriers } = await sweeping({ otp: 7, other: 7 }, { smsc_id: 'gone' });
  const looks = () => adopted.flatMap((one) => one.ids).length / ids.length;
  await sweep.runOnce();
  expect(adopted.every(({ smscId }) => smscId === 'gone')).toBe(true);
  expect(adopted.flatMap((one) => one.ids).toSorted()).toEqual(ids.toSorted());
  const after: number[] = [];
  for (let round = 2; round <= 8; round += 1) {
    await sweep.runOnce();
    after.push(looks());
  }
  expect(after).toEqual([2, 2, 3, 3, 3, 3, 4]);
  carriers.add(silent('another'));
  await sweep.runOnce();
  expect(looks()).toBe(5);
});

test('texts that have found a carrier are not looked for again', async () => {
  const { sweep, adopted } = await sweeping({ otp: 7, other: 7 }, { smsc_id: 'default' });
  await sweep.runOnce();
  await sweep.runOnce();
  expect(adopted).toEqual([]);
});
