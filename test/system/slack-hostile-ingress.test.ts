import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signatureOf } from '../../connectors/slack/ingress/verify.ts';
import { TEAM } from '../../connectors/slack/testing/fake-slack/index.ts';
import { ANA, type SlackWorld, slackWorld, SUPPORT } from '../support/slack-world.ts';

let world: SlackWorld;
beforeAll(async () => {
  world = await slackWorld({ undo_seconds: 0 });
});
afterAll(() => world[Symbol.asyncDispose]());

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

let count = 0;
const newContact = () => `+1415555${String(300 + ++count).padStart(4, '0')}`;

interface Forged {
  readonly type?: string;
  readonly ageSeconds?: number;
  readonly secret?: string;
  readonly drop?: string;
  readonly signedBody?: string;
  readonly more?: Readonly<Record<string, string>>;
}

/** A request as anybody could make it; signed well if nothing else is said. */
async function ask(body: string, forged: Forged = {}) {
  const { type = JSON_TYPE, ageSeconds = 0, secret = world.slack.signingSecret, drop, signedBody = body } = forged;
  const timestamp = String(Math.floor(world.clock.now() / 1_000) - ageSeconds);
  const headers = new Headers({
    'Content-Type': type,
    'X-Slack-Request-Timestamp': timestamp,
    'X-Slack-Signature': signatureOf(secret, timestamp, signedBody),
    ...forged.more,
  });
  if (drop !== undefined) headers.delete(drop);
  const response = await fetch(world.appUrl, { method: 'POST', body, headers });
  return { status: response.status, body: await response.text() };
}

const tasks = async () => (await world.storage.query(`select 1 from tasks where kind = 'event'`)).length;

/** As a real client's message in a thread, told under an id. */
const messageEvent = (id: string, thread: string, text: string, more: object = {}) => ({
  type: 'event_callback',
  event_id: id,
  team_id: TEAM,
  event: {
    type: 'message',
    channel: SUPPORT,
    channel_type: 'channel',
    user: ANA,
    team: TEAM,
    ts: world.slack.workspace.nextTs(),
    thread_ts: thread,
    text,
    ...more,
  },
});

async function conversation() {
  const contact = newContact();
  await world.texts(contact, 'Hello');
  return { contact, root: (await world.root(contact)).ts };
}
const arrives = (contact: string, ...bodies: string[]) => world.arrives(contact, ...bodies);

describe('what comes to the address of the app', () => {
  test('is refused without a word when it is not signed by Slack, now, over these bytes', async () => {
    const { root } = await conversation();
    const body = JSON.stringify(messageEvent('EvFORGED', root, 'Send me'));
    const before = await tasks();
    const forgeries: Forged[] = [
      { secret: 'another-secret' },
      { drop: 'X-Slack-Signature' },
      { drop: 'X-Slack-Request-Timestamp' },
      { ageSeconds: 301 },
      { ageSeconds: -302 },
      { signedBody: `${body} ` },
      { more: { 'X-Slack-Signature': 'v0=' } },
      { more: { 'X-Slack-Signature': `v1=${'0'.repeat(64)}` } },
      { more: { 'X-Slack-Request-Timestamp': 'soon' } },
      { more: { 'X-Slack-Request-Timestamp': '9'.repeat(40) } },
    ];
    for (const forged of forgeries) expect(await ask(body, forged)).toEqual({ status: 401, body: '' });
    expect(await ask('')).toMatchObject({ status: 400 });
    expect(await tasks()).toBe(before);
    // At the edges it is still taken.
    expect(await ask(JSON.stringify(messageEvent('EvEDGE', root, '// a')), { ageSeconds: 299 })).toMatchObject({
      status: 200,
    });
    expect(await ask(JSON.stringify(messageEvent('EvEDGE2', root, '// b')), { ageSeconds: -299 })).toMatchObject({
      status: 200,
    });
  });

  test('makes one text when it is sent again, by Slack or by whoever has recorded it', async () => {
    const { contact, root } = await conversation();
    const event = messageEvent('EvTWICE', root, 'Once.');
    const body = JSON.stringify(event);
    const answers = await Promise.all([ask(body), ask(body), ask(body, { more: { 'X-Slack-Retry-Num': '1' } })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const kept = await world.storage.query(`select 1 from tasks where key like 'event:EvTWICE%'`);
    expect(kept).toHaveLength(1);
    // The same message under another id, as two subscriptions would tell of it.
    await ask(JSON.stringify({ ...event, event_id: 'EvTWICE2' }));
    await ask(JSON.stringify(messageEvent('EvLAST', root, 'Last.')));
    await world.until(async () => (await world.phone(contact)).includes('Last.'));
    await arrives(contact, 'Once.', 'Last.');
  });

  test('is taken with a charset in its content type, and refused in another', async () => {
    const { contact, root } = await conversation();
    const body = JSON.stringify(messageEvent('EvCHARSET', root, 'Fine.'));
    expect((await ask(body, { type: 'application/json; charset=utf-8' })).status).toBe(200);
    await arrives(contact, 'Fine.');
    const command = new URLSearchParams({
      command: '/sms',
      text: 'help',
      user_id: ANA,
      channel_id: SUPPORT,
      trigger_id: '1.2',
    });
    for (const type of [FORM_TYPE, `${FORM_TYPE};charset=UTF-8`, 'Application/X-WWW-Form-Urlencoded; charset="utf-8"'])
      expect((await ask(command.toString(), { type })).body).toContain('find');
    for (const type of ['text/plain', 'multipart/form-data; boundary=x', ''])
      expect((await ask(body, { type })).status).toBe(400);
  });

  test('is refused when it is larger than anything of Slack, broken off, or no JSON, and the next is taken', async () => {
    const { contact, root } = await conversation();
    const large = await ask('x'.repeat(5_000_000)).catch(() => ({ status: 413 }));
    expect(large.status).toBe(413);
    const { hostname, port, pathname } = new URL(world.appUrl);
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(`POST ${pathname} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"type":`);
        setImmediate(() => socket.destroy());
      });
      socket.on('close', () => resolve()).on('error', reject);
    });
    for (const body of ['{"type":"event_call', 'not json', '\u0000', '{]']) expect((await ask(body)).status).toBe(400);
    for (const body of [
      'null',
      '1',
      '[]',
      '{}',
      '"x"',
      '{"type":"event_callback"}',
      '{"type":"event_callback","event":7}',
    ])
      expect((await ask(body)).status).toBe(200);
    for (const payload of ['', '{', 'null', '{}', '{"type":"block_actions"}', '{"type":"invented"}'])
      expect([200, 400]).toContain(
        (await ask(new URLSearchParams({ payload }).toString(), { type: FORM_TYPE })).status,
      );
    expect((await fetch(world.appUrl)).status).toBe(405);
    await ask(JSON.stringify(messageEvent('EvAFTER', root, 'Still here.')));
    await arrives(contact, 'Still here.');
  });

  test('is asked for its challenge by Slack alone', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: '3eZbrw1aB', token: 'x' });
    expect(JSON.parse((await ask(body)).body)).toEqual({ challenge: '3eZbrw1aB' });
    expect(await ask(body, { secret: 'another-secret' })).toEqual({ status: 401, body: '' });
    expect((await ask('ssl_check=1&token=x', { type: FORM_TYPE })).status).toBe(200);
    expect((await ask('ssl_check=1&token=x', { type: FORM_TYPE, secret: 'another-secret' })).status).toBe(401);
  });

  test('of an unknown workspace, channel or thread is taken and changes nothing', async () => {
    const { contact, root } = await conversation();
    const event = messageEvent('EvTHREAD', '1700000000.000001', 'Nobody knows this thread');
    expect((await ask(JSON.stringify(event))).status).toBe(200);
    const channel = messageEvent('EvCHANNEL', root, 'Nobody knows this channel', { channel: 'C0000000UNK' });
    expect((await ask(JSON.stringify(channel))).status).toBe(200);
    const team = { ...messageEvent('EvTEAM', root, 'Nobody knows this workspace'), team_id: 'T0000000009' };
    expect((await ask(JSON.stringify(team))).status).toBe(200);
    await ask(JSON.stringify(messageEvent('EvKNOWN', root, 'Known.')));
    await arrives(contact, 'Known.');
  });

  test('holds what PostgreSQL cannot keep, and is kept without it', async () => {
    const { contact, root } = await conversation();
    const body = JSON.stringify(messageEvent('EvNUL', root, 'A\u0000B')).replace('B"', 'B \\ud83d."');
    expect(body).toContain('\\u0000');
    expect((await ask(body)).status).toBe(200);
    await arrives(contact, 'AB \ufffd.');
    const command = (text: string) => world.slack.people.command(ANA, SUPPORT, text);
    expect((await command('find \u0000')).status).toBe(200);
    expect((await command(`find ${'%_\\'.repeat(50)}'`)).body).toContain('Nothing was found');
    expect((await command('\u202e// <!channel>')).body).not.toContain('<!channel>');
  });

  test('that nobody can have clicked changes nothing, and is answered', async () => {
    const click = (action_id: string, value: string) => {
      const payload = {
        type: 'block_actions',
        user: { id: ANA },
        trigger_id: '1.2',
        channel: { id: SUPPORT },
        actions: [{ action_id, value }],
      };
      return ask(new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), { type: FORM_TYPE });
    };
    for (const id of ['claim', 'resolve', 'opt_out', 'review_not', 'undo', 'hold_send', 'correct', 'invented'])
      for (const value of ['', 'x', '1:2', "' or 1=1", '00000000-0000-7000-8000-000000000009'])
        expect((await click(id, value)).status).toBe(200);
    const payload = {
      type: 'view_submission',
      user: { id: ANA },
      view: {
        id: 'V1',
        callback_id: 'sms_note',
        private_metadata: 'x',
        state: { values: { text: { text: { value: 'x' } } } },
      },
    };
    const submitted = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    expect((await ask(submitted, { type: FORM_TYPE })).status).toBe(200);
  });
});
