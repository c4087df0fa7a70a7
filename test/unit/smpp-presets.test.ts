import { describe, expect, test } from 'vitest';
import { parseCarriers } from '../../server/smpp/configured.ts';
import { PRESETS, withPreset } from '../../server/smpp/presets.ts';
import { carrierSchema } from '../../server/smpp/profile.ts';

const account = { id: 'main', host: 'smsc.example.com', port: 2775, system_id: 'bridge', password: 'a long password' };

describe.each(Object.entries(PRESETS))('the preset %s', (name, { settings, facts }) => {
  test('makes a whole account of credentials and an address', () => {
    const merged = withPreset({ ...account, preset: name });
    expect(merged.ok && carrierSchema.safeParse(merged.account).error).toBeUndefined();
  });

  test('has a source and a date for each of its settings, and no fact too many', () => {
    expect(Object.keys(settings).toSorted()).toEqual(facts.flatMap((fact) => fact.settings).toSorted());
    for (const { source, readOn } of facts) {
      expect(source).toMatch(/^https?:\/\/\S+$/);
      expect(readOn).toMatch(/^20\d\d-\d\d-\d\d$/);
    }
  });
});

describe('what the operator wrote', () => {
  const parsed = (written: object) => {
    const merged = withPreset({ ...account, ...written });
    if (!merged.ok) throw new Error(merged.fault);
    return carrierSchema.parse(merged.account);
  };

  test('wins over the preset, and the rest of the preset stays', () => {
    const profile = parsed({ preset: 'sinch', port: 3602, window: 20 });
    expect(profile).toMatchObject({ host: 'smsc.example.com', port: 3602, window: 20, rate_per_bind: 10 });
    expect(profile.binds).toEqual([{ type: 'transceiver', count: 2 }]);
  });

  test('wins for a single field of an object, and takes TLS away with null', () => {
    const { numbering } = parsed({ preset: 'clicksend', numbering: { recipient: { npi: 1 } } });
    expect(numbering).toMatchObject({ recipient: { ton: 1, npi: 1 }, number: { ton: 1, npi: 0 } });
    expect(parsed({ preset: 'clicksend', tls: { pin_sha256: 'ab'.repeat(32) } }).tls?.insecure).toBe(false);
    expect(parsed({ preset: 'clicksend', tls: null }).tls).toBeNull();
  });

  test('is all there is without a preset', () => {
    expect(withPreset(account)).toEqual({ ok: true, account });
    for (const nonsense of [null, 7, 'sinch', ['sinch']]) {
      expect(withPreset(nonsense)).toEqual({ ok: true, account: nonsense });
    }
  });

  test('goes through CARRIERS_FILE, faults and all', () => {
    const { host: _host, port: _port, ...credentials } = account;
    const file = (...carriers: object[]) => parseCarriers(JSON.stringify(carriers));
    expect(file({ ...credentials, preset: 'infobip' })).toMatchObject({
      ok: true,
      profiles: [{ id: 'main', host: 'smpp2.infobip.com', port: 8_887, tls: { insecure: false } }],
    });
    expect(file({ ...account, preset: 'nobody' })).toMatchObject({ faults: [expect.stringContaining('[0.preset]')] });
    // Sinch has a host for each region: nobody can know it but the operator.
    expect(file({ ...credentials, preset: 'sinch' })).toMatchObject({ faults: [expect.stringContaining('[0.host]')] });
  });

  test.each(['nobody', 'toString', '__proto__', 7, null])('may not name the preset %s', (preset) => {
    const merged = withPreset({ ...account, preset });
    expect(merged).toEqual({ ok: false, fault: expect.stringContaining('sinch') });
  });
});
