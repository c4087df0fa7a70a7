import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startApi } from '../support/http-api.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

test('the packed SDK, installed into an empty folder, sends a text and brings its types', async () => {
  await using api = await startApi();
  const folder = await mkdtemp(join(tmpdir(), 'smsbridge-sdk-'));
  try {
    // A copy, so that no build is left in the repository.
    const source = join(folder, 'connectors/sdk');
    await cp(join(root, 'connectors/sdk'), source, { recursive: true, filter: (path) => !path.endsWith('/dist') });
    await cp(join(root, 'server/tsconfig.json'), join(folder, 'server/tsconfig.json'));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
      cwd: source,
    });
    const npm = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    await run('npm', ['pack', '--pack-destination', folder, ...npm], { cwd: source });

    const empty = join(folder, 'empty');
    const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
    await install(empty, join(folder, tarball), npm);
    const { stdout } = await run(process.execPath, ['send.mjs'], {
      cwd: empty,
      env: { ...process.env, URL_OF_SERVER: api.url, KEY: api.keys.test },
    });
    expect(JSON.parse(stdout)).toEqual({ status: 'queued', to: '+14155550123', code: 'NOT_FOUND' });
    const shipped = await readdir(join(empty, 'node_modules/smsbridge-sdk/dist'));
    expect(shipped).toEqual(expect.arrayContaining(['index.js', 'index.d.ts', 'contract.d.ts']));
    expect(shipped.filter((name) => /(?<!\.d)\.ts$/.test(name))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function install(folder: string, tarball: string, npm: readonly string[]): Promise<void> {
  const script = `
    import { SmsApiError, SmsClient } from 'smsbridge-sdk';
    const client = new SmsClient({ baseUrl: process.env.URL_OF_SERVER, apiKey: process.env.KEY });
    const { status, to } = await client.sms.send({ to: '+14155550123', from: '+15005550100', body: 'Hello' });
    const error = await client.sms.getStatus('00000000-0000-7000-8000-000000000000').catch((thrown) => thrown);
    console.log(JSON.stringify({ status, to, code: error instanceof SmsApiError ? error.code : 'none' }));
  `;
  await cp(tarball, join(folder, 'sdk.tgz'));
  await writeFile(join(folder, 'package.json'), '{"name":"empty","private":true}');
  await writeFile(join(folder, 'send.mjs'), script);
  await run('npm', ['install', './sdk.tgz', ...npm], { cwd: folder });
}
