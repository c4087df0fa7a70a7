import type { KeywordRule, RuleAction } from './keyword-rules.ts';
import { reservedUse } from './reserved-words.ts';
import { folded } from './words.ts';

/** What is wrong with a rule. `param` is a JSON pointer into it. */
export interface RuleFault {
  readonly param: string;
  readonly message: string;
}

export const RULE_LIMITS = {
  rules: 200,
  nameLength: 100,
  /** Either side of 0. */
  priority: 1_000,
  keywords: 50,
  keywordLength: 100,
  numbers: 50,
  actions: 10,
  replies: 1,
  replyLength: 1_600,
  tagLength: 40,
  agentLength: 100,
  urlLength: 2_048,
  /** Of `within_hours_of_outbound`: 90 days. */
  hours: 2_160,
} as const;

/** Faults of a rule of the right shape; none = it can be kept. Whether a url may be called is asked when it is. */
export function ruleFaults(rule: Omit<KeywordRule, 'id'>): readonly RuleFault[] {
  const { match, when } = rule;
  const hours = when.within_hours_of_outbound;
  return [
    ...fault('/name', isLength(rule.name.trim(), 1, RULE_LIMITS.nameLength), size(1, RULE_LIMITS.nameLength)),
    ...fault(
      '/priority',
      Number.isInteger(rule.priority) && Math.abs(rule.priority) <= RULE_LIMITS.priority,
      `It must be a whole number between -${String(RULE_LIMITS.priority)} and ${String(RULE_LIMITS.priority)}.`,
    ),
    ...keywordFaults(match),
    ...fault('/match/language', match.language === null || isLanguage(match.language), 'It must be a BCP 47 language.'),
    ...fault('/match/to', match.to.length <= RULE_LIMITS.numbers, atMost(RULE_LIMITS.numbers)),
    ...fault(
      '/when/within_hours_of_outbound',
      hours === null || (hours > 0 && hours <= RULE_LIMITS.hours),
      `It must be more than 0 and at most ${String(RULE_LIMITS.hours)}.`,
    ),
    ...actionFaults(rule.actions),
  ];
}

function keywordFaults({ type, keywords }: KeywordRule['match']): RuleFault[] {
  if (type === 'any') return fault('/match/keywords', keywords.length === 0, 'A rule for every text has no keywords.');
  const isMany = keywords.length >= 1 && keywords.length <= RULE_LIMITS.keywords;
  if (!isMany) return fault('/match/keywords', false, `There must be 1 to ${String(RULE_LIMITS.keywords)} of them.`);
  return keywords.flatMap((keyword, at) => {
    const message = keywordFault(keyword, keywords.slice(0, at));
    return message === null ? [] : [{ param: `/match/keywords/${String(at)}`, message }];
  });
}

function keywordFault(keyword: string, before: readonly string[]): string | null {
  if (!isLength(keyword, 1, RULE_LIMITS.keywordLength)) return size(1, RULE_LIMITS.keywordLength);
  const same = folded(keyword);
  if (same === '') return 'There is no letter, digit or emoji in it.';
  if (before.some((other) => folded(other) === same)) return `"${keyword}" is listed twice.`;
  const use = reservedUse(keyword);
  return use === null ? null : `"${keyword}" is reserved: ${RESERVED[use]}, whatever a rule says.`;
}

const RESERVED = {
  opt_out: 'it always opts the contact out',
  opt_in: 'it opts the contact in again',
  help: 'it is always answered with who sends these texts',
} as const;

function actionFaults(actions: readonly RuleAction[]): RuleFault[] {
  const isMany = actions.length >= 1 && actions.length <= RULE_LIMITS.actions;
  const replies = actions.filter(({ type }) => type === 'reply').length;
  return [
    ...fault('/actions', isMany, `There must be 1 to ${String(RULE_LIMITS.actions)} of them.`),
    ...fault('/actions', replies <= RULE_LIMITS.replies, 'A rule replies once.'),
    ...actions.slice(0, RULE_LIMITS.actions).flatMap((action, at) => actionFault(action, `/actions/${String(at)}`)),
  ];
}

function actionFault(action: RuleAction, param: string): RuleFault[] {
  switch (action.type) {
    case 'reply':
      return lengthFault(`${param}/text`, action.text, RULE_LIMITS.replyLength);
    case 'tag':
      return lengthFault(`${param}/tag`, action.tag, RULE_LIMITS.tagLength);
    case 'assign':
      return lengthFault(`${param}/agent`, action.agent, RULE_LIMITS.agentLength);
    case 'webhook':
      return fault(
        `${param}/url`,
        isLength(action.url, 1, RULE_LIMITS.urlLength) && isWebAddress(action.url),
        'It must be an http or https URL without a user name.',
      );
  }
}

function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

const isLanguage = (text: string) => /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/.test(text);

const isLength = (text: string, min: number, max: number) => text.length >= min && text.length <= max;

const size = (min: number, max: number) => `It must have ${String(min)} to ${String(max)} characters.`;

const atMost = (max: number) => `There may be at most ${String(max)} of them.`;

const lengthFault = (param: string, text: string, max: number) =>
  fault(param, isLength(text.trim(), 1, max), size(1, max));

const fault = (param: string, isRight: boolean, message: string): RuleFault[] => (isRight ? [] : [{ param, message }]);
