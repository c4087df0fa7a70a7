import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { describe, onTestFinished } from 'vitest';

/** Somebody else's program, or a Perl module, and the Debian package that brings it. */
export interface Tool {
  readonly name: string;
  readonly aptPackage: string;
  readonly isThere: boolean;
}

export function program(name: string, aptPackage: string): Tool {
  const isThere = name.startsWith('/') ? existsSync(name) : succeeds('sh', ['-c', `command -v ${name}`]);
  return { name, aptPackage, isThere };
}

export function perlModule(name: string, aptPackage: string): Tool {
  return { name: `perl module ${name}`, aptPackage, isThere: succeeds('perl', [`-M${name}`, '-e', '1']) };
}

/** `describe` when all of them are there; otherwise it is skipped, and says so loudly. */
export function describeWith(tools: readonly Tool[]): typeof describe | typeof describe.skip {
  const missing = tools.filter(({ isThere }) => !isThere);
  for (const { name, aptPackage } of missing) {
    process.stderr.write(`\n*** SKIPPED for want of ${name}: apt-get install ${aptPackage}\n`);
  }
  return missing.length === 0 ? describe : describe.skip;
}

function succeeds(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, [...args], { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

export interface Running {
  readonly pid: number;
  /** What it has printed so far. */
  stdout(): string;
  stderr(): string;
  /** Lines of stdout that are JSON objects. */
  said(): readonly Readonly<Record<string, unknown>>[];
  hasEnded(): boolean;
  stop(): Promise<void>;
}

/** Starts a program that ends with the test: by SIGTERM to its own pid, after 5 s by SIGKILL. */
export function start(command: string, args: readonly string[], options: { readonly cwd?: string } = {}): Running {
  const child = spawn(command, [...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      printed[stream] = (printed[stream] + text).slice(-PRINTED_MAX);
    });
  }
  child.on('error', (error) => {
    printed.stderr += String(error);
  });
  const running: Running = {
    pid: child.pid ?? 0,
    stdout: () => printed.stdout,
    stderr: () => printed.stderr,
    said: () => printed.stdout.split('\n').flatMap(jsonOf),
    hasEnded: () => hasEnded(child),
    stop: () => stop(child),
  };
  onTestFinished(() => running.stop());
  return running;
}

const PRINTED_MAX = 4_000_000;

function jsonOf(line: string): Readonly<Record<string, unknown>>[] {
  return line.startsWith('{') && line.endsWith('}') ? [JSON.parse(line) as Readonly<Record<string, unknown>>] : [];
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
}
