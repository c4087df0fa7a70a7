import { useDebounce } from '@hubspot/ui-extensions';
import { ask, newRef, originOf, type PreviewAnswer, type SendAnswer } from '@sms-bridge/ask';
import { useEffect, useRef, useState } from 'react';
import type { CardContext } from './use-thread.ts';

export interface Sending {
  readonly context: CardContext;
  readonly contactId: string;
  readonly from: string | null;
  readonly body: string;
  readonly onSent: () => void;
}

const PAUSE_MS = 400;

/** What would become of the text, and sending it: once, however often the button is pressed or HubSpot asks. */
export function useSend({ context, contactId, from, body, onSent }: Sending) {
  const [preview, setPreview] = useState<PreviewAnswer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setIsSending] = useState(false);
  const ref = useRef({ of: '', value: '' });
  const isBusy = useRef(false);
  const settled = useDebounce(body, PAUSE_MS);
  const { objectTypeId, objectId } = context.crm;
  const origin = originOf(context);

  useEffect(() => {
    let isCurrent = true;
    setPreview(null);
    if (settled.trim() === '') return undefined;
    const about = { objectTypeId, objectId: String(objectId), contactId, from, body: settled };
    void ask<PreviewAnswer>(origin, 'card/preview', { method: 'POST', body: about }).then((answer) => {
      if (isCurrent && answer.ok) setPreview(answer.value);
    });
    return () => {
      isCurrent = false;
    };
  }, [settled, from, contactId, objectTypeId, objectId, origin]);

  async function send(): Promise<void> {
    if (isBusy.current || body.trim() === '') return;
    isBusy.current = true;
    setIsSending(true);
    setProblem(null);
    const about = { objectTypeId, objectId: String(objectId), contactId, from, body };
    // Another text is another reference; the same text after a lost answer is not.
    const of = JSON.stringify(about);
    if (ref.current.of !== of) ref.current = { of, value: newRef() };
    const sent = { ...about, clientRef: ref.current.value };
    const answer = await ask<SendAnswer>(origin, 'card/send', { method: 'POST', body: sent });
    isBusy.current = false;
    setIsSending(false);
    if (answer.ok && answer.value.ok) {
      ref.current = { of: '', value: '' };
      onSent();
    } else setProblem(answer.ok && !answer.value.ok ? answer.value.reason : answer.ok ? null : answer.detail);
  }
  return { preview: body.trim() === '' ? null : preview, problem, isSending, send };
}
