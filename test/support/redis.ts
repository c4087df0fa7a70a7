import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { until } from './until.ts';
import { freePort } from './free-port.ts';

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

export interface RedisProcess {
  readonly url: string;
  /** kill -9: what was in it is gone. */
  kill(): Promise<void>;
  /** On the same port, empty. */
  startAgain(): Promise<void>;
}

/** A real Redis on a free port of loopback, which keeps nothing on disk, until the test ends. */
export async function startRedis(): Promise<RedisProcess> {
  const port = await freePort();
  let child: ChildProcess;
  const start = async () => {
    child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
    await until(() => {
      if (child.exitCode !== null) throw new Error(`redis-server ended:\n${output}`);
      return output.includes('Ready to accept connections');
    });
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  await start();
  onTestFinished(kill);
  return { url: `redis://127.0.0.1:${port}`, kill, startAgain: start };
}
