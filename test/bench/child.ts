import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Child {
  readonly pid: number;
  /** Rejects when it ends before it has printed `sign`. */
  ready(sign: string): Promise<void>;
  /** SIGTERM, and SIGKILL when that has no effect for `graceMs`. */
  end(graceMs?: number): Promise<void>;
}

/** A process of the benchmark. Whatever it prints is kept for the case that it fails. */
export function startChild(command: string, args: readonly string[], environment: Record<string, string> = {}): Child {
  const child = spawn(command, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  const keep = (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-20_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', keep.bind(null, Buffer.from(`${command} cannot be started\n`)));
  return {
    pid: child.pid ?? 0,
    async ready(sign) {
      while (!printed.includes(sign)) {
        if (hasEnded(child)) throw new Error(`${command} ${args[0] ?? ''} ended early:\n${printed}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async end(graceMs = 30_000) {
      if (hasEnded(child)) return;
      const cut = setTimeout(() => child.kill('SIGKILL'), graceMs);
      child.kill('SIGTERM');
      await once(child, 'exit');
      clearTimeout(cut);
    },
  };
}

const hasEnded = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

/** Runs a program to its end and answers what it wrote to its standard output. */
export async function output(command: string, args: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${text.slice(-2_000)}`);
  return text;
}
