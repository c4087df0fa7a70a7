import { expect, test } from 'vitest';
import type { Database } from '../../server/store/database.ts';
import { freshDatabase } from '../support/database.ts';
import { historyQuestions, type Question } from '../support/history-questions.ts';
import { fillHistory } from '../support/long-history.ts';

/** Pages of the database that all of this touched. They are counted, because times depend on who else is at work. */
async function pagesOf(database: Database, question: Question): Promise<number> {
  // The first time, plans are made.
  await question(0);
  const before = await pagesSoFar(database);
  for (let round = 1; round <= 5; round += 1) await question(round);
  return (await pagesSoFar(database)) - before;
}

/** With one connection there is nobody else's reading in it. */
async function pagesSoFar({ pool }: Database): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('select pg_stat_force_next_flush()');
    const { rows } = await client.query<{ pages: string }>(
      'select blks_read + blks_hit as pages from pg_stat_database where datname = current_database()',
    );
    return Number(rows[0]?.pages);
  } finally {
    client.release();
  }
}

async function historyOf(texts: number): Promise<Database> {
  const database = await freshDatabase({ maxConnections: 1 });
  await fillHistory(database, texts);
  return database;
}

test('R003 R004: ten times the texts make no page of the history three times the work, with any filter', async () => {
  const [short, long] = [await historyOf(10_000), await historyOf(100_000)];
  const ofShort = historyQuestions(short);
  for (const [name, question] of historyQuestions(long)) {
    const ratio = (await pagesOf(long, question)) / (await pagesOf(short, ofShort.get(name) ?? question));
    expect(ratio, name).toBeLessThan(3);
  }
});
