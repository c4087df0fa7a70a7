import { ask, type Asking, originOf } from '@sms-bridge/ask';
import { useEffect, useState } from 'react';
import type { PageContext } from './use-settings.ts';

/** What the connector answers at `path`: asked at first, and again with each change, which it answers with what holds then. */
export function useAnswer<Answer>(context: PageContext, path: string) {
  const origin = originOf(context);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  /** Answers whether it was done. */
  async function change(asking: Asking): Promise<boolean> {
    setProblem(null);
    const answered = await ask<Answer>(origin, path, asking);
    if (answered.ok) setAnswer(answered.value);
    else setProblem(answered.detail);
    return answered.ok;
  }
  useEffect(() => {
    void change({});
  }, [origin]);

  return { origin, answer, problem, setProblem, change };
}
