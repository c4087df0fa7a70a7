import { atStart, readable } from './line-start.ts';
import { isMarked } from './note-marks.ts';

/** What somebody orders by writing it in a thread, where commands of Slack do not work. */
export type ThreadCommand =
  | { readonly type: 'claim' }
  | { readonly type: 'resolve' }
  | { readonly type: 'snooze'; readonly minutes: number };

export type ReadCommand =
  | { readonly kind: 'command'; readonly command: ThreadCommand }
  /** What is behind the word is a note, or is to be sent. */
  | { readonly kind: 'note' | 'sms'; readonly text: string }
  /** It begins like one, and is none: nobody means to send that. */
  | { readonly kind: 'unknown' };

const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1_440, w: 10_080 };
const DEFAULT_MINUTES = 120;
const MINUTES_MAX = 90 * 1_440;

const COMMAND = atStart(String.raw`!(\p{L}[\p{L}\p{M}\p{N}]*)`);

/** Null: it is no command. What is behind the word is left as it was written. */
export function readCommand(text: string): ReadCommand | null {
  const [prefix, word] = COMMAND.exec(readable(text)) ?? [];
  if (prefix === undefined || word === undefined) return null;
  // `// !sms …` is a note about it.
  if (isMarked(prefix.slice(0, -1 - word.length))) return null;
  const rest = behind(text, prefix.length);
  const name = word.toLowerCase();
  switch (name) {
    case 'note':
    case 'sms':
      return { kind: name, text: rest };
    case 'claim':
      return { kind: 'command', command: { type: 'claim' } };
    case 'resolve':
      return { kind: 'command', command: { type: 'resolve' } };
    case 'snooze':
      return snooze(readable(rest).trim());
    default:
      return { kind: 'unknown' };
  }
}

/** Without so many characters of its readable form: full-width signs are as many, what cannot be seen is none. */
function behind(text: string, length: number): string {
  let end = 0;
  let read = 0;
  for (const character of text) {
    if (read >= length) break;
    read += readable(character).length;
    end += character.length;
  }
  return text.slice(end).replace(/^\p{Cf}*[:：]?\s*/u, '');
}

/** `!snooze`, `!snooze 30m`, `!snooze 2h`, `!snooze 1d` */
function snooze(rest: string): ReadCommand {
  const [, count = '', unit = ''] = /^(\d{1,4})\s*([mhdw])$/i.exec(rest) ?? [];
  const minutes = rest === '' ? DEFAULT_MINUTES : Number(count) * (MINUTES[unit.toLowerCase()] ?? 0);
  const isSound = minutes > 0 && minutes <= MINUTES_MAX;
  return isSound ? { kind: 'command', command: { type: 'snooze', minutes } } : { kind: 'unknown' };
}
