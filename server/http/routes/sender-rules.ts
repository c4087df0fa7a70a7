import type { z } from 'zod';
import type { Mode } from '../../rules/message.ts';
import { type OwnSenderRule, rulesInForce, SENDER_RULES, type SenderRule } from '../../rules/sender-rules.ts';
import { senderRulesBody } from '../contract-sender-rules.ts';
import type { KeyHandlers } from '../handlers.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { notFound } from '../problem.ts';

type Operations = 'listSenderRules' | 'storeSenderRules' | 'deleteSenderRule';

export function senderRuleRoutesOf({ senders }: Ports): Pick<KeyHandlers, Operations> {
  const page = (mode: Mode, wanted: (country: string) => boolean) => {
    const ownRules = senders.ownRules(mode);
    const ownCountries = new Set(ownRules.map(({ country }) => country));
    const inForce = rulesInForce(ownRules);
    const own = [...ownCountries].flatMap((country) => view(mode, inForce.get(country), 'own', true));
    const shipped = [...SENDER_RULES.values()].flatMap((rule) =>
      view(mode, rule, 'shipped', !ownCountries.has(rule.country)),
    );
    const data = [...own, ...shipped].filter(({ country }) => wanted(country));
    data.sort((a, b) => (a.country < b.country ? -1 : a.country > b.country ? 1 : 0));
    return { status: 200, body: { data, has_more: false, next_cursor: null } };
  };
  return {
    listSenderRules: ({ key }) => page(key.mode, () => true),
    async storeSenderRules({ key, json }) {
      const parsed = parse(senderRulesBody, json);
      if (!parsed.ok) return parsed;
      const rules = parsed.value.rules.map(ownRule);
      await senders.storeRules(key.mode, rules);
      const stored = new Set(rules.map(({ country }) => country));
      return page(key.mode, (country) => stored.has(country));
    },
    async deleteSenderRule({ key, params: { country = '' } }) {
      const isKnown = /^[A-Z]{2}$/.test(country) && (await senders.removeRule(key.mode, country));
      return isKnown ? { status: 204 } : { fault: notFound };
    },
  };
}

/** What is left out is not known. */
function ownRule(rule: z.output<typeof senderRulesBody>['rules'][number]): OwnSenderRule {
  return {
    country: rule.country,
    alphanumeric: rule.alphanumeric,
    numeric: rule.numeric ?? 'unknown',
    dynamic: rule.dynamic ?? null,
    two_way: rule.two_way ?? null,
    required_fields: rule.required_fields ?? [],
    refused_numbers: rule.refused_numbers ?? null,
    source_url: rule.source_url ?? null,
    verified_on: rule.verified_on ?? null,
  };
}

function view(mode: Mode, rule: SenderRule | undefined, origin: 'own' | 'shipped', inForce: boolean) {
  if (!rule) return [];
  const { country, alphanumeric, numeric, dynamic, two_way, required_fields, refused_numbers } = rule;
  const { registration, fact, source_url, verified_on } = rule;
  const first = { object: 'sender_rule', mode, country, origin, in_force: inForce, alphanumeric, numeric } as const;
  const rest = { dynamic, two_way, required_fields, refused_numbers, registration, fact, source_url, verified_on };
  return [{ ...first, ...rest }];
}
