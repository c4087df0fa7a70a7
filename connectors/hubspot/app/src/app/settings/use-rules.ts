import { ask, type DryRunAnswer, newId, type RuleChange, type RulesAnswer, type StageRule } from '@sms-bridge/ask';
import { useState } from 'react';
import { useAnswer } from './use-answer.ts';
import type { PageContext } from './use-settings.ts';

export type KnownRule = RulesAnswer['rules'][number];

/** The stage rules of the account. */
export function useRules(context: PageContext) {
  const { origin, answer, problem, setProblem, change } = useAnswer<RulesAnswer>(context, 'settings/rules');
  const [tried, setTried] = useState<DryRunAnswer | null>(null);
  const put = (body: RuleChange) => change({ method: 'PUT', body });
  return {
    answer,
    problem,
    /** Whom the rule that was tried last would have texted. */
    tried,
    /** A new one when none is known. */
    save: (known: KnownRule | null, rule: StageRule) =>
      put({ id: known?.id ?? newId(), isOn: known?.isOn ?? false, rule }),
    /** Turning a rule on again also lets one go on that has stopped itself. */
    turn: ({ id, rule }: KnownRule, isOn: boolean) => put({ id, isOn, rule }),
    remove: (id: string) => change({ method: 'DELETE', query: { id } }),
    async tryOut(rule: StageRule) {
      setProblem(null);
      setTried(null);
      const answered = await ask<DryRunAnswer>(origin, 'settings/rules/dry-run', { method: 'POST', body: { rule } });
      if (answered.ok) setTried(answered.value);
      else setProblem(answered.detail);
    },
  };
}
