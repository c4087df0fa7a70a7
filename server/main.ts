import { join } from 'node:path';
import type { Logger } from 'pino';
import { FIRST_KEYS_FILE } from './access/first-start.ts';
import type { FirstKeys } from './access/keys.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Config, readConfig } from './config.ts';
import { createHttp } from './http/server.ts';
import { createExplain } from './messages/explain.ts';
import { createPreviews } from './messages/preview.ts';
import { queueReader } from './messages/queues.ts';
import { messageReader } from './messages/read.ts';
import { banner } from './operations/banner.ts';
import { type Closers, createClosers } from './operations/closers.ts';
import { createLog } from './operations/log.ts';
import { readiness } from './operations/readiness.ts';
import { stopOnSignals } from './operations/shutdown.ts';
import { type Accepting, openAccepting } from './start/accepting.ts';
import { chiefOf } from './start/carriers.ts';
import { type Carrying, openCarrying } from './start/carrying.ts';
import { openConnectors } from './start/connectors.ts';
import { docsFolders } from './start/docs-folders.ts';
import { type Around, type Foundation, openFoundation } from './start/foundation.ts';
import { named } from './start/named-port.ts';
import { PING } from './start/observed.ts';
import { isLoopback } from './start/settings.ts';
import { openTelling, type Telling } from './start/telling.ts';
import { openTransport } from './start/transport.ts';
import type { Mode } from './rules/message.ts';

/** A running server: the one place that knows every room. */
export interface Server {
  /** Where the API answers. */
  readonly url: string;
  readonly simulatorPort: number | null;
  /** The carriers for live texts, each as its id, host and port. */
  readonly liveCarriers: readonly string[];
  /** The keys of the first start; null ever after. */
  readonly firstKeys: FirstKeys | null;
  /** Stops taking requests, drains the window, unbinds, writes what is under way and closes. */
  stop(): Promise<void>;
}

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
  const transport = await openTransport(config, log);
  const scheme = transport.tls ? 'https' : 'http';
  const publicUrl = (config.PUBLIC_URL ?? `${scheme}://localhost:${config.PORT}`).replace(/\/+$/, '');
  const around = { config, log, clock, closers };
  const foundation = await openFoundation(around, publicUrl, () => telling.webhooks.poke());
  const telling = openTelling(around, foundation, {
    carriers: () => carrying.carriers.all().map((carrier) => ({ id: carrier.id, ...carrier.status() })),
    propagation: () => carrying.contacts.propagation.waiting(),
  });
  const onErasing = (mode: Mode, number: string) => connectors.erase(mode, number);
  const carrying = await openCarrying(around, foundation, telling, onErasing);
  const accepting = await openAccepting(around, foundation, telling, carrying);

  const { carriers, simulator } = carrying;
  const mode = carriers.all().some((carrier) => carrier.mode === 'live') ? 'live' : 'test';
  const { connection, secrets, access, firstKeys } = foundation;
  const { ownKeys } = access;
  const connectors = openConnectors({ config, connection, ownKeys, secrets, publicUrl, mode, clock, log, closers });
  let isStopping = false;
  const ports = {
    ...portsOf(around, foundation, telling, carrying, accepting),
    connectorAt: connectors.handlerAt,
    readiness: () => {
      const { database, queue } = foundation;
      const ask = () => database.query(PING);
      return readiness({ ask, queueIsUp: queue.isUp(), carrier: chiefOf(carriers), isStopping });
    },
  };
  const http = createHttp(ports, transport);
  const { metrics, eventFeed } = telling;
  if (config.METRICS_PORT > 0) {
    await named('METRICS_PORT', config.METRICS_PORT, metrics.listen(config.METRICS_PORT));
    closers.add('metrics', () => metrics.close());
  }
  const { port } = await named('PORT', config.PORT, http.listen(config.PORT, config.HOST));
  closers.add('http', () => {
    isStopping = true;
    return http.close();
  });
  closers.add('event streams', () => eventFeed.stop());
  const host = isLoopback(config.HOST) || config.HOST === '0.0.0.0' ? 'localhost' : config.HOST;
  const url = `${scheme}://${host}:${port}`;
  await connectors.start({ handler: http.handler, url, isTls: transport.tls !== null });
  return {
    url,
    simulatorPort: simulator?.port ?? null,
    liveCarriers: carriers.api.list('live').map(({ id, host, port }) => `${id} ${host}:${port}`),
    firstKeys,
    stop: () => closers.run(),
  };
}

/** What the API asks the rooms for. */
function portsOf(
  { config, log, clock }: Around,
  { database, secrets, webhookSecret, access, publicUrl }: Foundation,
  { safeFetch, webhooks, eventFeed }: Telling,
  { contacts, carriers, senders, simulator, sending: { routing, pauses } }: Carrying,
  { options, settings, money, outgoing, analytics, failureReviews }: Accepting,
) {
  const { consents } = contacts;
  const organisation = config.ORGANISATION_NAME;
  return {
    ...outgoing,
    ...createPreviews({ ...options, consents, organisation, isHealth: config.HIPAA_MODE }),
    messages: messageReader(database),
    routing,
    senders,
    explain: createExplain({ routing, senders, settings, clock }),
    ...contacts,
    defaultCountry: config.DEFAULT_COUNTRY,
    ...access,
    pauses,
    money,
    eventFeed,
    webhookEndpoints: webhooks.endpoints,
    webhookDeliveries: webhooks.deliveries,
    analytics,
    queues: queueReader({ database, clock }),
    failureReviews,
    checkUrl: safeFetch.check,
    webhookSecret,
    smsc: carriers.api,
    sandbox: simulator,
    cursorKey: secrets.derive('cursors'),
    publicUrl,
    organisation,
    phonePageFolder: join(import.meta.dirname, 'console/phone'),
    docsFolders,
    log,
    clock,
  };
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
      carriers: server.liveCarriers,
      organisation: config.ORGANISATION_NAME,
      supportContact: config.SUPPORT_CONTACT,
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
