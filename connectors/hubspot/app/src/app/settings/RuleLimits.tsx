import { Flex, NumberInput, Text, Toggle } from '@hubspot/ui-extensions';
import type { StageRule } from '@sms-bridge/ask';

export interface RuleLimitsProps {
  readonly rule: StageRule;
  readonly onChange: (change: Partial<StageRule>) => void;
}

const OFFICE = { from_hour: 9, to_hour: 18, weekdays_only: true };

/** When a rule texts, and how much. */
export function RuleLimits({ rule: { hours, ...rule }, onChange }: RuleLimitsProps) {
  const setHours = (change: Partial<typeof OFFICE>) => hours && onChange({ hours: { ...hours, ...change } });
  return (
    <>
      <Toggle
        label="Only at certain hours, in the time zone of the account; what comes at others waits for them"
        name="rule_has_hours"
        checked={hours !== null}
        onChange={(isOn) => onChange({ hours: isOn ? OFFICE : null })}
      />
      {hours && (
        <Flex direction="row" gap="sm" align="end">
          <NumberInput
            label="From, o'clock"
            name="rule_from_hour"
            min={0}
            max={23}
            value={hours.from_hour}
            onChange={(from_hour) => setHours({ from_hour })}
          />
          <NumberInput
            label="To, o'clock"
            name="rule_to_hour"
            min={1}
            max={24}
            value={hours.to_hour}
            onChange={(to_hour) => setHours({ to_hour })}
          />
          <Toggle
            label="Not on Saturdays and Sundays"
            name="rule_weekdays_only"
            checked={hours.weekdays_only}
            onChange={(weekdays_only) => setHours({ weekdays_only })}
          />
        </Flex>
      )}
      <Text variant="microcopy">At night where the contact is, the settings above decide: wait, or block.</Text>
      {LIMITS.map(([name, label, min, max]) => (
        <NumberInput
          key={name}
          label={label}
          name={`rule_${name}`}
          min={min}
          max={max}
          value={rule[name]}
          onChange={(value) => onChange({ [name]: value })}
        />
      ))}
    </>
  );
}

const LIMITS = [
  ['max_per_hour', 'Texts an hour; about more records nobody is texted', 1, 10_000],
  ['pause_above_per_minute', 'It stops itself when more records than this come within a minute', 1, 10_000],
  ['settle_seconds', 'Seconds after which it looks whether the record is still at the stage', 0, 3_600],
] as const;
