import type { MessageError, Status } from './message.ts';

/** What a carrier's own error codes mean, as its profile has them: `err` of a receipt, or `0x…` of an answer. */
export type ErrorMeanings = Readonly<Record<string, ErrorMeaning>>;
export type ErrorMeaning = 'opted_out' | 'unknown_number';

/**
 * What the end of a text says about its recipient. `blocked`: the recipient, or a carrier for them, lets nothing
 * through; `dead`: nobody has the number; `alive`: somebody has. A refusal of a route (a number that this carrier does
 * not serve) says nothing about the number.
 */
export function findingOf(
  text: { readonly status: Status; readonly error: MessageError | null },
  meanings: ErrorMeanings = {},
): 'blocked' | 'dead' | 'alive' | null {
  if (text.status === 'delivered') return 'alive';
  if (text.error === null) return null;
  const own = ownMeaning(text.error, meanings);
  if (own) return own === 'opted_out' ? 'blocked' : 'dead';
  return BY_REASON.get(text.error.reason ?? '') ?? null;
}

/** The reasons of `message-errors.ts` that are about the recipient and will not pass. */
const BY_REASON: ReadonlyMap<string, 'blocked' | 'dead'> = new Map([
  ['BLACKLISTED', 'blocked'],
  ['UNKNOWN_SUBSCRIBER', 'dead'],
]);

function ownMeaning({ upstream }: MessageError, meanings: ErrorMeanings): ErrorMeaning | undefined {
  const codes = [upstream?.command_status, upstream?.receipt_error].filter((code) => code !== undefined).map(plain);
  return Object.entries(meanings).find(([code]) => codes.includes(plain(code)))?.[1];
}

/** Carriers pad their codes with zeros, to a width that is their own. */
const plain = (code: string) =>
  code.toLowerCase().replace(/^(0x)?0*(.+)$/, (_, hex: string = '', digits: string = '') => `${hex}${digits}`);
