import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');

test('R166: the demo plays the loop of event, collect, send, webhook and update, and ends by itself', async () => {
  const demo = spawn(process.execPath, [path.join(root, 'server/demo-hubspot.ts')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(demo, 'close')) as [number | null];
  expect({ code, output }).toMatchObject({ code: 0 });
  for (const step of [
    '1 event',
    '2 collect',
    '3 send',
    '4 webhook',
    '5 update',
    'SENT in the help desk',
    'blocked_opted_out',
  ])
    expect(output).toContain(step);
});
