import { readFileSync } from 'node:fs';
import { parseSmppUrl } from '../smpp/smpp-url.ts';
import { type Step, examine } from './doctor.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import { secondsOf } from './client.ts';
import type { Arguments, Command } from './command.ts';
import type { Output } from './output.ts';

export const doctorCommand: Command = {
  summary: 'test a link step by step, with the octets',
  options: ['ca', 'insecure'],
  help: `smsbridge doctor [smpp://system_id:password@host:port] [options]

Binds, asks enquire_link and unbinds, and shows each step with its octets. It never sends a text.

  --ca FILE             PEM of the authority that vouches for the carrier
  --insecure            do not verify the certificate
  --timeout SECONDS     for each step; 10 when left out

Example: SMPP_URL=smpps://bridge:secret@smsc.example.com:3550 smsbridge doctor`,
  run,
};

/** `doctor [smpp://…]`: the URL may hold a password, which others can see on a command line; SMPP_URL is better. */
async function run({ values, positionals, environment }: Arguments, out: Output): Promise<number> {
  const [url = environment['SMPP_URL'], ...rest] = positionals;
  if (!url || rest.length > 0)
    throw new UsageError('doctor takes one URL, smpp://system_id:password@host:port, or SMPP_URL.');
  const parsed = parseSmppUrl(url);
  if (!parsed.ok) throw new UsageError(parsed.faults.join(' '));
  const { endpoint } = parsed;
  if (!endpoint.tls && (values.insecure || values.ca !== undefined)) {
    throw new UsageError('--ca and --insecure are about TLS: write smpps:// for it.');
  }
  const tls = endpoint.tls
    ? { insecure: values.insecure ?? false, ...(values.ca === undefined ? {} : { ca: authority(values.ca) }) }
    : null;
  const timeoutMs = secondsOf(values.timeout) * 1_000;
  const { exitCode, steps } = await examine({ endpoint, tls, timeoutMs, onStep: (step) => show(step, out) });
  out.say(exitCode === EXIT.ok ? 'The link works.' : `The link does not work: ${steps.at(-1)?.detail ?? 'unknown'}.`);
  out.result({ ok: exitCode === EXIT.ok, exit_code: exitCode, steps });
  return exitCode;
}

function show({ name, ok, detail, ms, sent, received }: Step, out: Output): void {
  if (sent !== null) out.say(`  -> ${sent}`);
  if (received !== null) out.say(`  <- ${received}`);
  out.say(`${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(13)} ${detail}  (${ms} ms)`);
}

function authority(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`${file} cannot be read.`);
  }
}
