import {
  type CountryCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';

/**
 * Numbers as carriers write them: with `+`, without it, with `00`, or in the form of their own country
 * (`07700900123`). `home` says whose national form that may be: an ISO 3166-1 alpha-2 country, or a number in E.164
 * of that country; null = nobody knows.
 */
export type Home = string | null;

/** How sure it is that a number without a `+` is in the national form of `home`. */
export type Likelihood =
  /** A guess: the national reading counts where the other one makes no possible number. */
  | 'guessed'
  /** The carrier is known to write so: it counts wherever it makes a number that is in use. */
  | 'expected'
  /** The carrier says so of this number. */
  | 'said';

/** The number in E.164, or null where it is none. */
export function readWritten(written: string, home: Home, likelihood: Likelihood = 'guessed'): string | null {
  const { digits, isInternational } = bare(written);
  if (digits.length < SHORTEST || digits.length > LONGEST) return null;
  const abroad = international(digits);
  const atHome = national(digits, home);
  if (isInternational || atHome === null) return (abroad ?? atHome)?.number ?? null;
  const isAtHome = abroad === null || likelihood === 'said' || (likelihood === 'expected' && atHome.isValid());
  return (isAtHome ? atHome : abroad).number;
}

/** Whether `written` is `e164`: digit by digit, or in the national form of `home`. */
export function isWrittenAs(written: string, e164: string, home: Home): boolean {
  const { digits } = bare(written);
  if (digits === '') return false;
  return digits === bare(e164).digits || national(digits, home)?.number === e164;
}

/**
 * Whether `written` may be `e164` of any country: what is left without zeros in front is its end. It proves nothing by
 * itself: numbers of several countries end alike.
 */
export function endsAlike(written: string, e164: string): boolean {
  const end = bare(written).digits.replace(/^0+/, '');
  return end.length >= SUFFIX_MIN && bare(e164).digits.endsWith(end);
}

const SHORTEST = 7;
/** 15 of E.164 with a prefix for calls abroad. */
const LONGEST = 20;
const SUFFIX_MIN = 8;

function bare(written: string): { readonly digits: string; readonly isInternational: boolean } {
  const digits = written.replace(/\D/g, '');
  return { digits, isInternational: written.trim().startsWith('+') };
}

/** `00` leads abroad nearly everywhere, and no country code begins with 0. */
const international = (digits: string) => possible(`+${digits.replace(/^00/, '')}`, {});

function national(digits: string, home: Home): PhoneNumber | null {
  if (home === null) return null;
  if (isSupportedCountry(home)) return possible(digits, { defaultCountry: home });
  const code = home.startsWith('+') ? parsePhoneNumberFromString(home, { extract: false })?.countryCallingCode : null;
  return code ? possible(digits, { defaultCallingCode: code }) : null;
}

function possible(
  text: string,
  options: { readonly defaultCountry?: CountryCode; readonly defaultCallingCode?: string },
): PhoneNumber | null {
  const number = parsePhoneNumberFromString(text, { extract: false, ...options });
  return number?.isPossible() ? number : null;
}
