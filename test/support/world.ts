import { randomBytes, randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../server/clock.ts';
import { createAccept } from '../../server/messages/accept.ts';
import type { Caller, Idempotency, SendRequest } from '../../server/messages/accept-types.ts';
import type { Carrier, Outcome, Part, Receipt, Slot } from '../../server/messages/carrier.ts';
import { createFinishAttempts } from '../../server/messages/finish.ts';
import { laneOf } from '../../server/messages/lane.ts';
import { messageReader } from '../../server/messages/read.ts';
import { createReceipts } from '../../server/messages/receipt.ts';
import { createReceive } from '../../server/messages/receive.ts';
import { createSubmit } from '../../server/messages/submit.ts';
import { createSweep } from '../../server/messages/sweep.ts';
import { openSendQueue, type SendQueue } from '../../server/queue/send-queue.ts';
import type { Message, Mode } from '../../server/rules/message.ts';
import { uuidv7 } from '../../server/rules/uuid.ts';
import type { Database } from '../../server/store/database.ts';
import { openInstance } from '../../server/store/instance.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { until } from './until.ts';

/** The verbs on a real database and a real queue, with a carrier that does what the test says. */
export interface World {
  readonly database: FreshDatabase;
  readonly queue: SendQueue;
  readonly carrier: FakeCarrier;
  readonly instanceId: string;
  /** Accepts a text and answers its id; throws when it was refused. */
  send(request?: Partial<SendRequest>): Promise<string>;
  accept(request?: Partial<SendRequest>, idempotency?: Idempotency | null): ReturnType<ReturnType<typeof createAccept>>;
  receipt(receipt: Partial<Receipt>): Promise<void>;
  inbound(body: string, from?: string): Promise<void>;
  sweep(): Promise<void>;
  message(id: string): Promise<Message>;
  messages(): Promise<Message[]>;
  eventTypes(id: string): Promise<string[]>;
  /** Waits until a text has one of these statuses, and answers it. */
  reaches(id: string, ...statuses: Message['status'][]): Promise<Message>;
  /** Starts the worker; without it texts stay queued. */
  startWorking(): void;
  stopWorking(): Promise<void>;
}

export interface FakeCarrier extends Carrier {
  readonly parts: Part[];
  /** What the carrier answers to a part; default: accepted with the ids 1, 2, 3 … */
  answer: (part: Part, count: number) => Outcome | Promise<Outcome>;
}

export const RECIPIENT = '+14155550123';
const SENDER = '+14155550100';
const log = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };

export async function world(
  options: { mode?: Mode; clock?: Clock; window?: number; database?: FreshDatabase } = {},
): Promise<World> {
  const { mode = 'live', clock = systemClock, window = 10 } = options;
  const database = options.database ?? (await freshDatabase());
  const { pool, joiningPool, afterCommit } = database;
  const queue = await openSendQueue({ pool, joiningPool, redisUrl: null, afterCommit, log });
  const instance = await openInstance({
    connection: database.connection,
    id: randomUUID(),
    exclusive: false,
    clock,
    onLost: () => undefined,
  });
  await instance.register();
  const carrier = fakeCarrier(mode, window);
  const newId = () => uuidv7(clock.now(), randomBytes(10));
  const onEvents = () => undefined;
  const common = { database, queue, clock, newId, onEvents };
  const accept = createAccept({
    ...common,
    settings: { numberValidation: { live: 'possible', test: 'possible' }, defaultCountry: null, defaultSender: SENDER },
    hasCarrier: (asked) => asked === mode,
    onAccepted: () => undefined,
  });
  const receipts = createReceipts({ ...common, onNameless: () => undefined });
  const finishAttempts = createFinishAttempts({
    ...common,
    instanceId: instance.id,
    random: () => 0.5,
    onSegments: () => receipts.adoptIfWaiting(),
  });
  const submit = createSubmit({ ...common, carrierOf: () => carrier, finishAttempts, instanceId: instance.id, log });
  const receive = createReceive({ ...common, organisation: 'Acme' });
  const sweep = createSweep({
    ...common,
    receipts,
    inFlight: submit.inFlight,
    instanceId: instance.id,
    log,
    onReceiptsMissing: () => undefined,
  });
  onTestFinished(async () => {
    await carrier.stop();
    await queue.stopWorking();
    await submit.idle();
    await queue.close();
    await instance.release();
    await database[Symbol.asyncDispose]();
  });

  const caller: Caller = { keyId: 'key00001', mode };
  const ask: World['accept'] = (request = {}, idempotency = null) =>
    accept({ ...ORDINARY_REQUEST, ...request }, caller, idempotency);
  const message = async (id: string) => {
    const found = await messageReader(database).message(mode, id);
    if (!found) throw new Error(`There is no text ${id}.`);
    return found;
  };
  return {
    database,
    queue,
    carrier,
    instanceId: instance.id,
    accept: ask,
    async send(request) {
      const { verdict } = await ask(request);
      if (!verdict.ok) throw new Error(`refused: ${verdict.refusal.code}`);
      return verdict.message.message_id;
    },
    receipt: (receipt) => receipts.take({ ...DELIVERED, smscId: carrier.id, ...receipt }),
    inbound: (body, from = RECIPIENT) =>
      receive({ smscId: carrier.id, mode, from, to: SENDER, body, encoding: 'GSM-7' }),
    sweep: () => sweep.runOnce(),
    message,
    messages: () => database.kysely.selectFrom('messages').selectAll().orderBy('id').execute(),
    eventTypes: (id) => eventTypes(database, id),
    reaches: (id, ...statuses) =>
      until(async () => {
        const found = await message(id);
        return statuses.includes(found.status) ? found : undefined;
      }),
    startWorking: () => queue.work(laneOf(mode), (ids) => submit.send(mode, ids)),
    stopWorking: () => queue.stopWorking(),
  };
}

const ORDINARY_REQUEST: SendRequest = {
  to: RECIPIENT,
  from: null,
  body: 'Your order is on its way.',
  message_type: 'transactional',
  on_ambiguous: 'default',
  validity_period: 86_400,
  status_callback: null,
  client_ref: null,
  metadata: null,
  warnings: [],
};

const DELIVERED: Omit<Receipt, 'smscId'> = {
  carrierId: '1',
  state: 'delivered',
  error: null,
  recipient: RECIPIENT.slice(1),
  raw: 'id:1 stat:DELIVRD',
};

async function eventTypes(database: Database, id: string): Promise<string[]> {
  const rows = await database.query<{ type: string }>({
    text: 'select type from events where message_id = $1 order by txid, id',
    values: [id],
  });
  return rows.map(({ type }) => type);
}

function fakeCarrier(mode: Mode, window: number): FakeCarrier {
  const parts: Part[] = [];
  const waiting: (() => void)[] = [];
  let free = window;
  let stopped = false;
  const take = (max: number): Slot[] => {
    const count = Math.min(free, max);
    free -= count;
    return Array.from({ length: count }, () => slot());
  };
  const slot = (): Slot => ({
    async submit(part) {
      parts.push(part);
      return carrier.answer(part, parts.length);
    },
    release() {
      free++;
      waiting.shift()?.();
    },
  });
  const carrier: FakeCarrier = {
    id: 'fake',
    mode,
    parts,
    answer: (_part, count) => ({ kind: 'accepted', carrierId: String(count) }),
    isUp: () => !stopped,
    start: () => undefined,
    async reserve(max) {
      while (free === 0 && !stopped) await new Promise<void>((resolve) => waiting.push(resolve));
      return stopped ? [] : take(max);
    },
    stop() {
      stopped = true;
      for (const wake of waiting.splice(0)) wake();
      return Promise.resolve();
    },
  };
  return carrier;
}
