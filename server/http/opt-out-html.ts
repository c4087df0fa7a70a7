import { createHash } from 'node:crypto';
import { maskNumber } from '../rules/phone-number.ts';

/** The pages of `/o/{token}`: plain HTML without scripts, in the colours of the reader. */
export type OptOutPageState = 'ask' | 'done' | 'already' | 'unknown';

export interface OptOutPageFacts {
  readonly state: OptOutPageState;
  /** Null = its name is not set. */
  readonly organisation: string | null;
  /** E.164; null on the page of an unknown link. */
  readonly number: string | null;
  readonly sender: string | null;
}

export function optOutHtml({ state, organisation, number, sender }: OptOutPageFacts): string {
  const { title, heading, paragraphs } = WORDS[state]({
    who: escaped(organisation ?? sender ?? 'this sender'),
    number: number === null ? '' : `<span class="number">${escaped(maskNumber(number))}</span>`,
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main class="${state}">
<h1>${heading}</h1>
${paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join('\n')}
${state === 'ask' ? FORM : ''}</main>
</body>
</html>
`;
}

interface Names {
  readonly who: string;
  readonly number: string;
}

interface Words {
  readonly title: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
}

const WORDS: Readonly<Record<OptOutPageState, (names: Names) => Words>> = {
  ask: ({ who, number }) => ({
    title: `Stop texts from ${who}`,
    heading: `Stop texts from ${who}?`,
    paragraphs: [`${number} will get no more text messages from ${who}.`],
  }),
  done: ({ who, number }) => ({
    title: `No more texts from ${who}`,
    heading: 'You are unsubscribed',
    paragraphs: [`${number} gets no more text messages from ${who}.`, 'You can close this page.'],
  }),
  already: ({ who, number }) => ({
    title: `No more texts from ${who}`,
    heading: 'You are unsubscribed already',
    paragraphs: [`${number} gets no text messages from ${who}. There is nothing left to do.`],
  }),
  unknown: () => ({
    title: 'This link does not work',
    heading: 'This link does not work',
    paragraphs: [
      'Perhaps a part of it was lost. Open it again from the text message, to its very last character.',
      'If the text came from a number, you can also answer it with the word STOP.',
    ],
  }),
};

/** To this very address: the token is in it. */
const FORM = `<form method="post"><button type="submit">Stop all texts</button></form>
`;

/** What comes from settings and from texts is shown as text. */
const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Contrasts are at least 7:1 for text and 4.5:1 on the button, in light and in dark. */
const STYLE = `
:root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--edge:#d9dce1;--text:#1b1f24;--soft:#454c55;--act:#b3261e;--on:#fff;--good:#176639}
@media (prefers-color-scheme:dark){:root{--page:#14171a;--card:#1e2226;--edge:#363c43;--text:#f1f3f5;--soft:#c3c9d0;--act:#f2b8b5;--on:#44100d;--good:#7fd6a1}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100svh;display:grid;place-items:center;padding:1.25rem;background:var(--page);color:var(--text);font:1.0625rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{width:100%;max-width:27rem;padding:2rem 1.75rem;background:var(--card);border:1px solid var(--edge);border-radius:1rem;overflow-wrap:anywhere}
h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.25;letter-spacing:-.01em;text-wrap:balance}
p{margin:0 0 .75rem;color:var(--soft)}
p:last-child{margin-bottom:0}
.number{color:var(--text);font-weight:600;white-space:nowrap;font-variant-numeric:tabular-nums}
.done h1,.already h1{color:var(--good)}
form{margin:1.5rem 0 0}
button{width:100%;min-height:3rem;padding:.75rem 1rem;border:0;border-radius:.625rem;background:var(--act);color:var(--on);font:inherit;font-weight:600;cursor:pointer}
button:hover{filter:brightness(.93)}
button:focus-visible{outline:3px solid var(--text);outline-offset:3px}
@media (forced-colors:active){button{border:2px solid ButtonText}}
`;

/** Nothing but this sheet is allowed: no script, no image, no other page around it. */
export const OPT_OUT_PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
