import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { apiClient, type ApiClient } from '../support/api-client.ts';
import { type OwnServer, ownServer } from '../support/own-server.ts';
import { isBind, type Script, scriptedSmsc, type ScriptedSmsc } from '../support/scripted-smsc.ts';
import { until } from '../support/until.ts';

const PASSWORD = 'correct1';

/** An SMSC that knows one password. */
async function smsc(): Promise<ScriptedSmsc> {
  const script: Script = (pdu) => {
    if (!isBind(pdu.command) || ('fields' in pdu && 'password' in pdu.fields && pdu.fields.password === PASSWORD))
      return;
    return [{ command: 'bind_transceiver_resp', sequenceNumber: pdu.sequenceNumber, commandStatus: 0x0e }];
  };
  const made = await scriptedSmsc({ script });
  onTestFinished(() => made.close());
  return made;
}

const carrierAt = ({ port }: ScriptedSmsc, changes: Readonly<Record<string, unknown>> = {}) => ({
  id: 'acme',
  host: '127.0.0.1',
  port,
  system_id: 'bridge',
  password: PASSWORD,
  ...changes,
});

interface Running {
  readonly server: OwnServer;
  readonly live: ApiClient;
  readonly test: ApiClient;
  /** All that was logged, as text. */
  logged(): string;
}

async function running(settings: Readonly<Record<string, string>> = {}): Promise<Running> {
  const lines: string[] = [];
  const server = await ownServer(settings, pino({ level: 'debug' }, { write: (line) => void lines.push(line) }));
  return { server, live: apiClient(server, 'live'), test: apiClient(server, 'test'), logged: () => lines.join('') };
}

const reaches = (api: ApiClient, id: string, state: string) =>
  until(async () => {
    const { body } = await api('GET', `/v1/smsc/${id}`);
    return body['state'] === state ? body : undefined;
  });

describe('a carrier added by the API', () => {
  test('R212: is connected without a restart, carries live texts, and never shows its password', async () => {
    const [peer, { live, test: testKey, logged }] = [await smsc(), await running({ SIMULATOR_PORT: 'free' })];
    expect((await live('GET', '/v1/smsc')).body).toMatchObject({ data: [] });
    const created = await live('POST', '/v1/smsc', carrierAt(peer, { binds: [{ count: 2 }], rate: 50 }));
    expect(created).toMatchObject({ status: 201, body: { id: 'acme', object: 'smsc', origin: 'api', mode: 'live' } });
    const up = await reaches(live, 'acme', 'up');
    expect(up).toMatchObject({
      paused: false,
      throttled: 0,
      last_error: null,
      rate: { limit: 50, current: 50 },
      binds: [
        { name: 'transceiver-1', type: 'transceiver', window: { used: 0, max: 10 }, last_error: null },
        { name: 'transceiver-2' },
      ],
    });
    await live.reaches(await live.send(), 'sent');

    expect((await testKey('GET', '/v1/smsc')).body).toMatchObject({ data: [{ id: 'simulator', origin: 'simulator' }] });
    expect((await testKey('GET', '/v1/smsc/acme')).status).toBe(404);
    expect((await testKey('POST', '/v1/smsc', carrierAt(peer, { id: 'mine' }))).status).toBe(403);
    const all = JSON.stringify([created, up, await live('GET', '/v1/smsc'), logged()]);
    expect(all).not.toContain(PASSWORD);
  });

  test('is parked by a wrong password, with one event, and recovers by a right one or a rebind', async () => {
    const [peer, { server, live }] = [await smsc(), await running()];
    await live('POST', '/v1/smsc', carrierAt(peer, { password: 'wrong' }));
    const parked = await reaches(live, 'acme', 'parked');
    expect(parked).toMatchObject({ last_error: { reason: 'bind_refused', command_status: 'ESME_RINVPASWD' } });
    expect((await live('POST', '/v1/smsc/acme/rebind')).status).toBe(200);
    await until(() => peer.peers.length === 2);
    await reaches(live, 'acme', 'parked');
    const changed = await live('PUT', '/v1/smsc/acme/password', { password: PASSWORD });
    expect(changed.status).toBe(200);
    await reaches(live, 'acme', 'up');
    expect(
      await until(async () => ((await eventsOf(server)).length === 2 ? eventsOf(server) : undefined)),
    ).toMatchObject([
      { type: 'smsc.down', mode: 'live', data: { smsc_id: 'acme', state: 'parked', command_status: 'ESME_RINVPASWD' } },
      { type: 'smsc.up', mode: 'live', data: { smsc_id: 'acme', state: 'up', reason: null } },
    ]);
  });

  test('is paused and resumed, and a text waits meanwhile', async () => {
    const [peer, { live }] = [await smsc(), await running()];
    await live('POST', '/v1/smsc', carrierAt(peer));
    await reaches(live, 'acme', 'up');
    expect((await live('POST', '/v1/smsc/acme/pause')).body).toMatchObject({ paused: true, state: 'up' });
    const id = await live.send();
    peer.peers[0]?.send({ command: 'enquire_link', sequenceNumber: 5 });
    await peer.peers[0]?.got('enquire_link_resp');
    expect((await live('GET', `/v1/messages/${id}`)).body['status']).toBe('queued');
    expect((await live('POST', '/v1/smsc/acme/resume')).body).toMatchObject({ paused: false });
    await live.reaches(id, 'sent');
  });

  test('is unbound and forgotten when it is deleted, and its id is free again', async () => {
    const [peer, { live }] = [await smsc(), await running()];
    await live('POST', '/v1/smsc', carrierAt(peer));
    await reaches(live, 'acme', 'up');
    expect((await live('POST', '/v1/smsc', carrierAt(peer))).body).toMatchObject({
      code: 'INVALID_REQUEST',
      param: 'id',
    });
    expect((await live('DELETE', '/v1/smsc/acme')).status).toBe(204);
    expect(peer.peers[0]?.received.at(-1)?.command).toBe('unbind');
    expect((await live('GET', '/v1/smsc/acme')).status).toBe(404);
    expect((await live('DELETE', '/v1/smsc/acme')).status).toBe(404);
    expect((await live('POST', '/v1/smsc', carrierAt(peer))).status).toBe(201);
    await reaches(live, 'acme', 'up');
    await live.reaches(await live.send(), 'sent');
  });

  test('leaves no text behind when it is deleted: another carrier takes what waited for it', async () => {
    const [one, other, { live }] = [await smsc(), await smsc(), await running()];
    await live('POST', '/v1/smsc', carrierAt(one));
    await reaches(live, 'acme', 'up');
    await live('POST', '/v1/smsc/acme/pause');
    const id = await live.send();
    await live('POST', '/v1/smsc', carrierAt(other, { id: 'other' }));
    await reaches(live, 'other', 'up');
    expect((await live('DELETE', '/v1/smsc/acme')).status).toBe(204);
    expect(await live.reaches(id, 'sent')).toMatchObject({ smsc_id: 'other' });
  });

  test('that cannot be is refused, with the field at fault, and nothing is stored', async () => {
    const [peer, { live }] = [await smsc(), await running()];
    const wrong = [
      [{ id: 'Bad Id' }, 'id'],
      [{ id: 'default' }, 'id'],
      [{ id: 'simulator' }, 'id'],
      [{ port: 0 }, 'port'],
      [{ password: '\u20ac' }, 'password'],
      [{ colour: 'red' }, 'colour'],
      [{ binds: [] }, 'binds'],
      [{ preset: 'nobody' }, 'preset'],
    ] as const;
    for (const [changes, param] of wrong)
      expect(await live('POST', '/v1/smsc', carrierAt(peer, changes))).toMatchObject({ status: 400, body: { param } });
    expect((await live('GET', '/v1/smsc')).body).toMatchObject({ data: [] });
  });

  test('is there again after a restart, paused if it was, and the events go on where they were', async () => {
    const [peer, { server, live }] = [await smsc(), await running()];
    await live('POST', '/v1/smsc', carrierAt(peer));
    await reaches(live, 'acme', 'up');
    await live('POST', '/v1/smsc/acme/pause');
    await server.stop();
    expect(await eventsOf(server)).toEqual([]);
    const again = apiClient(await server.restart(), 'live');
    expect(await reaches(again, 'acme', 'up')).toMatchObject({ paused: true, origin: 'api' });
    expect(await eventsOf(server)).toEqual([]);

    await again('POST', '/v1/smsc/acme/resume');
    await again('DELETE', '/v1/smsc/acme');
    const file = join(mkdtempSync(join(tmpdir(), 'carriers-')), 'carriers.json');
    writeFileSync(file, JSON.stringify([carrierAt(peer)]));
    await again('POST', '/v1/smsc', carrierAt(peer));
    const sealed = await query(server, "select encode(profile, 'hex') from carriers");
    expect(sealed).toHaveLength(1);
    await expect(server.restart({ CARRIERS_FILE: file })).rejects.toThrow(/CARRIERS_FILE: the id acme is taken/);
    expect(JSON.stringify(sealed)).not.toContain(Buffer.from(PASSWORD).toString('hex'));
  });
});

describe('the carriers of the settings', () => {
  test('are there from the start, next to each other, and cannot be changed here', async () => {
    const [one, other] = [await smsc(), await smsc()];
    const file = join(mkdtempSync(join(tmpdir(), 'carriers-')), 'carriers.json');
    writeFileSync(file, JSON.stringify([carrierAt(other)]));
    const SMPP_URL = `smpp://bridge:${PASSWORD}@127.0.0.1:${one.port}`;
    const { live } = await running({ SMPP_URL, CARRIERS_FILE: file });
    await reaches(live, 'default', 'up');
    await reaches(live, 'acme', 'up');
    const { body } = await live('GET', '/v1/smsc');
    expect(body['data']).toMatchObject([
      { id: 'default', origin: 'environment' },
      { id: 'acme', origin: 'file' },
    ]);
    expect((await live('DELETE', '/v1/smsc/acme')).status).toBe(403);
    expect((await live('PUT', '/v1/smsc/default/password', { password: 'x' })).status).toBe(403);
    expect((await live('POST', '/v1/smsc/default/pause')).body).toMatchObject({ paused: true });
  });
});

const eventsOf = (server: OwnServer) =>
  query(server, `select type, mode, data from events where type like 'smsc.%' order by txid, id`);

async function query({ connection }: OwnServer, text: string): Promise<unknown[]> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
