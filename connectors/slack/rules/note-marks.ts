import { atStart, readable } from './line-start.ts';

/** How agents mark a note: `//`, `;;`, `note:`, `internal:`, 🔒, 🔇. */
const MARKED = atStart(String.raw`(?:\/\/|;;|(?:note|internal)\s*:|🔒|🔇)`);

/** It begins with the mark of a note, whatever decorates the mark. */
export const isMarked = (text: string) => MARKED.test(readable(text));

/** An address, or what looks like one. Slashes behind the end of a sentence or in front of a space are none of it. */
const ADDRESS =
  /(?<![\p{L}\p{N}.+-])(?:[a-z][a-z0-9+.-]*:\/\/|(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}[/:?#])\S*?(?=[.!,;)\]}'"]\/\/|\/\/(?:\s|$)|\s|$)/giu;
/** 50//60 is a size. */
const SLASHES = /(?<!\p{N})\/\/|\/\/(?!\p{N})/u;
/** ;;) is a face, and so is ;; behind a word that ends the line. */
const SIGN = /(?:^|\s);;(?!\))|;;(?![;)\s]*$)|🔒|🔇/u;

/** A readable line has such a sign somewhere: what is behind it may be a note. The words are marks at beginnings alone. */
export const hasMark = (line: string) => SIGN.test(line) || SLASHES.test(line.replace(ADDRESS, ''));
