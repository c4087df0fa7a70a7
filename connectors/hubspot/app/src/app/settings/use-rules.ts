import { ask, type DryRunAnswer, newId, type RuleChange, type RulesAnswer } from '@sms-bridge/ask';
import { useState } from 'react';
import { useAnswer } from './use-answer.ts';
import type { PageContext } from './use-settings.ts';

export type NewRule = RuleChange['rule'];

/** The stage rules of the account. */
export function useRules(context: PageContext) {
  const { origin, answer, problem, setProblem, change } = useAnswer<RulesAnswer>(context, 'settings/rules');
  const [tried, setTried] = useState<DryRunAnswer | null>(null);
  return {
    answer,
    problem,
    /** Whom the rule that was tried last would have texted. */
    tried,
    add: (rule: NewRule) => change({ method: 'PUT', body: { id: newId(), isOn: false, rule } }),
    /** Turning a rule on again also lets one go on that has stopped itself. */
    turn: ({ id, rule }: RulesAnswer['rules'][number], isOn: boolean) =>
      change({ method: 'PUT', body: { id, isOn, rule } }),
    remove: (id: string) => change({ method: 'DELETE', query: { id } }),
    async tryOut(rule: NewRule) {
      setProblem(null);
      setTried(null);
      const answered = await ask<DryRunAnswer>(origin, 'settings/rules/dry-run', { method: 'POST', body: { rule } });
      if (answered.ok) setTried(answered.value);
      else setProblem(answered.detail);
    },
  };
}
