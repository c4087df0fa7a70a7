import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Access, openAccess } from '../../server/access/access.ts';
import { openKeys } from '../../server/access/keys.ts';
import { secretBox } from '../../server/access/secrets.ts';
import type { Scope } from '../../server/access/scopes.ts';
import { type Contacts, openContacts } from '../../server/contacts/contacts.ts';
import { systemClock } from '../../server/clock.ts';
import { openDeliveries } from '../../server/events/deliveries.ts';
import { type EventFeed, openEventFeed } from '../../server/events/feed.ts';
import { openAnalytics } from '../../server/events/rollups.ts';
import type { PhoneMessage, Ports, Sandbox } from '../../server/http/ports.ts';
import { createHttp, type Http } from '../../server/http/server.ts';
import type { Accepted, Caller, Idempotency, SendRequest } from '../../server/messages/accept-types.ts';
import { createEdits } from '../../server/messages/edit.ts';
import { type FailureReviews, openFailureReviews } from '../../server/messages/failure-reviews.ts';
import { queueReader } from '../../server/messages/queues.ts';
import { messageReader } from '../../server/messages/read.ts';
import { openMoney } from '../../server/messages/money.ts';
import { openTemplates } from '../../server/messages/templates.ts';
import type { Message, Mode } from '../../server/rules/message.ts';
import { messageView } from '../../server/rules/message-view.ts';
import { countsSchema, noFaults } from '../../server/rules/simulator-faults.ts';
import { uuidv7 } from '../../server/rules/uuid.ts';
import { docsFolders } from '../../server/start/docs-folders.ts';
import { insertMessages } from '../../server/store/new-messages.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { expectDocumented } from './documented.ts';
import { sampleMessage } from './sample-message.ts';

/** The API on a real server and a real database; accepting and the simulated carrier are stand-ins that take notes. */
export interface TestApi extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly http: Http;
  /** What it is made of, for a second server beside it. */
  readonly ports: Ports;
  readonly eventFeed: EventFeed;
  readonly failureReviews: FailureReviews;
  readonly contacts: Contacts;
  readonly database: FreshDatabase;
  readonly keys: { readonly test: string; readonly live: string };
  readonly keep: ReturnType<typeof openKeys>;
  readonly keyUses: Access['keyUses'];
  readonly accepted: { request: SendRequest; caller: Caller; idempotency: Idempotency | null }[];
  readonly logged: unknown[];
  readonly phones: Sandbox & { readonly answers: unknown[]; readonly changes: unknown[] };
  call(path: string, options?: CallOptions): Promise<HttpAnswer>;
  send(body: unknown, options?: CallOptions): Promise<HttpAnswer>;
  keyWith(mode: Mode, scopes: readonly Scope[]): Promise<string>;
  store(changes?: Partial<Message>): Promise<Message>;
}

export interface CallOptions {
  readonly method?: string;
  /** The test key when left out; null = none. */
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, with the content type of JSON. */
  readonly raw?: string | Buffer<ArrayBuffer>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body, {} when it is not a JSON object. */
  readonly json: Record<string, unknown>;
}

export async function startApi(changes: Partial<Ports> = {}): Promise<TestApi> {
  const database = await freshDatabase();
  const keep = openKeys(database, systemClock);
  const keys = await keep.createFirstKeys();
  if (!keys) throw new Error('A fresh database has keys already.');
  const folder = await mkdtemp(path.join(tmpdir(), 'smsbridge-phone-page-'));
  const accepted: TestApi['accepted'] = [];
  const logged: unknown[] = [];
  const access = await openAccess({
    database,
    keys: keep,
    secrets: secretBox([randomBytes(32).toString('base64')]),
    issuer: 'https://sms.example.com',
    organisationPerSecond: null,
    velocity: null,
    pausesKey: false,
    log: notingLog(logged),
    onEvents: () => undefined,
    clock: systemClock,
  });
  const phones = notingPhones();
  const store = async (message: Partial<Message> = {}) => {
    const stored = sampleMessage({ id: newId(), ...message });
    await insertMessages(database, [{ ...stored, api_key_id: null }]);
    return stored;
  };
  const contacts = await openContacts({
    database,
    queue: { announce: () => Promise.resolve() },
    numberKey: Buffer.alloc(32, 7),
    organisation: null,
    supportContact: null,
    publicUrl: 'https://sms.example.com',
    senderOf: () => undefined,
    policy: { consentMode: { live: 'warn', test: 'warn' }, quietHours: 'ignore', fallbackZone: null, caps: [] },
    newId,
    clock: systemClock,
    log: notingLog(logged),
    onEvents: () => undefined,
  });
  const { suppressions } = contacts;
  const reviewing = { database, suppressions, newId, clock: systemClock, onEvents: () => undefined };
  const failureReviews = openFailureReviews(reviewing);
  const eventFeed = openEventFeed({ database, clock: systemClock, log: notingLog(logged) });
  const keeping = { database, clock: systemClock, onEvents: () => undefined };
  const money = await openMoney({ ...keeping, isPrepaid: false, currency: 'USD', lowBelow: null });
  const ports: Ports = {
    async accept(request, caller, idempotency) {
      accepted.push({ request, caller, idempotency });
      const { warnings, client_ref, metadata, body, to } = request;
      const message = await store({ mode: caller.mode, warnings, client_ref, metadata, body, to, contact: to });
      return { verdict: { ok: true, message: messageView(message) }, replayed: false } satisfies Accepted;
    },
    messages: messageReader(database),
    edits: createEdits({ ...keeping, money, optOutPage: null }),
    money,
    templates: openTemplates({ database, clock: systemClock }),
    batches: noBatches,
    ...noSending,
    ...contacts,
    organisation: 'Acme',
    defaultCountry: null,
    ...access,
    pauses: { of: () => null, pause: () => Promise.resolve(), resume: () => Promise.resolve() },
    eventFeed,
    failureReviews,
    queues: queueReader({ database, clock: systemClock }),
    analytics: openAnalytics({ database, clock: systemClock }),
    webhookEndpoints: noEndpoints,
    webhookDeliveries: openDeliveries({ database, clock: systemClock }, () => undefined),
    connectorAt: () => null,
    checkUrl: () => ({ ok: true }),
    webhookSecret: 'whsec_c2VjcmV0IG9mIHRoZSBvcmdhbmlzYXRpb24=',
    smsc: noCarriers,
    sandbox: phones,
    readiness: () => Promise.resolve({ ready: true, database: 'up', queue: 'up', carrier: 'none' }),
    cursorKey: Buffer.alloc(32, 1),
    publicUrl: 'https://sms.example.com',
    phonePageFolder: folder,
    docsFolders,
    log: notingLog(logged),
    clock: systemClock,
    ...changes,
  };
  const http = createHttp(ports);
  const { port } = await http.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${port}`;
  const call = (where: string, options: CallOptions = {}) => request(url + where, keys.test, options);

  return {
    url,
    port,
    http,
    ports,
    eventFeed,
    failureReviews,
    contacts,
    database,
    keys,
    keep,
    keyUses: access.keyUses,
    accepted,
    logged,
    phones,
    call,
    send: (json, options = {}) => call('/v1/messages/send', { method: 'POST', json, ...options }),
    keyWith: async (mode, scopes) => (await keep.createKey({ mode, name: 'a key', scopes })).text,
    store,
    async [Symbol.asyncDispose]() {
      await eventFeed.stop();
      await http.close(0);
      await database[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const sendable = { to: '+14155550123', from: '+15005550100', body: 'Your order has been shipped.' };

let lastMs = 0;

/** Ids of one millisecond sort by chance, so each gets a millisecond of its own where the moment does not matter. */
export function newId(nowMs?: number): string {
  lastMs = Math.max(lastMs + 1, Date.now());
  return uuidv7(nowMs ?? lastMs, randomBytes(10));
}

async function request(url: string, defaultKey: string, options: CallOptions): Promise<HttpAnswer> {
  const { method = 'GET', key = defaultKey, json, raw } = options;
  const body = raw ?? (json === undefined ? undefined : JSON.stringify(json));
  const headers = {
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...options.headers,
  };
  const response = await fetch(url, { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  const { status } = response;
  expectDocumented(method, new URL(url).pathname, { status, type: response.headers.get('content-type'), text });
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function notingLog(logged: unknown[]): Ports['log'] {
  const note = (...line: unknown[]) => void logged.push(line);
  return { info: note, warn: note, error: note };
}

function notingPhones(): TestApi['phones'] {
  const answers: unknown[] = [];
  const changes: unknown[] = [];
  const at = new Date(Date.UTC(2026, 10, 20));
  return {
    answers,
    changes,
    numbers: () => [{ number: '+14155550123', messages: 1, last_at: at }],
    phone: (number) => [received(number, at)],
    answer: (text) => Promise.resolve({ delivered: answers.push(text) > 0 }),
    setFaults: (wanted) => void changes.push(wanted),
    play: (scenario) => void changes.push({ scenario }),
    faults: () => noFaults,
    counts: () => countsSchema.parse(Object.fromEntries(countsSchema.keyof().options.map((name) => [name, 0]))),
    reset: () => void changes.push('reset'),
  };
}

function received(to: string, at: Date): PhoneMessage {
  const text = { from: '+15005550100', to, body: 'Hello', encoding: 'GSM-7', segments: 1, message_ids: ['17'] };
  return { direction: 'to_phone', at, ...text };
}

const noCarriers: Ports['smsc'] = {
  list: () => [],
  find: () => null,
  add: () => Promise.resolve({ ok: false, reason: 'id_taken' }),
  setPaused: () => Promise.resolve(null),
  rebind: () => null,
  setPassword: () => Promise.resolve(null),
  remove: () => Promise.resolve(false),
};

const noSending: Pick<Ports, 'routing' | 'senders' | 'explain' | 'preview' | 'lintText'> = {
  routing: {
    rules: () => [],
    add: () => Promise.resolve({ ok: false, reason: 'no_such_carrier' }),
    remove: () => Promise.resolve(false),
  },
  senders: {
    list: () => [],
    add: () => Promise.resolve({ ok: false, reason: 'too_many' }),
    update: () => Promise.resolve(false),
    remove: () => Promise.resolve(false),
    pools: () => [],
    addPool: () => Promise.resolve({ ok: false, reason: 'too_many' }),
    removePool: () => Promise.resolve(false),
    ownRules: () => [],
    storeRules: () => Promise.resolve(),
    removeRule: () => Promise.resolve(false),
  },
  explain: () => Promise.resolve({ ok: false, refusal: { code: 'NO_CARRIER', detail: 'There is none.' } }),
  preview: () => Promise.resolve({ ok: false, refusal: { code: 'NO_CARRIER', detail: 'There is none.' } }),
  lintText: () => [],
};

const noBatches: Ports['batches'] = {
  limits: { messages: 500, recipients: null, bodies: null },
  submit: () => Promise.resolve({ ok: false, refusal: { code: 'NO_CARRIER', detail: 'There is none.' } }),
  find: () => Promise.resolve(null),
  pause: () => Promise.resolve(null),
  resume: () => Promise.resolve(null),
  cancel: () => Promise.resolve(null),
  completeDue: () => Promise.resolve(),
};

const noEndpoints: Ports['webhookEndpoints'] = {
  create: () => Promise.resolve({ ok: false, reason: 'too_many_endpoints' }),
  update: () => Promise.resolve({ ok: false, reason: 'unknown' }),
  rotate: () => Promise.resolve(null),
  test: () => Promise.resolve(null),
  list: () => Promise.resolve([]),
  remove: () => Promise.resolve(false),
};
