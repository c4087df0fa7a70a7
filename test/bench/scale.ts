import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { type Database, openDatabase } from '../../server/store/database.ts';
import { type Connection, startEmbeddedPostgres } from '../../server/store/embedded-postgres.ts';
import { figureQuestions, historyQuestions, type Question } from '../support/history-questions.ts';
import { fillFigures, fillHistory } from '../support/long-history.ts';
import { makeFolder } from './sms-bridge.ts';

/**
 * `npm run test:scale`: a history of ten million texts beside one of ten thousand. The same questions are asked of both,
 * in turns; the median of the long one may be at most three times that of the short one. Exit code 1 if one is not.
 */
const { values: options } = parseArgs({
  options: {
    texts: { type: 'string', default: '10000000' },
    rounds: { type: 'string', default: '101' },
  },
});

const SHORT = 10_000;
const RATIO_MAX = 3;
/** Much is sorted while indexes are made. */
const FILLING = '-c search_path=public,bullmq -c maintenance_work_mem=512MB -c work_mem=256MB -c jit=off';
const silent = { info: () => undefined, warn: () => undefined };

const startedAt = performance.now();
await using cleanup = new AsyncDisposableStack();
const folder = await makeFolder(tmpdir());
cleanup.defer(() => rm(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void cleanup.disposeAsync().finally(() => process.exit(1)));
}
const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), log: silent });
cleanup.defer(() => postgres.stop());

const short = await historyOf('short', SHORT);
const long = await historyOf('long', Number(options.texts));
await compare();
say(`\nall of it: ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);

async function historyOf(name: string, texts: number): Promise<Database> {
  const from = performance.now();
  const connection: Connection = { ...postgres.connection, database: name };
  const admin = new pg.Client(postgres.connection);
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  const forFilling = openDatabase({ ...connection, options: FILLING }, () => undefined);
  await forFilling.migrate();
  await fillHistory(forFilling, texts);
  await fillFigures(forFilling, texts);
  const bytes = await sizeOf(forFilling);
  await forFilling.close();
  const seconds = ((performance.now() - from) / 1_000).toFixed(0);
  say(`${texts} texts made in ${seconds} s: ${(bytes / 1e9).toFixed(2)} GB`);
  const database = openDatabase(connection, () => undefined);
  cleanup.defer(() => database.close());
  return database;
}

async function compare(): Promise<void> {
  const pairs = questionsOf(short);
  say(
    `\n${'median ms'.padEnd(32)}${`of ${SHORT}`.padStart(12)}${`of ${options.texts}`.padStart(14)}${'ratio'.padStart(8)}`,
  );
  for (const [name, ofLong] of questionsOf(long)) {
    const ofShort = pairs.get(name);
    if (!ofShort) continue;
    const [a, b] = await inTurns(ofShort, ofLong);
    const ratio = b / a;
    if (ratio > RATIO_MAX) process.exitCode = 1;
    const verdict = ratio > RATIO_MAX ? `  MORE THAN ${RATIO_MAX}` : '';
    say(
      `${name.padEnd(32)}${a.toFixed(2).padStart(12)}${b.toFixed(2).padStart(14)}${ratio.toFixed(2).padStart(8)}${verdict}`,
    );
  }
}

function questionsOf(database: Database): Map<string, Question> {
  return new Map([...historyQuestions(database), ...figureQuestions(database)]);
}

async function inTurns(ofShort: Question, ofLong: Question): Promise<[number, number]> {
  const short: number[] = [];
  const long: number[] = [];
  // What is asked for the first time comes from the disk, and its plan has to be made.
  const warmUp = 5;
  for (let round = -warmUp; round < Number(options.rounds); round += 1) {
    const a = await timed(() => ofShort(round + warmUp));
    const b = await timed(() => ofLong(round + warmUp));
    if (round < 0) continue;
    short.push(a);
    long.push(b);
  }
  return [median(short), median(long)];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

async function sizeOf(database: Database): Promise<number> {
  const rows = await database.query<{ bytes: string }>({
    text: 'select pg_database_size(current_database()) as bytes',
    values: [],
  });
  return Number(rows[0]?.bytes);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
