import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createSlackClient, METHODS_USED, type SlackResult } from '../../connectors/slack/egress/client.ts';
import { readEnvelope } from '../../connectors/slack/ingress/envelope.ts';
import { buildManifest } from '../../connectors/slack/manifest.ts';
import { threadMessageOf } from '../../connectors/slack/rules/thread-message.ts';
import { METHODS, type MethodContract } from '../../connectors/slack/testing/fake-slack/contract.ts';
import { BOT, type FakeSlackOptions, startFakeSlack } from '../../connectors/slack/testing/fake-slack/index.ts';
import { httpSink } from '../support/http-sink.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const CHANNEL = 'C0000000001';

/** Any method, known or not. */
const callOf = (token: string, apiUrl: string) =>
  createSlackClient(token, apiUrl).bulk as (method: string, given: object) => Promise<SlackResult>;

async function stage(options: Omit<FakeSlackOptions, 'clock'> = {}) {
  const clock = virtualClock();
  const slack = await startFakeSlack({ ...options, clock });
  onTestFinished(() => slack.stop());
  slack.workspace.addUser('U0000000ANA');
  slack.workspace.addChannel(CHANNEL, { members: ['U0000000ANA', BOT.userId] });
  const call = callOf(slack.botToken, slack.apiUrl);
  const post = (text: string, more: object = {}) => call('chat.postMessage', { channel: CHANNEL, text, ...more });
  return { clock, slack, call, post };
}

describe('the stand-in for Slack', () => {
  test('refuses what Slack refuses, by the same names', async () => {
    const { slack, call, post } = await stage({ scopes: ['chat:write'] });
    slack.workspace.addChannel('C0000000002');
    slack.workspace.addChannel('C0000000003', { isPrivate: true });
    slack.workspace.addChannel('C0000000004', { members: [BOT.userId], isArchived: true });
    const refused = (error: string) => ({ type: 'refused', error });
    expect(await post('')).toMatchObject(refused('no_text'));
    expect(await post('x', { channel: 'C0000000002' })).toMatchObject(refused('not_in_channel'));
    expect(await post('x', { channel: 'C0000000003' })).toMatchObject(refused('channel_not_found'));
    expect(await post('x', { channel: 'C0000000004' })).toMatchObject(refused('is_archived'));
    expect(await post('x', { channel: 'general' })).toMatchObject(refused('channel_not_found'));
    expect(await post('x', { thread_ts: '1.000001' })).toMatchObject(refused('cannot_reply_to_message'));
    expect(await post('x', { blocks: [{ type: 'nothing' }] })).toMatchObject(refused('invalid_blocks'));
    expect(await post('x', { invented: 1 })).toMatchObject(refused('invalid_arguments'));
    expect(await call('users.info', { user: 'U0000000ANA' })).toMatchObject(refused('missing_scope'));
    expect(await call('chat.invented', {})).toMatchObject(refused('unknown_method'));
    expect(await callOf('xoxb-wrong', slack.apiUrl)('auth.test', {})).toMatchObject(refused('invalid_auth'));
    slack.refuseToken('token_revoked');
    expect(await call('auth.test', {})).toMatchObject(refused('token_revoked'));
  });

  test('lets about one post a second into a channel, and says how long to wait', async () => {
    const { clock, post } = await stage();
    const types = [];
    for (let index = 0; index < 6; index += 1) types.push((await post(`text ${index}`)).type);
    expect(types).toEqual(['ok', 'ok', 'ok', 'ok', 'limited', 'limited']);
    expect(await post('x')).toEqual({ type: 'limited', retryAfterMs: 1_000 });
    await clock.advance(1_000);
    expect((await post('x')).type).toBe('ok');
  });

  test('breaks when it is told to: before or after the effect', async () => {
    const { slack, post } = await stage();
    slack.failNext(
      'chat.postMessage',
      { reset: 'before' },
      { reset: 'after' },
      { status: 503 },
      { error: 'internal_error' },
      { retryAfterSeconds: 7 },
    );
    const types = [];
    for (let index = 0; index < 4; index += 1) types.push((await post(`text ${index}`)).type);
    expect(types).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
    expect(await post('x')).toEqual({ type: 'limited', retryAfterMs: 7_000 });
    const written = [...(slack.workspace.channels.get(CHANNEL)?.messages.values() ?? [])].map(({ text }) => text);
    expect(written).toEqual(['text 1']);
  });

  test('tells of what happens three times more when nobody takes it, signed, and then never again', async () => {
    const { clock, slack } = await stage();
    await using sink = await httpSink((response) => response.writeHead(500).end());
    slack.connect(`${sink.url}/`);
    slack.people.write('U0000000ANA', CHANNEL, 'Hello');
    await until(() => slack.events.attempts.length === 2 || clock.advance(10).then(() => false));
    await until(() => clock.advance(30_000).then(() => slack.events.attempts.length === 4));
    await clock.advance(3_600_000);
    expect(slack.events.attempts.map(({ retry, status }) => [retry, status])).toEqual([
      [0, 500],
      [1, 500],
      [2, 500],
      [3, 500],
    ]);
    expect(new Set(slack.events.attempts.map(({ eventId }) => eventId)).size).toBe(1);
  });

  test('opens one dialog for a click, within three seconds', async () => {
    const { clock, slack, call } = await stage();
    const view = { type: 'modal', title: { type: 'plain_text', text: 'Title' }, blocks: [] };
    const open = (trigger_id: string) => call('views.open', { trigger_id, view });
    const first = slack.interactivity.newTrigger('U0000000ANA');
    expect((await open(first)).type).toBe('ok');
    expect(await open(first)).toMatchObject({ error: 'exchanged_trigger_id' });
    const late = slack.interactivity.newTrigger('U0000000ANA');
    await clock.advance(3_001);
    expect(await open(late)).toMatchObject({ error: 'expired_trigger_id' });
    expect(await open('invented')).toMatchObject({ error: 'invalid_trigger_id' });
  });
});

describe('the stand-in for Slack, as an app is installed', () => {
  const REDIRECT = 'https://sms.example.com/connectors/slack/oauth_redirect';
  const authorizeUrl = (redirect = REDIRECT) =>
    `https://slack.com/oauth/v2/authorize?${new URLSearchParams({ client_id: '1.2', scope: 'chat:write', redirect_uri: redirect, state: 's' })}`;

  async function installing() {
    const { clock, slack } = await stage();
    slack.connect('https://sms.example.com/connectors/slack/events');
    const { workspace } = slack.addTeam('T000000000B');
    const codeOf = () => new URL(slack.oauth.authorize(authorizeUrl(), workspace.team)).searchParams.get('code') ?? '';
    const app = { client_id: slack.oauth.clientId, client_secret: slack.oauth.clientSecret, redirect_uri: REDIRECT };
    const exchange = (given: object) => callOf('', slack.apiUrl)('oauth.v2.access', { ...app, ...given });
    return { clock, slack, workspace, codeOf, exchange };
  }

  test('gives one token for a code, to its app, for the address that was named, and for ten minutes', async () => {
    const { clock, slack, workspace, codeOf, exchange } = await installing();
    expect(await exchange({ code: codeOf(), client_id: 'other' })).toMatchObject({ error: 'invalid_client_id' });
    expect(await exchange({ code: codeOf(), client_secret: 'x' })).toMatchObject({ error: 'bad_client_secret' });
    expect(await exchange({ code: codeOf(), redirect_uri: 'https://x.example/' })).toMatchObject({
      error: 'bad_redirect_uri',
    });
    expect(await exchange({ code: 'invented' })).toMatchObject({ error: 'invalid_code' });
    expect(await exchange({ grant_type: 'password' })).toMatchObject({ error: 'invalid_grant_type' });
    expect(await exchange({ grant_type: 'refresh_token', refresh_token: 'x' })).toMatchObject({
      error: 'invalid_refresh_token',
    });
    const late = codeOf();
    await clock.advance(600_001);
    expect(await exchange({ code: late })).toMatchObject({ error: 'invalid_code' });
    const code = codeOf();
    const given = await exchange({ code });
    expect(given).toMatchObject({ type: 'ok', data: { team: { id: 'T000000000B' }, scope: 'chat:write' } });
    expect(await exchange({ code })).toMatchObject({ error: 'invalid_code' });
    expect(() => slack.oauth.authorize(authorizeUrl('https://evil.example/'), workspace.team)).toThrow(
      'bad_redirect_uri',
    );
  });

  test('takes tokens of one workspace there alone, until they are revoked or the app is removed', async () => {
    const { slack, workspace, codeOf, exchange } = await installing();
    workspace.addChannel('C0000000009', { members: [workspace.team.bot.userId] });
    const token = async () => {
      const result = await exchange({ code: codeOf() });
      return z.object({ data: z.object({ access_token: z.string() }) }).parse(result).data.access_token;
    };
    const first = callOf(await token(), slack.apiUrl);
    expect(await first('auth.test', {})).toMatchObject({ data: { team_id: 'T000000000B' } });
    expect((await first('chat.postMessage', { channel: 'C0000000009', text: 'x' })).type).toBe('ok');
    expect(await first('chat.postMessage', { channel: CHANNEL, text: 'x' })).toMatchObject({
      error: 'channel_not_found',
    });
    expect(await first('conversations.info', { channel: 'C0000000009' })).toMatchObject({ error: 'missing_scope' });
    expect((await first('auth.revoke', {})).type).toBe('ok');
    expect(await first('auth.test', {})).toMatchObject({ error: 'token_revoked' });
    const second = callOf(await token(), slack.apiUrl);
    const app = { client_id: slack.oauth.clientId, client_secret: slack.oauth.clientSecret };
    expect(await second('apps.uninstall', { ...app, client_secret: 'x' })).toMatchObject({
      error: 'bad_client_secret',
    });
    expect((await second('apps.uninstall', app)).type).toBe('ok');
    expect(await second('auth.test', {})).toMatchObject({ error: 'token_revoked' });
  });
});

const kit = path.join(process.env['SMSBRIDGE_TEST_KIT'] ?? '', 'data/slack');
const hasKit = process.env['SMSBRIDGE_TEST_KIT'] !== undefined && existsSync(kit);
if (!hasKit)
  console.warn(
    'Skipped: the stand-in for Slack against reference data. Set SMSBRIDGE_TEST_KIT to a folder with data/slack.',
  );

const documented = z.object({
  args: z.object({ properties: z.record(z.string(), z.unknown()), required: z.array(z.string()).default([]) }),
  errors: z.record(z.string(), z.unknown()),
  rate_limits: z.string().nullish(),
});

describe.skipIf(!hasKit)('the stand-in for Slack, against reference data', () => {
  const read = (file: string) => readFileSync(path.join(kit, file), 'utf8');

  test.each(Object.entries<MethodContract>(METHODS))(
    '%s takes no argument and answers no error that Slack has not',
    (name, method) => {
      const { args, errors, rate_limits: tier } = documented.parse(JSON.parse(read(`methods/${name}.json`)));
      const known = Object.keys(args.properties);
      expect([...method.required, ...method.optional].filter((each) => !known.includes(each))).toEqual([]);
      expect(args.required.filter((each) => each !== 'token' && !method.required.includes(each))).toEqual([]);
      expect(method.errors.filter((each) => !(each in errors) && each !== 'missing_scope')).toEqual([]);
      if (typeof method.limit === 'number') expect({ t2: 20, t3: 50, t4: 100 }[tier ?? '']).toBe(method.limit);
    },
  );

  const manifest = buildManifest({ publicUrl: 'https://sms.example.com/', command: '/sms' });
  const schema = () =>
    z.fromJSONSchema(JSON.parse(read('manifest.schema.2.0.0.json')) as Parameters<typeof z.fromJSONSchema>[0]);

  test('the manifest is what Slack takes, and one with a fault is not', () => {
    const isTaken = (changes: object) => schema().safeParse({ ...manifest, ...changes }).success;
    expect(schema().safeParse(manifest).error?.issues ?? []).toEqual([]);
    const onSocket = buildManifest({ publicUrl: '', command: '/texts', isSocketMode: true });
    expect(schema().safeParse(onSocket).error?.issues ?? []).toEqual([]);
    expect(JSON.stringify(onSocket)).not.toContain('url');
    expect(isTaken({ display_information: { ...manifest.display_information, name: 'x'.repeat(40) } })).toBe(false);
    expect(isTaken({ display_information: {} })).toBe(false);
    expect(isTaken({ features: { ...manifest.features, slash_commands: [{ command: '/sms' }] } })).toBe(false);
  });

  test('the manifest asks for the scopes that the methods in use need, and for no others', () => {
    const { bot } = manifest.oauth_config.scopes;
    const needed = Object.keys(METHODS_USED).map((name) => {
      const { scope } = z
        .object({ scope: z.object({ bot: z.array(z.string()).nullish() }) })
        .parse(JSON.parse(read(`methods/${name}.json`)));
      return [name, scope.bot ?? []] as const;
    });
    expect(needed.filter(([, scopes]) => scopes.length > 0 && !scopes.some((scope) => bot.includes(scope)))).toEqual(
      [],
    );
    const useful = new Set(['commands', ...needed.flatMap(([, scopes]) => scopes)]);
    expect(bot.filter((scope) => !useful.has(scope))).toEqual([]);
  });

  test('what was captured from real workspaces is read as it was meant', () => {
    const lines = read('payloads/captured-events.jsonl').trim().split('\n');
    const heard = lines.map((line) => {
      const envelope = readEnvelope(JSON.parse(line));
      const message = threadMessageOf(envelope?.event);
      return message.type === 'ignored' ? message.why : message.type;
    });
    expect(heard).toEqual([
      'written',
      'no message',
      'written by an app',
      'written',
      'written by an app',
      'written by an app',
      'written by an app',
      'no message',
      'direct message',
      'no message',
      'direct message',
      'written',
    ]);
  });

  test('its events have no field that real ones have not', async () => {
    const { slack } = await stage();
    const captured = read('payloads/captured-events.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: object });
    const known = new Set([
      ...captured.flatMap((one) => [...Object.keys(one), ...Object.keys(one.event)]),
      ...Object.keys((JSON.parse(read('payloads/MessageChangedPayload.json')) as { event: object }).event),
      ...Object.keys((JSON.parse(read('payloads/MessageDeletedPayload.json')) as { event: object }).event),
    ]);
    await using sink = await httpSink();
    slack.connect(`${sink.url}/`);
    const ts = slack.people.write('U0000000ANA', CHANNEL, 'Hello');
    slack.people.edit(CHANNEL, ts, 'Hello!');
    slack.people.remove(CHANNEL, ts);
    await slack.events.idle();
    const used = sink.requests.flatMap(({ body }) => {
      const envelope = JSON.parse(body) as { event: object };
      return [...Object.keys(envelope), ...Object.keys(envelope.event)];
    });
    expect(sink.requests).toHaveLength(3);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });

  test('what it tells of the app and of channels has no type and no field that Slack has not', async () => {
    const { slack } = await stage();
    await using sink = await httpSink();
    slack.connect(`${sink.url}/`);
    const { life } = slack;
    for (const tell of [life.archive, life.unarchive, life.leave, life.invite, life.share, life.unshare]) tell(CHANNEL);
    life.rename(CHANNEL, 'renamed');
    life.changeId(CHANNEL, 'C0000000008');
    life.remove('C0000000008');
    life.uninstall();
    await slack.events.idle();
    const told = sink.requests.map(({ body }) => (JSON.parse(body) as { event: { type: string } }).event);
    const shapes = [
      'AppUninstalled',
      'TokensRevoked',
      'ChannelArchive',
      'ChannelRename',
      'ChannelShared',
      'MemberJoinedChannel',
    ].map((name) => (JSON.parse(read(`payloads/${name}Payload.json`)) as { event: { type: string } }).event);
    const types = new Set([
      ...(JSON.parse(read('events.json')) as { name: string }[]).map(({ name }) => name),
      // Of two pairs the data has one each (docs.slack.dev/reference/events).
      'channel_archive',
      'channel_unarchive',
    ]);
    const fields = new Set([
      ...shapes.flatMap((event) => Object.keys(event)),
      'previously_connected_team_id',
      'is_ext_shared',
      'old_channel_id',
      'new_channel_id',
    ]);
    expect(told.map(({ type }) => type).filter((type) => !types.has(type))).toEqual([]);
    expect(told.flatMap((event) => Object.keys(event)).filter((field) => !fields.has(field))).toEqual([]);
    expect(told).toHaveLength(11);
  });

  test('the manifest asks for events that exist', () => {
    const known = new Set((JSON.parse(read('events.json')) as { name: string }[]).map(({ name }) => name));
    const asked = manifest.settings.event_subscriptions.bot_events;
    const unlisted = new Set(['channel_archive', 'channel_unarchive', 'group_archive', 'group_unarchive']);
    expect(asked.filter((name) => !known.has(name) && !unlisted.has(name))).toEqual([]);
  });
});
