import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import {
  FIRST_KEYS_FILE,
  loadSecretKeys,
  makeFirstKeys,
  openSecrets,
  openWebhookSecret,
} from './access/first-start.ts';
import { type FirstKeys, openKeys } from './access/keys.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { createSafeFetch } from './events/safe-fetch.ts';
import { startWebhooks } from './events/webhooks.ts';
import { createHttp } from './http/server.ts';
import { createAccept } from './messages/accept.ts';
import type { Carrier } from './messages/carrier.ts';
import { createFinishAttempts } from './messages/finish.ts';
import { laneOf } from './messages/lane.ts';
import { messageReader } from './messages/read.ts';
import { createReceipts } from './messages/receipt.ts';
import { createReceive } from './messages/receive.ts';
import { createSubmit } from './messages/submit.ts';
import { createSweep } from './messages/sweep.ts';
import { banner } from './operations/banner.ts';
import { type Closers, createClosers } from './operations/closers.ts';
import { createLog } from './operations/log.ts';
import { createMetrics } from './operations/metrics.ts';
import { readiness } from './operations/readiness.ts';
import { stopOnSignals } from './operations/shutdown.ts';
import { openSendQueue } from './queue/send-queue.ts';
import type { Mode } from './rules/message.ts';
import { timeOfUuidv7, uuidv7 } from './rules/uuid.ts';
import { type Simulator, startSimulator } from './simulator/smsc.ts';
import { smppCarrier } from './smpp/carrier.ts';
import type { Database } from './store/database.ts';
import { oldestUnfinished } from './store/due.ts';
import { openStorage } from './store/open-storage.ts';
import type { EventRow } from './store/schema.ts';

/** A running server: the one place that knows every room. */
export interface Server {
  /** Where the API answers. */
  readonly url: string;
  readonly simulatorPort: number | null;
  /** The keys of the first start; null ever after. */
  readonly firstKeys: FirstKeys | null;
  /** Stops taking requests, drains the window, unbinds, writes what is under way and closes. */
  stop(): Promise<void>;
}

/** The credentials that the simulated carrier asks for, of us and of anybody who wants to try it. */
const SIMULATOR = { systemId: 'sandbox', password: 'sandbox' };

export async function startServer(config: Config, log: Logger, clock: Clock = systemClock): Promise<Server> {
  const closers = createClosers(log);
  try {
    return await start(config, log, clock, closers);
  } catch (error) {
    await closers.run();
    throw error;
  }
}

async function start(config: Config, log: Logger, clock: Clock, closers: Closers): Promise<Server> {
  await mkdir(config.DATA_DIR, { recursive: true });
  const { database, instanceId } = await openStorage({ config, log, clock, closers });
  const secrets = await openSecrets(database, await loadSecretKeys(config.SECRET_KEY, config.DATA_DIR));
  const webhookSecret = await openWebhookSecret(database, secrets);
  const keys = openKeys(database, clock);
  const firstKeys = await makeFirstKeys(database, keys, config.DATA_DIR, webhookSecret);

  const newId = () => uuidv7(clock.now(), randomBytes(10));
  const { joiningPool, relaxedPool, afterCommit } = database;
  const queue = await openSendQueue({ pool: relaxedPool, joiningPool, redisUrl: config.REDIS_URL, afterCommit, log });
  closers.add('queue', () => queue.close());

  const safeFetch = createSafeFetch({
    allowlist: config.CALLBACK_ALLOWLIST,
    allowLoopback: (mode) => mode === 'test' && isLoopback(config.HOST),
    clock,
  });
  closers.add('outgoing connections', () => Promise.resolve(safeFetch.close()));
  const metrics = createMetrics({
    carriers: () => [...carriers.values()].map((carrier) => ({ id: carrier.id, isUp: carrier.isUp() })),
    oldestUnfinishedSeconds: () => ageOfOldest(database, clock),
  });
  const webhooks = startWebhooks({
    database,
    safeFetch,
    secrets,
    organisationSecret: () => webhookSecret,
    clock,
    log,
    random: Math.random,
    observe: (event) => metrics.event(observed(event)),
  });
  closers.add('webhooks', () => webhooks.stop());
  const onEvents = () => webhooks.poke();

  const receipts = createReceipts({ database, clock, onEvents, onNameless: () => metrics.namelessReceipt() });
  const receive = createReceive({ database, queue, organisation: config.ORGANISATION_NAME, newId, clock, onEvents });
  const finishAttempts = createFinishAttempts({
    database,
    queue,
    instanceId,
    clock,
    random: Math.random,
    onSegments: () => receipts.adoptIfWaiting(),
    onEvents,
  });
  const carriers = new Map<Mode, Carrier>();
  const submit = createSubmit({
    database,
    carrierOf: (mode) => carriers.get(mode),
    finishAttempts,
    instanceId,
    clock,
    log,
    onEvents,
  });

  const events = { receipt: receipts.take, inbound: receive };
  const simulator = await openSimulator(config, log, clock, closers);
  if (simulator) carriers.set('test', smppCarrier({ ...simulatorLink(simulator), clock, log, events }));
  if (config.SMPP_URL) {
    carriers.set('live', smppCarrier({ ...config.SMPP_URL, id: 'default', mode: 'live', clock, log, events }));
  }
  closers.add('texts under way', () => submit.idle());
  closers.add('carriers', async () => {
    // Jobs give back what they have not sent, while the carriers wait for what they have.
    await Promise.all([queue.stopWorking(), ...[...carriers.values()].map((carrier) => carrier.stop())]);
  });
  const sweep = createSweep({
    database,
    queue,
    receipts,
    inFlight: submit.inFlight,
    instanceId,
    clock,
    log,
    onEvents,
    onReceiptsMissing: (count) => metrics.receiptsMissing(count),
  });
  closers.add('sweep', () => sweep.stop());
  for (const [mode, carrier] of carriers) {
    carrier.start();
    queue.work(laneOf(mode), (ids) => submit.send(mode, ids));
  }
  sweep.start();

  let isStopping = false;
  const accept = createAccept({
    database,
    queue,
    settings: draftSettings(config),
    clock,
    newId,
    hasCarrier: (mode) => carriers.has(mode),
    onEvents,
    onAccepted: (mode) => metrics.accepted(mode),
  });
  const http = createHttp({
    accept,
    messages: messageReader(database),
    findKey: keys.findKey,
    webhookEndpoints: webhooks.endpoints,
    checkUrl: safeFetch.check,
    webhookSecret,
    sandbox: simulator,
    readiness: () =>
      readiness({ ask: () => database.query(PING), queueIsUp: queue.isUp(), carrier: chiefOf(carriers), isStopping }),
    cursorKey: secrets.derive('cursors'),
    publicUrl: (config.PUBLIC_URL ?? `http://localhost:${config.PORT}`).replace(/\/+$/, ''),
    phonePageFolder: join(import.meta.dirname, 'console/phone'),
    log,
    clock,
  });
  if (config.METRICS_PORT > 0) {
    await named('METRICS_PORT', config.METRICS_PORT, metrics.listen(config.METRICS_PORT));
    closers.add('metrics', () => metrics.close());
  }
  const { port } = await named('PORT', config.PORT, http.listen(config.PORT, config.HOST));
  closers.add('http', () => {
    isStopping = true;
    return http.close();
  });
  const host = isLoopback(config.HOST) || config.HOST === '0.0.0.0' ? 'localhost' : config.HOST;
  return {
    url: `http://${host}:${port}`,
    simulatorPort: simulator?.port ?? null,
    firstKeys,
    stop: () => closers.run(),
  };
}

async function openSimulator(config: Config, log: Logger, clock: Clock, closers: Closers): Promise<Simulator | null> {
  if (config.SIMULATOR_PORT === 0) return null;
  const port = config.SIMULATOR_PORT === 'free' ? 0 : config.SIMULATOR_PORT;
  const simulator = await named('SIMULATOR_PORT', port, startSimulator({ port, ...SIMULATOR, clock, log }));
  closers.add('simulator', () => simulator.stop());
  return simulator;
}

function simulatorLink(simulator: Simulator) {
  const endpoint = {
    host: '127.0.0.1',
    port: simulator.port,
    tls: false,
    systemType: '',
    window: 50,
    ratePerSecond: null,
  };
  return { ...endpoint, ...SIMULATOR, id: 'simulator', mode: 'test' } as const;
}

function draftSettings(config: Config) {
  return {
    numberValidation: { live: config.NUMBER_VALIDATION ?? 'valid', test: config.NUMBER_VALIDATION ?? 'possible' },
    defaultCountry: config.DEFAULT_COUNTRY,
    defaultSender: config.DEFAULT_SENDER,
  } as const;
}

const PING = { text: 'select 1', values: [] };

function observed({ type, mode, message_id: id, data, created_at: at }: EventRow) {
  const sentAt = typeof data['sent_at'] === 'string' ? Date.parse(data['sent_at']) : null;
  return { type, mode, atMs: at.getTime(), acceptedAtMs: id === null ? null : timeOfUuidv7(id), sentAtMs: sentAt };
}

/** The live carrier is what matters to an operator; the simulated one only where it is the only one. */
const chiefOf = (carriers: ReadonlyMap<Mode, Carrier>) => carriers.get('live') ?? carriers.get('test') ?? null;

async function ageOfOldest(database: Database, clock: Clock): Promise<number> {
  const oldest = await oldestUnfinished(database);
  return oldest ? Math.max(0, (clock.now() - oldest.getTime()) / 1_000) : 0;
}

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || host.startsWith('127.');

/** A port that is taken is answered with the name of its setting. */
async function named<Result>(setting: string, port: number, starting: Promise<Result>): Promise<Result> {
  try {
    return await starting;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EADDRINUSE' ? 'is used by another program' : 'needs more rights than this user has';
    throw new ConfigError([
      `${setting}: port ${port} ${why}. Choose another one, for instance ${setting}=${port + 1}.`,
    ]);
  }
}

async function run(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.LOG_LEVEL);
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));
  const starting = startServer(config, log);
  // A signal in the middle of the start waits for it: PostgreSQL would be left running otherwise.
  stopOnSignals(async () => (await starting).stop(), log);
  const server = await starting;
  process.stdout.write(
    banner({
      url: server.url,
      testKey: server.firstKeys?.test ?? null,
      keysFile: join(config.DATA_DIR, FIRST_KEYS_FILE),
      hasPhones: server.simulatorPort !== null,
      carrier: config.SMPP_URL ? `${config.SMPP_URL.host}:${config.SMPP_URL.port}` : null,
    }),
  );
}

if (import.meta.main) {
  try {
    await run();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
