import { randomBytes } from 'node:crypto';
import type { Inbound } from '../../server/messages/carrier.ts';
import { createLedger } from '../../server/contacts/ledger.ts';
import { giveOutOverdue } from '../../server/messages/reassemble.ts';
import { createReceive } from '../../server/messages/receive.ts';
import { uuidv7 } from '../../server/rules/uuid.ts';
import type { Database } from '../../server/store/database.ts';
import { freshDatabase } from './database.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

export const PHONE = '+14155550123';
export const OTHER_PHONE = '+14155550124';
export const OURS = '+14155550100';

const NUMBER_KEY = Buffer.alloc(32, 7);

let ids = 0;

/** What takes texts from phones, as a server that was just started has it. */
function receiver(database: Database, clock: VirtualClock) {
  // Ids sort by their milliseconds, and here time stands still.
  const newId = () => uuidv7(clock.now() + ++ids, randomBytes(10));
  const options = {
    database,
    queue: { announce: () => Promise.resolve() },
    organisation: 'Acme',
    supportContact: null,
    senderOf: () => undefined,
    ledger: createLedger({ database, numberKey: NUMBER_KEY, newId, clock }),
    clock,
    newId,
    onEvents: () => undefined,
  };
  const take = createReceive(options);
  return {
    take: (inbound: Partial<Inbound>) =>
      take({ smscId: 'default', mode: 'live', from: PHONE, to: OURS, body: '', encoding: 'GSM-7', ...inbound }),
    giveOut: () => giveOutOverdue(options),
  };
}

/** Texts from phones on a real database, with what has become of them. */
export async function inbox() {
  const [database, clock] = [await freshDatabase(), virtualClock()];
  const texts = () =>
    database.kysely.selectFrom('messages').selectAll().where('direction', '=', 'inbound').orderBy('id').execute();
  return {
    database,
    clock,
    texts,
    bodies: async () => (await texts()).map(({ body }) => body),
    optOuts: async () =>
      (await database.kysely.selectFrom('opt_outs').selectAll().execute()).map(({ number }) => number),
    events: () => database.kysely.selectFrom('events').selectAll().orderBy('txid').orderBy('id').execute(),
    held: async () =>
      Number((await database.query<{ n: string }>({ text: 'select count(*) n from inbound_parts', values: [] }))[0]?.n),
    /** Another server, or this one after a new start. */
    start: (opened: Database = database) => receiver(opened, clock),
    ...receiver(database, clock),
  };
}
