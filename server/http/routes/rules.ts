import type { z } from 'zod';
import type { ExplainedRules, KeptRule, StoredRule, WantedRule } from '../../contacts/keyword-rules-book.ts';
import type { RuleFault } from '../../rules/keyword-rule-faults.ts';
import type { KeywordCondition, KeywordMatch } from '../../rules/keyword-rules.ts';
import type { Mode } from '../../rules/message.ts';
import { parseSender } from '../../rules/phone-number.ts';
import { ruleBody, ruleTestBody, ruleUpdateBody } from '../contract-rules.ts';
import type { Answer, KeyHandlers } from '../handlers.ts';
import { readNumber } from '../numbers.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { type Fault, invalid, notFound } from '../problem.ts';
import { urlFault } from '../url-fault.ts';

type Operations = 'listRules' | 'createRule' | 'testRules' | 'getRule' | 'updateRule' | 'deleteRule';

type RulePorts = Pick<Ports, 'keywordRules' | 'checkUrl' | 'defaultCountry' | 'clock'>;

export function ruleRoutesOf(ports: RulePorts): Pick<KeyHandlers, Operations> {
  const { keywordRules, defaultCountry, clock } = ports;
  return {
    async listRules({ key }) {
      const data = (await keywordRules.list(key.mode)).map((rule) => view(rule, key.mode));
      return { status: 200, body: { data, has_more: false, next_cursor: null } };
    },
    async createRule({ key, json }) {
      const parsed = parse(ruleBody, json);
      if (!parsed.ok) return parsed;
      const { name, actions, match, when, enabled = true, priority = 0, stop = false } = parsed.value;
      const fault = actionFault(ports, actions, key.mode);
      if (fault) return { fault };
      const rule = { name, enabled, priority, match: matchOf(match), when: whenOf(when), actions, stop };
      return kept(await keywordRules.add(key.mode, rule), key.mode, 201);
    },
    async testRules({ key, json }) {
      const parsed = parse(ruleTestBody, json);
      if (!parsed.ok) return parsed;
      const { from, to, body } = parsed.value;
      const contact = readNumber(from, defaultCountry, 'from');
      if (!contact.ok) return contact;
      const ours = parseSender(to);
      const text = { contact: contact.number, ourNumber: ours.ok ? ours.value : to, body };
      const explained = await keywordRules.explain({ ...text, mode: key.mode, at: new Date(clock.now()) });
      return { status: 200, body: testView(explained) };
    },
    async getRule({ key, params }) {
      const rule = await keywordRules.find(key.mode, idOf(params));
      return rule ? { status: 200, body: view(rule, key.mode) } : { fault: notFound };
    },
    async updateRule({ key, params, json }) {
      const parsed = parse(ruleUpdateBody, json);
      if (!parsed.ok) return parsed;
      const fault = actionFault(ports, parsed.value.actions ?? [], key.mode);
      if (fault) return { fault };
      return kept(await keywordRules.change(key.mode, idOf(params), changesOf(parsed.value)), key.mode, 200);
    },
    async deleteRule({ key, params }) {
      return (await keywordRules.remove(key.mode, idOf(params))) ? { status: 204 } : { fault: notFound };
    },
  };
}

const idOf = (params: Readonly<Record<string, string | undefined>>) => {
  const id = params['rule_id'] ?? '';
  return /^rule_[0-9a-f]{16}$/.test(id) ? id : '';
};

type Body = z.output<typeof ruleBody>;

const matchOf = ({ type, keywords, language, to }: Body['match']): KeywordMatch => ({
  type,
  keywords: keywords ?? [],
  language: language ?? null,
  to: (to ?? []).map((one) => {
    const read = parseSender(one);
    return read.ok ? read.value : one;
  }),
});

const whenOf = (when: Body['when']): KeywordCondition => ({
  has_open_wait: when?.has_open_wait ?? null,
  within_hours_of_outbound: when?.within_hours_of_outbound ?? null,
});

function changesOf({ match, when, ...rest }: z.output<typeof ruleUpdateBody>): Partial<WantedRule> {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { ...given, ...(match && { match: matchOf(match) }), ...(when && { when: whenOf(when) }) };
}

/** Every address is called by the server, so it must be one that may be. */
function actionFault({ checkUrl }: RulePorts, actions: Body['actions'], mode: Mode): Fault | null {
  for (const [index, action] of actions.entries()) {
    if (action.type !== 'webhook') continue;
    const checked = checkUrl(action.url, mode);
    if (!checked.ok) return urlFault(`actions.${index}.url`, checked.reason);
  }
  return null;
}

function kept(result: KeptRule, mode: Mode, status: number): Answer {
  if (result.ok) return { status, body: view(result.rule, mode) };
  switch (result.reason) {
    case 'unknown':
      return { fault: notFound };
    case 'name_taken':
      return { fault: invalid('name', 'is the name of another rule') };
    case 'too_many':
      return { fault: invalid('name', 'cannot be added: delete rules that are no longer needed first') };
    case 'faults':
      return { fault: faultOf(result.faults) };
  }
}

/** JSON pointers become the names that the API uses for fields. */
function faultOf(faults: readonly RuleFault[]): Fault {
  const errors = faults.map(({ param, message }) => ({ param: param.slice(1).replaceAll('/', '.'), message }));
  const first = errors[0] ?? { param: 'body', message: 'It is not valid.' };
  return { code: 'INVALID_REQUEST', detail: `${first.param}: ${first.message}`, param: first.param, errors };
}

function view({ created_at, updated_at, ...rule }: StoredRule, mode: Mode) {
  const { id, name, enabled, priority, match, when, actions, stop } = rule;
  const moments = { created_at: created_at.toISOString(), updated_at: updated_at.toISOString() };
  return { id, object: 'rule', mode, name, enabled, priority, match, when, actions, stop, ...moments };
}

function testView({ intent, takenBy, matched, actions, withheld, explanation }: ExplainedRules) {
  return {
    object: 'rule_test',
    intent: intent
      ? { type: intent.type, tier: intent.tier, matched: intent.matched }
      : { type: 'none', tier: null, matched: null },
    reply_wait: takenBy,
    matched: matched.map(({ id }) => id),
    actions,
    withheld,
    explanation,
  };
}
