import { cut, inLine } from '../rules/plain-words.ts';
import { section, words } from './blocks.ts';
import type { Content } from './card.ts';
import { NO_BODY } from '../rules/sentences.ts';

/** A text that another system has sent to the contact of a thread. */
export interface ShownElsewhere {
  readonly key: string;
  /** Who sent it, as they call themselves. */
  readonly says: string;
  /** The number or name that it came from; null = the one of the thread. */
  readonly from: string | null;
  /** Null: it is not for everybody's eyes. */
  readonly body: string | null;
}

const SAYS_MAX = 150;
const PREVIEW_MAX = 150;

export function sentElsewhere({ key, says, from, body }: ShownElsewhere): Content {
  const line = `📤 ${lineOf(says, from)}`;
  const shown = body ?? NO_BODY;
  return { text: `${line}: ${inLine(shown, PREVIEW_MAX)}`, blocks: [section(line, key), words(shown)] };
}

export interface FailedElsewhere extends ShownElsewhere {
  /** For instance: was not delivered. */
  readonly what: string;
  readonly why: string;
  readonly isAmbiguous: boolean;
}

export function failedElsewhere({ key, says, from, body, what, why, isAmbiguous }: FailedElsewhere): Content {
  const doubt = isAmbiguous ? ' It may have arrived all the same.' : '';
  const line = `❌ ${lineOf(says, from)}: the SMS ${what}. ${inLine(why, SAYS_MAX)}${doubt}`.trim();
  return { text: line, blocks: [section(line, key), words(cut(body ?? NO_BODY, PREVIEW_MAX))] };
}

const lineOf = (says: string, from: string | null) =>
  `${inLine(says, SAYS_MAX)}${from === null ? '' : ` from ${inLine(from, 20)}`}`;
