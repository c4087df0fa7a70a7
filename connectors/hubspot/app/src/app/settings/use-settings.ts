import { ask, type Settings, type SettingsAnswer, type SettingsChange, type Variables } from '@sms-bridge/ask';
import { useEffect, useState } from 'react';

export interface PageContext {
  readonly variables?: Variables;
}

type State =
  | { readonly type: 'loading' }
  | { readonly type: 'failed'; readonly detail: string }
  | { readonly type: 'loaded'; readonly answer: SettingsAnswer };

export function useSettings({ variables }: PageContext) {
  const [state, setState] = useState<State>({ type: 'loading' });
  const [problem, setProblem] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);
  const [round, setRound] = useState(0);

  useEffect(() => {
    void ask<SettingsAnswer>(variables, 'settings').then((answer) =>
      setState(answer.ok ? { type: 'loaded', answer: answer.value } : { type: 'failed', detail: answer.detail }),
    );
  }, [variables, round]);

  /** What somebody else changed meanwhile stays: only `changes` are sent. */
  async function save(changes: Partial<Settings>): Promise<boolean> {
    setSaving(true);
    setProblem(null);
    const body: SettingsChange = { changes };
    const answer = await ask<SettingsAnswer>(variables, 'settings', { method: 'PUT', body });
    setSaving(false);
    if (answer.ok) setState({ type: 'loaded', answer: answer.value });
    else setProblem(answer.detail);
    return answer.ok;
  }
  return { state, problem, isSaving, save, reload: () => setRound(round + 1) };
}
