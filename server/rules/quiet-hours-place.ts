import { isKnownZone } from './zones/local-clock.ts';
import { regionOf, zonesOf } from './zones/of-number.ts';
import { zonesOfCountry, zonesOfState } from './zones/of-region.ts';

/** Where the recipient's clock comes from. `fallback`: the setting for numbers that tell no zone, or several. */
export type ZoneSource = 'contact' | 'state' | 'country' | 'prefix' | 'fallback' | 'unknown';

/**
 * How sure it is that the recipient's clock is among the zones. high: somebody said so. medium: the number or the
 * country has one clock. low: several clocks, or a guess; a ported number can be anywhere.
 */
export type ZoneConfidence = 'high' | 'medium' | 'low';

/** Whose law and whose clock apply to a text. */
export interface Place {
  /** ISO 3166-1 alpha-2; null where neither the contact nor the number tells. */
  readonly country: string | null;
  /** Of the United States, two letters. */
  readonly state: string | null;
  /** IANA names; several = the strict intersection of all; none = unknown. */
  readonly zones: readonly string[];
  readonly zone_source: ZoneSource;
  readonly confidence: ZoneConfidence;
}

/** What is known of a contact beside the number. */
export interface ContactPlace {
  readonly time_zone: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  /** US state, two letters, with or without `US-`. */
  readonly state: string | null;
}

export interface PlaceQuestion {
  /** E.164. */
  readonly number: string;
  /** As the number tells it (ISO 3166-1 alpha-2); null for shared country codes. */
  readonly country: string | null;
  readonly contact: ContactPlace | null;
  /** A zone to take instead of the strict intersection where a number has several clocks or none; null = strict. */
  readonly fallbackZone: string | null;
}

/**
 * The place of a recipient: the contact's zone; else the zone of its state or country where there is one only; else
 * those of the number's prefix; several of them mean the strict intersection.
 */
export function placeOf(question: PlaceQuestion): Place {
  const country = question.contact?.country ?? countryOf(question);
  const state = country === 'US' ? stateOf(question) : null;
  return { country, state, ...zonesOfPlace(question, country) };
}

type Located = Pick<Place, 'zones' | 'zone_source' | 'confidence'>;

function zonesOfPlace(question: PlaceQuestion, country: string | null): Located {
  const { contact, fallbackZone } = question;
  if (contact?.time_zone && isKnownZone(contact.time_zone))
    return { zones: [contact.time_zone], zone_source: 'contact', confidence: 'high' };
  const likely = zonesOfStateOrCountry(contact, country);
  if (likely.zones.length === 1) return { ...likely, confidence: likely.zone_source === 'state' ? 'high' : 'medium' };
  const narrowed = narrowedByNumber(question, country, likely);
  if (narrowed.zones.length === 1) return { ...narrowed, confidence: 'medium' };
  if (fallbackZone !== null && isKnownZone(fallbackZone))
    return { zones: [fallbackZone], zone_source: 'fallback', confidence: 'low' };
  return { ...narrowed, zone_source: narrowed.zones.length > 0 ? narrowed.zone_source : 'unknown', confidence: 'low' };
}

type Zones = Pick<Place, 'zones' | 'zone_source'>;

/** The number counts, unless the contact is said to be in a state or country that it does not lie in. */
function narrowedByNumber(question: PlaceQuestion, country: string | null, likely: Zones): Zones {
  const prefix = zonesOf(question.number);
  const isAbroad = likely.zones.length > 0 && country !== countryOf(question);
  const isOutOfState = likely.zone_source === 'state' && !prefix.every((zone) => likely.zones.includes(zone));
  return isAbroad || isOutOfState ? likely : { zones: prefix, zone_source: 'prefix' };
}

function zonesOfStateOrCountry(contact: ContactPlace | null, country: string | null): Zones {
  const zones = country === 'US' && contact?.state ? zonesOfState(readState(contact.state)) : [];
  if (zones.length > 0) return { zones, zone_source: 'state' };
  return { zones: country === null ? [] : zonesOfCountry(country), zone_source: 'country' };
}

/** Toll-free and other numbers of North America belong to no country: the rules of most of their owners apply. */
function countryOf({ number, country }: PlaceQuestion): string | null {
  return country ?? (number.startsWith('+1') ? 'US' : null);
}

function stateOf({ number, contact }: PlaceQuestion): string | null {
  const given = contact?.state ? readState(contact.state) : '';
  if (zonesOfState(given).length > 0) return given;
  const region = regionOf(number);
  return region?.startsWith('US-') ? region.slice(3) : null;
}

const readState = (state: string) => state.trim().toUpperCase().replace(/^US-/, '');
