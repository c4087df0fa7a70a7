import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { followEvents } from '../../connectors/seam/follow.ts';
import { migrate, openPool, storageOf } from '../../connectors/seam/storage.ts';
import { setCursor } from '../../connectors/seam/store/tasks.ts';
import { addTask, TASK_TABLES } from '../../connectors/seam/tasks.ts';
import type { SmsClient, SmsEvent, StreamOptions } from '../../connectors/sdk/index.ts';
import { migratedDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const pool = openPool(await migratedDatabase(), 'try', () => undefined);
await migrate(pool, 'try', { '0001-tasks': TASK_TABLES });
const storage = storageOf(pool);
afterAll(() => pool.end());
const NAME = 'try';
beforeEach(() => setCursor(storage, NAME, '0-0'));

const eventOf = (nth: number): SmsEvent => ({
  id: `${nth}-0`,
  object: 'event',
  message_id: null,
  type: 'message.received',
  mode: 'test',
  created_at: '2026-11-20T12:00:00Z',
  sequence: 1,
  data: { message_id: nth === 2 ? 'no id of a text' : '019a0000-0000-7000-8000-000000000000' },
});

/** Follows three events: the id in the second is none. */
function follow(on = storage) {
  const clock = virtualClock();
  const taken: string[] = [];
  const logged: { readonly fields: object; readonly message: string }[] = [];
  async function* stream({ lastEventId = '0-0', signal }: StreamOptions = {}): AsyncGenerator<SmsEvent, void> {
    for (const nth of [1, 2, 3]) if (nth > Number.parseInt(lastEventId, 10)) yield await Promise.resolve(eventOf(nth));
    await until(() => signal?.aborted === true);
  }
  const log = (fields: object, message: string) => void logged.push({ fields, message });
  const follower = followEvents({
    sdk: { events: { stream } as unknown as SmsClient['events'] },
    storage: on,
    name: NAME,
    types: ['message.*'],
    clock,
    log: { info: log, warn: log, error: log },
    async take(tx, { id, data }) {
      await tx.query('select $1::uuid', [data['message_id']]);
      const at = new Date(clock.now());
      await addTask(tx, { key: `${NAME}:${id}`, lane: id, kind: 'try', payload: {}, dueAt: at }, at);
      taken.push(id);
    },
    onTaken: () => undefined,
  });
  return { clock, taken, logged, follower };
}

describe('following the events of the server', () => {
  test('goes on behind an event that cannot be taken, which is counted and named in the log', async () => {
    const { clock, taken, logged, follower } = follow();
    await until(async () => {
      await clock.advance(1_000);
      return taken.includes('3-0');
    });
    expect(taken).toEqual(['1-0', '3-0']);
    expect(follower.leftOut()).toBe(1);
    const said = logged.filter(({ message }) => message === 'an event of the server was left out');
    expect(said).toEqual([expect.objectContaining({ fields: expect.objectContaining({ eventId: '2-0' }) })]);
    await follower.stop();
    // It was tried for half a minute before.
    expect(clock.monotonic()).toBeGreaterThan(25_000);
  });

  test('leaves out nothing while the database takes nothing, however long that lasts', async () => {
    let isDown = true;
    const down = () => Promise.reject(new Error('Connection terminated unexpectedly'));
    const failing: typeof storage = {
      query: (text, values) => (isDown && text.startsWith('update') ? down() : storage.query(text, values)),
      transaction: (work) => (isDown ? down() : storage.transaction(work)),
    };
    const { clock, taken, logged, follower } = follow(failing);
    await until(async () => {
      await clock.advance(1_000);
      return logged.length > 40;
    });
    expect([taken, follower.leftOut()]).toEqual([[], 0]);
    isDown = false;
    await until(async () => {
      await clock.advance(1_000);
      return taken.includes('3-0');
    });
    expect(taken).toEqual(['1-0', '3-0']);
    await follower.stop();
  });
});
