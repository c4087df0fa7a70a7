import { randomBytes, randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../server/clock.ts';
import type { Accept } from '../../server/messages/accept.ts';
import { type Contacts, openContacts } from '../../server/contacts/contacts.ts';
import type { VerdictSettings } from '../../server/contacts/verdicts.ts';
import type { Caller, Idempotency, SendRequest } from '../../server/messages/accept-types.ts';
import type { Carrier, OnLateAnswer, Inbound, Outcome, Part, Receipt, Slot } from '../../server/messages/carrier.ts';
import { createFinishAttempts } from '../../server/messages/finish.ts';
import { createCarrierList } from './carrier-list.ts';
import { createPreviews, type Previewed, type Previews } from '../../server/messages/preview.ts';
import { messageReader } from '../../server/messages/read.ts';
import { giveOutOverdue } from '../../server/messages/reassemble.ts';
import { createTakeLateAnswer } from '../../server/messages/late-answer.ts';
import { createReceipts } from '../../server/messages/receipt.ts';
import { createReceive } from '../../server/messages/receive.ts';
import type { BalanceOptions } from '../../server/messages/balance.ts';
import { type Money, openMoney } from '../../server/messages/money.ts';
import { openOutgoing, type Outgoing } from '../../server/messages/outgoing.ts';
import type { BatchLimits } from '../../server/messages/batch.ts';
import { openSenders } from '../../server/messages/senders.ts';
import { openSending, type Sending } from '../../server/messages/sending.ts';
import type { ResolveNetwork } from '../../server/messages/portability.ts';
import { createSweep } from '../../server/messages/sweep.ts';
import { openSendQueue, type SendQueue } from '../../server/queue/send-queue.ts';
import type { ErrorMeanings } from '../../server/rules/carrier-finding.ts';
import type { EncodingProfile } from '../../server/rules/encoding.ts';
import type { Message, Mode } from '../../server/rules/message.ts';
import type { IdFormat } from '../../server/rules/carrier-id.ts';
import { retryPolicy, type RetryPolicyInput } from '../../server/rules/retry.ts';
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
  /** All of them, `carrier` first. */
  readonly carriers: readonly FakeCarrier[];
  readonly sending: Sending;
  readonly contacts: Contacts;
  readonly instanceId: string;
  /** What the receipts have logged. */
  readonly logged: (Record<string, unknown> & { readonly message: string })[];
  /** Accepts a text and answers its id; throws when it was refused. */
  send(request?: Partial<SendRequest>): Promise<string>;
  accept(request?: Partial<SendRequest>, idempotency?: Idempotency | null, keyId?: string): ReturnType<Accept>;
  readonly money: Money;
  readonly outgoing: Outgoing;
  /** What accepting the same would do. */
  preview(request?: Partial<SendRequest>): Promise<Previewed>;
  readonly lintText: Previews['lintText'];
  receipt(receipt: Partial<Receipt>): Promise<void>;
  inbound(body: string, from?: string): Promise<void>;
  /** What a carrier hands over, to the last detail; what is left out is as in `inbound`. */
  receive(inbound: Partial<Inbound>): Promise<void>;
  sweep(): Promise<void>;
  message(id: string): Promise<Message>;
  messages(): Promise<Message[]>;
  eventTypes(id: string): Promise<string[]>;
  /** Waits until a text has one of these statuses, and answers it. */
  reaches(id: string, ...statuses: Message['status'][]): Promise<Message>;
  /** Stops a carrier and forgets it, as deleting it does. */
  deleteCarrier(id: string): Promise<void>;
  /** Starts the worker; without it texts stay queued. */
  startWorking(): void;
  stopWorking(): Promise<void>;
}

export interface FakeCarrier extends Carrier {
  encoding?: EncodingProfile;
  errorMeanings?: ErrorMeanings;
  readonly parts: Part[];
  /** For each part, what its answer is handed to when it comes too late. */
  readonly late: OnLateAnswer[];
  /** What the carrier answers to a part; default: accepted with the ids 1, 2, 3 … */
  answer: (part: Part, count: number) => Outcome | Promise<Outcome>;
  /** Breaks the connection, or lets it come back. */
  setUp(isUp: boolean): void;
  setPaused(isPaused: boolean): void;
}

const ANY_HOUR: VerdictSettings = {
  consentMode: { live: 'warn', test: 'warn' },
  quietHours: 'ignore',
  fallbackZone: null,
  caps: [],
};

export const RECIPIENT = '+14155550123';
const SENDER = '+14155550100';
const log = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };

export async function world(
  options: {
    mode?: Mode;
    clock?: Clock;
    window?: number;
    database?: FreshDatabase;
    /** Names of the carriers, `fake` when left out. */
    carriers?: readonly string[];
    enforcement?: 'enforce' | 'warn';
    resolveNetwork?: ResolveNetwork;
    /** What is in doubt is sent again at once, unless this says something else. */
    retryPolicy?: RetryPolicyInput;
    idFormat?: IdFormat;
    /** What is left out keeps nothing back: no consent, no hours, no caps. */
    policy?: Partial<VerdictSettings>;
    supportContact?: string;
    maxWaiting?: number;
    limits?: BatchLimits;
    /** What is left out keeps no balance for live texts. */
    money?: Partial<Pick<BalanceOptions, 'isPrepaid' | 'lowBelow'>>;
    queueTtlSeconds?: number;
  } = {},
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
  const fakes = (options.carriers ?? ['fake']).map((id) => fakeCarrier(id, mode, window));
  const carriers = createCarrierList();
  for (const fake of fakes) carriers.add(fake);
  const carrier = fakes[0] ?? fakeCarrier('fake', mode, window);
  const newId = () => uuidv7(clock.now(), randomBytes(10));
  const onEvents = () => undefined;
  const common = { database, queue, clock, newId, onEvents };
  const logged: World['logged'] = [];
  const note = (line: object, message: string) => void logged.push({ ...line, message });
  const receipts = createReceipts({
    ...common,
    log: { info: note, warn: note },
    idFormatOf: () => options.idFormat ?? 'auto',
    onNameless: () => undefined,
    onEnded: (ended) => contacts.findings.texts(ended),
  });
  const policy = retryPolicy({ ambiguous: { intervals_seconds: [0] }, ...options.retryPolicy });
  const finishAttempts = createFinishAttempts({
    ...common,
    instanceId: instance.id,
    random: () => 0.5,
    retryPolicy: policy,
    onSegments: () => receipts.adoptIfWaiting(),
    onEnded: (ended) => contacts.findings.texts(ended),
  });
  const takeLateAnswer = createTakeLateAnswer({ ...common, onSegments: () => receipts.adoptIfWaiting() });
  const numberKey = Buffer.alloc(32, 7);
  const contacts = await openContacts({
    ...common,
    numberKey,
    organisation: 'Acme',
    supportContact: options.supportContact ?? null,
    publicUrl: 'https://sms.example.com',
    senderOf: (asked, value) => sending.senders.list(asked).find((sender) => sender.value === value),
    meaningsOf: (smscId) => carriers.get(smscId)?.errorMeanings,
    policy: { ...ANY_HOUR, ...options.policy },
    log,
  });
  const { verdicts } = contacts;
  const sending = await openSending({
    ...common,
    verdicts,
    carriers,
    finishAttempts,
    takeLateAnswer,
    instanceId: instance.id,
    log,
    senders: await openSenders({ database, clock, enforcement: options.enforcement ?? 'enforce' }),
    resolveNetwork: options.resolveNetwork ?? null,
  });
  const { submit } = sending;
  const money = await openMoney({ ...common, isPrepaid: false, currency: 'USD', lowBelow: null, ...options.money });
  const accepting = {
    ...common,
    money,
    verdicts,
    optOutPage: contacts.optOutPages,
    settings: {
      numberValidation: { live: 'possible', test: 'possible' } as const,
      defaultCountry: null,
      defaultSender: SENDER,
      pools: sending.senders,
      ...(options.queueTtlSeconds === undefined ? {} : { queueTtlSeconds: options.queueTtlSeconds }),
    },
    routing: sending.routing,
    senders: sending.senders,
    hasCarrier: (asked: Mode) => asked === mode,
    encodingOf: (smscId: string) => carriers.get(smscId)?.encoding,
    onAccepted: () => undefined,
  };
  const outgoing = openOutgoing({ ...accepting, maxWaiting: options.maxWaiting ?? 0, limits: options.limits });
  const { accept } = outgoing;
  const { preview, lintText } = createPreviews({
    ...accepting,
    consents: contacts.consents,
    organisation: 'Acme',
    isHealth: false,
  });
  const receiving = { ...common, ...contacts.hearing, onTextFrom: contacts.findings.textFrom };
  const receive = createReceive(receiving);
  const sweep = createSweep({
    ...common,
    verdicts,
    carriers,
    routing: sending.routing,
    refresh: sending.refresh,
    receipts,
    giveOutOverdue: () => giveOutOverdue(receiving),
    inFlight: submit.inFlight,
    instanceId: instance.id,
    retryPolicy: policy,
    log,
    onReceiptsMissing: () => undefined,
    duties: [...contacts.duties, money.balance.duty],
  });
  onTestFinished(async () => {
    sending.stop();
    await Promise.all(fakes.map((fake) => fake.stop()));
    await queue.stopWorking();
    await submit.idle();
    await contacts.stop();
    await queue.close();
    await instance.release();
    await database[Symbol.asyncDispose]();
  });

  const ask: World['accept'] = (request = {}, idempotency = null, keyId = 'key00001') => {
    const caller: Caller = { keyId, mode };
    return accept({ ...ORDINARY_REQUEST, ...request }, caller, idempotency);
  };
  const message = async (id: string) => {
    const found = await messageReader(database).message(mode, id);
    if (!found) throw new Error(`There is no text ${id}.`);
    return found;
  };
  return {
    database,
    queue,
    carrier,
    carriers: fakes,
    sending,
    contacts,
    instanceId: instance.id,
    logged,
    accept: ask,
    preview: (request = {}) => preview({ ...ORDINARY_REQUEST, ...request }, { keyId: 'key00001', mode }),
    lintText,
    money,
    outgoing,
    async send(request) {
      const { verdict } = await ask(request);
      if (!verdict.ok) throw new Error(`refused: ${verdict.refusal.code}`);
      return verdict.message.message_id;
    },
    receipt: (receipt) => receipts.take({ ...DELIVERED, smscId: carrier.id, ...receipt }),
    inbound: (body, from = RECIPIENT) =>
      receive({ smscId: carrier.id, mode, from, to: SENDER, body, encoding: 'GSM-7' }),
    receive: (inbound) =>
      receive({ smscId: carrier.id, mode, from: RECIPIENT, to: SENDER, body: '', encoding: 'GSM-7', ...inbound }),
    sweep: () => sweep.runOnce(),
    message,
    messages: () => database.kysely.selectFrom('messages').selectAll().orderBy('id').execute(),
    eventTypes: (id) => eventTypes(database, id),
    reaches: (id, ...statuses) =>
      until(async () => {
        const found = await message(id);
        return statuses.includes(found.status) ? found : undefined;
      }),
    async deleteCarrier(id) {
      carriers.remove(id);
      await fakes.find((fake) => fake.id === id)?.stop();
    },
    startWorking: () => sending.start(),
    stopWorking: () => queue.stopWorking(),
  };
}

export const ORDINARY_REQUEST: SendRequest = {
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
  encoding: 'auto',
  smart_encoding: false,
  max_segments: 10,
  flash: false,
  topic: null,
  schedule_for: null,
  quiet_hours: null,
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
    text: 'select type from events where message_id = $1 order by sequence, txid, id',
    values: [id],
  });
  return rows.map(({ type }) => type);
}

function fakeCarrier(id: string, mode: Mode, window: number): FakeCarrier {
  const parts: Part[] = [];
  const late: OnLateAnswer[] = [];
  const waiting: (() => void)[] = [];
  let free = window;
  let stopped = false;
  let up = true;
  let paused = false;
  const take = (max: number): Slot[] => {
    const count = Math.min(free, max);
    free -= count;
    return Array.from({ length: count }, () => slot());
  };
  const slot = (): Slot => ({
    async submit(part, onLateAnswer) {
      parts.push(part);
      late.push((answer) => onLateAnswer?.(answer));
      return carrier.answer(part, parts.length);
    },
    release() {
      free++;
      waiting.shift()?.();
    },
  });
  const carrier: FakeCarrier = {
    id,
    mode,
    parts,
    late,
    answer: (_part, count) => ({ kind: 'accepted', carrierId: String(count) }),
    isUp: () => up && !stopped,
    setUp(isUp) {
      up = isUp;
      for (const wake of waiting.splice(0)) wake();
    },
    isPaused: () => paused,
    setPaused(isPaused) {
      paused = isPaused;
      for (const wake of waiting.splice(0)) wake();
    },
    start: () => undefined,
    async reserve(max) {
      while ((free === 0 || !up || paused) && !stopped) await new Promise<void>((resolve) => waiting.push(resolve));
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
