import { ask, type Deployment, originOf, type ThreadAnswer } from '@sms-bridge/ask';
import { useCallback, useEffect, useState } from 'react';

/** Where the card is: HubSpot says so. */
export interface CardContext extends Deployment {
  readonly crm: { readonly objectId: number; readonly objectTypeId: string };
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
export function useThread(context: CardContext) {
  const [state, setState] = useState<State>({ type: 'loading' });
  const [contactId, choose] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const [polls, setPolls] = useState(0);
  const { objectId, objectTypeId } = context.crm;
  const origin = originOf(context);

  useEffect(() => {
    let isCurrent = true;
    const chosen = contactId === null ? {} : { contactId };
    const query = { objectTypeId, objectId: String(objectId), ...chosen };
    void ask<ThreadAnswer>(origin, 'card/thread', { query }).then((answer) => {
      if (!isCurrent) return;
      // What is shown stays when a later look fails.
      if (answer.ok) setState({ type: 'loaded', thread: answer.value });
      else setState((before) => (before.type === 'loaded' ? before : { type: 'failed', detail: answer.detail }));
    });
    return () => {
      isCurrent = false;
    };
  }, [objectId, objectTypeId, contactId, round, origin]);

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
