import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openPool, storageOf } from '../../connectors/seam/storage.ts';
import { SmsClient } from '../../connectors/sdk/index.ts';
import { BOT, startFakeSlack } from '../../connectors/slack/testing/fake-slack/index.ts';
import { ownServer } from '../support/own-server.ts';
import { until } from '../support/until.ts';

const REPLIES = Number(process.env['SLACK_REPLIES'] ?? 12);
const KILLS = Number(process.env['SLACK_KILLS'] ?? 1);
const CHANNEL = 'C0000000001';
const ANA = 'U0000000ANA';
const SHOP = '+15005550100';

/** When it ends, in turn: the server has taken a reply and said so to nobody, has not heard of it, or at any moment. */
const MOMENTS = ['after', 'before', 'any'] as const;

const root = path.join(import.meta.dirname, '../..');

describe('a connector that is killed', () => {
  test('has sent every reply exactly once in the end, and every card is there once', async () => {
    const server = await ownServer({ SIMULATOR_PORT: 'free' });
    const slack = await startFakeSlack();
    onTestFinished(() => slack.stop());
    slack.workspace.addUser(ANA);
    slack.workspace.addChannel(CHANNEL, { members: [ANA, BOT.userId] });
    const { host, port, user, database } = server.connection;
    const between = await standBetween(server.url);
    const pool = openPool(server.connection, 'slack', () => undefined);
    onTestFinished(() => pool.end());
    const storage = storageOf(pool);
    const settings = {
      DATABASE_URL: `postgres:///${database}?host=${encodeURIComponent(host)}&port=${port}&user=${user}`,
      SMSBRIDGE_URL: between.url,
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
    let kills = 0;
    for (const [index, body] of bodies.entries()) {
      const isLast = (index + 1) % each === 0 && index + 1 < REPLIES;
      const moment = isLast ? (MOMENTS[kills++ % MOMENTS.length] ?? 'any') : null;
      const kill = () => child.kill('SIGKILL');
      if (moment === 'before' || moment === 'after') between.atNextReply(moment, kill);
      slack.people.write(ANA, CHANNEL, body, thread);
      if (index % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      if (moment === null) continue;
      if (moment === 'any') kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      child = await start();
    }
    // A phone keeps its latest texts alone; the history has all of them.
    const texts = async () => {
      const found: string[] = [];
      for await (const { body } of sdk.sms.list({ to: contact })) found.push(body ?? '');
      return found;
    };
    // What is sent twice may be sent late: nothing is counted before nothing is left that sends.
    const left = () =>
      storage.query(
        `select 1 from tasks where done_at is null and kind in ('event', 'send', 'catch_up')
         union all select 1 from replies where state in ('pending', 'sending')`,
      );
    await until(async () => (await storage.query('select 1 from replies')).length >= REPLIES);
    await until(async () => (await left()).length === 0);
    expect(kills).toBe(KILLS);
    expect((await texts()).toSorted()).toEqual(bodies.toSorted());
    expect(messages().filter(({ bot, thread_ts }) => bot && thread_ts === null)).toHaveLength(1);
  }, 600_000);
});

/** Forwards everything to the server, and is told when a reply is about to be, or was, handed over. */
async function standBetween(target: string) {
  let next: { readonly moment: 'before' | 'after'; readonly act: () => void } | null = null;
  const proxy = createServer((from, to) => {
    const isReply = from.method === 'POST' && /\/conversations\/[^/]+\/messages$/.test(from.url ?? '');
    const due = isReply ? next : null;
    if (due) next = null;
    if (due?.moment === 'before') {
      due.act();
      from.destroy();
      return;
    }
    const { host: _host, ...headers } = from.headers;
    const forwarded = request(new URL(from.url ?? '/', target), { method: from.method, headers }, (answer) => {
      if (due) {
        due.act();
        from.destroy();
        answer.resume();
        return;
      }
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    forwarded.on('error', () => to.destroy());
    to.on('close', () => forwarded.destroy());
    from.pipe(forwarded);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    atNextReply(moment: 'before' | 'after', act: () => void) {
      next = { moment, act };
    },
  };
}

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
