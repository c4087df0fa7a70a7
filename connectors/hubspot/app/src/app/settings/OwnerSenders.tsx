import { Select, Text } from '@hubspot/ui-extensions';
import type { Settings, SettingsAnswer } from '@sms-bridge/ask';

export interface OwnerSendersProps {
  readonly answer: SettingsAnswer;
  readonly chosen: Settings['owner_senders'];
  readonly onChange: (chosen: Settings['owner_senders']) => void;
}

const OWNERS_MAX = 50;

/** Owners with numbers of their own: their contacts are texted from it. */
export function OwnerSenders({ answer, chosen, onChange }: OwnerSendersProps) {
  const { owners, senders } = answer;
  if (owners.length === 0 || senders.length === 0) return null;
  const set = (owner: string, sender: string) => {
    const others = Object.entries(chosen).filter(([id]) => id !== owner);
    onChange(Object.fromEntries(sender === '' ? others : [...others, [owner, sender]]));
  };
  return (
    <>
      {owners.slice(0, OWNERS_MAX).map(({ value: owner, label }) => (
        <Select
          key={owner}
          label={`Contacts of ${label} are texted from`}
          name={`owner_${owner}`}
          value={chosen[owner] ?? ''}
          options={[{ value: '', label: 'The number of the account' }, ...senders.map((one) => ({ ...one }))]}
          onChange={(sender) => set(owner, String(sender))}
        />
      ))}
      {owners.length > OWNERS_MAX && (
        <Text variant="microcopy">{`${owners.length - OWNERS_MAX} more are not shown.`}</Text>
      )}
    </>
  );
}
