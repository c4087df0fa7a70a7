import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../server/config.ts';
import { configuredCarriers, parseCarriers } from '../../server/smpp/configured.ts';
import { parseSmppUrl } from '../../server/smpp/smpp-url.ts';

const one = { id: 'acme', host: 'smsc.example', port: 2775, system_id: 'bridge', password: 'hunter22' };

describe('CARRIERS_FILE', () => {
  test('needs little for a carrier, and fills in the rest', () => {
    const parsed = parseCarriers(JSON.stringify([one, { ...one, id: 'second', binds: [{ type: 'receiver' }] }]));
    expect(parsed).toMatchObject({
      ok: true,
      profiles: [
        { id: 'acme', tls: null, window: 10, rate: null, binds: [{ type: 'transceiver', count: 1 }] },
        { id: 'second', binds: [{ type: 'receiver', count: 1 }] },
      ],
    });
  });

  test('says which binds wait for an outbind, where, and of whom', () => {
    const outbind = { port: 2776, system_id: 'smsc', password: 'their-secret' };
    const of = (changes: object) =>
      parseCarriers(JSON.stringify([{ ...one, binds: [{ type: 'receiver', outbind: { ...outbind, ...changes } }] }]));
    expect(of({})).toMatchObject({
      ok: true,
      profiles: [{ binds: [{ type: 'receiver', count: 1, outbind: { host: '127.0.0.1', port: 2776 } }] }],
    });
    for (const wrong of [{ host: 'smsc.example' }, { port: 0 }, { system_id: '' }, { password: '' }, { extra: 1 }]) {
      const parsed = of(wrong);
      expect(parsed.ok ? [] : parsed.faults, JSON.stringify(wrong)).toEqual([
        expect.stringContaining('[0.binds.0.outbind'),
      ]);
      expect(JSON.stringify(parsed)).not.toContain('their-secret');
    }
  });

  test('says where connections come from and when they are given up, with limits', () => {
    const of = (changes: object) => parseCarriers(JSON.stringify([{ ...one, ...changes }]));
    expect(of({})).toMatchObject({ profiles: [{ local_address: null, family: null, inactivity_ms: null }] });
    expect(of({ local_address: '::1', family: 6, inactivity_ms: 300_000 })).toMatchObject({ ok: true });
    for (const wrong of [{ local_address: 'eth0' }, { family: 5 }, { inactivity_ms: 999 }, { inactivity_ms: 1e9 }])
      expect(of(wrong), JSON.stringify(wrong)).toMatchObject({ ok: false, faults: [expect.anything()] });
  });

  test('says every fault of every carrier at once, by its place and without its value', () => {
    const parsed = parseCarriers(
      JSON.stringify([{ ...one, port: 0, colour: 'red' }, { ...one, password: 7, window: 'wide' }, 'nonsense']),
    );
    if (parsed.ok) throw new Error('faults were expected');
    const text = parsed.faults.join('\n');
    for (const place of ['[0.port]', '[0]', '[1.password]', '[1.window]', '[2]']) expect(text).toContain(place);
    expect(text).not.toContain('hunter22');
  });

  test('gives no id twice, nor one that is taken', () => {
    const ids = ['acme', 'acme', 'default', 'simulator'];
    const parsed = parseCarriers(JSON.stringify(ids.map((id) => ({ ...one, id }))));
    if (parsed.ok) throw new Error('faults were expected');
    expect(parsed.faults).toHaveLength(3);
    for (const id of new Set(ids)) expect(parsed.faults.some((fault) => fault.includes(id))).toBe(true);
  });

  test.each(['', '{}', '[', 'null'])('%j is no array of carriers', (text) => {
    expect(parseCarriers(text)).toMatchObject({ ok: false, faults: [expect.stringContaining('JSON array')] });
  });

  test('is read with the settings, whose faults are told together with its own', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'carriers-')), 'carriers.json');
    writeFileSync(file, JSON.stringify([one]));
    expect(readConfig({ CARRIERS_FILE: file }).CARRIERS_FILE).toMatchObject([{ id: 'acme' }]);
    expect(readConfig({}).CARRIERS_FILE).toEqual([]);
    writeFileSync(file, JSON.stringify([{ ...one, port: 0, host: '' }]));
    try {
      readConfig({ CARRIERS_FILE: file, PORT: 'eighty' });
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      expect(error.faults).toHaveLength(3);
      expect(error.faults.filter((fault) => fault.startsWith('CARRIERS_FILE: [0.'))).toHaveLength(2);
    }
    expect(() => readConfig({ CARRIERS_FILE: `${file}.gone` })).toThrow(/CARRIERS_FILE: The file cannot be read/);
  });
});

describe('the carriers of the settings', () => {
  test('are the simulated one for test texts, and those of SMPP_URL and the file for live ones', () => {
    const url = parseSmppUrl(`smpps://${'u'.repeat(40)}:secret@smsc.example?window=7&rate=20&system_type=x`);
    const file = parseCarriers(JSON.stringify([one]));
    if (!url.ok || !file.ok) throw new Error('both are valid');
    const simulator = { port: 2775, systemId: 'sandbox', password: 'sandbox' };
    const carriers = configuredCarriers({ url: url.endpoint, file: file.profiles, simulator });
    expect(carriers.map(({ profile, mode, origin }) => [profile.id, mode, origin])).toEqual([
      ['simulator', 'test', 'simulator'],
      ['default', 'live', 'environment'],
      ['acme', 'live', 'file'],
    ]);
    expect(carriers[1]?.profile).toMatchObject({
      system_id: 'u'.repeat(40),
      password: 'secret',
      system_type: 'x',
      port: 3550,
      window: 7,
      rate: 20,
      tls: { insecure: false },
    });
    const pair = parseSmppUrl('smpp://a:b@smsc.example?bind=pair&binds=2');
    if (!pair.ok) throw new Error('it is valid');
    expect(configuredCarriers({ url: pair.endpoint, file: [], simulator: null })[0]?.profile.binds).toEqual([
      { type: 'transmitter', count: 2 },
      { type: 'receiver', count: 2 },
    ]);
    expect(configuredCarriers({ url: null, file: [], simulator: null })).toEqual([]);
  });
});
