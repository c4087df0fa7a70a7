import { pageOf, sentencePage } from '../../seam/page.ts';

/** An answer of the connector; `json` or a body of another type. */
export interface Reply {
  readonly status: number;
  readonly json?: unknown;
  readonly html?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const json = (value: unknown, status = 200): Reply => ({ status, json: value });

export const page = (status: number, sentence: string): Reply => ({ status, html: sentencePage(sentence) });

/** A page that asks something and sends it to where it is; nobody may put it into a frame. */
export const form = (status: number, fields: string): Reply => ({
  status,
  html: pageOf(`<form method="post" action="?">${fields}</form>`),
  headers: { 'Content-Security-Policy': "frame-ancestors 'none'", 'X-Frame-Options': 'DENY' },
});
