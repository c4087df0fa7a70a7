import { decodeGsm7 } from './gsm7.ts';
import { type Intent, type IntentContext, readIntent } from './opt-out.ts';

/** One part of a text as it is kept until the others are there. */
export interface TextPart {
  /** From 1. */
  readonly number: number;
  readonly body: string;
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** Unpacked septets or UTF-16BE, where a character may go on in the next part; null where one octet is one character. */
  readonly octets: Uint8Array | null;
}

/** Stands for parts that never came, however many lie between two that did. */
export const MISSING_MARKER = '[…]';

/**
 * What a part means to those that are held under the same reference. One with a number that is taken, but with other
 * content, says that the sender uses the reference again: the held ones will never be complete.
 */
export function place(
  held: readonly TextPart[],
  part: TextPart,
  total: number,
): 'kept' | 'last' | 'duplicate' | 'reused' {
  const same = held.find(({ number }) => number === part.number);
  if (same) return isSame(same, part) ? 'duplicate' : 'reused';
  return held.length + 1 === total ? 'last' : 'kept';
}

export interface AssembledText {
  readonly body: string;
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** How many parts it is made of. */
  readonly segments: number;
  /** In ascending order; null for a text that is complete. */
  readonly missing: readonly number[] | null;
  /** Parts that follow each other without a gap, as text. */
  readonly runs: readonly string[];
}

/** The text of these parts, in any order, with a marker for each gap. */
export function assemble(parts: readonly TextPart[], total: number): AssembledText {
  const sorted = parts.toSorted((a, b) => a.number - b.number);
  const held = new Set(sorted.map(({ number }) => number));
  const missing = Array.from({ length: total }, (_, index) => index + 1).filter((number) => !held.has(number));
  const runs = runsOf(sorted);
  const texts = runs.map(textOf);
  const startsLate = (sorted[0]?.number ?? 0) > 1;
  const endsEarly = (sorted.at(-1)?.number ?? total) < total;
  return {
    body: [...(startsLate ? [''] : []), ...texts, ...(endsEarly ? [''] : [])].join(MISSING_MARKER),
    encoding: sorted.every(({ encoding }) => encoding === 'GSM-7') ? 'GSM-7' : 'UCS-2',
    segments: sorted.length,
    missing: missing.length > 0 ? missing : null,
    runs: texts,
  };
}

/**
 * What an assembled text says about consent. A complete one is read as a whole.
 *
 * Of an incomplete one each stretch that came is read by itself, and all of them together, but only for an opt-out:
 * a person who may have said STOP must not be texted (47 CFR 64.1200(a)(10): any reasonable means), and can take it
 * back with START. What is missing could turn a START into anything else, so consent is never read into a fragment.
 */
export function intentOfAssembled({ body, missing, runs }: AssembledText, context?: IntentContext): Intent | null {
  if (missing === null) return readIntent(body, context);
  const intents = [...runs, runs.join('')].map((text) => readIntent(text, context));
  return intents.find((intent) => intent?.type === 'opt_out') ?? null;
}

/**
 * What a part says while others are still to come: an opt-out if it is the first of its text and nothing but the
 * word. A first part is cut when it is full, so whoever cut it there meant it; waiting for the rest could mean
 * minutes of texts after a STOP. A later part is no such sign: it may be the last word of "will that noise ever stop".
 */
export function intentOfPart({ number, body }: TextPart, context?: IntentContext): Intent | null {
  const intent = number === 1 ? readIntent(body, context) : null;
  return intent?.type === 'opt_out' && intent.tier === 'exact' ? intent : null;
}

function isSame(a: TextPart, b: TextPart): boolean {
  return a.body === b.body && a.encoding === b.encoding && hexOf(a.octets) === hexOf(b.octets);
}

const hexOf = (octets: Uint8Array | null) => (octets ?? []).join(' ');

function runsOf(sorted: readonly TextPart[]): TextPart[][] {
  const runs: TextPart[][] = [];
  for (const part of sorted) {
    const run = runs.at(-1);
    if (run && run.at(-1)?.number === part.number - 1) run.push(part);
    else runs.push([part]);
  }
  return runs;
}

/** Octets of one alphabet are joined before they are read: a careless sender cuts through an escape or a surrogate pair. */
function textOf(run: readonly TextPart[]): string {
  let text = '';
  for (let at = 0; at < run.length;) {
    const first = run[at];
    const end = run.findIndex((part, index) => index > at && !joins(first, part));
    const stretch = run.slice(at, end < 0 ? run.length : end);
    const octets = stretch.length > 1 ? stretch.flatMap((part) => Array.from(part.octets ?? [])) : null;
    text += octets && first ? decode(octets, first.encoding) : stretch.map(({ body }) => body).join('');
    at += stretch.length;
  }
  return text;
}

function joins(first: TextPart | undefined, part: TextPart): boolean {
  return first !== undefined && first.octets !== null && part.octets !== null && first.encoding === part.encoding;
}

function decode(octets: readonly number[], encoding: TextPart['encoding']): string {
  if (encoding === 'GSM-7') return decodeGsm7(Uint8Array.from(octets));
  let text = '';
  for (let at = 0; at + 1 < octets.length; at += 2) {
    text += String.fromCharCode(((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0));
  }
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
