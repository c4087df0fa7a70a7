import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What this machine allows to be measured, and in one sentence each what it does not. */
export interface Environment {
  readonly hasWrk: boolean;
  /** Folder of Kannel's kit (`run.sh`, `smsc.js`); null = ours is measured alone. */
  readonly kannelKit: string | null;
  readonly skipped: readonly string[];
}

export function lookAround(): Environment {
  const hasWrk = has('wrk');
  const kit = process.env['SMSBRIDGE_TEST_KIT'] ?? '';
  const folder = join(kit, 'tools/kannel');
  const reasons = [
    kit === '' && 'SMSBRIDGE_TEST_KIT is not set (a folder with tools/kannel/run.sh)',
    kit !== '' && !existsSync(join(folder, 'run.sh')) && 'SMSBRIDGE_TEST_KIT has no tools/kannel/run.sh',
    !(has('bearerbox') && has('smsbox')) && 'Kannel is not installed (apt-get install kannel)',
    !hasWrk && 'wrk is not installed (apt-get install wrk)',
    !isInNamespace() && 'no network namespace of its own (needs root, unshare and ip)',
  ].filter((reason) => reason !== false);
  return {
    hasWrk,
    kannelKit: reasons.length === 0 ? folder : null,
    skipped: [
      ...(reasons.length > 0 ? [`Kannel is NOT measured: ${reasons.join('; ')}.`] : []),
      ...(hasWrk ? [] : ['wrk is missing: the load comes from a slower generator in Node.']),
    ],
  };
}

const FLAG = 'SMSBRIDGE_BENCH_NAMESPACE';
const isInNamespace = () => process.env[FLAG] === '1';

/**
 * As root the whole run is repeated in a network namespace with nothing but loopback, where Kannel's fixed ports are
 * free and nobody else's traffic is. Answers the exit code of that run, or null when it has to be done here.
 */
export async function runInNamespace(): Promise<number | null> {
  if (isInNamespace()) {
    spawnSync('ip', ['link', 'set', 'lo', 'up']);
    return null;
  }
  if (process.getuid?.() !== 0 || !has('ip') || spawnSync('unshare', ['-n', 'true']).status !== 0) return null;
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn('unshare', ['-n', ...again], { stdio: 'inherit', env: { ...process.env, [FLAG]: '1' } });
  const ignore = () => undefined;
  // A terminal signals the whole group: the run below ends what it started, and this one waits for it.
  process.on('SIGINT', ignore);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
}
