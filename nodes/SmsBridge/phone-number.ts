import { done, type Outcome, wrongParameter } from './failures.ts';

/**
 * A number as people write it, for the server: `+` and digits, or digits alone where a default country says what they
 * mean. A number without either is refused here: guessing could text somebody else.
 */
export function readNumber(value: unknown, field: string, defaultCountry?: string): Outcome<string> {
  const written = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  const plain = written
    .normalize('NFKC')
    .replace(/\(0\)/, '')
    .replace(/^\s*tel:/i, '')
    .replace(NOISE, '')
    .replace(/^00(?=[1-9])/, '+');
  if (/^\+[1-9]\d{5,14}$/.test(plain)) return done(plain);
  if (defaultCountry && /^\d{3,15}$/.test(plain)) return done(plain);
  const found = /^\d{6,15}$/.test(plain) ? 'It has no country code. ' : '';
  return wrongParameter(
    `The number in '${field}' is not in international format`,
    `${found}Write it with + and the country code, for example +14155552671, or choose a Default Country under Options.`,
  );
}

/** Spaces of all kinds, dashes, dots, brackets, and what is not seen. */
const NOISE = /[\s\-‐-―−./()[\]\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
