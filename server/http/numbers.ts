import { parseRecipient, RECIPIENT_FAULTS } from '../rules/phone-number.ts';
import type { Fault } from './problem.ts';

export type ReadNumber = { readonly ok: true; readonly number: string } | { readonly ok: false; readonly fault: Fault };

/**
 * A number of a request in E.164. Consent is kept for every number that is possible, valid or not: whoever has opted
 * out under it stays opted out. In an address a plus sign that was not escaped arrives as a space.
 */
export function readNumber(text: string, defaultCountry: string | null, param = 'number'): ReadNumber {
  const written = text.replace(/^ (?=\d)/, '+');
  const number = parseRecipient(written, { strictness: 'possible', defaultCountry });
  if (number.ok) return { ok: true, number: number.e164 };
  return {
    ok: false,
    fault: { code: 'INVALID_NUMBER', detail: `\`${param}\`: ${RECIPIENT_FAULTS[number.reason]}`, param },
  };
}

export interface ReadNumbers {
  /** E.164, each once. */
  readonly numbers: readonly string[];
  /** The first ones that are none; their index is that of the request. */
  readonly invalid: readonly { readonly index: number; readonly message: string }[];
}

/** The numbers of an import: what is none is named and keeps nobody else back. */
export function readNumbers(texts: readonly string[], defaultCountry: string | null): ReadNumbers {
  const read = texts.map((text) => readNumber(text, defaultCountry));
  const invalid = read.flatMap((one, index) => (one.ok ? [] : [{ index, message: one.fault.detail }]));
  return {
    numbers: [...new Set(read.flatMap((one) => (one.ok ? [one.number] : [])))],
    invalid: invalid.slice(0, INVALID_MAX),
  };
}

const INVALID_MAX = 1_000;
