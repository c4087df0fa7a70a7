import { writeFileSync } from 'node:fs';
import type { PrivacyJob, SmsClient } from '../../connectors/sdk/index.ts';
import { sleep, systemClock } from '../clock.ts';
import { clientOf } from './client.ts';
import type { Arguments, Command } from './command.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import type { Output } from './output.ts';

export const exportCommand: Command = {
  summary: 'everything that is stored about a number: export <number> --out FILE',
  options: ['out'],
  help: `smsbridge export <number> [--out FILE]

Gathers everything that is stored about a number, as JSON on stdout, or in a new file that only you can read.

Example: smsbridge export +14155550123 --out answer-to-request.json`,
  run,
};

async function run(args: Arguments, out: Output): Promise<number> {
  const [number, ...rest] = args.positionals;
  if (number === undefined || rest.length > 0) throw new UsageError('export takes a number.');
  const { privacy } = clientOf(args);
  const job = await finished(privacy, await privacy.export(number));
  const file = args.values.out;
  if (file === undefined) out.hand(`${JSON.stringify(job.result)}\n`);
  else {
    writeNew(file, JSON.stringify(job.result, null, 2));
    out.say(`${file}  written`);
    out.result({ job_id: job.id, file });
  }
  return EXIT.ok;
}

const PAUSE_MS = 250;

async function finished(privacy: SmsClient['privacy'], job: PrivacyJob): Promise<PrivacyJob> {
  let seen = job;
  while (seen.state === 'pending') {
    await sleep(systemClock, PAUSE_MS);
    seen = await privacy.job(job.id);
  }
  return seen;
}

function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  } catch {
    throw new UsageError(`${file} cannot be written, or is there already.`);
  }
}
