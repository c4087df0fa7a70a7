import { afterAll, describe, expect, test } from 'vitest';
import { PORTAL, SHOP } from '../support/hubspot-acts.ts';
import { connectedWorld } from '../support/hubspot-world.ts';

/** `HUBSPOT_OPT_OUTS=50000 npm run test:hubspot` is the whole figure, and takes long. */
const ROWS = Number(process.env['HUBSPOT_OPT_OUTS'] ?? 100);
const world = await connectedWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { hubspot, portal, sdk, storage } = world;
const SMALL = 1_002;

describe('an import of contacts who have opted out', () => {
  const numberOf = (row: number) => `+1415555${String(row % 10_000).padStart(4, '0')}`;
  /** Reserved numbers are ten thousand: beyond that several contacts share one. */
  const numbers = new Set(Array.from({ length: ROWS }, (_, row) => numberOf(row)));

  test(`R144: of ${ROWS} rows is in force for every number, writes nothing back, and delays nobody else`, async () => {
    const other = hubspot.addPortal(SMALL);
    await world.install(SMALL);
    await world.settled();
    for (let row = 0; row < ROWS; row += 1)
      portal.create('contacts', { properties: { mobilephone: numberOf(row), sms_opt_out: 'true' } }, 'IMPORT');
    hubspot.requests.length = 0;
    const begunMs = performance.now();
    expect(new Set(await hubspot.deliveries.deliver({ batchMax: 100 }))).toEqual(new Set([200]));
    const takenMs = performance.now() - begunMs;

    const guest = other.create('contacts', { properties: { mobilephone: '+447700900321' } });
    await world.clock.advance(3_500);
    await world.texts('+447700900321', 'Are you open?');
    const open = () => storage.query<{ count: string }>('select count(*) as count from tasks where done_at is null');
    await world.until(() => other.linked('contacts', guest.id, 'communications').length === 1);
    const [waiting] = await open();

    await world.until(async () => {
      const [row] = await storage.query<{ count: string }>(
        `select count(*) as count from tasks where done_at is null and kind in ('crm', 'consent')`,
      );
      return row?.count === '0';
    });
    const optedOut = new Set<string>();
    for await (const { number } of sdk.optOuts.list({ topic: '*' })) optedOut.add(number);
    expect([...numbers].filter((number) => !optedOut.has(number))).toEqual([]);
    const calls = hubspot.requests.filter(({ portalId }) => portalId === PORTAL);
    expect(calls.filter(({ path }) => path.endsWith('/contacts/batch/update'))).toEqual([]);
    const seconds = Math.round((performance.now() - begunMs) / 1_000);
    process.stdout.write(
      `${ROWS} rows: stored in ${Math.round(takenMs)} ms, done in ${seconds} s with ${calls.length} calls of HubSpot; ` +
        `another account's reply was there with ${waiting?.count ?? '?'} things still to do\n`,
    );
    expect(
      await sdk.sms.send({ to: numberOf(0), from: SHOP, body: 'Hi' }).catch((error: { code: string }) => error.code),
    ).toBe('OPTED_OUT');
  });
});
