import { expect, test } from 'vitest';
import type { Queries, Storage } from '../../connectors/seam/storage.ts';
import type { Task } from '../../connectors/seam/tasks.ts';
import type { Call } from '../../connectors/slack/egress/client.ts';
import { createPace } from '../../connectors/slack/egress/pace.ts';
import { catchUp } from '../../connectors/slack/threads/catch-up.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const ROOT = '1800000000.000001';

/** One page of a thread, as Slack answers it; answers what was asked, and what was written down. */
async function readPage(payload: object, answer: object, isShared = false) {
  const clock = virtualClock();
  const asked: object[] = [];
  const written: unknown[] = [];
  const bulk: Call = (_method, given) => {
    asked.push(given);
    return Promise.resolve({ type: 'ok', data: { ...answer } });
  };
  const query: Queries['query'] = <Row>(text: string, values: readonly unknown[] = []) => {
    if (/insert into tasks/i.test(text)) written.push(...values);
    const thread = { id: 't1', channel: 'C1', root_ts: ROOT, seen_ts: null };
    return Promise.resolve((text.startsWith('select * from threads') ? [thread] : []) as Row[]);
  };
  const storage: Storage = { query, transaction: (work) => work({ query }) };
  const task = { key: 'catch_up:r1:t1', payload: { thread: 't1', channel: 'C1', ...payload } };
  const people = { self: () => Promise.resolve({ team: 'T1', enterprise: null, user: 'U0SMS' }) };
  const row = {
    id: 'C1',
    current_id: 'C1',
    installation: 'T1',
    name: 'support',
    state: 'open',
    is_shared: isShared,
  } as const;
  const workspaces = { channel: () => Promise.resolve(row) };
  const options = { storage, client: { bulk }, pace: createPace(clock), clock, people, workspaces };
  // Only what a catch-up reads of a task.
  const outcome = await catchUp(options, task as Task, () => undefined);
  if (outcome.type !== 'done') throw new Error(outcome.type);
  await outcome.record?.(storage);
  return { asked, written: JSON.stringify(written) };
}

const reply = (micros: number) => ({ type: 'message', user: 'U1', ts: `1800000000.00000${micros}`, thread_ts: ROOT });

test('what was missed is read page by page, by the name that Slack gives the next one', async () => {
  const first = await readPage({}, { messages: [reply(3)], response_metadata: { next_cursor: 'next:2' } });
  expect(first.asked).toMatchObject([{ ts: ROOT, oldest: ROOT }]);
  expect(first.written).toContain('next:2');
  const second = await readPage({ after: ROOT, cursor: 'next:2' }, { messages: [reply(2)], has_more: false });
  expect(second.asked).toMatchObject([{ oldest: ROOT, cursor: 'next:2' }]);
  expect(second.written).toContain('1800000000.000002');
  expect(second.written).not.toContain('catch_up');
});

test('and behind the last message where Slack only says that there is more', async () => {
  const page = await readPage({}, { messages: [reply(3), reply(2)], has_more: true });
  expect(page.written).toContain('catch_up');
  expect(page.written).toContain('"after":"1800000000.000003"'.replaceAll('"', String.raw`\"`));
});

test('what was missed in a channel that is shared is known to come from there, as if Slack had told of it', async () => {
  const page = { messages: [reply(3)] };
  const said = (isShared: boolean) => String.raw`\"isShared\":${isShared}`;
  expect((await readPage({}, page, true)).written).toContain(said(true));
  expect((await readPage({}, page)).written).toContain(said(false));
});
