import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { newSecret, sign } from '../../server/events/sign.ts';
import { ownServer } from '../support/own-server.ts';
import { until } from '../support/until.ts';

const root = path.join(import.meta.dirname, '../..');
const folder = path.join(root, 'docs/snippets');

/** What runs a program, by the end of its name. */
const RUNTIMES: Readonly<Record<string, string>> = {
  '.sh': 'sh',
  '.mjs': process.execPath,
  '.py': 'python3',
  '.php': 'php',
  '.java': 'java',
  '.rb': 'ruby',
};
/** What the others need beside their runtime. */
const NEEDED: Readonly<Record<string, string>> = { '.sh': 'curl' };

/** The SDK as who has installed it imports it. */
const WITH_SDK = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  const sdk = ${JSON.stringify(pathToFileURL(path.join(root, 'connectors/sdk/index.ts')).href)};
  registerHooks({ resolve: (name, context, next) => next(name === 'smsbridge-sdk' ? sdk : name, context) });
`)}`;

const has = (program: string) => spawnSync(program, ['--version']).error === undefined;
const present = new Map(
  Object.entries(RUNTIMES).map(([extension, runtime]) => [
    extension,
    [runtime, NEEDED[extension] ?? runtime].every(has),
  ]),
);
const missing = [...present]
  .filter(([, isThere]) => !isThere)
  .map(([extension]) => NEEDED[extension] ?? RUNTIMES[extension]);
if (missing.length > 0)
  console.warn(`SKIPPED: the programs of the guides for ${missing.join(', ')}. Install them to run these.`);

const snippets = (task: string) => {
  const files = readdirSync(path.join(folder, task)).map((name) => path.join(task, name));
  return files.filter((file) => present.get(path.extname(file)) === true);
};

interface Run {
  readonly args?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly input?: string;
}

async function run(file: string, { args = [], environment, input = '' }: Run): Promise<string> {
  const extension = path.extname(file);
  const before = extension === '.mjs' ? ['--import', WITH_SDK] : [];
  const { PATH, HOME } = process.env;
  const child = spawn(RUNTIMES[extension] ?? '', [...before, path.join(folder, file), ...args], {
    env: { PATH, HOME, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined).end(input);
  const [output, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const code = await new Promise((resolve) =>
    child.exitCode === null ? child.once('close', resolve) : resolve(child.exitCode),
  );
  if (code !== 0) throw new Error(`${file} ended with ${String(code)}: ${output}${complaints}`);
  return output.trim();
}

test('R035: every language hands the text over, under one key one text, and is told what became of it', async () => {
  const { url, keys } = await ownServer({ SIMULATOR_PORT: 'free' });
  const environment = { SMSBRIDGE_URL: url, SMSBRIDGE_API_KEY: keys.test };
  const ids = new Set<string>();
  for (const output of await Promise.all(snippets('send').map((file) => run(file, { environment })))) {
    ids.add(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(output)?.[0] ?? output);
  }
  expect(ids.size).toBe(1);
  const [id = ''] = ids;
  await until(async () => (await run('status/node.mjs', { args: [id], environment })) === 'delivered');
  const answers = await Promise.all(snippets('status').map((file) => run(file, { args: [id], environment })));
  expect(answers.length).toBeGreaterThanOrEqual(2);
  for (const answer of answers) expect(answer).toMatch(/^delivered$|"status":"delivered"/);
});

test('R035: every language fails aloud when the text is refused', async () => {
  const { url } = await ownServer({});
  const environment = { SMSBRIDGE_URL: url, SMSBRIDGE_API_KEY: 'sk_test_wrong' };
  for (const outcome of await Promise.allSettled(snippets('send').map((file) => run(file, { environment })))) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('AUTH_FAILED') } });
  }
});

test('R035: every language takes a webhook that is ours, with several signatures too, and no other', async () => {
  const [secret, other, body] = [newSecret(), newSecret(), '{"type":"message.received","data":{"body":"Grüße 👋"}}'];
  const nowSeconds = Math.floor(Date.now() / 1_000);
  const headersOf = (timestampSeconds: number, secrets: readonly string[]) => {
    const headers = sign({ id: 'msg_1', timestampSeconds, body, secrets });
    return [headers['webhook-id'], headers['webhook-timestamp'], headers['webhook-signature']];
  };
  const genuine = headersOf(nowSeconds, [other, secret]);
  const cases = [
    { args: genuine, input: body, verdict: 'genuine' },
    { args: genuine, input: `${body} `, verdict: 'forged' },
    { args: headersOf(nowSeconds, [other]), input: body, verdict: 'forged' },
    { args: headersOf(nowSeconds - 301, [secret]), input: body, verdict: 'forged' },
    { args: headersOf(nowSeconds + 600, [secret]), input: body, verdict: 'forged' },
  ];
  for (const file of snippets('verify-webhook')) {
    const verdicts = await Promise.all(
      cases.map(({ args, input }) => run(file, { args, input, environment: { WEBHOOK_SECRET: secret } })),
    );
    expect([file, verdicts]).toEqual([file, cases.map(({ verdict }) => verdict)]);
  }
});
