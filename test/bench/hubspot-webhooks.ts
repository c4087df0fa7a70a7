import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeHubSpot } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import { systemClock } from '../../server/clock.ts';
import { readConfig } from '../../server/config.ts';
import { startServer } from '../../server/main.ts';
import { createLog } from '../../server/operations/log.ts';

/** How long HubSpot waits for an answer to its webhooks under 200 events a second; it gives up after 5 s. */
const EVENTS_PER_SECOND = 200;
const BATCH = 10;
const SECONDS = 20;
const ACCOUNT = 1_001;
const PUBLIC_URL = 'https://sms.example.com';

const dataDir = await mkdtemp(join(tmpdir(), 'smsbridge-bench-'));
const hubspot = await startFakeHubSpot({ clock: systemClock, searchLagMs: 0 });
hubspot.addPortal(ACCOUNT);
const server = await startServer(
  readConfig({
    DATA_DIR: dataDir,
    PORT: '0',
    METRICS_PORT: '0',
    SIMULATOR_PORT: 'free',
    PUBLIC_URL,
    HUBSPOT_CLIENT_ID: hubspot.app.clientId,
    HUBSPOT_CLIENT_SECRET: hubspot.app.clientSecret,
    HUBSPOT_API_URL: hubspot.url,
    HUBSPOT_APP_URL: hubspot.url,
  }),
  createLog('error'),
);
hubspot.connect(server.url, PUBLIC_URL);

async function connect(): Promise<void> {
  const begun = await fetch(`${server.url}/connectors/hubspot/install`, { redirect: 'manual' });
  const agreed = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
  const { search } = new URL(agreed.headers.get('location') ?? '');
  const cookie = (begun.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  await fetch(`${server.url}/connectors/hubspot/oauth/callback${search}`, { headers: { Cookie: cookie } });
}

/** Changes of stages of deals that nobody has a rule for: what is measured is storing them while others are worked on. */
const batchOf = (round: number) =>
  Array.from({ length: BATCH }, (_, index) => ({
    eventId: round * BATCH + index,
    portalId: ACCOUNT,
    occurredAt: Date.now(),
    subscriptionType: 'object.propertyChange',
    objectTypeId: '0-3',
    objectId: 1_000_000 + ((round * BATCH + index) % 2_000),
    propertyName: 'dealstage',
    propertyValue: '70012',
    changeSource: 'CRM_UI',
    attemptNumber: 0,
  }));

try {
  await connect();
  const tookMs: number[] = [];
  let refused = 0;
  const pending: Promise<void>[] = [];
  const everyMs = (1_000 * BATCH) / EVENTS_PER_SECOND;
  const startedMs = performance.now();
  for (let round = 0; round < (EVENTS_PER_SECOND * SECONDS) / BATCH; round += 1) {
    const waitMs = startedMs + round * everyMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const sentMs = performance.now();
    const calling = hubspot.call('POST', '/connectors/hubspot/webhooks/crm', JSON.stringify(batchOf(round)));
    pending.push(
      calling.then(({ status }) => {
        tookMs.push(performance.now() - sentMs);
        if (status !== 200) refused += 1;
      }),
    );
  }
  await Promise.all(pending);
  const sorted = tookMs.toSorted((one, other) => one - other);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  const events = sorted.length * BATCH;
  process.stdout.write(
    `${events} events in ${SECONDS} s, ${sorted.length} calls: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms, ${refused} refused\n`,
  );
} finally {
  await server.stop();
  await hubspot.stop();
  await rm(dataDir, { recursive: true, force: true });
}
