import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { type Account, account, allBound } from '../support/smpp-account.ts';
import { until } from '../support/until.ts';

/** The collector itself: without it, what is garbage already would count as kept. */
function heapMegabytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed / 1_048_576;
}

const resources = () => process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate').length;

/** Loses the connection `times` times; on each of them a text is taken. */
async function flap(bridge: Account, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    await allBound(bridge);
    expect(await bridge.send()).toMatchObject({ kind: 'accepted' });
    bridge.smsc.peers.at(-1)?.reset();
    await until(() => !bridge.carrier.isUp());
  }
  await allBound(bridge);
}

test('a carrier that is lost and found 200 times keeps no socket, no timer and no memory of it', async () => {
  const bridge = await account();
  await flap(bridge, 20);
  const before = { resources: resources(), megabytes: heapMegabytes() };
  await flap(bridge, 200);
  expect(resources()).toBeLessThanOrEqual(before.resources + 2);
  // The SMSC of the test remembers each of its peers, a few kilobytes in all.
  expect(heapMegabytes() - before.megabytes).toBeLessThan(4);
});
