import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { newSecret, sign } from '../../server/events/sign.ts';
import { ownServer } from '../support/own-server.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

test('R036, R037: the packed SDK, installed into an empty folder, does what its README and its example show', async () => {
  const server = await ownServer({ SIMULATOR_PORT: 'free' });
  const folder = await mkdtemp(join(tmpdir(), 'smsbridge-sdk-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const empty = join(folder, 'empty');
  await installPacked(folder, empty);
  const node = async (script: string, environment: Readonly<Record<string, string>> = {}) => {
    const env = { ...process.env, SMSBRIDGE_URL: server.url, SMSBRIDGE_API_KEY: server.keys.test, ...environment };
    return (await run(process.execPath, [script], { cwd: empty, env })).stdout.trim().split('\n');
  };

  const readme = await readFile(join(root, 'connectors/sdk/README.md'), 'utf8');
  const [, example = ''] = /```js\n(.*?)```/s.exec(readme) ?? [];
  await writeFile(join(empty, 'readme.mjs'), example);
  expect(await node('readme.mjs')).toEqual([
    expect.stringMatching(/^2\d{3}-\S+Z delivered$/),
    expect.stringMatching(/^delivered OPTED_OUT false \w+/),
  ]);

  await writeFile(join(empty, 'receive.mjs'), RECEIVE);
  expect(await node('receive.mjs', signedWebhook())).toEqual(['A text from +14155550123', '204 204 400']);

  const dist = join(empty, 'node_modules/smsbridge-sdk/dist');
  const shipped = await readdir(dist);
  expect(shipped).toEqual(expect.arrayContaining(['index.js', 'index.d.ts', 'contract.d.ts']));
  expect(shipped.filter((name) => /(?<!\.d)\.ts$/.test(name))).toEqual([]);
  const scripts = shipped.filter((name) => name.endsWith('.js')).map((name) => readFile(join(dist, name), 'utf8'));
  const texts = await Promise.all(scripts);
  expect(texts.filter((text) => /\b(process|Buffer|require|setImmediate)\b/.test(text))).toEqual([]);
  const imported = texts.flatMap((text) => [...text.matchAll(/from '([^']+)'/g)]);
  expect(imported.length).toBeGreaterThan(20);
  // Nothing of Node, nothing of others: it runs where there is only the platform of the web.
  expect(imported.map(([, name]) => name).filter((name) => !name?.startsWith('./'))).toEqual([]);
});

/** The example gets a webhook, the same again, and one that somebody else has signed. */
const RECEIVE = `
  import { POST } from './node_modules/smsbridge-sdk/examples/receive.mjs';
  const { BODY: body, SIGNED: signed, SMSBRIDGE_WEBHOOK_SECRET: secret } = process.env;
  const webhook = () => new Request('https://shop.example/sms', { method: 'POST', body, headers: JSON.parse(signed) });
  const answers = [await POST(webhook()), await POST(webhook()), await POST(webhook(), secret.replace('whsec_', 'whsec_AAAA'))];
  console.log(answers.map(({ status }) => status).join(' '));
`;

function signedWebhook() {
  const secret = newSecret();
  const timestamp = new Date();
  const body = JSON.stringify({ type: 'message.received', timestamp, data: { from: '+14155550123' } });
  const timestampSeconds = Math.floor(timestamp.getTime() / 1_000);
  const signed = JSON.stringify(sign({ id: 'msg_1', timestampSeconds, body, secrets: [secret] }));
  return { BODY: body, SIGNED: signed, SMSBRIDGE_WEBHOOK_SECRET: secret };
}

async function installPacked(folder: string, empty: string): Promise<void> {
  // A copy, so that no build is left in the repository.
  const source = join(folder, 'connectors/sdk');
  await cp(join(root, 'connectors/sdk'), source, { recursive: true, filter: (path) => !path.endsWith('/dist') });
  await cp(join(root, 'server/tsconfig.json'), join(folder, 'server/tsconfig.json'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: source });
  const npm = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', ['pack', '--pack-destination', folder, ...npm], { cwd: source });
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
  await cp(join(folder, tarball), join(empty, 'sdk.tgz'));
  await writeFile(join(empty, 'package.json'), '{"name":"empty","private":true}');
  await run('npm', ['install', './sdk.tgz', ...npm], { cwd: empty });
}
