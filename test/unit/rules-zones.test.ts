import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import areaCodes from '../../server/rules/zones/area-codes.json' with { type: 'json' };
import { areaCodeTable, tableLines, zoneTable } from '../../server/rules/zones/build.ts';
import { RANGES, REPLACED } from '../../server/rules/zones/corrections.ts';
import { isKnownZone } from '../../server/rules/zones/local-clock.ts';
import { regionOf, zonesOf } from '../../server/rules/zones/of-number.ts';
import { zonesOfCountry, zonesOfState } from '../../server/rules/zones/of-region.ts';
import table from '../../server/rules/zones/zone-table.json' with { type: 'json' };
import { scratchRoot } from '../support/scratch.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the zones of a number', () => {
  test.each([
    ['+14155550123', ['America/Los_Angeles']],
    ['+12085550123', ['America/Boise', 'America/Los_Angeles']],
    ['+447700900123', ['Europe/Guernsey', 'Europe/Isle_of_Man', 'Europe/London']],
    ['+33639980001', ['Europe/Paris']],
    ['+9779800000000', ['Asia/Katmandu']],
  ])('of %s are those of its longest prefix', (number, zones) => {
    expect(zonesOf(number)).toEqual(zones);
  });

  test.each(['+18005550199', '+15550001111', '+15005550006'])(
    '%s, which has no place in North America, may be in any of its 42 zones',
    (number) => {
      expect(zonesOf(number)).toHaveLength(42);
    },
  );

  test('are none for what is no place, and for what is no number', () => {
    for (const text of ['+80000000000', '+99912345', '+', '', '40604']) expect(zonesOf(text), text).toEqual([]);
  });

  test('of a mobile of a country with several clocks are all of them', () => {
    expect(zonesOf('+61491570156')).toContain('Australia/Perth');
    expect(zonesOf('+61491570156')).toContain('Australia/Sydney');
    expect(zonesOf('+79160000000').length).toBeGreaterThan(9);
    expect(zonesOf('+628110000000')).toContain('Asia/Jayapura');
  });

  test('follow the clocks of today where the source is older', () => {
    expect(zonesOf('+213550000000')).toEqual(['Africa/Algiers']);
    expect(zonesOf('+212650000000')).toEqual(['Africa/Casablanca']);
    expect(zonesOf('+74012000000')).toEqual(['Europe/Kaliningrad']);
    expect(zonesOf('+40210000000')).toEqual(['Europe/Bucharest']);
  });
});

describe('the table of zones', () => {
  test('is whole: as many prefixes as it says, with the checksum it says', () => {
    const lines = tableLines(table.prefixes);
    expect(lines.trimEnd().split('\n')).toHaveLength(table.count);
    expect(sha256(lines)).toBe(table.sha256);
    expect(table.count).toBeGreaterThan(3_000);
  });

  test('has each prefix once and only zones that the runtime knows', () => {
    const prefixes = Object.values(table.prefixes).flatMap((list) => list.split(' '));
    expect(new Set(prefixes).size).toBe(prefixes.length);
    const zones = new Set(Object.keys(table.prefixes).flatMap((names) => names.split('&')));
    expect([...zones].filter((zone) => !isKnownZone(zone))).toEqual([]);
    expect(isKnownZone('Mars/Olympus')).toBe(false);
  });

  test('says where it comes from', () => {
    expect(table.source).toContain(`/libphonenumber/blob/${table.version}/resources/timezones/map_data.txt`);
    expect(areaCodes.source).toContain(areaCodes.version);
    expect(table.licence).toBe('Apache-2.0');
  });

  test('has every correction in it', () => {
    const lines = tableLines(table.prefixes);
    for (const { under, zone } of REPLACED) expect(lines).not.toMatch(new RegExp(`^${under}\\d*\\|.*${zone}`, 'm'));
    for (const { prefixes, zones } of RANGES)
      for (const prefix of prefixes) expect(zonesOf(`+${prefix}00000000`)).toEqual(zones);
  });
});

describe('the state of a number', () => {
  test.each([
    ['+12015550123', 'US-NJ'],
    ['+12125550123', 'US-NY'],
    ['+12025550123', 'US-DC'],
    ['+13605550123', 'US-WA'],
    ['+17135550123', 'US-TX'],
    ['+14165550123', 'CA-ON'],
    ['+12365550123', 'CA-BC'],
  ])('of %s is %s', (number, region) => {
    expect(regionOf(number)).toBe(region);
  });

  test.each(['+18005550199', '+15550001111', '+19025550123', '+447700900123', '+17875550123', '+1', ''])(
    'of %s is unknown',
    (number) => {
      expect(regionOf(number)).toBeNull();
    },
  );

  test('comes from a whole table with every state in it', () => {
    const lines = tableLines(areaCodes.prefixes);
    expect(lines.trimEnd().split('\n')).toHaveLength(areaCodes.count);
    expect(sha256(lines)).toBe(areaCodes.sha256);
    const states = Object.keys(areaCodes.prefixes).filter((region) => region.startsWith('US-'));
    expect(states).toHaveLength(51);
    expect(states.filter((region) => zonesOfState(region.slice(3)).length === 0)).toEqual([]);
  });

  test('has the zones of its area codes: they lie in the state, or nobody knows where', () => {
    const american = Object.entries(areaCodes.prefixes).filter(([region]) => region.startsWith('US-'));
    const strays = american.flatMap(([region, codes]) => {
      const ofState = zonesOfState(region.slice(3));
      const ofCode = codes.split(' ').map((code) => [code, zonesOf(`+1${code}5550123`)] as const);
      return ofCode.filter(([, zones]) => zones.length < 42 && zones.some((zone) => !ofState.includes(zone)));
    });
    expect(strays).toEqual([]);
  });
});

describe('the zones of a country', () => {
  test('are known for countries with one clock and with many, none for what is no country', () => {
    expect(zonesOfCountry('FR')).toEqual(['Europe/Paris']);
    expect(zonesOfCountry('US').length).toBeGreaterThan(6);
    expect(zonesOfCountry('IN')).toHaveLength(1);
    for (const text of ['ZZ', 'fr', '', 'FRA', '*']) expect(zonesOfCountry(text), text).toEqual([]);
  });
});

describe('the generator', () => {
  const mapData =
    '# A comment | with a bar\n\n1|A/B&C/D\n1208|C/D\n213|Europe/Paris\n6141|Old/Zone\n44|Europe/London\n';
  const geocoding =
    '1201244|Bergenfield, NJ\n1203222|Hartford, CT\n1203223|Hartford, CT\n1212|New York, NY\n' +
    '1253|Washington State\n1902|Nova Scotia/Prince Edward Island\n1902301|Halifax, NS\n1902302|Summerside, PE\n';

  test('reads prefixes, leaves comments out, corrects zones and drops what a nationwide range covers', () => {
    const zones = zoneTable(mapData);
    expect(zones).toMatchObject({ 'A/B&C/D': '1', 'C/D': '1208', 'Africa/Algiers': '213', 'Europe/London': '44' });
    expect(Object.keys(zones)).not.toContain('Old/Zone');
    expect(Object.entries(zones).find(([, prefixes]) => prefixes.split(' ').includes('614'))?.[0]).toContain('Perth');
  });

  test('reads the state from the name of the state, from that of a city, and from the cities of the exchanges', () => {
    expect(areaCodeTable(geocoding)).toEqual({ 'US-CT': '203', 'US-NJ': '201', 'US-NY': '212', 'US-WA': '253' });
  });

  test('writes both tables with their source and checksums, and refuses to run without a version', async () => {
    const folder = mkdtempSync(join(await scratchRoot(), 'zones-'));
    const generator = join(import.meta.dirname, '../../server/zones-generate.ts');
    try {
      mkdirSync(join(folder, 'resources/timezones'), { recursive: true });
      mkdirSync(join(folder, 'resources/geocoding/en'), { recursive: true });
      writeFileSync(join(folder, 'resources/timezones/map_data.txt'), mapData);
      writeFileSync(join(folder, 'resources/geocoding/en/1.txt'), geocoding);
      execFileSync(process.execPath, [generator, folder, 'v1.2.3', folder], { stdio: 'ignore' });
      const written = JSON.parse(readFileSync(join(folder, 'zone-table.json'), 'utf8')) as typeof table;
      expect(written).toMatchObject({ version: 'v1.2.3', source_sha256: sha256(mapData) });
      expect(written.prefixes).toEqual(zoneTable(mapData));
      expect(written.sha256).toBe(sha256(tableLines(written.prefixes)));
      expect(spawnSync(process.execPath, [generator, folder]).status).toBe(2);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
