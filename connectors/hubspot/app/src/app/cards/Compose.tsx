import { Alert, Flex, LoadingButton, Select, Text, TextArea } from '@hubspot/ui-extensions';
import type { Person, PreviewAnswer, ThreadAnswer } from '@sms-bridge/ask';
import { useState } from 'react';
import { useSend } from './use-send.ts';
import type { CardContext } from './use-thread.ts';

export interface ComposeProps {
  readonly context: CardContext;
  readonly thread: ThreadAnswer;
  readonly person: Person;
  readonly onSent: () => void;
}

/** Writes a text to one contact, and says before it is sent what would become of it. */
export function Compose({ context, thread, person, onSent }: ComposeProps) {
  const [body, setBody] = useState('');
  const [from, setFrom] = useState(thread.sender ?? '');
  const { preview, problem, isSending, send } = useSend({
    context,
    contactId: person.contactId,
    from: from === '' ? null : from,
    body,
    onSent() {
      setBody('');
      onSent();
    },
  });
  const senders = [{ value: '', label: 'The number for this contact' }, ...thread.senders];
  return (
    <Flex direction="column" gap="sm">
      <Select
        label="Send from"
        name="from"
        value={from}
        options={senders.map(({ value, label }) => ({ value, label }))}
        onChange={(value) => setFrom(String(value))}
      />
      <TextArea label={`Text to ${person.name}`} name="body" value={body} maxLength={BODY_MAX} onInput={setBody} />
      {preview && <Verdict preview={preview} />}
      {problem !== null && (
        <Alert title="Not sent" variant="danger">
          {problem}
        </Alert>
      )}
      <LoadingButton
        variant="primary"
        loading={isSending}
        disabled={body.trim() === '' || isSending || preview?.allowed === false}
        onClick={send}
      >
        Send text
      </LoadingButton>
    </Flex>
  );
}

/** Ten segments, as the API takes them by default. */
const BODY_MAX = 1_530;

/** Segments, and who is blocked and why. */
function Verdict({ preview }: { readonly preview: PreviewAnswer }) {
  const { segments, encoding, remaining, allowed, reason, waits, sendAt, from, hints } = preview;
  const parts = segments === 1 ? '1 part' : `${segments} parts`;
  return (
    <>
      {segments > 0 && (
        <Text variant="microcopy">
          {`${parts} (${encoding}), ${remaining} characters left in the last one, from ${from}`}
        </Text>
      )}
      {!allowed && (
        <Alert title="This text would not be sent" variant="warning">
          {reason ?? 'The server refuses it.'}
        </Alert>
      )}
      {waits && (
        <Alert title="This text would wait" variant="info">
          {[reason, sendAt === null ? null : `It leaves at ${new Date(sendAt).toLocaleString()}.`]
            .filter(Boolean)
            .join(' ')}
        </Alert>
      )}
      {hints.map((hint) => (
        <Text key={hint} variant="microcopy">
          {hint}
        </Text>
      ))}
    </>
  );
}
