import { describe, expect, test } from 'vitest';
import type { Call } from '../../connectors/slack/egress/client.ts';
import { readEnvelope } from '../../connectors/slack/ingress/envelope.ts';
import { commandSchema, filledIn, readInteraction } from '../../connectors/slack/interactions/payload.ts';
import { classifyReply } from '../../connectors/slack/rules/classify-reply.ts';
import { partsOf } from '../../connectors/slack/rules/message-parts.ts';
import { threadMessageOf } from '../../connectors/slack/rules/thread-message.ts';
import { readStep } from '../../connectors/slack/steps/read-step.ts';
import { createPeople, type Self } from '../../connectors/slack/threads/people.ts';
import { readIssued } from '../../connectors/slack/workspaces/tokens.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** Slack leaves out what it has not, says null, or sends an empty list for an empty record. */

const user = { id: 'U1', username: 'ana' };

describe('an interaction is understood', () => {
  const view = { id: 'V1', type: 'modal', callback_id: 'sms_note', private_metadata: 'thread', hash: null };

  test.each([[{ values: [] }], [{ values: null }], [null], [undefined]])('when a dialog has the state %j', (state) => {
    const given = {
      type: 'block_actions',
      user,
      view: { ...view, state },
      actions: [{ action_id: 'note', value: '1' }],
    };
    expect(readInteraction(given)).toMatchObject({ view: { id: 'V1', state: { values: {} } } });
    expect(readInteraction({ type: 'view_submission', user, view: { ...view, state } })).not.toBeNull();
  });

  test('when what it has not is null', () => {
    const none = { team: null, channel: null, container: null, response_url: null, view: null, trigger_id: null };
    const actions = [{ action_id: 'claim', value: 'x', selected_option: null }];
    expect(readInteraction({ type: 'block_actions', user, ...none, actions })).not.toBeNull();
    const message = { ts: '2.000001', thread_ts: null };
    const shortcut = { type: 'message_action', user, callback_id: 'sms_reply', ...none, message, message_ts: null };
    expect(readInteraction(shortcut)).toMatchObject({ message: { ts: '2.000001' } });
    expect(readInteraction({ type: 'block_suggestion', user, team: null, action_id: 'contact', value: null })).not.toBe(
      null,
    );
  });

  test('whatever the order of the fields, and with fields that are empty', () => {
    const values = {
      at: { at: { selected_date_time: null, type: 'datetimepicker' } },
      text_2: { text_2: { type: 'plain_text_input', value: ' Hello ' } },
      to: { to: { value: null } },
      from: {},
    };
    const read = readInteraction({ view: { state: { values }, id: 'V1' }, user, type: 'view_submission' });
    if (read?.type !== 'view_submission') throw new Error('It was not read.');
    expect(['text_2', 'to', 'from', 'at', 'none'].map((block) => filledIn(read.view, block))).toEqual([
      'Hello',
      '',
      '',
      '',
      '',
    ]);
  });

  test('when it is a command that says no more than who gave it', () => {
    expect(commandSchema.parse({ command: '/sms', user_id: 'U1' })).toMatchObject({ text: '', channel_id: '' });
  });
});

describe('an event is understood', () => {
  const written = { type: 'message', channel: 'C1', user: 'U1', ts: '2.000001', thread_ts: '1.000001', text: 'Hi' };
  const NONE = { subtype: null, bot_id: null, app_id: '', hidden: null, files: null, attachments: null, team: null };

  test('when what it has not is null', () => {
    const event = { ...written, ...NONE, message: null, previous_message: null, deleted_ts: null, channel_type: null };
    const envelope = { type: 'event_callback', event_id: 'Ev1', team_id: 'T1', event_time: null, authorizations: null };
    const read = readEnvelope({ ...envelope, is_ext_shared_channel: null, event });
    expect(read).toMatchObject({ team: 'T1', isShared: false, lane: 'in:T1:C1:1.000001' });
    expect(threadMessageOf(read?.event)).toMatchObject({ type: 'written', text: 'Hi', team: null, hasFiles: false });
  });

  test('in an organisation, whose id says nothing about the workspace of the author', () => {
    const said = { ...written, user_team: 'E1', source_team: 'E1', team: 'T1' };
    expect(threadMessageOf(said)).toMatchObject({ type: 'written', team: 'T1' });
    expect(threadMessageOf({ ...said, user_team: 'T2' })).toMatchObject({ type: 'written', team: 'T2' });
  });

  test('and one of an app is not, whichever of its ids is there', () => {
    expect(threadMessageOf({ ...written, bot_id: '', app_id: 'A1' })).toMatchObject({ type: 'ignored' });
  });
});

describe('a step and a token are understood', () => {
  test('when what they have not is null', () => {
    const event = { type: 'function_executed', function: { callback_id: 'send_sms' }, function_execution_id: 'Fx1' };
    const nulls = { inputs: null, event_ts: null, bot_access_token: null };
    const envelope = { id: 'Ev1', team: 'T1', lane: 'l', isShared: false, event: { ...event, ...nulls } };
    expect(readStep(envelope)).toMatchObject({ id: 'Fx1', inputs: {}, token: null, begunAt: null });
    expect(readIssued({ access_token: 'xoxb-1', refresh_token: null, expires_in: 0 })).toMatchObject({
      access_token: 'xoxb-1',
    });
  });

  test('and what is no token is none', () => {
    expect(readIssued({ access_token: null })).toBeNull();
  });
});

describe('what somebody writes arrives as it was written', () => {
  const said = (...elements: object[]) =>
    classifyReply(
      partsOf({ text: '', blocks: [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] }] }),
      'reply',
    );

  test('also where Slack takes the number of an order for a colour', () => {
    const color = { type: 'color', value: '#123456' };
    expect(said({ type: 'text', text: 'Order ' }, color, { type: 'text', text: ' is ready.' })).toEqual({
      kind: 'send',
      text: 'Order #123456 is ready.',
    });
  });

  test('lists count on behind deeper ones, and begin on a line of their own', () => {
    const section = (words: string) => ({ type: 'rich_text_section', elements: [{ type: 'text', text: words }] });
    const list = (indent: number, offset: number, ...items: string[]) => ({
      type: 'rich_text_list',
      style: 'ordered',
      indent,
      offset,
      elements: items.map(section),
    });
    const elements = [section('Bring:\n'), list(0, 0, 'ID', 'card'), list(1, 0, 'the blue one'), list(0, 2, 'cash')];
    const parts = partsOf({ text: '', blocks: [{ type: 'rich_text', elements }] });
    expect(classifyReply(parts, 'reply')).toEqual({
      kind: 'send',
      text: 'Bring:\n1. ID\n2. card\n  1. the blue one\n3. cash',
    });
  });

  test('and a date without words is looked at by a person', () => {
    expect(said({ type: 'text', text: 'On ' }, { type: 'date', timestamp: 1 })).toMatchObject({ kind: 'hold' });
  });
});

describe('whoever writes', () => {
  const self: Self = { team: 'T1', enterprise: null, user: 'U0SMS' };
  const find = (found: object) => {
    const interactive: Call = () => Promise.resolve({ type: 'ok', data: { user: { id: 'U1', ...found } } });
    const settings = { agents: [] };
    return createPeople({ client: { interactive }, settings, clock: virtualClock(), installed: () => self }).find('U1');
  };
  const NULLS = { team_id: null, name: null, deleted: null, is_bot: null, is_restricted: null, is_stranger: null };

  test('is known although Slack says little about them', async () => {
    expect(await find({})).toEqual({ id: 'U1', name: 'U1', isAgent: true });
    const profile = { real_name: null, display_name: null };
    expect(await find({ ...NULLS, profile, enterprise_user: { enterprise_id: null, teams: null } })).toEqual({
      id: 'U1',
      name: 'U1',
      isAgent: true,
    });
  });

  test('is no agent when they are of another workspace, whatever else is missing', async () => {
    expect(await find({ ...NULLS, team_id: 'T2', profile: null })).toMatchObject({ isAgent: false });
    expect(await find({ ...NULLS, is_ultra_restricted: true })).toMatchObject({ isAgent: false });
  });
});
