import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SmsClient } from '../../connectors/sdk/index.ts';
import { BOT, startFakeSlack } from '../../connectors/slack/testing/fake-slack/index.ts';
import { ownServer } from '../support/own-server.ts';
import { until } from '../support/until.ts';

const REPLIES = Number(process.env['SLACK_REPLIES'] ?? 12);
const KILLS = Number(process.env['SLACK_KILLS'] ?? 1);
const CHANNEL = 'C0000000001';
const ANA = 'U0000000ANA';
const SHOP = '+15005550100';

const root = path.join(import.meta.dirname, '../..');

describe('a connector that is killed', () => {
  test('has sent every reply exactly once in the end, and every card is there once', async () => {
    const server = await ownServer({ SIMULATOR_PORT: 'free' });
    const slack = await startFakeSlack();
    onTestFinished(() => slack.stop());
    slack.workspace.addUser(ANA);
    slack.workspace.addChannel(CHANNEL, { members: [ANA, BOT.userId] });
    const { host, port, user, database } = server.connection;
    const settings = {
      DATABASE_URL: `postgres:///${database}?host=${encodeURIComponent(host)}&port=${port}&user=${user}`,
      SMSBRIDGE_URL: server.url,
      SMSBRIDGE_API_KEY: server.keys.test,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_CHANNEL: CHANNEL,
      SLACK_API_URL: slack.apiUrl,
      SLACK_OPTIONS: '{"undo_seconds":0,"quiet_from_hour":0,"quiet_to_hour":0}',
      PORT: '0',
      LOG_LEVEL: 'warn',
    };
    const start = () => startConnector(settings, (url) => slack.connect(`${url}events`));
    let child = await start();
    const sdk = new SmsClient({ baseUrl: server.url, apiKey: server.keys.test });
    const contact = '+14155550123';
    const messages = () => [...(slack.workspace.channels.get(CHANNEL)?.messages.values() ?? [])];
    await sdk.sandbox.answer({ from: contact, to: SHOP, body: 'Hello' });
    await until(() => messages().some(({ bot }) => bot));
    const thread = messages().find(({ bot }) => bot)?.ts ?? '';

    const bodies = Array.from({ length: REPLIES }, (_, index) => `reply ${index}`);
    const each = Math.ceil(REPLIES / (KILLS + 1));
    for (const [index, body] of bodies.entries()) {
      slack.people.write(ANA, CHANNEL, body, thread);
      if (index % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      if ((index + 1) % each !== 0 || index + 1 === REPLIES) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
      child = await start();
    }
    // A phone keeps its latest texts alone; the history has all of them.
    const texts = async () => {
      const found: string[] = [];
      for await (const { body } of sdk.sms.list({ to: contact })) found.push(body ?? '');
      return found;
    };
    await until(async () => (await texts()).length >= REPLIES);
    expect((await texts()).toSorted()).toEqual(bodies.toSorted());
    expect(messages().filter(({ bot, thread_ts }) => bot && thread_ts === null)).toHaveLength(1);
  }, 600_000);
});

async function startConnector(
  settings: Readonly<Record<string, string>>,
  onUrl: (url: string) => void,
): Promise<ChildProcess> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [path.join(root, 'connectors/run.ts'), 'slack'], {
    env: { PATH, HOME, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const url = await until(() => {
    if (child.exitCode !== null) throw new Error(`The connector ended:\n${output}`);
    return /http:\S+/.exec(output)?.[0];
  });
  onUrl(url);
  // From then on it follows the events of the server, and does what is to be done.
  await until(async () => {
    const health: unknown = await fetch(`${url}health`).then((response) => response.json());
    return JSON.stringify(health).includes('"up"');
  });
  return child;
}
