import { expect, test } from 'vitest';
import type { Outcome } from '../../server/messages/carrier.ts';
import type { Pdu, PduToSend } from '../../server/smpp/pdu.ts';
import type { Script } from '../support/scripted-smsc.ts';
import { type Account, account, allBound, PART, type ProfileChanges } from '../support/smpp-account.ts';
import { until } from '../support/until.ts';

/** An SMSC that takes `perSecond` in each second of the account's clock and throttles the rest. */
async function limited(perSecond: number, profile: ProfileChanges): Promise<{ bridge: Account; taken: () => number }> {
  let second = -1;
  let inSecond = 0;
  let taken = 0;
  const clock = { monotonic: () => 0 };
  const script: Script = (pdu) => {
    if (pdu.command !== 'submit_sm') return undefined;
    const now = Math.floor(clock.monotonic() / 1_000);
    if (now !== second) inSecond = 0;
    second = now;
    if (inSecond >= perSecond) return [throttled(pdu)];
    inSecond += 1;
    taken += 1;
    return undefined;
  };
  const bridge = await account(profile, { script });
  clock.monotonic = bridge.clock.monotonic;
  await allBound(bridge);
  return { bridge, taken: () => taken };
}

function throttled({ sequenceNumber }: Pdu): PduToSend {
  return { command: 'submit_sm_resp', sequenceNumber, commandStatus: 0x58 };
}

/** Sends without a pause in `workers` lines until told to stop, and notes every outcome. */
function flood(bridge: Account, workers: number): { readonly outcomes: Outcome[]; stop(): void } {
  const outcomes: Outcome[] = [];
  let isOver = false;
  for (let worker = 0; worker < workers; worker += 1) {
    void (async () => {
      while (!isOver) {
        const [slot] = await bridge.carrier.reserve(1);
        if (!slot) return;
        outcomes.push(await slot.submit(PART));
        slot.release();
      }
    })();
  }
  return { outcomes, stop: () => (isOver = true) };
}

/** Moves time in small steps, so that answers travel while it passes. */
async function pass(bridge: Account, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    await bridge.clock.advance(10);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('an SMSC that allows 100 a second gets at least 95, and throttles less than 2 %, over two binds', async () => {
  const { bridge } = await limited(100, { binds: [{ count: 2 }], window: 20 });
  const { outcomes, stop } = flood(bridge, 40);
  await pass(bridge, 10_000);
  const start = outcomes.length;
  await pass(bridge, 20_000);
  const counted = outcomes.slice(start);
  stop();
  const accepted = counted.filter(({ kind }) => kind === 'accepted').length;
  expect(counted.every(({ kind }) => kind === 'accepted' || kind === 'refused')).toBe(true);
  expect(accepted).toBeGreaterThanOrEqual(95 * 20);
  expect((counted.length - accepted) / counted.length).toBeLessThan(0.02);
  const { binds, perSecond } = bridge.carrier.status();
  expect(perSecond).toBeLessThan(120);
  for (const bind of binds) expect(bind.throttled).toBeGreaterThan(0);
});

test('the automatic window follows pace and round trip', async () => {
  const waiting: { readonly dueMs: number; readonly answer: () => void }[] = [];
  const clock = { monotonic: () => 0 };
  const script: Script = (pdu, peer) => {
    if (pdu.command !== 'submit_sm') return undefined;
    const { sequenceNumber } = pdu;
    const answer = () => peer.send({ command: 'submit_sm_resp', sequenceNumber, fields: { messageId: 'x' } });
    waiting.push({ dueMs: clock.monotonic() + 200, answer });
    return [];
  };
  const bridge = await account({ window: 'auto', rate: 100 }, { script });
  clock.monotonic = bridge.clock.monotonic;
  await allBound(bridge);
  expect(bridge.carrier.status().binds[0]?.windowMax).toBe(10);
  const { stop } = flood(bridge, 100);
  for (let step = 0; step < 300; step += 1) {
    while (waiting[0] && waiting[0].dueMs <= clock.monotonic()) waiting.shift()?.answer();
    await pass(bridge, 10);
  }
  stop();
  const { windowMax, windowUsed, roundTripMs } = bridge.carrier.status().binds[0] ?? {};
  expect(roundTripMs).toBeGreaterThanOrEqual(200);
  expect(roundTripMs).toBeLessThanOrEqual(240);
  expect(windowMax).toBe(Math.ceil(100 * ((roundTripMs ?? 0) / 1_000) * 1.5));
  // By Little's law: what the pace needs, and no more.
  expect(windowUsed).toBeLessThanOrEqual(26);
  for (const { answer } of waiting) answer();
});

test('R077: a sender keeps its own pace and holds up no other', async () => {
  const bridge = await account({ rate_per_sender: 2, window: 10 });
  await allBound(bridge);
  const from = '+15005550006';
  const own = [1, 2, 3, 4].map(() => bridge.send({ from }));
  expect(await bridge.send({ from: '+15005550007' })).toMatchObject({ kind: 'accepted' });
  expect(await own[0]).toMatchObject({ kind: 'accepted' });
  // The fourth would have to wait for 1.5 s and would keep others out of the window.
  expect(await own[3]).toMatchObject({ kind: 'refused', class: 'throttle', name: 'rate_per_sender' });
  const peer = await bridge.smsc.bound(0);
  const count = () => peer.received.filter(({ command }) => command === 'submit_sm').length;
  expect(count()).toBe(2);
  await bridge.clock.advance(500);
  await until(() => count() === 3);
  await bridge.clock.advance(500);
  expect(await Promise.all(own.slice(1, 3))).toMatchObject([{ kind: 'accepted' }, { kind: 'accepted' }]);
});
