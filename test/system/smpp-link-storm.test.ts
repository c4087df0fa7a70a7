import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../server/simulator/faults.ts';
import { freePort } from '../support/free-port.ts';
import { isBind, scriptedSmsc, type Script } from '../support/scripted-smsc.ts';
import { account, type Account, type ProfileChanges } from '../support/smpp-account.ts';

const LINKS = 50;
const STEP_MS = 100;
const binds = [20, 20, 10].map((count) => ({ type: 'transceiver' as const, count }));

describe('50 links to a carrier', () => {
  test('whose port is closed never try twice a second nor in step, and are back within 2 s of its return', async () => {
    const port = await freePort();
    const storm = await startStorm({ port });
    const failures = await watch(storm, 60_000);
    for (const times of failures) {
      expect(times.length).toBeGreaterThan(30);
      expect(times.length).toBeLessThan(60);
      expect(new Set(gaps(times)).size).toBeGreaterThan(5);
      expect(Math.min(...gaps(times))).toBeGreaterThanOrEqual(1_000);
    }
    expect(busiest(failures, 30_000)).toBeLessThan(LINKS / 3);
    // A carrier that is away for days must not fill the log: 1, 2, 4, 8, 16, 32 tries are told.
    expect(storm.logged.length).toBeLessThan(LINKS * 8);

    const smsc = await scriptedSmsc({ port });
    const backAtMs = storm.clock.monotonic();
    await watch(storm, 2_000);
    expect(stateCounts(storm)).toEqual({ bound: LINKS });
    expect(storm.clock.monotonic() - backAtMs).toBe(2_000);
    await storm.whileTimePasses(storm.carrier.stop());
    await smsc.close();
  });

  test('that refuses every bind try ever more rarely and not in step, and bind at the next try or at a rebind', async () => {
    let isBack = false;
    const storm = await startStorm({}, (pdu) => (isBack ? undefined : refused(pdu, 0x08)));
    const failures = await watch(storm, 60_000);
    for (const times of failures) {
      expect(times.length).toBeGreaterThan(2);
      expect(times.length).toBeLessThan(30);
    }
    const early = failures.flat().filter((atMs) => atMs <= 5_000).length;
    const late = failures.flat().filter((atMs) => atMs > 55_000).length;
    expect(late).toBeLessThan(early / 3);
    expect(busiest(failures, 2_000)).toBeLessThan(LINKS / 3);

    isBack = true;
    await watch(storm, 10_000);
    const { bound = 0, backoff = 0 } = stateCounts(storm);
    expect(bound).toBeGreaterThan(0);
    expect(bound + backoff).toBe(LINKS);
    storm.carrier.rebind();
    await settled(storm);
    expect(stateCounts(storm)).toEqual({ bound: LINKS });
  });

  test('that refuses the password are parked, and even their rare tries are not in step', async () => {
    const storm = await startStorm({}, (pdu) => refused(pdu, 0x0e));
    expect(stateCounts(storm)).toEqual({ parked: LINKS });
    const failures = await watch(storm, 70_000, 500);
    for (const times of failures) expect(times.length).toBeLessThanOrEqual(2);
    expect(failures.flat().filter((atMs) => atMs >= 60_000)).toHaveLength(LINKS);
    expect(busiest(failures, 1_000, 500)).toBeLessThan(LINKS / 3);
  });
});

async function startStorm(profile: ProfileChanges, script?: Script): Promise<Account> {
  const random = seededRandom(20_261_120);
  const storm = await account({ ...profile, binds, connect_timeout_ms: 120_000 }, script ? { script } : {}, random);
  await settled(storm);
  return storm;
}

/** When each link failed, in milliseconds from the start, while time moves on in steps. */
async function watch(storm: Account, forMs: number, stepMs = STEP_MS): Promise<readonly number[][]> {
  const { clock, carrier } = storm;
  const start = clock.monotonic();
  const startOfDay = clock.now();
  const failures = carrier.status().binds.map((): number[] => []);
  for (let steps = forMs / stepMs; steps > 0; steps -= 1) {
    await clock.advance(stepMs);
    await settled(storm);
    for (const [index, { lastLoss }] of carrier.status().binds.entries()) {
      const atMs = (lastLoss?.atMs ?? 0) - startOfDay;
      const times = failures[index] ?? [];
      if (lastLoss && atMs > (times.at(-1) ?? 0)) times.push(atMs);
    }
  }
  expect(clock.monotonic() - start).toBe(forMs);
  return failures;
}

/** No link is in the middle of a try: what a try meets on the loopback is known. */
async function settled({ carrier }: Account): Promise<void> {
  const isTrying = () => carrier.status().binds.some(({ state }) => TRYING.has(state));
  while (isTrying()) await new Promise((resolve) => setImmediate(resolve));
}
const TRYING: ReadonlySet<string> = new Set(['idle', 'connecting', 'binding', 'draining']);

function stateCounts({ carrier }: Account): Partial<Record<string, number>> {
  const counts: Partial<Record<string, number>> = {};
  for (const { state } of carrier.status().binds) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

const gaps = (times: readonly number[]) => times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));

/** The most failures of all links in one step, from `fromMs` on. */
function busiest(failures: readonly number[][], fromMs: number, stepMs = STEP_MS): number {
  const steps = new Map<number, number>();
  for (const atMs of failures.flat()) {
    const step = Math.floor(atMs / stepMs);
    if (atMs >= fromMs) steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  return Math.max(...steps.values());
}

function refused(pdu: Parameters<Script>[0], commandStatus: number): ReturnType<Script> {
  const { command, sequenceNumber } = pdu;
  return isBind(command) ? [{ command: `${command}_resp`, sequenceNumber, commandStatus }] : undefined;
}
