/** What the browser of an administrator shows: a page of one sentence, as HTML. */
export const sentencePage = (sentence: string): string => pageOf(`<p>${escapeHtml(sentence)}</p>`);

/** `body`: HTML. */
export const pageOf = (body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>SMS Bridge</title><body style="font:16px system-ui;margin:3em"><h1>SMS Bridge</h1>${body}</body></html>`;

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
