import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Intent, readIntent } from '../../server/rules/opt-out.ts';

/** A reply as a person writes it, and what it says. Written for this project; none is from a real person. */
export interface CorpusLine {
  readonly text: string;
  /** ISO 639-1. */
  readonly language: string;
  /** What a careful reader would do with it. */
  readonly expect: 'opt_out' | 'review' | 'none';
  /** Opt-outs only: `keyword` is one word with noise around it, `natural` is said in the writer's own words. */
  readonly kind?: 'keyword' | 'natural';
  readonly note?: string;
}

export interface JudgedLine extends CorpusLine {
  readonly intent: Intent | null;
  /** Every third line was not looked at while the word lists were made. */
  readonly isHeldOut: boolean;
}

export const optOuts = () => read('opt-outs.jsonl');
export const ordinary = () => read('ordinary.jsonl');

/** Each line as a contact of the language's most usual country would send it. */
export function judge(lines: readonly CorpusLine[]): JudgedLine[] {
  return lines.map((line, index) => ({
    ...line,
    intent: readIntent(line.text, { country: COUNTRY_OF[line.language] ?? null }),
    isHeldOut: index % HELD_OUT_EVERY === HELD_OUT_EVERY - 1,
  }));
}

const HELD_OUT_EVERY = 3;

function read(file: string): CorpusLine[] {
  const text = readFileSync(join(import.meta.dirname, file), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as CorpusLine);
}

export const COUNTRY_OF: Readonly<Record<string, string>> = {
  ar: 'EG',
  da: 'DK',
  de: 'DE',
  el: 'GR',
  en: 'US',
  es: 'MX',
  fi: 'FI',
  fr: 'FR',
  he: 'IL',
  hi: 'IN',
  id: 'ID',
  it: 'IT',
  ja: 'JP',
  ko: 'KR',
  nl: 'NL',
  no: 'NO',
  pl: 'PL',
  pt: 'BR',
  ru: 'RU',
  sv: 'SE',
  th: 'TH',
  tr: 'TR',
  uk: 'UA',
  vi: 'VN',
  zh: 'CN',
};
