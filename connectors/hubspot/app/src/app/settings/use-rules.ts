import {
  ask,
  type Asking,
  type DryRunAnswer,
  newId,
  originOf,
  type RuleChange,
  type RulesAnswer,
} from '@sms-bridge/ask';
import { useEffect, useState } from 'react';
import type { PageContext } from './use-settings.ts';

export type NewRule = RuleChange['rule'];

/** The stage rules of the account. */
export function useRules(context: PageContext) {
  const origin = originOf(context);
  const [answer, setAnswer] = useState<RulesAnswer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [tried, setTried] = useState<DryRunAnswer | null>(null);

  async function change(path: string, asking: Asking): Promise<boolean> {
    setProblem(null);
    const answered = await ask<RulesAnswer>(origin, path, asking);
    if (answered.ok) setAnswer(answered.value);
    else setProblem(answered.detail);
    return answered.ok;
  }
  useEffect(() => {
    void change('settings/rules', {});
  }, [origin]);

  return {
    answer,
    problem,
    /** Whom the rule that was tried last would have texted. */
    tried,
    add: (rule: NewRule) => change('settings/rules', { method: 'PUT', body: { id: newId(), isOn: false, rule } }),
    /** Turning a rule on again also lets one go on that has stopped itself. */
    turn: ({ id, rule }: RulesAnswer['rules'][number], isOn: boolean) =>
      change('settings/rules', { method: 'PUT', body: { id, isOn, rule } }),
    remove: (id: string) => change('settings/rules', { method: 'DELETE', query: { id } }),
    async tryOut(rule: NewRule) {
      setProblem(null);
      setTried(null);
      const answered = await ask<DryRunAnswer>(origin, 'settings/rules/dry-run', { method: 'POST', body: { rule } });
      if (answered.ok) setTried(answered.value);
      else setProblem(answered.detail);
    },
  };
}
