import { startFakeHubSpot, type Portal, type Stored } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import { systemClock } from '../../server/clock.ts';
import { addRule } from './hubspot-soak-load.ts';
import { startHubSpotServer } from './server.ts';

/**
 * How long HubSpot waits for an answer to its webhooks under 200 events a second, while what they tell is worked on. Ends
 * with 1 when one was refused, or HubSpot would not have waited for one in a hundred.
 */
const EVENTS_PER_SECOND = 200;
const SECONDS = 40;
/** Events of one call, in turn: HubSpot sends up to 100. */
const BATCHES = [100, 10, 1, 1, 50, 5, 13, 20] as const;
const ACCOUNT = 1_001;
/** HubSpot gives up then. */
const ANSWER_MS_MAX = 5_000;
/** Slower than that is worth a look. */
const ANSWER_MS_AIM = 300;

const TICKS = (EVENTS_PER_SECOND * SECONDS) / 2;
const RECORDS = 400;

await using left = new AsyncDisposableStack();
const hubspot = await startFakeHubSpot({ clock: systemClock, searchLagMs: 0 });
left.defer(() => hubspot.stop());
const portal = hubspot.addPortal(ACCOUNT);
const server = await startHubSpotServer(hubspot);
left.defer(server.stop);
await hubspot.install(ACCOUNT);
await addRule(hubspot, ACCOUNT);
process.exitCode = report(await measure(changesIn(portal)));

/** In turn: a contact is ticked as opted out, a deal comes to a stage that is texted about, a ticket to another stage. */
function changesIn(account: Portal): () => void {
  const numberOf = (nth: number) => `+1415555${String(nth).padStart(4, '0')}`;
  const contactOf = (nth: number) => account.create('contacts', { properties: { mobilephone: numberOf(nth) } });
  const ticked = Array.from({ length: TICKS }, (_, nth) => contactOf(nth));
  const deals = Array.from({ length: RECORDS }, (_, nth) => {
    const deal = account.create('deals', { properties: { dealname: 'Roof', dealstage: '70011', pipeline: '7001' } });
    account.link('deals', deal.id, 'contacts', contactOf(TICKS + nth).id, [3]);
    return deal;
  });
  const opened = { subject: 'Leak', hs_pipeline: '8001', hs_pipeline_stage: '80011' };
  const tickets = Array.from({ length: RECORDS }, () => account.create('tickets', { properties: opened }));
  hubspot.deliveries.waiting.length = 0;
  let count = 0;
  const nextOf = (records: readonly Stored[], nth: number) => (records[nth % records.length] as Stored).id;
  return () => {
    const [kind, nth] = [count % 3, Math.floor(count / 3)];
    const isBack = Math.floor(nth / RECORDS) % 2 === 1;
    count += 1;
    if (kind === 0) account.update('contacts', nextOf(ticked, nth), { sms_opt_out: 'true' });
    else if (kind === 1) account.update('deals', nextOf(deals, nth), { dealstage: isBack ? '70011' : '70012' });
    else account.update('tickets', nextOf(tickets, nth), { hs_pipeline_stage: isBack ? '80011' : '80014' });
  };
}

interface Measured {
  readonly tookMs: readonly number[];
  readonly refused: number;
  readonly events: number;
}

/** How long each call took, and how many were refused. What the connector itself changes is told among the others. */
async function measure(change: () => void): Promise<Measured> {
  const tookMs: number[] = [];
  let [refused, events] = [0, 0];
  const call = async () => {
    events += hubspot.deliveries.waiting.length;
    const sentMs = performance.now();
    const statuses = await hubspot.deliveries.deliver();
    tookMs.push((performance.now() - sentMs) / Math.max(1, statuses.length));
    refused += statuses.filter((status) => status !== 200).length;
  };
  const pending: Promise<void>[] = [];
  const startedMs = performance.now();
  let made = 0;
  for (let round = 0; made < EVENTS_PER_SECOND * SECONDS; round += 1) {
    const waitMs = startedMs + (made / EVENTS_PER_SECOND) * 1_000 - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const size = BATCHES[round % BATCHES.length] ?? 1;
    for (let nth = 0; nth < size; nth += 1) change();
    made += size;
    pending.push(call());
  }
  await Promise.all(pending);
  return { tookMs, refused, events };
}

function report({ tookMs, refused, events }: Measured): number {
  const sorted = tookMs.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(
    `${events} events in ${SECONDS} s, ${sorted.length} calls: p50 ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms, longest ${at(1).toFixed(1)} ms, ${refused} refused`,
  );
  if (at(0.99) >= ANSWER_MS_AIM) say(`One call in a hundred took longer than ${ANSWER_MS_AIM} ms.`);
  const isFine = refused === 0 && at(0.99) < ANSWER_MS_MAX;
  say(isFine ? 'It held.' : 'IT DID NOT HOLD.');
  return isFine ? 0 : 1;
}
