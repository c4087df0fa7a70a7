import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

/** The programs that the guides show, as files, and how to run them. */

const root = path.join(import.meta.dirname, '../..');
const folder = path.join(root, 'docs/snippets');

/** What runs a program, by the end of its name, and what has to be there for it. */
const RUNTIMES: Readonly<Record<string, { readonly command: string; readonly needs: string }>> = {
  '.sh': { command: 'sh', needs: 'curl' },
  '.mjs': { command: process.execPath, needs: process.execPath },
  '.py': { command: 'python3', needs: 'python3' },
  '.php': { command: 'php', needs: 'php' },
  '.java': { command: 'java', needs: 'java' },
  '.rb': { command: 'ruby', needs: 'ruby' },
};

/** The SDK as who has installed it imports it. */
const WITH_SDK = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  const sdk = ${JSON.stringify(pathToFileURL(path.join(root, 'connectors/sdk/index.ts')).href)};
  registerHooks({ resolve: (name, context, next) => next(name === 'smsbridge-sdk' ? sdk : name, context) });
`)}`;

/** All programs of a task, `send/curl.sh` and the like. */
export function snippetsOf(task: string): string[] {
  return readdirSync(path.join(folder, task)).map((name) => path.join(task, name));
}

/** What is not on the PATH. */
export function missingRuntimes(): readonly string[] {
  const needed = Object.values(RUNTIMES).map(({ needs }) => needs);
  return needed.filter((program) => spawnSync(program, ['--version']).error !== undefined);
}

export function needsOf(file: string): string {
  return RUNTIMES[path.extname(file)]?.needs ?? file;
}

export interface SnippetRun {
  readonly args?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What comes in on stdin. */
  readonly input?: string;
}

/** What the program prints. Rejects with what it complains about when it does not end well. */
export async function runSnippet(file: string, { args = [], environment, input = '' }: SnippetRun): Promise<string> {
  const extension = path.extname(file);
  const before = extension === '.mjs' ? ['--import', WITH_SDK] : [];
  const { PATH, HOME } = process.env;
  const child = spawn(RUNTIMES[extension]?.command ?? '', [...before, path.join(folder, file), ...args], {
    env: { PATH, HOME, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined).end(input);
  const [output, complaints, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (code !== 0) throw new Error(`${file} ended with ${String(code)}: ${output}${complaints}`);
  return output.trim();
}
