import { describe, expect, onTestFinished, test } from 'vitest';
import { createSlackClient, type SlackResult } from '../../connectors/slack/egress/client.ts';
import { blockFaults, viewFaults } from '../../connectors/slack/testing/fake-slack/block-limits.ts';
import { BOT, type FakeSlack, startFakeSlack } from '../../connectors/slack/testing/fake-slack/index.ts';
import { httpSink } from '../support/http-sink.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const CHANNEL = 'C0000000001';
const ANA = 'U0000000ANA';

async function stage() {
  const clock = virtualClock();
  const slack = await startFakeSlack({ clock });
  onTestFinished(() => slack.stop());
  slack.workspace.addUser(ANA);
  slack.workspace.addChannel(CHANNEL, { members: [ANA, BOT.userId] });
  const call = createSlackClient(slack.botToken, slack.apiUrl).bulk as (
    method: string,
    given: object,
  ) => Promise<SlackResult>;
  return { clock, slack, call };
}

/** A call without a library, as Slack is called by hand. */
async function ask(slack: FakeSlack, method: string, body: string, headers: Record<string, string> = {}) {
  const type = { 'Content-Type': 'application/x-www-form-urlencoded', Authorization: `Bearer ${slack.botToken}` };
  const response = await fetch(`${slack.apiUrl}${method}`, { method: 'POST', body, headers: { ...type, ...headers } });
  return (await response.json()) as Record<string, unknown>;
}

describe('the stand-in for Slack is strict', () => {
  test('about what is wrong first: the token, its scopes, the arguments, and only then the matter', async () => {
    const { slack, clock } = await stage();
    const error = async (method: string, body: string, headers?: Record<string, string>) => {
      // Within what it takes.
      await clock.advance(1_000);
      return (await ask(slack, method, body, headers))['error'];
    };
    expect(await error('chat.postMessage', '', { Authorization: '' })).toBe('not_authed');
    expect(await error('chat.postMessage', '', { Authorization: 'Bearer xoxb-wrong' })).toBe('invalid_auth');
    expect(await error('chat.postMessage', 'invented=1')).toBe('invalid_arguments');
    expect(await error('chat.postMessage', 'channel=C9&text=')).toBe('channel_not_found');
    expect(await error('chat.postMessage', `channel=${CHANNEL}&text=`)).toBe('no_text');
    expect(await error('chat.postMessage', `channel=${CHANNEL}&blocks={`)).toBe('invalid_arguments');
    const json = { 'Content-Type': 'application/json; charset=utf-8' };
    expect(await error('chat.postMessage', '{', json)).toBe('invalid_json');
    expect(await error('chat.postMessage', '[]', json)).toBe('json_not_object');
    expect(await ask(slack, 'chat.postMessage', JSON.stringify({ channel: CHANNEL, text: 'x' }), json)).toMatchObject({
      ok: true,
    });
    expect(await error('chat.postMessage', `token=${slack.botToken}&channel=${CHANNEL}`, { Authorization: '' })).toBe(
      'no_text',
    );
    expect(await error('conversations.history', `channel=${CHANNEL}&oldest=yesterday`)).toBe('invalid_ts_oldest');
    expect(await error('conversations.history', `channel=${CHANNEL}&cursor=bm8=`)).toBe('invalid_cursor');
    expect(await error('reactions.add', `channel=${CHANNEL}&name=x&timestamp=1`)).toBe('bad_timestamp');
    expect(() => slack.failNext('chat.postMessage', { error: 'hash_conflict' })).toThrow('never answers');
  });

  test('about long texts: cut at forty thousand characters, with a warning and never within one', async () => {
    const { slack, call } = await stage();
    const answer = await call('chat.postMessage', { channel: CHANNEL, text: '👍'.repeat(40_001) });
    expect(answer).toMatchObject({ type: 'ok', data: { warning: 'message_truncated' } });
    const [written] = slack.workspace.channels.get(CHANNEL)?.messages.values() ?? [];
    expect(written?.text).toBe('👍'.repeat(40_000));
  });

  test('about answers that are shown in their channel, too: they are in both histories, and name the root', async () => {
    const { slack, call, clock } = await stage();
    const root = slack.people.write(ANA, CHANNEL, 'root');
    const given = { channel: CHANNEL, text: 'x', thread_ts: root };
    await call('chat.postMessage', given);
    await clock.advance(1_000);
    await call('chat.postMessage', { ...given, text: 'y', reply_broadcast: true });
    slack.people.broadcast(ANA, CHANNEL, 'z', root);
    const textsIn = async (method: string, more: object) => {
      const result = await call(method, { channel: CHANNEL, ...more });
      const messages = (result.type === 'ok' ? result.data['messages'] : []) as Record<string, unknown>[];
      return messages.map(({ text, subtype, root: about }) => [text, subtype, Object(about)['text']]);
    };
    const shown = ['y', 'z'].map((text) => [text, 'thread_broadcast', 'root']);
    expect(await textsIn('conversations.history', {})).toEqual([...shown.toReversed(), ['root', undefined, undefined]]);
    expect(await textsIn('conversations.replies', { ts: root })).toEqual([
      ['root', undefined, undefined],
      ['x', undefined, undefined],
      ...shown,
    ]);
  });

  test('about Markdown: it is the whole message, or none of it', async () => {
    const { slack, call, clock } = await stage();
    expect((await call('chat.postMessage', { channel: CHANNEL, markdown_text: '**x**' })).type).toBe('ok');
    await clock.advance(1_000);
    const both = await call('chat.postMessage', { channel: CHANNEL, markdown_text: '**x**', text: 'x' });
    expect(both).toMatchObject({ type: 'refused', error: 'markdown_text_conflict' });
    expect(() => slack.failNext('chat.postMessage', { error: 'metadata_too_large' })).not.toThrow();
  });

  test.each([
    ['nowhere', 'restricted_action', 'restricted_action'],
    ['read_only', 'restricted_action_read_only_channel', 'restricted_action_read_only_channel'],
    ['thread_only', 'restricted_action_thread_only_channel', 'ok'],
    ['non_threadable', 'ok', 'restricted_action_non_threadable_channel'],
  ] as const)('about who may post where: %s', async (posting, atTop, inThread) => {
    const { slack, call, clock } = await stage();
    const root = slack.people.write(ANA, CHANNEL, 'root');
    const channel = slack.workspace.channels.get(CHANNEL);
    if (channel) channel.posting = posting;
    const post = async (more: object) => {
      await clock.advance(1_000);
      const result = await call('chat.postMessage', { channel: CHANNEL, text: 'x', ...more });
      return result.type === 'refused' ? result.error : result.type;
    };
    expect([await post({}), await post({ thread_ts: root })]).toEqual([atTop, inThread]);
    const whisper = await call('chat.postEphemeral', { channel: CHANNEL, user: ANA, text: 'psst' });
    expect(whisper.type).toBe(posting === 'nowhere' ? 'refused' : 'ok');
  });

  test('about threads that are locked, and messages that are too old to be changed', async () => {
    const { slack, call, clock } = await stage();
    const posted = await call('chat.postMessage', { channel: CHANNEL, text: 'x' });
    const ts = posted.type === 'ok' ? String(posted.data['ts']) : '';
    const root = slack.workspace.channels.get(CHANNEL)?.messages.get(ts);
    slack.workspace.editableMs = 60_000;
    await clock.advance(60_000);
    expect((await call('chat.update', { channel: CHANNEL, ts, text: 'y' })).type).toBe('ok');
    await clock.advance(1_000);
    expect(await call('chat.update', { channel: CHANNEL, ts, text: 'z' })).toMatchObject({
      error: 'edit_window_closed',
    });
    if (root) root.isLocked = true;
    expect(await call('chat.postMessage', { channel: CHANNEL, text: 'x', thread_ts: ts })).toMatchObject({
      error: 'restricted_action_thread_locked',
    });
  });

  test('about what only one person sees: it is in no history', async () => {
    const { call } = await stage();
    expect((await call('chat.postEphemeral', { channel: CHANNEL, user: ANA, text: 'psst' })).type).toBe('ok');
    expect(await call('conversations.history', { channel: CHANNEL })).toMatchObject({ data: { messages: [] } });
    expect(await call('chat.postEphemeral', { channel: CHANNEL, user: 'U9', text: 'psst' })).toMatchObject({
      error: 'user_not_in_channel',
    });
  });

  test('about its limits: each method has its own, for the whole workspace', async () => {
    const { call, clock } = await stage();
    const given = { channel: CHANNEL };
    const types = new Map<string, number>();
    for (let index = 0; index < 60; index += 1) {
      const { type } = await call('conversations.history', given);
      types.set(type, (types.get(type) ?? 0) + 1);
    }
    expect([...types]).toEqual([
      ['ok', 50],
      ['limited', 10],
    ]);
    expect((await call('users.info', { user: ANA })).type).toBe('ok');
    await clock.advance(1_200);
    expect((await call('conversations.history', given)).type).toBe('ok');
  });

  test('about answers to clicks: five within half an hour', async () => {
    const { slack, call, clock } = await stage();
    const button = { type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' }, value: 'x' };
    const posted = await call('chat.postMessage', {
      channel: CHANNEL,
      text: 'x',
      blocks: [{ type: 'actions', elements: [button] }],
    });
    const ts = posted.type === 'ok' ? String(posted.data['ts']) : '';
    await using sink = await httpSink();
    slack.connect(`${sink.url}/`);
    const urlOfClick = async () => {
      const before = sink.requests.length;
      await slack.people.click(ANA, CHANNEL, ts, 'go');
      const request = sink.requests.slice(before).find(({ body }) => body.startsWith('payload='));
      const payload = JSON.parse(new URLSearchParams(request?.body).get('payload') ?? '{}') as { response_url: string };
      return payload.response_url;
    };
    const use = async (url: string) => (await fetch(url, { method: 'POST', body: '{"text":"x"}' })).status;
    const url = await urlOfClick();
    const statuses = [];
    for (let index = 0; index < 6; index += 1) statuses.push(await use(url));
    expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
    const late = await urlOfClick();
    await clock.advance(1_800_001);
    expect(await use(late)).toBe(404);
    expect(await use(`${new URL(url).origin}/respond/invented`)).toBe(404);
  });

  test('about telling again: why, and how often', async () => {
    const { slack, clock } = await stage();
    const retries = () => slack.events.attempts.map(({ retry, reason }) => [retry, reason]);
    await using silent = await httpSink(() => undefined);
    slack.connect(`${silent.url}/`);
    slack.people.write(ANA, CHANNEL, 'Hello');
    await until(() => silent.requests.length === 1);
    await until(() => clock.advance(3_000).then(() => silent.requests.length >= 2));
    expect(silent.requests[1]?.headers).toMatchObject({
      'x-slack-retry-num': '1',
      'x-slack-retry-reason': 'http_timeout',
    });
    expect(retries()[0]).toEqual([0, null]);
  });

  test('about telling again: not at all when it is asked not to', async () => {
    const { slack, clock } = await stage();
    await using once = await httpSink((response) => response.writeHead(500, { 'X-Slack-No-Retry': '1' }).end());
    slack.connect(`${once.url}/`);
    slack.people.write(ANA, CHANNEL, 'Hello again');
    await until(() => once.requests.length === 1);
    await clock.advance(3_600_000);
    expect(once.requests).toHaveLength(1);
    const retries = () => slack.events.attempts.map(({ reason }) => reason);
    slack.connect('http://127.0.0.1:1/');
    slack.people.write(ANA, CHANNEL, 'Is anybody there?');
    await until(() => clock.advance(30_000).then(() => retries().includes('connection_failed')));
  });

  test('about what else is told: a mention twice, previews, a root that others have answered', async () => {
    const { slack } = await stage();
    await using sink = await httpSink();
    slack.connect(`${sink.url}/`);
    const root = slack.people.write(ANA, CHANNEL, `<@${BOT.userId}> hello`);
    slack.people.write(ANA, CHANNEL, 'below', root);
    slack.people.unfurl(CHANNEL, root, 'https://example.com/');
    slack.people.remove(CHANNEL, root);
    await slack.events.idle();
    const told = sink.requests.map(({ body }) => {
      const { event } = JSON.parse(body) as { event: Record<string, unknown> };
      const message = (event['message'] ?? {}) as Record<string, unknown>;
      return [event['type'], event['subtype'], message['subtype'], 'attachments' in message].join(' ');
    });
    expect(told.toSorted()).toEqual(
      [
        'message   false',
        'app_mention   false',
        'message   false',
        'message message_changed  true',
        'message message_changed tombstone false',
      ].toSorted(),
    );
    expect(new Set(sink.requests.map(({ body }) => (JSON.parse(body) as { event_id: string }).event_id)).size).toBe(5);
  });
});

const plain = (text: string) => ({ type: 'plain_text', text });
const long = (length: number) => 'x'.repeat(length);
const button = (changes: object) => ({
  type: 'actions',
  elements: [{ type: 'button', text: plain('Go'), ...changes }],
});
const rich = (...elements: object[]) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
});
const input = (element: object) => ({ type: 'input', label: plain('Label'), element });
const option = (text: string, value: string) => ({ text: plain(text), value });

describe('the limits of blocks', () => {
  test.each<[string, object, object]>([
    ['a section', { type: 'section', text: plain(long(3_000)) }, { type: 'section', text: plain(long(3_001)) }],
    ['a section with nothing', { type: 'section', text: plain('x') }, { type: 'section', text: plain('') }],
    ['a header', { type: 'header', text: plain(long(150)) }, { type: 'header', text: plain(long(151)) }],
    [
      'a header of marked text',
      { type: 'header', text: plain('x') },
      { type: 'header', text: { type: 'mrkdwn', text: 'x' } },
    ],
    ['a button', button({ text: plain(long(75)) }), button({ text: plain(long(76)) })],
    ['the value of a button', button({ value: long(2_000) }), button({ value: long(2_001) })],
    ['an action id', button({ action_id: long(255) }), button({ action_id: long(256) })],
    ['a block id', { type: 'divider', block_id: long(255) }, { type: 'divider', block_id: long(256) }],
    [
      'a context',
      { type: 'context', elements: Array.from({ length: 10 }, () => plain('x')) },
      { type: 'context', elements: Array.from({ length: 11 }, () => plain('x')) },
    ],
    [
      'actions',
      { type: 'actions', elements: Array.from({ length: 25 }, () => ({ type: 'button', text: plain('x') })) },
      { type: 'actions', elements: Array.from({ length: 26 }, () => ({ type: 'button', text: plain('x') })) },
    ],
    [
      'ids of actions',
      { type: 'actions', elements: ['a', 'b'].map((action_id) => ({ type: 'button', action_id, text: plain('x') })) },
      { type: 'actions', elements: ['a', 'a'].map((action_id) => ({ type: 'button', action_id, text: plain('x') })) },
    ],
    [
      'fields',
      { type: 'section', fields: Array.from({ length: 10 }, () => plain('x')) },
      { type: 'section', fields: Array.from({ length: 11 }, () => plain('x')) },
    ],
    [
      'a question before an action',
      button({
        confirm: { title: plain(long(100)), text: plain(long(300)), confirm: plain('Yes'), deny: plain('No') },
      }),
      button({ confirm: { title: plain(long(101)), text: plain('x'), confirm: plain('Yes'), deny: plain('No') } }),
    ],
    [
      'an option',
      input({ type: 'static_select', options: [option(long(75), long(150))] }),
      input({ type: 'static_select', options: [option(long(76), 'x')] }),
    ],
    [
      'options',
      input({ type: 'static_select', options: Array.from({ length: 100 }, () => option('x', 'x')) }),
      input({ type: 'static_select', options: [] }),
    ],
    [
      'what an input begins with',
      input({ type: 'plain_text_input', max_length: 10, initial_value: long(10) }),
      input({ type: 'plain_text_input', max_length: 10, initial_value: long(11) }),
    ],
    [
      'a placeholder',
      input({ type: 'plain_text_input', placeholder: plain(long(150)) }),
      input({ type: 'plain_text_input', placeholder: plain(long(151)) }),
    ],
    ['rich text', rich({ type: 'text', text: 'x' }), rich({ type: 'text', text: '' })],
    [
      'a link of rich text',
      rich({ type: 'link', url: 'https://example.com', text: 'x' }),
      rich({ type: 'link', url: 'not an address' }),
    ],
    ['an element of rich text', rich({ type: 'user', user_id: ANA }), rich({ type: 'invented' })],
  ])('%s may be so long, and no longer', (_name, most, more) => {
    expect(blockFaults([most], 'view')).toEqual([]);
    expect(blockFaults([more], 'view')).not.toEqual([]);
  });

  test('a message has fifty blocks, a view a hundred, and each id is there once', () => {
    const dividers = (count: number) => Array.from({ length: count }, () => ({ type: 'divider' }));
    expect([50, 51].map((count) => blockFaults(dividers(count)).length > 0)).toEqual([false, true]);
    expect([100, 101].map((count) => blockFaults(dividers(count), 'view').length > 0)).toEqual([false, true]);
    expect(
      blockFaults([
        { type: 'divider', block_id: 'a' },
        { type: 'divider', block_id: 'a' },
      ]),
    ).not.toEqual([]);
  });

  test('a dialog has short titles, and needs a button to submit what is filled in', () => {
    const view = {
      type: 'modal',
      title: plain(long(24)),
      close: plain(long(24)),
      blocks: [],
      private_metadata: long(3_000),
    };
    expect(viewFaults(view)).toEqual([]);
    for (const changes of [
      { title: plain(long(25)) },
      { close: plain(long(25)) },
      { submit: plain(long(25)) },
      { private_metadata: long(3_001) },
      { callback_id: long(256) },
      { type: 'invented' },
      { blocks: [input({ type: 'plain_text_input' })] },
    ]) {
      expect(viewFaults({ ...view, ...changes })).not.toEqual([]);
    }
  });
});
