import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/embedded.ts';
import { ownServer } from '../support/own-server.ts';

const root = path.join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** What somebody else would write with the client that they have generated. */
const PROGRAM = `
import { createClient, createConfig } from './client/client/index.js';
import { getMessage, sendMessage } from './client/index.js';

const { URL_OF_SERVER: baseUrl = '', KEY: auth = '' } = process.env;
const client = createClient(createConfig({ baseUrl, auth }));
const sent = await sendMessage({ client, body: { to: '+14155550123', from: '+15005550100', body: 'Hello' } });
// The other answer is that of a dry run.
if (sent.data?.object !== 'message') throw new Error(sent.error?.code);
const id: string = sent.data.message_id;
const found = await getMessage({ client, path: { message_id: id } });
const refused = await sendMessage({ client, body: { to: '1', body: 'Hello' } });
console.log(JSON.stringify({ to: found.data?.to, body: found.data?.body, code: refused.error?.code }));
`;

const SETTINGS = {
  compilerOptions: {
    strict: true,
    noUncheckedIndexedAccess: true,
    target: 'es2022',
    module: 'nodenext',
    types: ['node'],
    outDir: 'built',
    rootDir: '.',
  },
  include: ['program.ts', 'client'],
};

test(
  'R034: a client that is generated from /openapi.json compiles under strict TypeScript and sends a text',
  { timeout: 180_000 },
  async () => {
    const { url, keys } = await ownServer({ SIMULATOR_PORT: 'free' });
    const folder = await temporaryFolder();
    const document = path.join(folder, 'openapi.json');
    await writeFile(document, await (await fetch(`${url}/openapi.json`)).text());
    await mkdir(path.join(folder, 'client'));
    const generator = path.join(root, 'test/support/generate-client.ts');
    await run(process.execPath, [generator, document, path.join(folder, 'client')], { cwd: folder });
    await writeFile(path.join(folder, 'package.json'), '{"name":"own-client","private":true,"type":"module"}');
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(SETTINGS));
    await writeFile(path.join(folder, 'program.ts'), PROGRAM);
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
    const { stdout: complaints } = await run(process.execPath, [compiler, '-p', '.'], { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    expect(complaints).toBe('');
    const { stdout } = await run(process.execPath, ['built/program.js'], {
      cwd: folder,
      env: { ...process.env, URL_OF_SERVER: url, KEY: keys.test },
    });
    expect(JSON.parse(stdout)).toEqual({ to: '+14155550123', body: 'Hello', code: 'INVALID_NUMBER' });
  },
);
