import { describe, expect, test } from 'vitest';
import { readEvents } from '../../server/events/stream.ts';
import type { Database } from '../../server/store/database.ts';
import { insertEvents } from '../../server/store/events.ts';
import { START } from '../../server/store/event-stream.ts';
import type { EventRow } from '../../server/store/schema.ts';
import { insertMessages } from '../../server/store/new-messages.ts';
import { freshDatabase } from '../support/database.ts';
import { newId } from '../support/http-api.ts';
import { sampleMessage } from '../support/sample-message.ts';
import { until } from '../support/until.ts';

/** One change of a text and its event, as every verb makes them: the row first, then what it has become. */
async function change(database: Database, id: string): Promise<void> {
  const [row] = await database.query<{ sequence: number }>({
    text: 'update messages set sequence = sequence + 1 where id = $1 returning sequence',
    values: [id],
  });
  const base = { type: 'message.sent', mode: 'live', data: {}, created_at: new Date() } as const;
  await insertEvents(database, [{ ...base, message_id: id, sequence: row?.sequence ?? 0 }]);
}

async function texts(database: Database, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  await insertMessages(
    database,
    ids.map((id) => ({ ...sampleMessage({ id }), api_key_id: null })),
  );
  return ids;
}

/** Everything that the stream tells, once nobody else's transaction is in its way. */
const everything = (database: Database) =>
  until(async () => {
    const { events, more } = await readEvents(database, START);
    return more === 'end' ? events : undefined;
  });

const sequencesOf = (id: string, events: readonly Pick<EventRow, 'message_id' | 'sequence'>[]) =>
  events.filter(({ message_id }) => message_id === id).map(({ sequence }) => sequence);

/** A transaction that has written something, so that it has its id, and waits before it does its work. */
async function transactionThat(database: Database, work: () => Promise<void>) {
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const ended = database.transaction(async () => {
    await database.query({ text: 'insert into server_state (key, value) values ($1, $1)', values: [newId()] });
    begun.resolve();
    await gate.promise;
    await work();
  });
  await begun.promise;
  return {
    goOn() {
      gate.resolve();
      return ended;
    },
  };
}

describe('the events of one text', () => {
  test('come in the order of its changes, also when the later change is of a transaction that began to write earlier', async () => {
    const database = await freshDatabase();
    const [id = ''] = await texts(database, 1);
    const early = await transactionThat(database, () => change(database, id));
    await database.transaction(() => change(database, id));
    await early.goOn();
    expect(sequencesOf(id, await everything(database))).toEqual([2, 3]);
  });

  test('can be read without waiting for anybody else to write', async () => {
    const database = await freshDatabase();
    const [id = ''] = await texts(database, 1);
    const early = await transactionThat(database, () => change(database, id));
    for (let count = 0; count < 5; count++) await database.transaction(() => change(database, id));
    await early.goOn();
    expect(await everything(database)).toHaveLength(6);
  });

  test('come in order whatever transactions there are, and a reader that goes page by page misses none', async () => {
    const database = await freshDatabase();
    const ids = await texts(database, 3);
    const read: EventRow[] = [];
    let after = START;
    const readOn = async () => {
      const { events, next } = await readEvents(database, after, 7);
      read.push(...events);
      after = next;
      return read.length === 81;
    };
    // Always in the same order of rows, so that nobody waits for somebody who waits.
    const open: { goOn(): Promise<void> }[] = [];
    for (let round = 0; round < 40; round++) {
      open.push(
        await transactionThat(database, async () => {
          for (const id of ids.slice(round % 3)) await change(database, id);
        }),
      );
      // The one that began second goes on first.
      if (open.length > 1) await open.splice(open.length - 2 + (round % 2), 1)[0]?.goOn();
      await readOn();
    }
    await Promise.all(open.map((one) => one.goOn()));
    await until(readOn);
    const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 2);
    expect(ids.map((id) => sequencesOf(id, read))).toEqual([upTo(14), upTo(27), upTo(40)]);
  });
});
