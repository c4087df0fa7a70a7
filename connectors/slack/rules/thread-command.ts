/** What somebody orders by writing it in a thread, where commands of Slack do not work. */
export type ThreadCommand =
  | { readonly type: 'claim' }
  | { readonly type: 'resolve' }
  | { readonly type: 'snooze'; readonly minutes: number };

export type ReadCommand =
  | { readonly kind: 'command'; readonly command: ThreadCommand }
  | { readonly kind: 'note'; readonly text: string }
  /** It begins like one, and is none: nobody means to send that. */
  | { readonly kind: 'unknown' };

const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1_440, w: 10_080 };
const DEFAULT_MINUTES = 120;
const MINUTES_MAX = 90 * 1_440;

/** Null: it is no command. `!sms` is none of these: it says that something is to be sent. */
export function readCommand(text: string): ReadCommand | null {
  const [, word = '', rest = ''] = /^!([a-z]+)\b[:\s]*([\s\S]*)$/i.exec(text) ?? [];
  switch (word.toLowerCase()) {
    case '':
    case 'sms':
      return null;
    case 'note':
      return { kind: 'note', text: rest.trim() };
    case 'claim':
      return { kind: 'command', command: { type: 'claim' } };
    case 'resolve':
      return { kind: 'command', command: { type: 'resolve' } };
    case 'snooze':
      return snooze(rest.trim());
    default:
      return { kind: 'unknown' };
  }
}

/** `!snooze`, `!snooze 30m`, `!snooze 2h`, `!snooze 1d` */
function snooze(rest: string): ReadCommand {
  const [, count = '', unit = ''] = /^(\d{1,4})\s*([mhdw])$/i.exec(rest) ?? [];
  const minutes = rest === '' ? DEFAULT_MINUTES : Number(count) * (MINUTES[unit.toLowerCase()] ?? 0);
  const isSound = minutes > 0 && minutes <= MINUTES_MAX;
  return isSound ? { kind: 'command', command: { type: 'snooze', minutes } } : { kind: 'unknown' };
}
