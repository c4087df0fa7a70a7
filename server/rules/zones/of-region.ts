import { isKnownZone } from './local-clock.ts';

/** The zones of a US state: 49 CFR part 71 as the IANA time zone database names them, clocks that agree only once. */
export function zonesOfState(state: string): readonly string[] {
  return ZONES_OF_STATE.get(state) ?? [];
}

/** The zones of a country (ISO 3166-1 alpha-2) as Unicode CLDR knows them; none for a name that is no country. */
export function zonesOfCountry(country: string): readonly string[] {
  const known = countries.get(country);
  if (known) return known;
  if (!/^[A-Z]{2}$/.test(country)) return [];
  const zones = (new Intl.Locale('und', { region: country }).getTimeZones() ?? []).filter(isKnownZone);
  countries.set(country, zones);
  return zones;
}

/** What was asked once; two letters bound it. */
const countries = new Map<string, readonly string[]>();

const EASTERN = 'America/New_York';
const CENTRAL = 'America/Chicago';
const MOUNTAIN = 'America/Denver';
const PACIFIC = 'America/Los_Angeles';

const GROUPS: readonly (readonly [states: string, zones: readonly string[]])[] = [
  ['CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV', [EASTERN]],
  ['AR IA IL LA MN MO MS OK WI', [CENTRAL]],
  ['CO MT NM UT WY', [MOUNTAIN]],
  ['CA WA', [PACIFIC]],
  // Phenix City keeps Eastern time with its neighbours, West Wendover Mountain time. Boise, Juneau and Center are what
  // the table of prefixes says where it can.
  ['AL', [CENTRAL, EASTERN]],
  ['FL IN KY MI', [EASTERN, CENTRAL]],
  ['TN', [CENTRAL, EASTERN]],
  ['KS NE TX', [CENTRAL, MOUNTAIN]],
  ['ND SD', [CENTRAL, MOUNTAIN, 'America/North_Dakota/Center']],
  ['AK', ['America/Adak', 'America/Anchorage', 'America/Juneau']],
  ['AZ', ['America/Phoenix', MOUNTAIN]],
  ['HI', ['Pacific/Honolulu']],
  ['ID NV OR', ['America/Boise', MOUNTAIN, PACIFIC]],
];

const ZONES_OF_STATE: ReadonlyMap<string, readonly string[]> = new Map(
  GROUPS.flatMap(([states, zones]) => states.split(' ').map((state) => [state, zones] as const)),
);
