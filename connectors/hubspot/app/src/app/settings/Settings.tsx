import { Alert, Button, Divider, ErrorState, Flex, hubspot, LoadingSpinner, Text } from '@hubspot/ui-extensions';
import { useState } from 'react';
import { GivenUp } from './GivenUp.tsx';
import { Numbers } from './Numbers.tsx';
import { Rules } from './Rules.tsx';
import { SettingsForm } from './SettingsForm.tsx';
import { type PageContext, useSettings } from './use-settings.ts';

hubspot.extend<'settings'>(({ context }) => <SettingsPage context={context} />);

/** What holds for the whole account: numbers, replies, who may change it, and texts on stages. */
export function SettingsPage({ context }: { readonly context: PageContext }) {
  const { state, problem, isSaving, save, disconnect, reload } = useSettings(context);
  if (state.type === 'loading') return <LoadingSpinner label="Loading settings" />;
  if (state.type === 'failed') {
    return (
      <ErrorState title="Settings cannot be shown">
        <Text>{state.detail}</Text>
        <Button onClick={reload}>Try again</Button>
      </ErrorState>
    );
  }
  const { answer } = state;
  return (
    <Flex direction="column" gap="lg">
      <Text>
        {`Account ${answer.portalId} is connected. `}
        {answer.mode === 'live'
          ? 'Texts go to real phones.'
          : 'No carrier is configured: texts go to simulated phones only.'}
      </Text>
      {answer.notice !== null && (
        <Alert title="Needs attention" variant="warning">
          {answer.notice}
        </Alert>
      )}
      <GivenUp context={context} maySave={answer.maySave} />
      {problem !== null && (
        <Alert title="Not saved" variant="danger">
          {problem}
        </Alert>
      )}
      <SettingsForm answer={answer} isSaving={isSaving} onSave={save} />
      <Divider />
      <Numbers context={context} maySave={answer.maySave} />
      <Divider />
      <Rules context={context} senders={answer.senders} maySave={answer.maySave} />
      <Divider />
      <Disconnect isAllowed={answer.maySave} onDisconnect={disconnect} />
    </Flex>
  );
}

interface DisconnectProps {
  readonly isAllowed: boolean;
  readonly onDisconnect: () => Promise<void>;
}

/** It is asked twice: whatever waits for HubSpot is given up. */
function Disconnect({ isAllowed, onDisconnect }: DisconnectProps) {
  const [isSure, setSure] = useState(false);
  if (!isSure) {
    return (
      <Button variant="transparent" disabled={!isAllowed} onClick={() => setSure(true)}>
        Disconnect this account
      </Button>
    );
  }
  return (
    <Alert title="Disconnect this account?" variant="warning">
      <Text>Nothing is texted from its records any more, and its opt-outs stay in force.</Text>
      <Button variant="destructive" onClick={() => void onDisconnect()}>
        Disconnect
      </Button>
      <Button onClick={() => setSure(false)}>Keep it</Button>
    </Alert>
  );
}
