import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { takeTheLead } from '../../connectors/seam/lead.ts';
import { migrate, openPool, storageOf } from '../../connectors/seam/storage.ts';
import { addTask, type DoTask, runTasks, TASK_TABLES } from '../../connectors/seam/tasks.ts';
import { migratedDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const connection = await migratedDatabase();
const pool = openPool(connection, 'try', () => undefined);
const other = openPool(connection, 'try', () => undefined);
await migrate(pool, 'try', { '0001-tasks': TASK_TABLES });
const storage = storageOf(pool);
afterAll(() => Promise.all([pool.end(), other.end()]));
beforeEach(() => storage.query('delete from tasks'));

const add = (key: string, lane: string, fields: { rank?: string; inMs?: number } = {}) => {
  const at = new Date(Date.UTC(2026, 10, 20, 12));
  const dueAt = new Date(at.getTime() + (fields.inMs ?? 0));
  return addTask(storage, { key, lane, rank: fields.rank, kind: 'try', payload: { key }, dueAt }, at);
};
const isDone = async (count: number) => {
  const rows = await storage.query('select 1 from tasks where done_at is not null');
  return rows.length === count;
};

describe('tasks of a connector', () => {
  test('are done one by one and in order within a lane, lanes side by side, each key once', async () => {
    for (const [index, lane] of ['a', 'b', 'a', 'a', 'b'].entries()) await add(`${lane}${index}`, lane);
    expect(await add('a0', 'a')).toBe(false);
    await add('a9', 'a', { rank: '-1' });
    const done: string[] = [];
    const open: string[] = [];
    let most = 0;
    const doTask: DoTask = async ({ key, lane }) => {
      expect(open).not.toContain(lane);
      open.push(lane);
      most = Math.max(most, open.length);
      await until(() => most === 2);
      open.splice(open.indexOf(lane), 1);
      done.push(key);
      return { type: 'done' };
    };
    const runner = runTasks({ storage, clock: virtualClock(), log, doTask });
    await until(() => isDone(6));
    await runner.stop();
    expect(done.filter((key) => key.startsWith('a'))).toEqual(['a9', 'a0', 'a2', 'a3']);
    expect(done.filter((key) => key.startsWith('b'))).toEqual(['b1', 'b4']);
    expect(most).toBe(2);
  });

  test('are done once, also when one ends while the tasks are being read', async () => {
    for (const key of ['a1', 'a2', 'a3']) await add(key, 'a');
    const done: string[] = [];
    const hasEnded = async (key: string) =>
      (await storage.query('select 1 from tasks where key = $1 and done_at is not null', [key])).length > 0;
    let underWay: string | null = null;
    let onRead = () => {};
    const slow = {
      ...storage,
      // What was read is old by the time that it is looked at: what was under way then has ended since.
      async query<Row>(text: string, values?: readonly unknown[]) {
        const rows = await storage.query<Row>(text, values);
        const key = underWay;
        if (text.includes('distinct on') && key !== null) {
          onRead();
          await until(() => hasEnded(key));
        }
        return rows;
      },
    };
    const doTask: DoTask = async ({ key }) => {
      done.push(key);
      const read = new Promise<void>((resolve) => (onRead = resolve));
      underWay = key;
      runner.poke();
      await read;
      underWay = null;
      return { type: 'done' };
    };
    const runner = runTasks({ storage: slow, clock: virtualClock(), log, doTask });
    await until(() => isDone(3));
    await runner.stop();
    expect(done).toEqual(['a1', 'a2', 'a3']);
  });

  test('wait for their time, and are tried again with growing pauses while what is behind them waits', async () => {
    await add('late', 'a', { inMs: 5_000 });
    await add('behind', 'a');
    const clock = virtualClock();
    const begun: [string, number, number][] = [];
    const doTask: DoTask = ({ key, tries }) => {
      begun.push([key, tries, clock.monotonic()]);
      return Promise.resolve(key === 'late' && tries < 2 ? { type: 'failed', reason: 'no' } : { type: 'done' });
    };
    const runner = runTasks({ storage, clock, log, doTask });
    await until(async () => {
      await clock.advance(100);
      return isDone(2);
    });
    await runner.stop();
    expect(begun.map(([key, tries]) => [key, tries])).toEqual([
      ['late', 0],
      ['late', 1],
      ['late', 2],
      ['behind', 0],
    ]);
    const [first, second, third] = begun.map(([, , at]) => at);
    expect(first).toBeGreaterThanOrEqual(5_000);
    expect(second! - first!).toBeGreaterThanOrEqual(1_000);
    expect(third! - second!).toBeGreaterThanOrEqual(2_000);
    expect(clock.pending()).toBe(0);
  });

  test('write what became of them in one transaction, and know that they were begun before', async () => {
    await add('one', 'a');
    const tries: number[] = [];
    const clock = virtualClock();
    const doTask: DoTask = (task) => {
      tries.push(task.tries);
      return Promise.resolve({
        type: 'done',
        async record(tx) {
          await tx.query(`insert into cursors values ('written', $1)`, [String(tries.length)]);
          if (tries.length === 1) throw new Error('The process dies here.');
        },
      });
    };
    const runner = runTasks({ storage, clock, log, doTask });
    await until(() => isDone(1));
    await runner.stop();
    expect(tries).toEqual([0, 1]);
    expect(await storage.query(`select event_id from cursors where name = 'written'`)).toEqual([{ event_id: '2' }]);
  });

  test('of one share keep no other waiting, and what is urgent goes first within each', async () => {
    for (let index = 0; index < 20; index += 1) await add(`busy${index}`, `a:busy:${index}`);
    await storage.query(`update tasks set kind = 'urgent' where key = 'busy19'`);
    await add('quiet', 'a:quiet:1');
    await add('later', 'a:quiet:2', { inMs: 5_000 });
    const clock = virtualClock();
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const doTask: DoTask = async ({ key }) => {
      begun.push(key);
      await new Promise<void>((resolve) => ends.push(resolve));
      return { type: 'done' };
    };
    const fair = { urgent: ['urgent'], eachMax: 2, allMax: 4 };
    const runner = runTasks({ storage, clock, log, doTask, fair });
    await until(() => begun.length === 3);
    expect(begun.toSorted()).toEqual(['busy0', 'busy19', 'quiet']);
    // What is done makes room within its share, and what is due later is begun then.
    for (const end of ends.splice(0)) end();
    await until(() => begun.length === 5);
    expect(begun.slice(3).toSorted()).toEqual(['busy1', 'busy2']);
    await clock.advance(5_000);
    await until(() => begun.includes('later'));
    const done = setInterval(() => ends.splice(0).forEach((end) => end()), 1);
    await until(() => isDone(22));
    clearInterval(done);
    await runner.stop();
    expect(begun).toHaveLength(22);
  });

  test('are the work of one process; another takes over when its session ends', async () => {
    const clock = virtualClock();
    const begun: string[] = [];
    const lead = (name: string, on: typeof pool) =>
      takeTheLead({
        pool: on,
        name: 'try',
        clock,
        log,
        begin() {
          begun.push(name);
          return Promise.resolve(() => Promise.resolve());
        },
      });
    const first = lead('first', pool);
    await until(() => first.isLeading());
    const second = lead('second', other);
    await until(async () => (await clock.advance(1_000), clock.pending() > 0));
    expect(second.isLeading()).toBe(false);
    await first.stop();
    await until(async () => (await clock.advance(1_000), second.isLeading()));
    // As when PostgreSQL ends, or the connection breaks.
    await storage.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
         and database = (select oid from pg_database where datname = current_database())`,
    );
    await until(() => !second.isLeading());
    await until(async () => (await clock.advance(1_000), begun.length === 3));
    await second.stop();
    expect(begun).toEqual(['first', 'second', 'second']);
  });
});
