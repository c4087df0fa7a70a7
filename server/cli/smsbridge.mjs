#!/usr/bin/env node
// `npx smsbridge …` on any Node from 20 on: where it cannot strip types, the Node that npm install brought along does.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const [major, minor] = process.versions.node.split('.').map(Number);
const main = join(import.meta.dirname, 'main.ts');

if (major > 22 || (major === 22 && minor >= 18)) {
  const { run } = await import(main);
  process.exitCode = await run(process.argv.slice(2));
} else {
  const { error, signal, status } = spawnSync(bundledNode(), [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  if (error) {
    console.error(`smsbridge needs Node 22.18 or newer, and this is ${process.versions.node}. Install Node 24.`);
    process.exitCode = 1;
  } else if (signal) process.kill(process.pid, signal);
  else process.exitCode = status;
}

function bundledNode() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin/node');
  } catch {
    return 'no-bundled-node';
  }
}
