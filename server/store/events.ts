import type { EventRow } from './schema.ts';
import { multiInsert } from './columns.ts';
import type { Database } from './database.ts';

export type NewEvent = Omit<EventRow, 'txid' | 'id'>;

const insert = multiInsert<NewEvent>('events', {
  type: 'text',
  mode: 'text',
  message_id: 'uuid',
  sequence: 'smallint',
  data: 'jsonb',
  created_at: 'timestamptz',
});

/**
 * Must run in the transaction of the change it tells of: one event per change, or neither. And after the statement that
 * makes the change, not as a part of it: that is what keeps the events of one text in order (see selectEvents).
 */
export async function insertEvents(database: Database, events: readonly NewEvent[]): Promise<void> {
  const { bodies } = database;
  const sealed = events.map((event) => {
    const data = bodies.sealStrings(event.data, WRITTEN) as NewEvent['data'];
    return data === event.data ? event : { ...event, data };
  });
  if (events.length > 0) await database.query(insert(sealed));
}

/** What is in the words of a person: a reply, and what it was read as. */
const WRITTEN = new Set(['body', 'value']);
