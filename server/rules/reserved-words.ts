import { folded } from './words.ts';

export type ReservedUse = 'opt_out' | 'opt_in' | 'help';

/** A word that a recipient may text at any time and that then means one thing only, whatever a text has asked. */
export interface ReservedWord {
  readonly word: string;
  readonly use: ReservedUse;
  /** Everyday: people also read it as part of what a text talks about, an order to cancel or a visit to end. */
  readonly isEveryday: boolean;
  /** BCP 47. */
  readonly language: string;
  readonly source: string;
}

/** What a text is reserved for when it is nothing but such a word, or null. */
export function reservedUse(text: string): ReservedUse | null {
  return reservedWord(text)?.use ?? null;
}

export function reservedWord(text: string): ReservedWord | null {
  return BY_WORD.get(folded(text)) ?? null;
}

const CFR = '47 CFR 64.1200(a)(10), https://www.ecfr.gov/current/title-47/section-64.1200';
const CTIA = 'CTIA Messaging Principles and Best Practices, May 2023';
const LOCAL = 'Equivalents that carriers and providers accept beside STOP; collected 2026-11-20';

/**
 * Not the list that finds opt-outs (that is larger): the one that texts of ours may not ask for and that rules may not
 * take. Verified on 2026-11-20.
 */
export const RESERVED_WORDS: readonly ReservedWord[] = [
  ...reserved('opt_out', 'en', CFR, {
    strong: ['stop', 'unsubscribe', 'opt out', 'optout'],
    everyday: ['cancel', 'end', 'quit', 'revoke'],
  }),
  ...reserved('opt_out', 'en', CTIA, { strong: ['stop all', 'stopall'], everyday: [] }),
  ...reserved('opt_out', 'fr', LOCAL, { strong: ['arret', 'desabonner'], everyday: [] }),
  ...reserved('opt_out', 'es', LOCAL, { strong: ['alto', 'baja', 'parar'], everyday: ['cancelar'] }),
  ...reserved('opt_out', 'pt', LOCAL, { strong: ['sair'], everyday: [] }),
  ...reserved('opt_out', 'de', LOCAL, { strong: ['stopp', 'abmelden'], everyday: [] }),
  ...reserved('opt_out', 'it', LOCAL, { strong: ['disiscrivi'], everyday: [] }),
  ...reserved('opt_out', 'nl', LOCAL, { strong: ['afmelden', 'stoppen'], everyday: [] }),
  ...reserved('opt_in', 'en', CTIA, { strong: ['unstop', 'subscribe'], everyday: ['start'] }),
  ...reserved('help', 'en', CTIA, { strong: ['help'], everyday: ['info'] }),
  ...reserved('help', 'fr', LOCAL, { strong: ['aide'], everyday: [] }),
  ...reserved('help', 'es', LOCAL, { strong: ['ayuda'], everyday: [] }),
];

const BY_WORD: ReadonlyMap<string, ReservedWord> = new Map(RESERVED_WORDS.map((one) => [folded(one.word), one]));

function reserved(
  use: ReservedUse,
  language: string,
  source: string,
  words: { readonly strong: readonly string[]; readonly everyday: readonly string[] },
): ReservedWord[] {
  const rows = (list: readonly string[], isEveryday: boolean) =>
    list.map((word) => ({ word, use, isEveryday, language, source }));
  return [...rows(words.strong, false), ...rows(words.everyday, true)];
}
