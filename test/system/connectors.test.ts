import { createHmac } from 'node:crypto';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { createOwnKeys } from '../../server/access/own-keys.ts';
import { PRESETS } from '../../server/access/scopes.ts';
import { systemClock } from '../../server/clock.ts';
import { ownServer } from '../support/own-server.ts';

const SECRET = 'signing-secret-of-the-test';
const SETTINGS = {
  SLACK_SIGNING_SECRET: SECRET,
  SLACK_BOT_TOKEN: 'xoxb-test-token',
  SLACK_CHANNEL: 'C0000000001',
  // Nobody listens there.
  SLACK_API_URL: 'http://127.0.0.1:1/api/',
};

const signed = (body: string, secret = SECRET, ageSeconds = 0) => {
  const at = String(Math.floor(Date.now() / 1_000) - ageSeconds);
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`;
  return {
    method: 'POST',
    body,
    headers: {
      'Content-Type': 'application/json',
      'X-Slack-Request-Timestamp': at,
      'X-Slack-Signature': signature,
    },
  };
};

const event = (id: string) =>
  JSON.stringify({
    type: 'event_callback',
    event_id: id,
    team_id: 'T1',
    event: { type: 'message', channel: 'C1', user: 'U1', ts: '2.000001', thread_ts: '1.000001', text: 'Hello' },
  });

describe('a connector inside the server', () => {
  test('is there when it is configured, answers its own addresses only, and keeps its tables in its own schema, and takes nothing that Slack has not signed', async () => {
    const server = await ownServer(SETTINGS);
    const at = `${server.url}/connectors/slack/events`;
    const health = await fetch(`${server.url}/connectors/slack/health`);
    expect(health.status).toBe(200);
    expect((await fetch(`${server.url}/connectors/hubspot/events`)).status).toBe(404);
    expect((await fetch(`${server.url}/connectors/slack/elsewhere`)).status).toBe(404);
    expect((await fetch(at)).status).toBe(405);
    expect((await fetch(at, signed('{"type":"url_verification","challenge":"abc"}'))).status).toBe(200);
    for (const id of ['Ev1', 'Ev1', 'Ev2']) expect((await fetch(at, signed(event(id)))).status).toBe(200);

    const client = new pg.Client(server.connection);
    await client.connect();
    const { rows } = await client.query(`select key from slack.tasks where key like 'event:Ev%' order by key`);
    const { rowCount } = await client.query(`select from api_keys where name like 'Connector%'`);
    await client.end();
    expect(rows.map(({ key }: { key: string }) => key)).toEqual(['event:Ev1', 'event:Ev2']);
    expect(rowCount).toBe(0);

    // What Slack has not signed, has signed too long ago or for the future, and what is too large.
    const body = event('Ev3');
    const statusOf = async (init: RequestInit) => (await fetch(at, init)).status;
    expect(await statusOf({ method: 'POST', body })).toBe(401);
    expect(await statusOf(signed(body, 'another-secret'))).toBe(401);
    expect(await statusOf({ ...signed(body), body: `${body} ` })).toBe(401);
    expect(await statusOf(signed(body, SECRET, 301))).toBe(401);
    expect(await statusOf(signed(body, SECRET, -302))).toBe(401);
    expect(await statusOf(signed('{'))).toBe(400);
    expect(await statusOf(signed(body, SECRET, 200))).toBe(200);
    const large = await statusOf(signed(`"${'a'.repeat(2_000_000)}"`)).catch(() => 413);
    expect(large).toBe(413);
  });

  test('is refused as a whole when only a part of it is configured, or together with health data', async () => {
    await expect(ownServer({ SLACK_BOT_TOKEN: 'xoxb-test-token' })).rejects.toThrow(
      /SLACK_SIGNING_SECRET.*\nSLACK_CHANNEL/,
    );
    await expect(ownServer({ SLACK_SIGNING_SECRET: SECRET, SLACK_CLIENT_ID: '1.2' })).rejects.toThrow(
      /SLACK_CLIENT_SECRET.*\nSLACK_TEAMS/,
    );
    await expect(ownServer({ ...SETTINGS, HIPAA_MODE: '1' })).rejects.toThrow(/not with HIPAA_MODE=1/);
  });

  test('uses the API with a key that has one id at every start and is stored nowhere', async () => {
    const wanted = { id: 'ownslack', mode: 'test', name: 'Connector slack', scopes: PRESETS.slack } as const;
    const [first, second] = [createOwnKeys(systemClock), createOwnKeys(systemClock)];
    const key = first.make(wanted);
    expect(key).not.toBe(second.make(wanted));
    expect(second.find(key)).toBeNull();
    expect(first.find(key)).toMatchObject({ id: 'ownslack', mode: 'test', name: 'Connector slack' });
  });
});
