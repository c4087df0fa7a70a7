import { Flex, Heading, Input, LoadingButton, NumberInput, Select, TextArea, Toggle } from '@hubspot/ui-extensions';
import type { Settings, SettingsAnswer } from '@sms-bridge/ask';
import { useState } from 'react';
import { OwnerSenders } from './OwnerSenders.tsx';
import { TicketStages } from './TicketStages.tsx';

export interface SettingsFormProps {
  readonly answer: SettingsAnswer;
  readonly isSaving: boolean;
  /** Whether they were saved. */
  readonly onSave: (changes: Partial<Settings>) => Promise<boolean>;
}

/** Changes are kept until they are saved, all at once. */
export function SettingsForm({ answer, isSaving, onSave }: SettingsFormProps) {
  const [changes, setChanges] = useState<Partial<Settings>>({});
  const settings = { ...answer.settings, ...changes };
  const set = (change: Partial<Settings>) => setChanges((before) => ({ ...before, ...change }));
  return (
    <Flex direction="column" gap="md">
      <Heading>Numbers</Heading>
      <Select
        label="Send from"
        name="default_sender"
        value={settings.default_sender ?? ''}
        options={[{ value: '', label: 'The server chooses' }, ...answer.senders.map((one) => ({ ...one }))]}
        onChange={(value) => set({ default_sender: value === '' ? null : String(value) })}
      />
      <OwnerSenders
        answer={answer}
        chosen={settings.owner_senders}
        onChange={(owner_senders) => set({ owner_senders })}
      />
      <Input
        label="Country of numbers that are written without one"
        name="default_country"
        description="Two letters, for instance US. Empty: such numbers are not texted."
        value={settings.default_country ?? ''}
        onChange={(value) => set({ default_country: value.trim() === '' ? null : value.trim().toUpperCase() })}
      />
      <Heading>Replies</Heading>
      <Toggle
        label="Replies become tickets"
        name="tickets"
        checked={settings.tickets === 'on'}
        onChange={(isOn) => set({ tickets: isOn ? 'on' : 'off' })}
      />
      {settings.tickets === 'on' && <TicketStages stages={answer.ticketStages} settings={settings} onChange={set} />}
      <NumberInput
        label="Days after which a reply makes a new ticket instead of opening the closed one"
        name="reopen_days"
        min={0}
        max={90}
        value={settings.reopen_days}
        onChange={(reopen_days) => set({ reopen_days })}
      />
      <Switches settings={settings} onChange={set} />
      <Heading>Who may change this</Heading>
      <TextArea
        label="E-mail addresses, one on a line"
        name="settings_users"
        description="Empty: everybody to whom HubSpot shows this page."
        value={settings.settings_users.join('\n')}
        onChange={(text) => set({ settings_users: text.split(/[\s,;]+/).filter((one) => one !== '') })}
      />
      <LoadingButton
        variant="primary"
        loading={isSaving}
        disabled={!answer.maySave || isSaving || Object.keys(changes).length === 0}
        onClick={() => void onSave(changes).then((isSaved) => isSaved && setChanges({}))}
      >
        {answer.maySave ? 'Save' : 'You may not change these settings'}
      </LoadingButton>
    </Flex>
  );
}

const LOGS = [
  { value: 'each' as const, label: 'Each text' },
  { value: 'daily' as const, label: 'One record for a conversation and a day' },
  { value: 'off' as const, label: 'Nothing' },
];

interface SwitchesProps {
  readonly settings: Settings;
  readonly onChange: (change: Partial<Settings>) => void;
}

function Switches({ settings, onChange }: SwitchesProps) {
  return (
    <>
      <Select
        label="Texts on the timeline"
        name="log"
        value={settings.log}
        options={LOGS}
        onChange={(value) => onChange({ log: LOGS.find((one) => one.value === value)?.value ?? 'each' })}
      />
      <Toggle
        label="At night, texts of workflows and rules are blocked instead of waiting for the morning"
        name="quiet_hours"
        checked={settings.quiet_hours === 'block'}
        onChange={(isOn) => onChange({ quiet_hours: isOn ? 'block' : 'wait' })}
      />
      <Toggle
        label="Texts of workflows and rules to who had enough lately are blocked instead of waiting"
        name="frequency_cap"
        checked={settings.frequency_cap === 'block'}
        onChange={(isOn) => onChange({ frequency_cap: isOn ? 'block' : 'wait' })}
      />
      <Toggle
        label="A task for the owner when a text fails"
        name="failure_tasks"
        checked={settings.failure_tasks}
        onChange={(failure_tasks) => onChange({ failure_tasks })}
      />
      <Toggle
        label="Contacts are made for numbers that nobody knows (they may count as marketing contacts)"
        name="create_contacts"
        checked={settings.create_contacts}
        onChange={(create_contacts) => onChange({ create_contacts })}
      />
      <Toggle
        label="Unticking the opt-out in HubSpot takes back what was ticked in HubSpot, never what came from a phone"
        name="opt_in_by_users"
        checked={settings.opt_in_by_users}
        onChange={(opt_in_by_users) => onChange({ opt_in_by_users })}
      />
    </>
  );
}
