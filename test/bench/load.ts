import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { output } from './child.ts';

export interface LoadRequest {
  readonly url: string;
  readonly key: string;
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
  /** For the generated script. */
  readonly folder: string;
}

export interface Load {
  readonly accepted: number;
  /** Answers other than 2xx, and connections that broke. */
  readonly refused: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export async function loadWithWrk({ url, key, body, connections, seconds, folder }: LoadRequest): Promise<Load> {
  const script = join(folder, 'send.lua');
  const lines = [
    'wrk.method = "POST"',
    `wrk.body = ${JSON.stringify(body)}`,
    'wrk.headers["Content-Type"] = "application/json"',
    `wrk.headers["Authorization"] = "Bearer ${key}"`,
  ];
  await writeFile(script, `${lines.join('\n')}\n`, { mode: 0o600 });
  const shape = ['-t1', `-c${connections}`, `-d${seconds}s`];
  return parseWrk(await output('wrk', [...shape, '--latency', '-s', script, url]));
}

/** A process of its own: a generator in this one would measure its own waiting. */
export async function loadWithNode(request: LoadRequest): Promise<Load> {
  const generator = join(import.meta.dirname, 'load-generator.ts');
  const text = await output(process.execPath, [generator], { BENCH_LOAD: JSON.stringify(request) });
  return JSON.parse(text) as Load;
}

export function parseWrk(text: string): Load {
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0);
  const socketErrors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text) ?? [];
  const broken = socketErrors.slice(1).reduce((sum, count) => sum + Number(count), 0);
  const refused = number(/Non-2xx or 3xx responses: (\d+)/);
  return {
    accepted: number(/(\d+) requests in/) - refused,
    refused: refused + broken,
    p50Ms: milliseconds(/ 50% +(\S+)/.exec(text)?.[1]),
    p99Ms: milliseconds(/ 99% +(\S+)/.exec(text)?.[1]),
  };
}

function milliseconds(text = ''): number {
  const value = Number.parseFloat(text);
  if (text.endsWith('us')) return value / 1_000;
  if (text.endsWith('ms')) return value;
  return text.endsWith('m') ? value * 60_000 : value * 1_000;
}
