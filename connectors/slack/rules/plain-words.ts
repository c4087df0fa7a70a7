/** Words of people on their way into Slack: nothing in them may ping, link or break a block. */

/** As a part of `mrkdwn` or of a fallback text (docs.slack.dev, "Escaping text"). */
export const escaped = (text: string): string =>
  seen(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Without what cannot be seen and can deceive; line feeds and tabs stay. */
export function seen(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '').toWellFormed();
}

/** In one line, as a name is: what is written below it must not look like ours. */
export const oneLine = (text: string): string =>
  seen(text)
    .replace(/[\s\u2028\u2029]+/gu, ' ')
    .trim();

/** Words of others within a sentence of ours, as `mrkdwn`: a line of at most so many UTF-16 code units, and then escaped. */
export const inLine = (text: string, lengthMax: number): string => escaped(cut(oneLine(text), lengthMax));

/** At most so many UTF-16 code units, never half a character. */
export function cut(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const end = /[\ud800-\udbff]/.test(text[lengthMax - 2] ?? '') ? lengthMax - 2 : lengthMax - 1;
  return `${text.slice(0, end)}…`;
}

const SENDER_NAME_MAX = 20;

/** +14155550123 → +1415•••0123: enough to tell two contacts apart. At least three digits are hidden; names stay. */
export function masked(number: string): string {
  if (!/^\+?\d+$/.test(number)) return cut(number, SENDER_NAME_MAX);
  const head = Math.min(5, Math.max(0, number.length - 7));
  const tail = Math.min(4, Math.max(0, number.length - head - 3));
  return `${number.slice(0, head)}•••${number.slice(number.length - tail)}`;
}
