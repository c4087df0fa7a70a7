import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  type PhoneNumber,
} from 'libphonenumber-js/max';
import { gsm7Length, isGsm7 } from './gsm7.ts';

export type ParsedRecipient =
  | {
      readonly ok: true;
      readonly e164: string;
      /** ISO 3166-1 alpha-2; null where the number does not tell (global services, area codes that do not exist). */
      readonly country: string | null;
    }
  | { readonly ok: false; readonly reason: RecipientFault };

export interface RecipientRules {
  /** `possible`: the length fits the country. `valid`: the number is in a range that is in use. */
  readonly strictness: 'valid' | 'possible';
  /** ISO 3166-1 alpha-2 for numbers written without a country code; null = such numbers are refused. */
  readonly defaultCountry: string | null;
}

/**
 * Reads the number of one phone, in E.164 or as people write it. The type of the number is no criterion: in North
 * America it does not tell mobile from landline.
 */
export function parseRecipient(text: string, rules: RecipientRules): ParsedRecipient {
  if (text.length > LONGEST_INPUT) return { ok: false, reason: 'too_long' };
  const digits = text.normalize('NFKC').replace(BETWEEN_DIGITS, '');
  if (digits === '') return { ok: false, reason: 'empty' };
  // The library skips or cuts off what it does not know: what is left after this must be the number and all of it.
  // Letters end here, and with them extensions: texting the main line instead would reach someone else.
  if (!/^\+?\d+$/.test(digits)) return { ok: false, reason: 'unreadable' };
  const defaultCountry = isKnownCountry(rules.defaultCountry) ? rules.defaultCountry : null;
  if (!digits.startsWith('+') && defaultCountry === null) return { ok: false, reason: 'no_country_code' };
  return judge(digits, rules.strictness, defaultCountry);
}

function judge(digits: string, strictness: 'valid' | 'possible', country: CountryCode | null): ParsedRecipient {
  const number = parsePhoneNumberFromString(digits, { extract: false, ...(country && { defaultCountry: country }) });
  if (!number) return { ok: false, reason: 'unreadable' };
  if (!number.isPossible()) return { ok: false, reason: 'not_possible' };
  if (strictness === 'valid' && !number.isValid()) return { ok: false, reason: 'not_valid' };
  return { ok: true, e164: number.number, country: number.country ?? countryAlike(number) };
}

/**
 * Of a number that is in no range in use, under a country code that several countries share: the country of the numbers
 * in use that begin like it for longest. Where those are of several countries, it is the one whose numbering plan it is.
 */
function countryAlike(number: PhoneNumber): string | null {
  if (number.isValid()) return null;
  const { countryCallingCode, nationalNumber } = number;
  for (let kept = nationalNumber.length - 1; kept >= AREA_DIGITS; kept--) {
    const begin = `+${countryCallingCode}${nationalNumber.slice(0, kept)}`;
    const length = countryCallingCode.length + 1 + nationalNumber.length;
    const countries = new Set(DIGITS.flatMap((digit) => countryInUse(begin.padEnd(length, digit))));
    if (countries.size === 1) return [...countries][0] ?? null;
    // The library names the country of the plan first: the United Kingdom before Jersey.
    if (countries.size > 1) return number.getPossibleCountries().find((country) => countries.has(country)) ?? null;
  }
  return null;
}

function countryInUse(e164: string): string[] {
  const number = parsePhoneNumberFromString(e164, { extract: false });
  return number?.country && number.isValid() ? [number.country] : [];
}

/** Fewer do not tell a country: in North America they are the area code. */
const AREA_DIGITS = 3;
const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

export type ParsedSender =
  | { readonly ok: true; readonly kind: 'number' | 'short_code' | 'alphanumeric'; readonly value: string }
  | { readonly ok: false; readonly reason: SenderFault };

/**
 * Reads a sender: a number (E.164), a short code (3 to 8 digits) or a name of at most 11 septets with a letter in
 * it (3GPP TS 23.040, 9.1.2.5).
 */
export function parseSender(text: string): ParsedSender {
  if (text.length > LONGEST_INPUT) return { ok: false, reason: 'too_long' };
  const written = text.trim();
  if (written === '') return { ok: false, reason: 'empty' };
  if (/^\d{3,8}$/.test(written)) return { ok: true, kind: 'short_code', value: written };
  return /\p{L}/u.test(written) ? parseName(written) : parseSenderNumber(written);
}

/** What is wrong, one sentence each, without the number. */
export const RECIPIENT_FAULTS = {
  empty: 'The number is empty.',
  too_long: 'It is longer than any phone number.',
  no_country_code: 'The number has no country code. Write it in E.164, for instance +14155552671.',
  unreadable: 'This is not a phone number. Write it in E.164, for instance +14155552671.',
  not_possible: 'The number has too few or too many digits for its country.',
  not_valid: 'The number is in a range that is not in use.',
} as const;

export type RecipientFault = keyof typeof RECIPIENT_FAULTS;

/** What is wrong, one sentence each, without the sender. */
export const SENDER_FAULTS = {
  empty: 'The sender is empty.',
  too_long: 'A name as sender has at most 11 characters; signs like [ or ~ count as two.',
  no_country_code: RECIPIENT_FAULTS.no_country_code,
  not_possible: RECIPIENT_FAULTS.not_possible,
  unreadable: 'A sender is a number in E.164, a short code of 3 to 8 digits, or a name with a letter in it.',
  characters: 'A name as sender has only western letters, digits and signs of the GSM alphabet.',
} as const;

export type SenderFault = keyof typeof SENDER_FAULTS;

/** For logs and lists: `+14155552671` becomes `+1415•••2671`. At least three characters are always hidden. */
export function maskNumber(e164: string): string {
  const head = Math.min(5, Math.max(0, e164.length - 7));
  const tail = Math.min(4, Math.max(0, e164.length - head - 3));
  return `${e164.slice(0, head)}•••${e164.slice(e164.length - tail)}`;
}

const LONGEST_INPUT = 64;
/** What people and address books put between digits: spaces, dashes, brackets, dots, invisible direction marks. */
const BETWEEN_DIGITS = /[\p{Zs}\p{Pd}\p{Cf}\t−.·/()[\]]/gu;
/** SMPP carries the address as octets of Latin-1; a control character would end it early. */
const PRINTABLE_LATIN_1 = /^[\x20-\x7e\xa0-\xff]+$/;
const LONGEST_NAME = 11;

function parseName(written: string): ParsedSender {
  if (!isGsm7(written) || !PRINTABLE_LATIN_1.test(written)) return { ok: false, reason: 'characters' };
  if (gsm7Length(written) > LONGEST_NAME) return { ok: false, reason: 'too_long' };
  return { ok: true, kind: 'alphanumeric', value: written };
}

function parseSenderNumber(written: string): ParsedSender {
  const number = parseRecipient(written, { strictness: 'possible', defaultCountry: null });
  if (number.ok) return { ok: true, kind: 'number', value: number.e164 };
  return { ok: false, reason: number.reason === 'not_valid' ? 'unreadable' : number.reason };
}

/**
 * What kind of number it is, as its range tells: MOBILE, FIXED_LINE, FIXED_LINE_OR_MOBILE (all of North America),
 * TOLL_FREE, PERSONAL_NUMBER …; null where the range is not in use. A ported number may be another kind by now.
 */
export function numberType(e164: string): string | null {
  return parsePhoneNumberFromString(e164, { extract: false })?.getType() ?? null;
}

/** Whether nobody pays for calling it: carriers register such a number by other rules. */
export function isTollFree(e164: string): boolean {
  return parsePhoneNumberFromString(e164, { extract: false })?.getType() === 'TOLL_FREE';
}

/** Whether it is the code (ISO 3166-1 alpha-2) of a country that has phone numbers. */
export function isCountry(code: string): boolean {
  return isSupportedCountry(code);
}

/** The digits that the numbers of a country begin with: `1` for US. Empty for what is no country. */
export function callingCode(country: string): string {
  return isKnownCountry(country) ? getCountryCallingCode(country) : '';
}

function isKnownCountry(country: string | null): country is CountryCode {
  return country !== null && isSupportedCountry(country);
}
