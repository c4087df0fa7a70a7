import { reservedUse } from './reserved-words.ts';
import { folded, indexOfPhrase, isUnspaced, wordsOf } from './words.ts';

/** What a text from a contact sets off. */
export interface KeywordRule {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  /** The highest is asked first; equal ones by name, then id. */
  readonly priority: number;
  readonly match: KeywordMatch;
  readonly when: KeywordCondition;
  readonly actions: readonly RuleAction[];
  /** No rule after this one is asked once it has matched. */
  readonly stop: boolean;
}

/**
 * Compared as whole words without case, accents and punctuation; emoji are words. Deliberately no regular expressions:
 * JavaScript's backtrack, one `(a+)+$` lets a single text stop the process for hours, and an engine without
 * backtracking (RE2) would be a native dependency. Lists of words and phrases say what keyword rules need.
 */
export interface KeywordMatch {
  /** `exact`: nothing but the keyword; `any`: every text, for catch-alls. */
  readonly type: 'exact' | 'starts_with' | 'contains' | 'any';
  /** Words or phrases, one of which must be there. Empty for `any`. */
  readonly keywords: readonly string[];
  /** BCP 47; only texts of contacts who are known to use this language. null = all. */
  readonly language: string | null;
  /** Our numbers or names; only texts to one of them. Empty = all. */
  readonly to: readonly string[];
}

export interface KeywordCondition {
  /** Whether a reply wait of this contact must be open (true) or must not (false). null = either. */
  readonly has_open_wait: boolean | null;
  /** Only so many hours after our last text to the contact. null = always. */
  readonly within_hours_of_outbound: number | null;
}

export type RuleAction =
  | { readonly type: 'reply'; readonly text: string }
  | { readonly type: 'tag'; readonly tag: string }
  | { readonly type: 'assign'; readonly agent: string }
  | { readonly type: 'webhook'; readonly url: string };

export interface InboundForRules {
  readonly to: string;
  readonly body: string;
  /** The contact's language if known. */
  readonly language: string | null;
  /** What the text says about consent; null = nothing. */
  readonly intent: 'opt_out' | 'opt_in' | 'help' | 'review' | null;
  readonly hasOpenWait: boolean;
  /** null = we have never texted this contact. */
  readonly hoursSinceOutbound: number | null;
}

export type RuleOutcome =
  | 'matched'
  | 'disabled'
  | 'other_number'
  | 'other_language'
  | 'reply_wait'
  | 'too_late'
  | 'no_keyword'
  | 'stopped'
  | 'reserved';

export interface RuleExplanation {
  readonly rule_id: string;
  readonly name: string;
  readonly outcome: RuleOutcome;
  /** The keyword that was found, as the rule spells it. */
  readonly keyword: string | null;
  readonly message: string;
}

export interface AppliedRules {
  /** In the order in which they are carried out. */
  readonly actions: readonly { readonly rule_id: string; readonly action: RuleAction }[];
  readonly matched: readonly KeywordRule[];
  /** Replies that are not sent: the second one to one text, and every one while an opt-out is in doubt. */
  readonly withheld: readonly { readonly rule_id: string; readonly action: RuleAction }[];
  /** One entry for each rule, in the order in which they were asked. */
  readonly explanation: readonly RuleExplanation[];
}

/**
 * Which rules a text sets off. Consent and HELP come first and alone: no rule ever sees such a text, not even a
 * catch-all, because its answer is fixed by law and by the carriers.
 */
export function applyRules(rules: readonly KeywordRule[], inbound: InboundForRules): AppliedRules {
  const isReserved = isForConsent(inbound);
  const said = { words: wordsOf(inbound.body), text: folded(inbound.body) };
  const matched: { readonly rule: KeywordRule; readonly keyword: string | null }[] = [];
  const explanation = rules.toSorted(byPriority).map((rule): RuleExplanation => {
    const isStopped = matched.at(-1)?.rule.stop === true;
    const { outcome, keyword } = isReserved ? no('reserved') : isStopped ? no('stopped') : ask(rule, inbound, said);
    if (outcome === 'matched') matched.push({ rule, keyword });
    return { rule_id: rule.id, name: rule.name, outcome, keyword, message: OUTCOMES[outcome] };
  });
  const all = matched.flatMap(({ rule }) => rule.actions.map((action) => ({ rule_id: rule.id, action })));
  const replies = all.filter(({ action }) => action.type === 'reply');
  const withheld = inbound.intent === 'review' ? replies : replies.slice(1);
  return {
    actions: all.filter((one) => !withheld.includes(one)),
    withheld,
    matched: matched.map(({ rule }) => rule),
    explanation,
  };
}

/** What the outcomes say to a person who tests rules. */
export const OUTCOMES: Readonly<Record<RuleOutcome, string>> = {
  matched: 'The text matches.',
  disabled: 'The rule is switched off.',
  other_number: 'The text went to another of our numbers.',
  other_language: 'The contact is not known to use the language of the rule.',
  reply_wait: 'The rule and the text differ in whether a reply is waited for.',
  too_late: 'Our last text to the contact is too long ago, or there was none.',
  no_keyword: 'None of the keywords is in the text as the rule wants it.',
  stopped: 'A rule before this one ends the search.',
  reserved: 'The text is about consent or asks for help: no rule may answer it.',
};

interface Said {
  readonly words: readonly string[];
  readonly text: string;
}

interface Answer {
  readonly outcome: RuleOutcome;
  readonly keyword: string | null;
}

const no = (outcome: RuleOutcome): Answer => ({ outcome, keyword: null });

function isForConsent({ intent, body }: InboundForRules): boolean {
  if (intent === 'opt_out' || intent === 'opt_in' || intent === 'help') return true;
  // Also where the caller has not looked: a reserved word alone is never a rule's, START apart, which is content
  // for those who have not opted out.
  const use = reservedUse(body);
  return use === 'opt_out' || use === 'help';
}

const byPriority = (a: KeywordRule, b: KeywordRule) =>
  b.priority - a.priority || compare(a.name, b.name) || compare(a.id, b.id);

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

function ask({ enabled, match, when }: KeywordRule, inbound: InboundForRules, said: Said): Answer {
  if (!enabled) return no('disabled');
  if (match.to.length > 0 && !match.to.includes(inbound.to)) return no('other_number');
  if (match.language !== null && !isSameLanguage(match.language, inbound.language)) return no('other_language');
  if (when.has_open_wait !== null && when.has_open_wait !== inbound.hasOpenWait) return no('reply_wait');
  const { hoursSinceOutbound } = inbound;
  const hours = when.within_hours_of_outbound;
  if (hours !== null && (hoursSinceOutbound === null || hoursSinceOutbound > hours)) return no('too_late');
  if (match.type === 'any') return { outcome: 'matched', keyword: null };
  const keyword = match.keywords.find((one) => isFound(match.type, one, said));
  return keyword === undefined ? no('no_keyword') : { outcome: 'matched', keyword };
}

const isSameLanguage = (wanted: string, known: string | null) => known !== null && baseOf(wanted) === baseOf(known);

const baseOf = (language: string) => language.toLowerCase().split('-', 1)[0] ?? '';

function isFound(type: KeywordMatch['type'], keyword: string, { words, text }: Said): boolean {
  const phrase = wordsOf(keyword);
  if (phrase.length === 0) return false;
  if (type === 'exact') return text === phrase.join(' ');
  if (isUnspaced(keyword)) {
    const place = text.indexOf(phrase.join(' '));
    return type === 'starts_with' ? place === 0 : place >= 0;
  }
  const place = indexOfPhrase(words, phrase);
  return type === 'starts_with' ? place === 0 : place >= 0;
}
