import { afterAll, describe, expect, test } from 'vitest';
import { PORTAL, SHOP } from '../support/hubspot-acts.ts';
import { connectedWorld } from '../support/hubspot-world.ts';

/** `HUBSPOT_OPT_OUTS=50000 npm run test:hubspot` is the whole figure, and takes long. */
const ROWS = Number(process.env['HUBSPOT_OPT_OUTS'] ?? 100);
/** As it is when nothing is set. */
const world = await connectedWorld({ HUBSPOT_CALLS_PER_10_SECONDS: '90' });
afterAll(() => world[Symbol.asyncDispose]());
const { hubspot, portal, sdk, storage } = world;
const SMALL = 1_002;
/** Slower than the time of day, so that the time of the account is what HubSpot's limits cost, not this machine. */
const STEP_MS = 10;

describe('an import of contacts who have opted out', () => {
  /** Ten thousand numbers of an area are reserved for such use. */
  const AREAS = ['415', '212', '312', '206', '303', '512', '617', '702'];
  const numberOf = (row: number) => `+1${AREAS[Math.floor(row / 10_000)]}555${String(row % 10_000).padStart(4, '0')}`;
  const numbers = Array.from({ length: ROWS }, (_, row) => numberOf(row));

  test(`R144: of ${ROWS} rows is in force for every number, writes nothing back, and delays nobody else`, async () => {
    const other = hubspot.addPortal(SMALL);
    await world.install(SMALL);
    await world.settled();
    for (let row = 0; row < ROWS; row += 1)
      portal.create('contacts', { properties: { mobilephone: numberOf(row), sms_opt_out: 'true' } }, 'IMPORT');
    hubspot.requests.length = 0;
    const [begunMs, clockMs] = [performance.now(), world.clock.monotonic()];
    expect(new Set(await hubspot.deliveries.deliver({ batchMax: 100 }))).toEqual(new Set([200]));
    const takenMs = performance.now() - begunMs;

    const guest = other.create('contacts', { properties: { mobilephone: '+447700900321' } });
    await world.clock.advance(3_500);
    await world.texts('+447700900321', 'Are you open?');
    const open = () => storage.query<{ count: string }>('select count(*) as count from tasks where done_at is null');
    await world.until(() => other.linked('contacts', guest.id, 'communications').length === 1, STEP_MS);
    const [waiting] = await open();

    await world.until(async () => {
      const [row] = await storage.query<{ count: string }>(
        `select count(*) as count from tasks where done_at is null and kind in ('crm', 'consent')`,
      );
      return row?.count === '0';
    }, STEP_MS);
    const optedOut = new Set<string>();
    for await (const { number } of sdk.optOuts.list({ topic: '*' })) optedOut.add(number);
    expect(numbers.filter((number) => !optedOut.has(number))).toEqual([]);
    const calls = hubspot.requests.filter(({ portalId }) => portalId === PORTAL);
    expect(calls.filter(({ path }) => path.endsWith('/contacts/batch/update'))).toEqual([]);
    const seconds = Math.round((performance.now() - begunMs) / 1_000);
    process.stdout.write(
      `${ROWS} rows: stored in ${Math.round(takenMs)} ms, done in ${seconds} s, ` +
        `${Math.round((world.clock.monotonic() - clockMs) / 1_000)} s of the account, with ${calls.length} calls of HubSpot, ` +
        `${calls.filter(({ path }) => path.endsWith('/search')).length} of them searches; ` +
        `another account's reply was there with ${waiting?.count ?? '?'} things still to do\n`,
    );
    expect(
      await sdk.sms.send({ to: numberOf(0), from: SHOP, body: 'Hi' }).catch((error: { code: string }) => error.code),
    ).toBe('OPTED_OUT');
  });
});
