import { masked, oneLine } from './plain-words.ts';

/** Sentences of the server, as people in Slack may read them: some name the contact. */

interface Masking {
  readonly areNumbersMasked: boolean;
}

const REFUSED = 'The server refuses it.';

/** One line, not escaped. Null = it says no, and not why. */
export function serverWords({ areNumbersMasked }: Masking, said: string | null | undefined): string {
  const words = oneLine(said ?? REFUSED);
  return areNumbersMasked ? words.replace(/\+\d{5,15}/g, masked) : words;
}

/** What is wrong, and what to do about it. */
export const faultWords = (
  masking: Masking,
  { detail, action }: { readonly detail: string; readonly action: string },
) => serverWords(masking, `${detail} ${action}`.trim());

/** Numbers that somebody has put on a list are refused under the same code, and no START of theirs takes them off it. */
export const hasOptedOut = ({ code, consent }: { readonly code: string | null; readonly consent: string }) =>
  code === 'OPTED_OUT' && consent === 'opted_out';
