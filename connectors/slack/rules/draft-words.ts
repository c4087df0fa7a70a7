import { beyondGsm7 } from './gsm7-characters.ts';
import { placesIn } from './fill-template.ts';
import { cut, escaped, inLine } from './plain-words.ts';

/** What the server says about a text that is being written. */
export interface Measured {
  readonly encoding: string;
  readonly segments: number;
  /** Units that still fit into the last SMS. */
  readonly remaining: number;
  /** The sender that it would get. */
  readonly from: string;
  /** Why it would not be sent, as a sentence; null = it would. */
  readonly refusal: string | null;
  /** The time at the contact, where it is night there when it would leave; null = it is day, or nobody knows. */
  readonly quietTime: string | null;
}

export interface DraftLimits {
  readonly confirmSegments: number;
}

const NAMED_MAX = 8;
const EMPTY = 'Nothing written yet.';
const NO_NUMBER = 'How many SMS it takes is shown once the number is complete.';

/**
 * What is shown below a text while it is written, as mrkdwn. `measured` null = the number is not complete yet, a
 * sentence = why the server cannot say.
 */
export function draftWords(text: string, said: Measured | string | null, { confirmSegments }: DraftLimits): string {
  if (text === '') return EMPTY;
  const measured = typeof said === 'string' ? null : said;
  const size = typeof said === 'string' ? `⚠️ ${escaped(said)}` : said ? sizeOf(said) : NO_NUMBER;
  const lines = [size, ...strangers(text, measured), ...placesToFill(text)];
  if (!measured) return lines.join('\n');
  if (measured.segments > confirmSegments) lines.push(`⚠️ Each of the ${measured.segments} SMS costs.`);
  if (measured.quietTime !== null) lines.push(`🌙 It will be ${measured.quietTime} for the customer.`);
  if (measured.refusal !== null) lines.push(`⛔ ${escaped(measured.refusal)}`);
  return lines.join('\n');
}

const sizeOf = ({ segments, encoding, remaining, from }: Measured) =>
  `*${segments} SMS* (${escaped(encoding)}), room for ${remaining} more in the last one. From ${escaped(from)}.`;

/** A single character can double the price, and nobody sees it. */
function strangers(text: string, measured: Measured | null): string[] {
  const found = beyondGsm7(text);
  if (found.length === 0 || (measured && measured.encoding === 'GSM-7')) return [];
  const named = found.slice(0, NAMED_MAX).map((one) => inLine(one, 20));
  const more = found.length > NAMED_MAX ? ` and ${found.length - NAMED_MAX} more` : '';
  return [`Not in the short alphabet of SMS: ${named.join(' ')}${more}. Without them more fits into each.`];
}

function placesToFill(text: string): string[] {
  const places = placesIn(text);
  if (places.length === 0) return [];
  return [`✏️ Still to be filled in: ${cut(places.map((name) => `{{${escaped(name)}}}`).join(', '), 300)}`];
}
