import { readFileSync } from 'node:fs';
import { SmsClient } from '../../connectors/sdk/index.ts';
import { UsageError } from './exit-codes.ts';
import type { Arguments } from './command.ts';

/** The client that the options and the environment describe. */
export function clientOf({ values, environment }: Arguments): SmsClient {
  const baseUrl = values.url ?? environment['SMSBRIDGE_URL'] ?? 'http://localhost:8080';
  if (!/^https?:\/\//.test(baseUrl) || !URL.canParse(baseUrl)) {
    throw new UsageError('The URL starts with http:// or https://.');
  }
  const timeoutMs = secondsOf(values.timeout) * 1_000;
  return new SmsClient({ baseUrl, apiKey: keyOf(values['key-file'], environment['SMSBRIDGE_API_KEY']), timeoutMs });
}

/** A key on the command line would be seen by everybody on the machine, so there is no option for it. */
function keyOf(file: string | undefined, key: string | undefined): string {
  const text = file === undefined ? (key ?? '') : contentOf(file);
  // The file of the first start has both keys; a command line tries things out, so the test key is meant.
  const found = text.trim().startsWith('{') ? /"test"\s*:\s*"([^"]+)"/.exec(text)?.[1] : text.trim();
  if (!found || !/^[\x21-\x7e]+$/.test(found)) {
    throw new UsageError('No API key: set SMSBRIDGE_API_KEY, or name a file with --key-file data/first-keys.json.');
  }
  return found;
}

export function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`${file} cannot be read.`);
  }
}

/** Of the option --timeout: 1 to 600, 10 when left out. */
export function secondsOf(timeout: string | undefined): number {
  const seconds = Number(timeout ?? 10);
  if (!Number.isFinite(seconds) || seconds < 0.1 || seconds > 600)
    throw new UsageError('--timeout is 0.1 to 600 seconds.');
  return seconds;
}
