import type { Intent } from './opt-out.ts';
import { folded } from './words.ts';

/** Which texts from contacts an endpoint wants, and whether it wants those written in a row as one. */
export interface WebhookFilter {
  /** Seconds of silence after which the texts of a contact are handed on together. */
  readonly buffer_seconds?: number;
  /** Our numbers or names; left out = all. */
  readonly to?: readonly string[];
  /** Numbers of contacts; left out = all. */
  readonly from?: readonly string[];
  /** Compared as whole words without case, accents and punctuation. */
  readonly keyword?: { readonly equals: string } | { readonly starts_with: string };
}

/** A text from a contact. */
export interface FilteredText {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly intent: Pick<Intent, 'type'> | null;
}

export function passesFilter({ to, from, keyword }: WebhookFilter, text: FilteredText): boolean {
  if (to && !to.map(plain).includes(plain(text.to))) return false;
  if (from && !from.map(plain).includes(plain(text.from))) return false;
  if (!keyword) return true;
  const body = folded(text.body);
  if ('equals' in keyword) return body === folded(keyword.equals);
  return `${body} `.startsWith(`${folded(keyword.starts_with)} `);
}

/** Numbers are written in many ways, and a filter that fits none of them would be silent. */
const plain = (address: string) =>
  address
    .replace(/[\s().-]/g, '')
    .replace(/^\+/, '')
    .toLowerCase();

/** Seconds to wait for more of a text; 0 = none. What is about consent, or a call for help, is told at once. */
export function bufferSecondsFor({ buffer_seconds = 0 }: WebhookFilter, { intent }: FilteredText): number {
  return intent === null || intent.type === 'review' ? buffer_seconds : 0;
}
