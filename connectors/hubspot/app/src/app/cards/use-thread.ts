import { ask, type ThreadAnswer, type Variables } from '@sms-bridge/ask';
import { useCallback, useEffect, useState } from 'react';

/** Where the card is: HubSpot says so. */
export interface CardContext {
  readonly crm: { readonly objectId: number; readonly objectTypeId: string };
  readonly variables?: Variables;
}

type State =
  | { readonly type: 'loading' }
  | { readonly type: 'failed'; readonly detail: string }
  | { readonly type: 'loaded'; readonly thread: ThreadAnswer };

/** Statuses after which nothing more happens to a text. */
const FINAL = ['delivered', 'undelivered', 'failed', 'rejected', 'expired', 'canceled', 'received'];
const POLL_MS = 5_000;
/** HubSpot allows 20 requests at once for a whole account: a card that is left open stops asking. */
const POLLS_MAX = 24;

/** The texts of a record. It looks again while one of them is under way. */
export function useThread({ crm, variables }: CardContext) {
  const [state, setState] = useState<State>({ type: 'loading' });
  const [contactId, choose] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const [polls, setPolls] = useState(0);
  const { objectId, objectTypeId } = crm;

  useEffect(() => {
    let isCurrent = true;
    const chosen = contactId === null ? {} : { contactId };
    const query = { objectTypeId, objectId: String(objectId), ...chosen };
    void ask<ThreadAnswer>(variables, 'card/thread', { query }).then((answer) => {
      if (!isCurrent) return;
      // What is shown stays when a later look fails.
      if (answer.ok) setState({ type: 'loaded', thread: answer.value });
      else setState((before) => (before.type === 'loaded' ? before : { type: 'failed', detail: answer.detail }));
    });
    return () => {
      isCurrent = false;
    };
  }, [objectId, objectTypeId, contactId, round, variables]);

  const isUnderWay = state.type === 'loaded' && state.thread.lines.some(({ status }) => !FINAL.includes(status));
  useEffect(() => {
    if (!isUnderWay || polls >= POLLS_MAX) return undefined;
    const timer = setTimeout(() => {
      setPolls(polls + 1);
      setRound((before) => before + 1);
    }, POLL_MS);
    return () => clearTimeout(timer);
  }, [isUnderWay, polls]);

  const reload = useCallback(() => {
    setPolls(0);
    setRound((before) => before + 1);
  }, []);
  return { state, choose, reload };
}
