import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/embedded.ts';
import { until } from '../support/until.ts';

test('a soak that is killed leaves no server, no database and no folder behind', async () => {
  const folder = await temporaryFolder();
  const soak = spawn(process.execPath, [path.join(import.meta.dirname, '../bench/hubspot-soak.ts'), '--portals', '1'], {
    env: { PATH: process.env['PATH'], TMPDIR: folder },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  onTestFinished(() => void soak.kill('SIGKILL'));
  const inside = () => readdir(folder);
  // The keys are written once the database is there.
  await until(async () => (await inside()).some((name) => existsSync(path.join(folder, name, 'first-keys.json'))));
  soak.kill('SIGKILL');
  await until(async () => (await inside()).length === 0);
});
