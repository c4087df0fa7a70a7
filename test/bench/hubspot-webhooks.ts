import { startFakeHubSpot } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import { systemClock } from '../../server/clock.ts';
import { startHubSpotServer } from './server.ts';

/** How long HubSpot waits for an answer to its webhooks under 200 events a second; it gives up after 5 s. */
const EVENTS_PER_SECOND = 200;
const BATCH = 10;
const SECONDS = 20;
const ACCOUNT = 1_001;

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

await using left = new AsyncDisposableStack();
const hubspot = await startFakeHubSpot({ clock: systemClock, searchLagMs: 0 });
left.defer(() => hubspot.stop());
hubspot.addPortal(ACCOUNT);
const server = await startHubSpotServer(hubspot);
left.defer(server.stop);
await hubspot.install(ACCOUNT);
report(await measure());

/** How long each call took, and how many were refused. */
async function measure(): Promise<{ readonly tookMs: readonly number[]; readonly refused: number }> {
  const tookMs: number[] = [];
  let refused = 0;
  const call = async (round: number) => {
    const sentMs = performance.now();
    const { status } = await hubspot.call('POST', '/connectors/hubspot/webhooks/crm', JSON.stringify(batchOf(round)));
    tookMs.push(performance.now() - sentMs);
    if (status !== 200) refused += 1;
  };
  const pending: Promise<void>[] = [];
  const everyMs = (1_000 * BATCH) / EVENTS_PER_SECOND;
  const startedMs = performance.now();
  for (let round = 0; round < (EVENTS_PER_SECOND * SECONDS) / BATCH; round += 1) {
    const waitMs = startedMs + round * everyMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    pending.push(call(round));
  }
  await Promise.all(pending);
  return { tookMs, refused };
}

function report({ tookMs, refused }: Awaited<ReturnType<typeof measure>>): void {
  const sorted = tookMs.toSorted((one, other) => one - other);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  const events = sorted.length * BATCH;
  process.stdout.write(
    `${events} events in ${SECONDS} s, ${sorted.length} calls: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms, ${refused} refused\n`,
  );
}
