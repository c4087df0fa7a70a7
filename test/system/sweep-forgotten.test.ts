import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemClock } from '../../server/clock.ts';
import { createSweep } from '../../server/messages/sweep.ts';
import { insertMessages } from '../../server/store/messages.ts';
import { freshDatabase } from '../support/database.ts';
import { newId } from '../support/http-api.ts';
import { sampleMessage } from '../support/sample-message.ts';

/** A queue that is never empty, and knows whether it may have lost jobs. */
async function sweeping(depth: number) {
  const database = await freshDatabase();
  const ids = Array.from({ length: 1_200 }, () => newId());
  await insertMessages(database, ids.map(queuedText));
  const announced: string[] = [];
  let lost = false;
  const sweep = createSweep({
    database,
    queue: {
      announce: (lane, some) => Promise.resolve(void (lane === 'send.live' && announced.push(...some))),
      depth: () => Promise.resolve(depth),
      mayHaveLostJobs: () => lost && !(lost = false),
    },
    receipts: { adoptEarly: () => Promise.resolve() },
    inFlight: new Map(),
    instanceId: randomUUID(),
    clock: systemClock,
    log: { info: () => undefined, warn: () => undefined },
    onEvents: () => undefined,
    onReceiptsMissing: () => undefined,
  });
  return { sweep, ids, announced, loseJobs: () => void (lost = true) };
}

function queuedText(id: string) {
  const expiresAt = new Date(Date.now() + 3_600_000);
  return {
    ...sampleMessage({ id, mode: 'live', status: 'queued', due_at: expiresAt, expires_at: expiresAt }),
    api_key_id: null,
  };
}

test('after a loss of jobs every queued text is announced, however full the queue is', async () => {
  const { sweep, ids, announced, loseJobs } = await sweeping(7);
  await sweep.runOnce();
  expect(announced).toEqual([]);
  loseJobs();
  await sweep.runOnce();
  expect(announced.toSorted()).toEqual(ids.toSorted());
  await sweep.runOnce();
  expect(announced).toHaveLength(ids.length);
});

test('an empty queue is given the oldest texts that no job announces', async () => {
  const { sweep, ids, announced } = await sweeping(0);
  await sweep.runOnce();
  expect(announced).toEqual(ids.toSorted().slice(0, 500));
});
