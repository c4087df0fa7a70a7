import areaCodes from './area-codes.json' with { type: 'json' };
import table from './zone-table.json' with { type: 'json' };

/**
 * The zones (IANA names) that a number in E.164 may be in: those of its longest known prefix; none for a country code
 * that is no place (+800). A ported or mobile number may be elsewhere: this is where it was given out.
 */
export function zonesOf(e164: string): readonly string[] {
  for (let length = Math.min(e164.length, 1 + LONGEST_PREFIX); length > 1; length -= 1) {
    const zones = ZONES.get(e164.slice(1, length));
    if (zones) return zones;
  }
  return [];
}

/** The state or province of a North American area code, ISO 3166-2 (`US-CA`, `CA-ON`); null where it tells none. */
export function regionOf(e164: string): string | null {
  return (e164.startsWith('+1') && AREA_CODES.get(e164.slice(2, 5))) || null;
}

const ZONES = byPrefix(table.prefixes, (names) => names.split('&'));
const AREA_CODES = byPrefix(areaCodes.prefixes, (region) => region);
const LONGEST_PREFIX = Math.max(...[...ZONES.keys()].map((prefix) => prefix.length));

function byPrefix<T>(prefixes: Readonly<Record<string, string>>, read: (value: string) => T): ReadonlyMap<string, T> {
  return new Map(
    Object.entries(prefixes).flatMap(([value, members]) => {
      const meaning = read(value);
      return members.split(' ').map((prefix) => [prefix, meaning] as const);
    }),
  );
}
