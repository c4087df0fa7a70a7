import { Alert, LoadingButton, Select, Text, Tile } from '@hubspot/ui-extensions';
import type { Channels, NumberChange, OwnNumberAnswer } from '@sms-bridge/ask';
import { useState } from 'react';
import { Section } from './Section.tsx';
import { useNumbers } from './use-numbers.ts';
import type { PageContext } from './use-settings.ts';

export interface NumbersProps {
  readonly context: PageContext;
  readonly maySave: boolean;
}

/** Replies to a number become tickets, or conversations that are answered in an inbox, and never both. */
export function Numbers({ context, maySave }: NumbersProps) {
  const { answer, problem, changing, choose } = useNumbers(context);
  return (
    <Section title="Replies to each number" problem={problem}>
      {answer !== null && answer.unavailable !== null && (
        <Alert title="Replies cannot be answered in an inbox yet" variant="info">
          {answer.unavailable}
        </Alert>
      )}
      {answer?.numbers.map((one) => (
        <NumberTile
          key={`${one.number} ${one.mode}`}
          own={one}
          answer={answer}
          isChanging={changing === one.number}
          maySave={maySave}
          onChoose={choose}
        />
      ))}
      {answer?.numbers.length === 0 && <Text>No number that can be answered is known: choose one above.</Text>}
    </Section>
  );
}

interface NumberTileProps {
  readonly own: OwnNumberAnswer;
  readonly answer: Channels;
  readonly isChanging: boolean;
  readonly maySave: boolean;
  readonly onChoose: (change: NumberChange) => Promise<void>;
}

function NumberTile({ own, answer, isChanging, maySave, onChoose }: NumberTileProps) {
  const { number, mode: current, isTurnedOff } = own;
  const [mode, setMode] = useState(current);
  const [inboxId, setInboxId] = useState(own.inboxId ?? '');
  const isSame = mode === current && !isTurnedOff;
  const modes = MODES.filter(({ value }) => value !== 'channel' || answer.unavailable === null || current === value);
  return (
    <Tile compact={true} testId={number}>
      <Select
        label={number}
        name={`mode_${number}`}
        value={mode}
        options={modes.map((one) => ({ ...one }))}
        onChange={(value) => setMode(MODES.find((one) => one.value === value)?.value ?? current)}
      />
      {mode === 'channel' && current !== 'channel' && (
        <Select
          label="Inbox or help desk"
          name={`inbox_${number}`}
          value={inboxId}
          options={answer.inboxes.map((one) => ({ ...one }))}
          onChange={(value) => setInboxId(String(value))}
        />
      )}
      {isTurnedOff && (
        <Text variant="microcopy">Turned off in HubSpot's inbox settings: its replies become tickets meanwhile.</Text>
      )}
      <LoadingButton
        size="xs"
        loading={isChanging}
        disabled={!maySave || isSame || (mode === 'channel' && inboxId === '')}
        onClick={() => void onChoose({ number, mode, inboxId: mode === 'channel' ? inboxId : null })}
      >
        {isTurnedOff && mode === 'channel' ? 'Turn on again' : 'Apply'}
      </LoadingButton>
    </Tile>
  );
}

const MODES = [
  { value: 'ticket', label: 'Replies become tickets' },
  { value: 'channel', label: 'Replies are answered in an inbox' },
  { value: 'off', label: 'Replies are on the timeline only' },
] as const;
