import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { HUBSPOT_API_VERSION } from '../connectors/hubspot/scopes.ts';
import { HUBSPOT_EXCEPTIONS } from './support/hubspot-spec-exceptions.ts';
import { readSpecs, specsFolder } from './support/hubspot-specs.ts';

/**
 * `npm run check:hubspot-specs`: runs the tests of the HubSpot connector while every request of the connector and every answer
 * of the stand-in is judged by HubSpot's own OpenAPI specs, and prints what was judged. Exit code 1 when one was not as the
 * specs have it, or when nothing was judged at all.
 */
const tallySchema = z.object({ operations: z.record(z.string(), z.number()), faults: z.array(z.string()) });

const folder = specsFolder(process.env);
process.exitCode = folder === null ? skip() : await check(folder);

function skip(): number {
  say(`SKIPPED: HubSpot's specs are not at hand, so NOTHING was judged by them.
They are in github.com/HubSpot/HubSpot-public-api-spec-collection. Set HUBSPOT_SPECS to a copy of it, or of its files of
2026-09; or SMSBRIDGE_TEST_KIT to a folder with data/hubspot/specs.`);
  return 0;
}

async function check(specs: string): Promise<number> {
  const documents = readSpecs(specs);
  if (documents.length === 0) {
    say(`${specs} has none of HubSpot's specs of ${HUBSPOT_API_VERSION}.`);
    return 1;
  }
  say(`HubSpot's specs: ${documents.length} documents of ${specs}`);
  const scratch = await mkdtemp(path.join(tmpdir(), 'smsbridge-hubspot-specs-'));
  const file = path.join(scratch, 'tally');
  try {
    const status = await runTests({ HUBSPOT_SPECS: specs, HUBSPOT_SPECS_TALLY: file });
    return report(await readFile(file, 'utf8').catch(() => ''), status);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function runTests(environment: Readonly<Record<string, string>>): Promise<number> {
  const args = ['run', '--config', 'test/vitest.config.ts', '--testTimeout', '120000'];
  const child = spawn('vitest', [...args, 'unit/hubspot', 'system/hubspot', 'chaos/hubspot-kill'], {
    cwd: path.dirname(import.meta.dirname),
    env: { ...process.env, TEST_HUBSPOT: '1', HUBSPOT_IMPORTED: '50', ...environment },
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

function report(text: string, status: number): number {
  const tallies = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => tallySchema.parse(JSON.parse(line)));
  const operations = new Map<string, number>();
  for (const { operations: counts } of tallies)
    for (const [name, count] of Object.entries(counts)) operations.set(name, (operations.get(name) ?? 0) + count);
  for (const [name, count] of [...operations].toSorted(([one], [other]) => one.localeCompare(other)))
    say(`${String(count).padStart(6)}  ${name}`);
  say('Where the specs differ from HubSpot’s documentation, which counts there:');
  for (const [name, { why }] of Object.entries(HUBSPOT_EXCEPTIONS.schemas)) say(`        ${name}: ${why}`);
  for (const { operation, status: code, why } of HUBSPOT_EXCEPTIONS.answers)
    say(`        ${operation.source} ${code}: ${why}`);
  for (const { operation, names, why } of HUBSPOT_EXCEPTIONS.queries ?? [])
    say(`        ${operation.source} ${names.join(', ')}: ${why}`);
  const faults = tallies.flatMap((one) => one.faults);
  for (const fault of faults) say(`FAULT   ${fault}`);
  const exchanges = [...operations.values()].reduce((sum, count) => sum + count, 0);
  say(`${exchanges} exchanges of ${operations.size} operations were judged, ${faults.length} kinds of faults.`);
  return status === 0 && exchanges > 0 && faults.length === 0 ? 0 : 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
