import {
  ask,
  type Deployment,
  originOf,
  type Settings,
  type SettingsAnswer,
  type SettingsChange,
} from '@sms-bridge/ask';
import { useEffect, useState } from 'react';

export type PageContext = Deployment;

type State =
  | { readonly type: 'loading' }
  | { readonly type: 'failed'; readonly detail: string }
  | { readonly type: 'loaded'; readonly answer: SettingsAnswer };

export function useSettings(context: PageContext) {
  const origin = originOf(context);
  const [state, setState] = useState<State>({ type: 'loading' });
  const [problem, setProblem] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);
  const [round, setRound] = useState(0);

  useEffect(() => {
    void ask<SettingsAnswer>(origin, 'settings').then((answer) =>
      setState(answer.ok ? { type: 'loaded', answer: answer.value } : { type: 'failed', detail: answer.detail }),
    );
  }, [origin, round]);

  /** What somebody else changed meanwhile stays: only `changes` are sent. */
  async function save(changes: Partial<Settings>): Promise<boolean> {
    setSaving(true);
    setProblem(null);
    const body: SettingsChange = { changes };
    const answer = await ask<SettingsAnswer>(origin, 'settings', { method: 'PUT', body });
    setSaving(false);
    if (answer.ok) setState({ type: 'loaded', answer: answer.value });
    else setProblem(answer.detail);
    return answer.ok;
  }
  async function disconnect(): Promise<void> {
    const answer = await ask<object>(origin, 'disconnect', { method: 'POST', body: {} });
    if (answer.ok) setState({ type: 'failed', detail: 'This account is not connected any more.' });
    else setProblem(answer.detail);
  }
  return { state, problem, isSaving, save, disconnect, reload: () => setRound(round + 1) };
}
