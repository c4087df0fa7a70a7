import type { Classified } from './classify-reply.ts';

/**
 * The marks that a team has agreed on, beside those that everybody has: what begins with one is a note, and a line below
 * that does is doubtful. Whatever their case, and whatever makes them bold or a quote.
 */
export function withOwnPrefixes(classified: Classified, prefixes: readonly string[]): Classified {
  if (classified.kind !== 'send' && classified.kind !== 'hold') return classified;
  const { text } = classified;
  const isMarked = (line: string) => prefixes.some((prefix) => beginsWith(line, prefix));
  if (isMarked(text)) return { kind: 'note', text };
  return text.split('\n').some(isMarked) ? { kind: 'hold', text, reason: 'looks_internal' } : classified;
}

/** A prefix may itself be of what decorates others, as `>` or `--`: it may begin anywhere among those. */
function beginsWith(line: string, prefix: string): boolean {
  const begins = bare(line.slice(0, 200));
  const [decoration = ''] = /^[\s*_~`>"'“”„([{-]*/u.exec(begins) ?? [];
  return Array.from({ length: decoration.length + 1 }, (_, index) => begins.slice(index)).some((one) =>
    one.startsWith(bare(prefix)),
  );
}

/** Without what cannot be seen: how an emoji is drawn is no part of it either. */
const bare = (text: string) =>
  text
    .normalize('NFKC')
    .replaceAll(/[\p{Cf}\ufe0f]/gu, '')
    .toLowerCase()
    .trimStart();
