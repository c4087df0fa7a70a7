import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import {
  idsByFile,
  idsOf,
  LEFT_OUT,
  mustBeProved,
  PROVED_GROUPS,
  readRequirements,
  type Requirement,
} from './support/requirements.ts';

/**
 * `npm run requirements`: runs the tests that name rows of test/requirements.json, and prints each row with its tests
 * and their result. Exit code 1 if a row that is to be proved has no test, or one that fails or was skipped.
 */
interface Report {
  readonly testResults: readonly { readonly name: string; readonly assertionResults: readonly TestResult[] }[];
}
interface TestResult {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly status: string;
}
type Result = 'passed' | 'failed' | 'skipped' | 'missing';

/** Tests below one name that begins with ids. */
interface Proof {
  readonly name: string;
  readonly statuses: string[];
}

const startedAt = performance.now();
const report = await runNamedTests([...idsByFile().keys()].filter(isQuick));
const proofs = proofsByRow(report);
const rows = readRequirements().toSorted((a, b) => placeOf(a) - placeOf(b));
for (const row of rows) print(row);
const open = rows.filter((row) => mustBeProved(row) && resultOf(row) !== 'passed').map(({ id }) => id);
const count = (result: Result) => rows.filter((row) => mustBeProved(row) && resultOf(row) === result).length;
const files = report.testResults.length;
console.log(
  `\n${rows.filter(mustBeProved).length} rows to be proved (M and S of ${PROVED_GROUPS.join(', ')}): ${count('passed')} passed, ` +
    `${count('failed')} failed, ${count('skipped')} skipped, ${count('missing')} missing; ` +
    `${files} files in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`,
);
if (open.length > 0) console.log(`Not proved: ${open.join(', ')}`);
process.exitCode = open.length > 0 ? 1 : 0;

function isQuick(file: string): boolean {
  return !LEFT_OUT.includes(file.replace('.test.ts', ''));
}

function placeOf({ group, id }: Requirement): number {
  const place = PROVED_GROUPS.indexOf(group);
  return (place < 0 ? PROVED_GROUPS.length + group.charCodeAt(0) : place) * 1_000 + Number(id.slice(1));
}

/** Its own words go to stderr, so that stdout is the table alone. */
async function runNamedTests(files: readonly string[]): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'smsbridge-requirements-'));
  const outputFile = join(folder, 'report.json');
  const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs');
  const config = join(import.meta.dirname, 'vitest.config.ts');
  const options = ['--config', config, '-t', 'R\\d{3}', '--reporter=json', `--outputFile=${outputFile}`];
  try {
    const run = spawn(process.execPath, [vitest, 'run', ...options, ...files], { stdio: ['ignore', 2, 2] });
    await once(run, 'exit');
    return JSON.parse(await readFile(outputFile, 'utf8')) as Report;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function proofsByRow({ testResults }: Report): Map<string, Map<string, Proof>> {
  const found = new Map<string, Map<string, Proof>>();
  for (const { name: path, assertionResults } of testResults) {
    const file = relative(import.meta.dirname, path).replace('.test.ts', '');
    for (const { ancestorTitles, title, status } of assertionResults) {
      // The outermost name that says the id stands for everything below it.
      const names = new Map(
        [title, ...ancestorTitles.toReversed()].flatMap((each) => idsOf(each).map((id) => [id, each])),
      );
      for (const [id, each] of names) add(found, id, `${file}: ${each.replace(/^[R\d, ]+: /, '')}`, status);
    }
  }
  return found;
}

function add(found: Map<string, Map<string, Proof>>, id: string, name: string, status: string): void {
  const own = found.get(id) ?? new Map<string, Proof>();
  found.set(id, own);
  const proof = own.get(name) ?? { name, statuses: [] };
  own.set(name, proof);
  proof.statuses.push(status);
}

function resultOf({ id }: Requirement): Result {
  const results = [...(proofs.get(id)?.values() ?? [])].map(resultOfProof);
  if (results.length === 0) return 'missing';
  return results.find((result) => result === 'failed') ?? (results.includes('passed') ? 'passed' : 'skipped');
}

function resultOfProof({ statuses }: Proof): Result {
  if (statuses.includes('failed')) return 'failed';
  return statuses.includes('passed') ? 'passed' : 'skipped';
}

function print(row: Requirement): void {
  const own = [...(proofs.get(row.id)?.values() ?? [])];
  const result = own.length === 0 && !mustBeProved(row) ? '-' : resultOf(row);
  console.log(`${row.id} ${row.group} ${row.priority} ${result.padEnd(8)}${row.sentence}`);
  for (const proof of own) {
    const tests = proof.statuses.length === 1 ? '' : ` (${proof.statuses.length} tests)`;
    console.log(`             ${resultOfProof(proof).padEnd(8)}${proof.name}${tests}`);
  }
}
