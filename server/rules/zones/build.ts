import { RANGES, REPLACED } from './corrections.ts';
import { REGION_NAMES } from './region-names.ts';

/**
 * The zone table from libphonenumber's `resources/timezones/map_data.txt` (lines of `prefix|zone&zone`, prefixes
 * without `+`), with the corrections applied. Grouped by zones, since few lists of zones serve many prefixes.
 */
export function zoneTable(mapData: string): Readonly<Record<string, string>> {
  const zones = new Map(readLines(mapData).map(([prefix, names]) => [prefix, corrected(prefix, names.split('&'))]));
  const nationwide = RANGES.flatMap(({ prefixes, zones: names }) => prefixes.map((prefix) => [prefix, names] as const));
  for (const [prefix, names] of nationwide) {
    for (const longer of zones.keys()) if (longer.startsWith(prefix)) zones.delete(longer);
    zones.set(prefix, names);
  }
  return grouped([...zones].map(([prefix, names]) => [prefix, names.join('&')]));
}

/**
 * Area codes of North America by state or province (ISO 3166-2), from libphonenumber's
 * `resources/geocoding/en/1.txt`. Its rows are mixed: an area code has the name of its state ("Florida"), or of a city
 * ("New York, NY"), or only its exchanges have ("Bergenfield, NJ"), and then the state of most of them counts.
 */
export function areaCodeTable(geocoding: string): Readonly<Record<string, string>> {
  const states = new Map<string, Map<string, number>>();
  for (const [prefix, place] of readLines(geocoding)) {
    const areaCode = prefix.slice(1, 4);
    const region = regionOfPlace(place);
    if (!region) continue;
    const votes = states.get(areaCode) ?? new Map<string, number>();
    states.set(areaCode, votes.set(region, (votes.get(region) ?? 0) + (prefix.length === 4 ? WHOLE_AREA_CODE : 1)));
  }
  return grouped([...states].flatMap(([areaCode, votes]) => elected(areaCode, votes)));
}

/** A table as lines of `prefix|value`, sorted: what its checksum is made of. */
export function tableLines(table: Readonly<Record<string, string>>): string {
  const lines = Object.entries(table).flatMap(([value, prefixes]) =>
    prefixes.split(' ').map((prefix) => `${prefix}|${value}\n`),
  );
  return lines.toSorted().join('');
}

/** More than the exchanges of one area code can be. */
const WHOLE_AREA_CODE = 10_000;

function readLines(text: string): (readonly [prefix: string, value: string])[] {
  return [...text.matchAll(/^(\d+)\|(.+)$/gm)].map(([, prefix = '', value = '']) => [prefix, value.trim()]);
}

function corrected(prefix: string, zones: readonly string[]): readonly string[] {
  const applying = REPLACED.filter(({ under }) => prefix.startsWith(under));
  const names = zones.map((zone) => applying.find((one) => one.zone === zone)?.by ?? zone);
  return [...new Set(names)];
}

function regionOfPlace(place: string): string | undefined {
  return REGION_NAMES[place] ?? REGION_NAMES[/, ([A-Z]{2})$/.exec(place)?.[1] ?? ''];
}

/** Area codes that several provinces share (902: Nova Scotia, Prince Edward Island) tell none. */
function elected(areaCode: string, votes: ReadonlyMap<string, number>): [string, string][] {
  const ranked = [...votes].toSorted(([, a], [, b]) => b - a);
  const [first, second] = ranked;
  if (!first || (second && second[1] * 10 > first[1])) return [];
  return [[areaCode, first[0]]];
}

function grouped(entries: readonly (readonly [prefix: string, value: string])[]): Record<string, string> {
  const groups = Map.groupBy(entries, ([, value]) => value);
  return Object.fromEntries(
    [...groups]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([value, members]) => [
        value,
        members
          .map(([prefix]) => prefix)
          .toSorted()
          .join(' '),
      ]),
  );
}
