export interface Intent {
  readonly type: 'opt_out' | 'opt_in';
  readonly tier: 'exact';
  /** The keyword as the list spells it, for instance `opt out`. */
  readonly matched: string;
}

/**
 * What a reply says about consent, or null. The tiers are asked in turn and the first answer counts, so a looser
 * tier never overrules a stricter one.
 */
export function readIntent(text: string): Intent | null {
  const letters = lettersAndDigits(text);
  for (const tier of TIERS) {
    const intent = tier(letters);
    if (intent) return intent;
  }
  return null;
}

type Tier = (letters: string) => Intent | null;

/** The whole reply is a keyword, however it is written: `S.T.O.P.`, `opt-out`, `Stop!! 🙏`. */
const exact: Tier = (letters) => {
  const optOut = OPT_OUT.get(letters);
  if (optOut !== undefined) return { type: 'opt_out', tier: 'exact', matched: optOut };
  const optIn = OPT_IN.get(letters);
  return optIn === undefined ? null : { type: 'opt_in', tier: 'exact', matched: optIn };
};

const TIERS: readonly Tier[] = [exact];

/**
 * The words that always revoke consent, by themselves and in every message type: 47 CFR 64.1200(a)(10); `stop all`
 * is the form of the CTIA short code handbook. No setting may shorten this list.
 */
const OPT_OUT = keywords('stop', 'quit', 'end', 'revoke', 'opt out', 'cancel', 'unsubscribe', 'stop all');

/** Deliberately without `yes`: people say yes to many things, and consent must be given in so many words. */
const OPT_IN = keywords('start', 'unstop', 'subscribe');

function keywords(...words: string[]): ReadonlyMap<string, string> {
  return new Map(words.map((word) => [lettersAndDigits(word), word]));
}

/** Full-width and styled letters become plain ones (NFKD), accents, case, spaces, signs and emoji go. */
function lettersAndDigits(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
