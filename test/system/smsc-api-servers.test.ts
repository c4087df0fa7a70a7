import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { carrierSchema } from '../../server/smpp/profile.ts';
import { openRegistry, type Registry } from '../../server/smpp/registry.ts';
import { type CarrierStore, createCarrierStore } from '../../server/store/carriers.ts';
import { apiClient } from '../support/api-client.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ownServer } from '../support/own-server.ts';
import { isBind, scriptedSmsc, type ScriptedSmsc } from '../support/scripted-smsc.ts';
import { until } from '../support/until.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';

let database: FreshDatabase;
let store: CarrierStore;
beforeAll(async () => {
  database = await freshDatabase();
  const sealing = { seal: (plain: string) => Buffer.from(plain), open: (sealed: Buffer) => sealed };
  store = createCarrierStore(database, sealing, () => new Date());
});
afterAll(() => database[Symbol.asyncDispose]());

describe('what one of several servers does to a carrier reaches the others', () => {
  test('when it is added: the other one connects too', async () => {
    const { here, there, smsc } = await twoServers();
    expect(await here.api.add('live', profileOf(smsc))).toMatchObject({ ok: true });
    expect(there.get('acme')).toBeUndefined();
    const announced: string[] = [];
    there.onAdded(({ id }) => announced.push(id));
    await there.refresh();
    expect(announced).toEqual(['acme']);
    await until(() => there.get('acme')?.isUp());
    expect(there.api.find('live', 'acme')).toMatchObject({ origin: 'api', state: 'up', paused: false });
    expect(there.api.find('test', 'acme')).toBeNull();
    await Promise.all([here.refresh(), there.refresh(), there.refresh()]);
    expect([here.all().length, there.all().length, smsc.peers.length]).toEqual([1, 1, 2]);
  });

  test('when its password is changed: the other one is not parked any more, and never shows it', async () => {
    const { here, there, smsc } = await twoServers();
    await here.api.add('live', profileOf(smsc, { password: 'wrong' }));
    await there.refresh();
    await until(() => there.get('acme')?.status().state === 'parked');
    const before = there.get('acme');
    await here.api.setPassword('live', 'acme', 'right');
    await there.refresh();
    await until(() => there.get('acme')?.isUp());
    expect(there.get('acme')).toBe(before);
    const binds = smsc.peers.length;
    await there.refresh();
    expect(smsc.peers).toHaveLength(binds);
    await here.api.setPassword('live', 'acme', 'right');
    expect(JSON.stringify(there.api.list('live'))).not.toContain('right');
  });

  test('when it is paused and resumed, those of the settings as well', async () => {
    const { here, there, smsc } = await twoServers({ isConfigured: true });
    await here.api.add('live', profileOf(smsc));
    await here.api.setPaused('live', 'acme', true);
    await here.api.setPaused('live', 'settings', true);
    await there.refresh();
    expect(there.all().map(({ id, isPaused }) => [id, isPaused()])).toEqual([
      ['settings', true],
      ['acme', true],
    ]);
    await there.api.setPaused('live', 'acme', false);
    await there.api.setPaused('live', 'settings', false);
    await here.refresh();
    expect(here.all().map(({ isPaused }) => isPaused())).toEqual([false, false]);
  });

  test('when it is removed: the other one unbinds and forgets it', async () => {
    const { here, there, smsc } = await twoServers();
    await here.api.add('live', profileOf(smsc));
    await there.refresh();
    await until(() => there.get('acme')?.isUp() && here.get('acme')?.isUp());
    expect(await here.api.remove('live', 'acme')).toBe(true);
    await there.refresh();
    expect(there.get('acme')).toBeUndefined();
    await until(() => smsc.peers.every((peer) => peer.received.at(-1)?.command === 'unbind'));
  });

  test('when it is removed and made anew: the old binds go, then the new ones come', async () => {
    const { here, there, smsc } = await twoServers();
    await here.api.add('live', profileOf(smsc));
    await there.refresh();
    await until(() => there.get('acme')?.isUp() && here.get('acme')?.isUp());
    await here.api.remove('live', 'acme');
    await here.api.add('live', profileOf(smsc, { system_id: 'renamed', rate: 5 }));
    await there.refresh();
    await until(() => there.get('acme')?.isUp() && here.get('acme')?.isUp());
    expect(there.api.find('live', 'acme')).toMatchObject({ system_id: 'renamed', rate: { limit: 5 } });
    expect(smsc.peers.filter((peer) => peer.isOpen())).toHaveLength(2);
  });

  test('but not when it is one that this version cannot read, or one of its own settings', async () => {
    const { here, there, smsc } = await twoServers({ isConfigured: true });
    await store.insert({ id: 'newer', mode: 'live', profile: { ...profileOf(smsc), id: 'newer', colour: 'red' } });
    await store.insert({ id: 'settings', mode: 'live', profile: { ...profileOf(smsc), id: 'settings' } });
    await here.api.add('live', profileOf(smsc));
    await there.refresh();
    expect(there.all().map(({ id }) => id)).toEqual(['settings', 'acme']);
    expect(there.api.find('live', 'settings')).toMatchObject({ origin: 'file' });
  });

  test('and what both do at once ends the same everywhere', async () => {
    const { here, there, smsc } = await twoServers();
    const added = await Promise.all([
      here.api.add('live', profileOf(smsc)),
      there.api.add('live', profileOf(smsc)),
      here.refresh(),
      there.refresh(),
    ]);
    expect(added.filter((one) => one?.ok === true)).toHaveLength(1);
    await Promise.all([here.api.remove('live', 'acme'), here.refresh(), there.refresh()]);
    await Promise.all([here.refresh(), there.refresh()]);
    expect([here.all(), there.all()]).toEqual([[], []]);
  });

  test('and a server that stops takes nothing more on', async () => {
    const { here, there, smsc, clock } = await twoServers();
    await here.api.add('live', profileOf(smsc));
    await stopOf(there, clock);
    await there.refresh();
    expect(there.all()).toEqual([]);
  });
});

test('two whole servers: the one that was not asked connects too, within seconds', async () => {
  const smsc = await scriptedSmsc();
  onTestFinished(() => smsc.close());
  const server = await ownServer({});
  const other = await server.restart();
  const carrier = { id: 'acme', host: '127.0.0.1', port: smsc.port, system_id: 'bridge', password: 'pw' };
  expect((await apiClient(other, 'live')('POST', '/v1/smsc', carrier)).status).toBe(201);
  const asked = apiClient(server, 'live');
  await until(async () => (await asked('GET', '/v1/smsc/acme')).body['state'] === 'up' && smsc.peers.length === 2);
});

/** Two servers on one database, and a carrier that knows one password. */
async function twoServers({ isConfigured = false } = {}) {
  const smsc = await scriptedSmsc({
    script: (pdu) => {
      if (!isBind(pdu.command) || (pdu.command === 'bind_transceiver' && pdu.fields.password === 'right')) return;
      return [{ command: 'bind_transceiver_resp', sequenceNumber: pdu.sequenceNumber, commandStatus: 0x0e }];
    },
  });
  const clock = virtualClock();
  const settings = { ...profileOf(smsc), id: 'settings' };
  const configured = isConfigured ? [{ profile: settings, mode: 'live', origin: 'file' } as const] : [];
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const nothing = () => Promise.resolve();
  const open = async () => {
    const events = { receipt: nothing, inbound: nothing };
    const random = () => 0;
    const registry = await openRegistry({ configured, store, clock, log, events, random, onEvents: () => undefined });
    registry.start();
    return registry;
  };
  const [here, there] = [await open(), await open()];
  onTestFinished(async () => {
    await Promise.all([stopOf(here, clock), stopOf(there, clock)]);
    await smsc.close();
    await database.query({ text: 'truncate carriers, carrier_states', values: [] });
  });
  return { here, there, smsc, clock };
}

async function stopOf(registry: Registry, clock: VirtualClock): Promise<void> {
  let isStopped = false;
  void registry.stop().then(() => (isStopped = true));
  await until(async () => (await clock.advance(100), isStopped));
}

function profileOf(smsc: ScriptedSmsc, changes: Readonly<Record<string, unknown>> = {}) {
  const { port } = smsc;
  const account = { id: 'acme', host: '127.0.0.1', port, system_id: 'bridge', password: 'right' };
  return carrierSchema.parse({ ...account, ...changes });
}
