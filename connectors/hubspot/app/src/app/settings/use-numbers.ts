import type { Channels, NumberChange } from '@sms-bridge/ask';
import { useState } from 'react';
import { useAnswer } from './use-answer.ts';
import type { PageContext } from './use-settings.ts';

/** What becomes of replies to each number. */
export function useNumbers(context: PageContext) {
  const { answer, problem, change } = useAnswer<Channels>(context, 'settings/numbers');
  const [changing, setChanging] = useState<string | null>(null);
  return {
    answer,
    problem,
    /** The number that HubSpot is being asked about. */
    changing,
    async choose(body: NumberChange): Promise<void> {
      setChanging(body.number);
      await change({ method: 'PUT', body });
      setChanging(null);
    },
  };
}
