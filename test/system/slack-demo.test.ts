import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const demo = path.join(import.meta.dirname, '../../server/demo-slack.ts');

test('the demo of Slack plays its conversation to the end, by itself', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [demo]);
  for (const line of [
    '🔒 a note',
    '"It will be there tomorrow."',
    '✅ delivered',
    'answered',
    '⛔ Opted out',
    '✅ Resolved',
  ]) {
    expect(stdout).toContain(line);
  }
  expect(stdout).not.toContain('"It wil be');
}, 60_000);
