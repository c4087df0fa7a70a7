import { parseArgs } from 'node:util';
import { storageOf, openPool, type Storage } from '../../connectors/seam/storage.ts';
import { SmsClient } from '../../connectors/sdk/index.ts';
import { type FakeHubSpot, startFakeHubSpot } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import { systemClock } from '../../server/clock.ts';
import type { Memory } from './server-child.ts';
import { startHubSpotServer } from './server.ts';
import { createLoad, FAULTS, type Load, TOKEN_FAULTS } from './hubspot-soak-load.ts';
import { countFaults, type Found } from './hubspot-soak-verdict.ts';

const HELP = `The HubSpot connector for a long time: many accounts, webhooks, workflows and replies at once, and a HubSpot that
fails now and then. It counts what was lost, doubled or left undone, and ends with 1 when anything was.

  npm run soak:hubspot -- --minutes 20 --portals 50 --rate 200 --faults 0.05 --seed 1
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    portals: { type: 'string', default: '50' },
    /** Events a second: changes in HubSpot, calls of the workflow action, and replies. */
    rate: { type: 'string', default: '200' },
    /** Share of HubSpot's answers that go wrong. */
    faults: { type: 'string', default: '0.05' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
const SAMPLE_MS = 5_000;
/** HubSpot's webhooks have to be answered by then; what is late comes again, and counts once. */
const ANSWER_MS_MAX = 5_000;
/** Of the first third: what caches and compiled code may still take. */
const HEAP_GROWTH_MAX = 1.25;
const HEAP_SLACK_BYTES = 8_000_000;
const DRAIN_MS_MAX = 900_000;

async function soak(): Promise<number> {
  await using left = new AsyncDisposableStack();
  const hubspot = await startFakeHubSpot({ clock: systemClock, searchLagMs: 500, tokenSeconds: 300, burstMax: 110 });
  left.defer(() => hubspot.stop());
  const { url, key, connection, memory, stop } = await startHubSpotServer(hubspot);
  left.defer(stop);
  const pool = openPool(connection, 'hubspot', () => undefined);
  left.defer(() => pool.end());
  return await run({ hubspot, sdk: new SmsClient({ baseUrl: url, apiKey: key }), storage: storageOf(pool), memory });
}

interface Stage {
  readonly hubspot: FakeHubSpot;
  readonly sdk: SmsClient;
  readonly storage: Storage;
  readonly memory: () => Promise<Memory>;
}

async function run(stage: Stage): Promise<number> {
  const { hubspot } = stage;
  const load = await createLoad({
    ...stage,
    portals: Number(values.portals),
    rate: Number(values.rate),
    seed: Number(values.seed),
  });
  const share = Number(values.faults);
  const storms = [
    hubspot.faults.storm(share, /^(?!\w+ \/oauth)/, FAULTS, load.random),
    hubspot.faults.storm(share, /^\w+ \/oauth/, TOKEN_FAULTS, load.random),
  ];
  const samples: Memory[] = [];
  const sampling = setInterval(() => void stage.memory().then((one) => samples.push(one)), SAMPLE_MS);
  await load.run(Number(values.minutes) * 60_000);
  clearInterval(sampling);
  const drainedMs = await drain(stage, load);
  for (const end of storms) end();
  const found = await countFaults(stage, load);
  return report(found, load, samples, drainedMs);
}

/** Until everything is done that is due, and the server has told of every text that a workflow waits for; what waits for its time, as the end of a callback, is left. */
async function drain({ hubspot, storage }: Stage, load: Load): Promise<number> {
  const begunMs = performance.now();
  for (;;) {
    await load.deliver();
    const open = await storage.query(
      `select 1 from tasks where done_at is null and kind not in ('expire', 'reconcile') limit 1`,
    );
    const isWaiting = load.called.some(({ callbackId }) => hubspot.isWaiting(callbackId));
    if ((open.length === 0 && !isWaiting) || performance.now() - begunMs > DRAIN_MS_MAX)
      return performance.now() - begunMs;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function report(found: Found, load: Load, samples: readonly Memory[], drainedMs: number): number {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const [first, last] = [heapOf(samples.slice(0, third)), heapOf(samples.slice(-third))];
  const isFlat = last <= first * HEAP_GROWTH_MAX + HEAP_SLACK_BYTES;
  const rss = samples.at(-1)?.rssBytes ?? 0;
  const answered = load.answeredMs.toSorted((one, other) => one - other);
  const at = (share: number) => answered[Math.min(answered.length - 1, Math.floor(answered.length * share))] ?? 0;
  const counts = load.counts();
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const perSecond = Math.round((counts.events + counts.actions + counts.replies) / (Number(values.minutes) * 60));
  say(`${values.minutes} min, ${values.portals} accounts, ${perSecond} a second, ${values.faults} of answers at fault`);
  say(
    `${counts.events} changes in HubSpot, ${counts.actions} calls of the action, ${counts.replies} replies; drained in ${Math.round(drainedMs / 1_000)} s`,
  );
  say(`answers: p50 ${at(0.5).toFixed(0)} ms, p99 ${at(0.99).toFixed(0)} ms, longest ${at(1).toFixed(0)} ms`);
  say(`memory: heap ${inMb(first)} -> ${inMb(last)} MB, resident ${inMb(rss)} MB at the end`);
  for (const [what, examples] of Object.entries(found.faults))
    say(`${what}: ${examples.length}${examples.length > 0 ? ` (${examples.slice(0, 3).join('; ')})` : ''}`);
  const isFine = isFlat && at(0.99) < ANSWER_MS_MAX && Object.values(found.faults).every((list) => list.length === 0);
  say(isFine ? 'It held.' : 'IT DID NOT HOLD.');
  return isFine ? 0 : 1;
}

/** The middle one: a collection may fall together with a burst. */
const heapOf = (samples: readonly Memory[]) =>
  samples.map(({ heapBytes }) => heapBytes).toSorted((one, other) => one - other)[Math.floor(samples.length / 2)] ?? 0;
const inMb = (bytes: number) => Math.round(bytes / 1_000_000);

// At the end: what is declared above by const is needed while it runs.
if (values.help) process.stdout.write(HELP);
else process.exitCode = await soak();
