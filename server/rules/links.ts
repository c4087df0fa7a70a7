import { PUBLIC_SHORTENERS } from './public-shorteners.ts';

export interface Link {
  readonly url: string;
  /** In lower case, without `www.`. */
  readonly host: string;
  /** In UTF-16 code units: start, and end behind it. */
  readonly at: readonly [number, number];
}

/**
 * The web addresses in a text, without the punctuation that follows them: with a scheme or `www.`, or a host with a
 * path (`example.com/x`). A bare `host.name` is one only for a public shortener, because people forget the space after
 * a full stop.
 */
export function linksIn(text: string): readonly Link[] {
  return [...text.matchAll(CANDIDATE)].flatMap((match) => {
    const url = match[0].replace(/[.,;:!?)\]}'"»”’]+$/u, '');
    const host = hostOf(url);
    const isLink = /^(https?:\/\/|www\.)/i.test(url) || url.includes('/') || PUBLIC_SHORTENERS.has(host);
    return isLink && host !== '' ? [{ url, host, at: [match.index, match.index + url.length] as const }] : [];
  });
}

/** The text with a space for every character of a link, so that places in it stay the same. */
export function withoutLinks(text: string): string {
  let left = text;
  for (const { at } of linksIn(text)) left = left.slice(0, at[0]) + ' '.repeat(at[1] - at[0]) + left.slice(at[1]);
  return left;
}

const CANDIDATE =
  /(?:https?:\/\/|www\.)[^\s<>]{1,2000}|(?<![\p{L}\p{N}@._-])(?:[\p{L}\p{N}-]{1,63}\.){1,5}\p{L}{2,24}(?![\p{L}\p{N}@])(?:\/[^\s<>]{0,2000})?/giu;

/** By hand: `URL` would turn other scripts into punycode, and those are worth seeing. */
function hostOf(url: string): string {
  const authority = url.replace(/^https?:\/\//i, '').split(/[/?#]/, 1)[0] ?? '';
  const host = authority.split('@').at(-1) ?? '';
  return host
    .replace(/:\d{1,5}$/, '')
    .replace(/^www\./i, '')
    .toLowerCase();
}
