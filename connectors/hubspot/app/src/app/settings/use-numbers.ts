import { ask, type Asking, type Channels, type NumberChange, originOf } from '@sms-bridge/ask';
import { useEffect, useState } from 'react';
import type { PageContext } from './use-settings.ts';

/** What becomes of replies to each number. */
export function useNumbers(context: PageContext) {
  const origin = originOf(context);
  const [answer, setAnswer] = useState<Channels | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [changing, setChanging] = useState<string | null>(null);

  async function asked(asking: Asking): Promise<void> {
    setProblem(null);
    const answered = await ask<Channels>(origin, 'settings/numbers', asking);
    if (answered.ok) setAnswer(answered.value);
    else setProblem(answered.detail);
  }
  useEffect(() => {
    void asked({});
  }, [origin]);

  return {
    answer,
    problem,
    /** The number that HubSpot is being asked about. */
    changing,
    async choose(change: NumberChange): Promise<void> {
      setChanging(change.number);
      await asked({ method: 'PUT', body: change });
      setChanging(null);
    },
  };
}
