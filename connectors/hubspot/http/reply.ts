/** An answer of the connector; `json` or a body of another type. */
export interface Reply {
  readonly status: number;
  readonly json?: unknown;
  readonly html?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const json = (value: unknown, status = 200): Reply => ({ status, json: value });

/** A page of one sentence. */
export const page = (status: number, sentence: string): Reply => shown(status, `<p>${escapeHtml(sentence)}</p>`);

/** A page that asks something and sends it to where it is; nobody may put it into a frame. */
export const form = (status: number, fields: string): Reply => ({
  ...shown(status, `<form method="post" action="?">${fields}</form>`),
  headers: { 'Content-Security-Policy': "frame-ancestors 'none'", 'X-Frame-Options': 'DENY' },
});

const shown = (status: number, body: string): Reply => ({
  status,
  html: `<!doctype html><html lang="en"><meta charset="utf-8"><title>SMS Bridge</title><body style="font:16px system-ui;margin:3em"><h1>SMS Bridge</h1>${body}</body></html>`,
});

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
