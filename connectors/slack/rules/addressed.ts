import { linesOf, readable, withoutLead } from './line-start.ts';

/**
 * Whether a line is said to somebody of these names: `Ana, can you …`, `hey Ben`, `Ana: look`. Only the first of each
 * person's names counts, and none that the customer has as well; `Ana will call you` is said about her, and to the customer.
 */
export function isSaidTo(text: string, names: readonly string[], customer: string | null = null): boolean {
  const theirs = new Set((customer ?? '').toLowerCase().split(/[\s,.]+/u));
  const firstNames = new Set(names.map(firstOf).filter((name) => name.length > 1 && !theirs.has(name)));
  return linesOf(readable(text)).some((line) => {
    const [, greeting, name = '', rest = ''] = LINE.exec(withoutLead(line)) ?? [];
    return firstNames.has(name.toLowerCase()) && (greeting !== undefined || ASKS.test(rest));
  });
}

const LINE =
  /^(?:(hey|hi|hello|hallo|hola|salut|ciao|oi|thanks|thx|danke|gracias|merci)[\s,]+)?(\p{L}[\p{L}'-]*)(.*)$/iu;

/** What follows a name that is called. */
const ASKS =
  /^(?:\s*[,:;!?–—]|\s+[-–—]\s|\s+(?:can|could|would|pls|plz|please|do|did|have|kannst|könntest|bitte|peux|pourrais|puedes|podrías|puoi|podes|pode|kun|kan)(?!\p{L}))/iu;

const firstOf = (name: string) => name.trim().toLowerCase().split(/\s/u)[0] ?? '';
