import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { openAccess } from './access/access.ts';
import type { SentText } from './access/anomalies.ts';
import {
  FIRST_KEYS_FILE,
  loadSecretKeys,
  makeFirstKeys,
  openNumberKey,
  openSecrets,
  openWebhookSecret,
} from './access/first-start.ts';
import { type FirstKeys, openKeys } from './access/keys.ts';
import { type Clock, systemClock } from './clock.ts';
import { openContacts } from './contacts/contacts.ts';
import type { EndedText } from './contacts/findings.ts';
import { type Config, readConfig } from './config.ts';
import { openEventFeed } from './events/feed.ts';
import { createSafeFetch } from './events/safe-fetch.ts';
import { openAnalytics } from './events/rollups.ts';
import { startWebhooks } from './events/webhooks.ts';
import { createHttp } from './http/server.ts';
import { createExplain } from './messages/explain.ts';
import { openFailureReviews } from './messages/failure-reviews.ts';
import { createFinishAttempts } from './messages/finish.ts';
import { createTakeLateAnswer } from './messages/late-answer.ts';
import { createPreviews } from './messages/preview.ts';
import { queueReader } from './messages/queues.ts';
import { messageReader } from './messages/read.ts';
import { giveOutOverdue } from './messages/reassemble.ts';
import { createReceipts } from './messages/receipt.ts';
import { createReceive } from './messages/receive.ts';
import { openMoney } from './messages/money.ts';
import { openOutgoing } from './messages/outgoing.ts';
import { openSenders } from './messages/senders.ts';
import { openSending } from './messages/sending.ts';
import { createSweep } from './messages/sweep.ts';
import { banner } from './operations/banner.ts';
import { type Closers, createClosers } from './operations/closers.ts';
import { createLog } from './operations/log.ts';
import { createMetrics } from './operations/metrics.ts';
import { readiness } from './operations/readiness.ts';
import { stopOnSignals } from './operations/shutdown.ts';
import { openSendQueue } from './queue/send-queue.ts';
import { retryPolicy } from './rules/retry.ts';
import type { Mode } from './rules/message.ts';
import { datedUuid } from './rules/uuid.ts';
import { chiefOf, openCarriers, openSimulator, senderFinder } from './start/carriers.ts';
import { openConnectors } from './start/connectors.ts';
import { docsFolders } from './start/docs-folders.ts';
import { named } from './start/named-port.ts';
import { ageOfOldest, observed, PING } from './start/observed.ts';
import { draftSettings, isLoopback, moneySettings, retentionSettings, verdictSettings } from './start/settings.ts';
import { openTransport } from './start/transport.ts';
import { openStorage } from './store/open-storage.ts';

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
  await mkdir(config.DATA_DIR, { recursive: true });
  const { database, connection, instanceId } = await openStorage({ config, log, clock, closers });
  const secretKeys = await loadSecretKeys(config.SECRET_KEY, config.DATA_DIR);
  const secrets = await openSecrets(database, secretKeys, config.HIPAA_MODE);
  const webhookSecret = await openWebhookSecret(database, secrets);
  const keys = openKeys(database, clock);
  const firstKeys = await makeFirstKeys(database, keys, config.DATA_DIR, webhookSecret);

  const publicUrl = (config.PUBLIC_URL ?? `${scheme}://localhost:${config.PORT}`).replace(/\/+$/, '');
  const organisationPerSecond = config.ORGANISATION_RATE_PER_SECOND;
  const access = await openAccess({
    database,
    keys,
    secrets,
    issuer: publicUrl,
    organisationPerSecond,
    keyPerMinute: config.KEY_RATE_PER_MINUTE,
    velocity: config.ANOMALY_LIMITS,
    pausesKey: config.ANOMALY_ACTION === 'pause',
    clock,
    log,
    onEvents: () => webhooks.poke(),
  });
  closers.add('what keys did', () => Promise.all([access.keyUses.duty.run(), access.anomalies.idle()]));

  const newId = () => datedUuid(clock.now(), randomUUID());
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
    carriers: () => carriers.all().map((carrier) => ({ id: carrier.id, ...carrier.status() })),
    oldestUnfinishedSeconds: () => ageOfOldest(database, clock),
    propagation: () => contacts.propagation.waiting(),
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
    isThin: config.HIPAA_MODE,
  });
  closers.add('webhooks', () => webhooks.stop());
  const eventFeed = openEventFeed({ database, clock, log });
  const onEvents = () => {
    webhooks.poke();
    eventFeed.poke();
  };

  const base = { database, clock, log, onEvents };
  const onEnded = (ended: readonly EndedText[]) => contacts.findings.texts(ended);
  const receipts = createReceipts({
    ...base,
    idFormatOf: (smscId) => carriers.get(smscId)?.messageIdFormat ?? 'auto',
    onNameless: () => metrics.namelessReceipt(),
    onEnded,
  });
  const organisation = config.ORGANISATION_NAME;
  const numberKey = await openNumberKey(database, secrets);
  const senderOf = senderFinder(() => senders);
  const contacts = await openContacts({
    ...base,
    queue,
    numberKey,
    organisation,
    supportContact: config.SUPPORT_CONTACT,
    publicUrl,
    senderOf,
    policy: verdictSettings(config),
    meaningsOf: (smscId) => carriers.get(smscId)?.errorMeanings,
    newId,
    isHealth: config.HIPAA_MODE,
    retention: retentionSettings(config),
    onRedacted: metrics.redacted,
    callbacks: { safeFetch, callbackSecret: () => webhookSecret },
  });
  closers.add('reply callbacks', () => contacts.stop());
  const receiving = { ...base, ...contacts.hearing, onTextFrom: contacts.findings.textFrom };
  const policy = retryPolicy(config.RETRY_POLICY ?? {});
  const ending = { ...base, onEnded, onSegments: () => receipts.adoptIfWaiting() };
  const random = Math.random;
  const finishAttempts = createFinishAttempts({ ...ending, queue, instanceId, random, retryPolicy: policy });
  const takeLateAnswer = createTakeLateAnswer(ending);
  const events = { receipt: receipts.take, inbound: createReceive(receiving) };
  const simulator = await openSimulator(config, log, clock, closers);
  const senders = await openSenders({ database, clock, enforcement: config.SENDER_RULES });
  const { rateOf: senderRate, registrationOf } = senders;
  const around = { clock, log, events, onEvents, senderRate, registrationOf, requiresTls: config.HIPAA_MODE };
  const carriers = await openCarriers(config, simulator, database, secrets, around);
  const shared = { ...base, queue, carriers, instanceId };
  const sending = await openSending({
    ...shared,
    finishAttempts,
    takeLateAnswer,
    senders,
    verdicts: contacts.verdicts,
  });
  const { routing, submit, pauses } = sending;

  closers.add('texts under way', () => submit.idle());
  closers.add('carriers', async () => {
    // Jobs give back what they have not sent, while the carriers wait for what they have.
    await Promise.all([queue.stopWorking(), carriers.stop()]);
  });
  const settings = { ...draftSettings(config), pools: senders };
  const money = await openMoney({ ...base, ...moneySettings(config) });
  const accepting = {
    ...shared,
    routing,
    senders,
    settings,
    money,
    verdicts: contacts.verdicts,
    optOutPage: contacts.optOutPages,
    newId,
    hasCarrier: (mode: Mode) => carriers.all().some((carrier) => carrier.mode === mode),
    encodingOf: (smscId: string) => carriers.get(smscId)?.encoding,
    onAccepted: (mode: Mode, text: Omit<SentText, 'mode'>) => {
      metrics.accepted(mode);
      access.anomalies.note({ ...text, mode });
    },
  };
  const outgoing = openOutgoing({
    ...accepting,
    maxWaiting: config.BACKLOG_MAX,
    limits: config.BATCH_LIMITS ?? undefined,
  });
  const analytics = openAnalytics({ database, clock });
  const failureReviews = openFailureReviews({ ...base, suppressions: contacts.suppressions, newId });
  const sweep = createSweep({
    ...shared,
    routing,
    verdicts: contacts.verdicts,
    receipts,
    refresh: () => Promise.all([sending.refresh(), carriers.refresh(), money.prices.refresh()]),
    giveOutOverdue: () => giveOutOverdue(receiving),
    inFlight: submit.inFlight,
    retryPolicy: policy,
    onReceiptsMissing: (count) => metrics.receiptsMissing(count),
    duties: [
      ...contacts.duties,
      access.keyUses.duty,
      access.keyExpiry.duty,
      pauses.duty,
      money.balance.duty,
      { everyMs: 2_000, run: () => outgoing.batches.completeDue() },
      { everyMs: 2_000, run: () => analytics.refresh() },
      { everyMs: 2_000, run: () => failureReviews.refresh() },
    ],
  });
  closers.add('sweep', () => sweep.stop());
  carriers.start();
  sending.start();
  closers.add('sending', () => Promise.resolve(sending.stop()));
  sweep.start();

  const mode = carriers.all().some((carrier) => carrier.mode === 'live') ? 'live' : 'test';
  const { ownKeys } = access;
  const connectors = openConnectors({ config, connection, ownKeys, secrets, publicUrl, mode, clock, log, closers });
  let isStopping = false;
  const { consents } = contacts;
  const ports = {
    ...outgoing,
    ...createPreviews({ ...accepting, consents, organisation, isHealth: config.HIPAA_MODE }),
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
    connectorAt: connectors.handlerAt,
    checkUrl: safeFetch.check,
    webhookSecret,
    smsc: carriers.api,
    sandbox: simulator,
    readiness: () =>
      readiness({ ask: () => database.query(PING), queueIsUp: queue.isUp(), carrier: chiefOf(carriers), isStopping }),
    cursorKey: secrets.derive('cursors'),
    publicUrl,
    organisation,
    phonePageFolder: join(import.meta.dirname, 'console/phone'),
    docsFolders,
    log,
    clock,
  };
  const http = createHttp(ports, transport);
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
