import { HEALTH_WORDS } from './health-words.ts';
import type { Found } from './lint-codes.ts';

/**
 * What may be protected health information: dates of birth, numbers of patients and records, words for conditions. A
 * hint to look again; what it does not find can still be protected.
 */
export function healthFindings(text: string): Found[] {
  return [
    ...places(text, BIRTH_DATES).map((at) => ({ code: 'HEALTH_BIRTH_DATE', at }) as const),
    ...places(text, RECORD_NUMBERS).map((at) => ({ code: 'HEALTH_RECORD_NUMBER', at }) as const),
    ...places(text, [CONDITIONS, ICD_10]).map((at) => ({ code: 'HEALTH_CONDITION', at }) as const),
  ];
}

function places(text: string, patterns: readonly RegExp[]): (readonly [number, number])[] {
  const all = patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => [match.index, match.index + match[0].length] as const),
  );
  return all.filter(([start, end], index) => !all.slice(0, index).some(([from, to]) => start < to && end > from));
}

const DATE = String.raw`\d{1,4}[./-]\d{1,2}[./-]\d{2,4}`;

/** Named as one, or a date so long ago that no appointment is meant. */
const BIRTH_DATES: readonly RegExp[] = [
  new RegExp(String.raw`\b(?:DOB|D\.O\.B\.?|date of birth|birth ?date|birthday|born)\b[^.\n]{0,12}?${DATE}`, 'giu'),
  /\b(?:19\d\d[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]19\d\d)\b/gu,
];

const RECORD_NUMBERS: readonly RegExp[] = [
  /\b(?:MRN|medical record|patient|chart|health plan|member|policy|beneficiary|NHS)(?: ?(?:number|no\.?|nr\.?|id|#))?[ :#-]{1,4}(?=[A-Z-]{0,6}\d)[A-Z\d-]{5,20}\b/giu,
  // A social security number of the United States.
  /\b\d{3}-\d{2}-\d{4}\b/gu,
];

/** A code of ICD-10-CM with its decimal: `E11.9`. */
const ICD_10 = /\b[A-TV-Z]\d[\dAB]\.[\dA-Z]{1,4}\b/gu;

const CONDITIONS = new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${HEALTH_WORDS.join('|')})(?![\p{L}\p{N}])`, 'giu');
