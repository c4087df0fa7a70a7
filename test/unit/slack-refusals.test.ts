import { describe, expect, test } from 'vitest';
import type { Method, SlackResult } from '../../connectors/slack/egress/client.ts';
import { remedyFor } from '../../connectors/slack/egress/slack-errors.ts';
import { createPeople } from '../../connectors/slack/threads/people.ts';
import { createRefusals, type Refusal } from '../../connectors/slack/workspaces/refusals.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const OK: SlackResult = { type: 'ok', data: {} };
const refused = (error: string): SlackResult => ({ type: 'refused', error, messages: [] });

function hearing() {
  const told: Refusal[] = [];
  const clock = virtualClock();
  const refusals = createRefusals(clock, (refusal) => told.push(refusal));
  const hear = (method: Method, result: SlackResult, given: object = {}) => refusals.hear(method, { ...given }, result);
  return { told, clock, refusals, hear };
}

describe('what a workspace refuses', () => {
  test('is everything with its token: it is told once, all waits for a while, and any other answer ends it', async () => {
    const { told, clock, refusals, hear } = hearing();
    hear('chat.postMessage', refused('token_revoked'), { channel: 'C1' });
    hear('users.info', refused('token_revoked'));
    expect([refusals.all(), refusals.pausedMs(), refusals.some()]).toEqual(['token_revoked', 30_000, []]);
    expect(told).toEqual([{ what: null, reason: 'token_revoked' }]);
    await clock.advance(30_000);
    expect([refusals.all(), refusals.pausedMs()]).toEqual(['token_revoked', 0]);
    hear('reactions.add', refused('already_reacted'));
    expect([refusals.all(), refusals.pausedMs()]).toEqual([null, 0]);
  });

  test('is one method where a scope is missing, and what else is taken says nothing about that', () => {
    const { told, refusals, hear } = hearing();
    const missing = { what: 'users.info', reason: 'missing_scope' };
    for (const result of [refused('missing_scope'), refused('missing_scope')]) {
      hear('users.info', result);
      hear('chat.postMessage', OK, { channel: 'C1' });
      expect([refusals.all(), refusals.some()]).toEqual([null, [missing]]);
    }
    expect(told).toEqual([missing]);
    hear('users.info', OK);
    expect(refusals.some()).toEqual([]);
  });

  test('is one channel where another takes the same, until it does or nobody has tried for two hours', async () => {
    const { clock, refusals, hear } = hearing();
    hear('chat.postMessage', refused('message_limit_exceeded'), { channel: 'C1' });
    refusals.note('chat.postMessage to C2', 'access_denied');
    hear('chat.postMessage', OK, { channel: 'C3' });
    expect(refusals.some().map(({ what }) => what)).toEqual(['chat.postMessage to C1', 'chat.postMessage to C2']);
    hear('chat.postMessage', OK, { channel: 'C1' });
    expect(refusals.some().map(({ what }) => what)).toEqual(['chat.postMessage to C2']);
    await clock.advance(7_200_001);
    expect(refusals.some()).toEqual([]);
  });

  test('is nothing where an optional scope is missing, the token is of one run, or Slack has said nothing', () => {
    const { told, hear } = hearing();
    hear('conversations.join', refused('missing_scope'), { channel: 'C1' });
    hear('functions.completeSuccess', refused('invalid_auth'), { token: 'of a run' });
    hear('chat.postMessage', { type: 'unknown', reason: 'HTTP 503' }, { channel: 'C1' });
    hear('chat.postMessage', { type: 'limited', retryAfterMs: 1_000 }, { channel: 'C1' });
    expect(told).toEqual([]);
  });
});

test('what nobody knows has no remedy: it is never taken for one that is known', () => {
  expect(remedyFor('an_error_of_tomorrow')).toBe('none');
});

test('nobody is taken for a stranger because the token is bad while it is asked who is in their group', async () => {
  const answers: Partial<Record<Method, SlackResult>> = {
    'users.info': { type: 'ok', data: { user: { id: 'U1', team_id: 'T1', name: 'ana' } } },
    'usergroups.users.list': refused('token_revoked'),
  };
  const people = createPeople({
    client: { interactive: (method) => Promise.resolve(answers[method] ?? OK) },
    settings: { agents: ['S1'] },
    clock: virtualClock(),
    installed: () => ({ team: 'T1', enterprise: null, user: 'U0' }),
  });
  await expect(people.find('U1')).rejects.toMatchObject({ name: 'Outage', waitMs: 30_000 });
  answers['usergroups.users.list'] = { type: 'ok', data: { users: ['U1'] } };
  expect(await people.find('U1')).toMatchObject({ isAgent: true });
});
