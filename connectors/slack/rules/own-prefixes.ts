import type { Classified } from './classify-reply.ts';
import { atStart, linesOf, readable } from './line-start.ts';

/**
 * The marks that a team has agreed on, beside those that everybody has: what begins with one is a note, and a line below
 * that does is doubtful. Whatever their case, and whatever decorates them.
 */
export function withOwnPrefixes(classified: Classified, prefixes: readonly string[]): Classified {
  if (classified.kind !== 'send' && classified.kind !== 'hold') return classified;
  const { text } = classified;
  const isMarked = (line: string) => prefixes.some((prefix) => beginsWith(line, prefix));
  if (isMarked(text)) return { kind: 'note', text };
  if (!linesOf(text).some(isMarked)) return classified;
  const known = classified.kind === 'hold' ? classified.reasons : [];
  return { kind: 'hold', text, reasons: [...new Set([...known, 'looks_internal'] as const)] };
}

function beginsWith(line: string, prefix: string): boolean {
  const mark = undrawn(prefix).trim();
  // What makes words bold elsewhere is the mark itself.
  if (mark === '') return line.trimStart().startsWith(prefix.trim());
  return atStart(mark.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)).test(undrawn(line));
}

/** How an emoji is drawn is no part of it. */
const undrawn = (text: string) => readable(text).replaceAll('\ufe0f', '');
