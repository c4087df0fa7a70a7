import { Flex, Input, Select, Text } from '@hubspot/ui-extensions';
import type { StageRule } from '@sms-bridge/ask';
import type { Variable } from './rule-draft.ts';

export interface RuleVariablesProps {
  readonly object: StageRule['object'];
  readonly variables: StageRule['variables'];
  readonly onChange: (name: string, variable: Variable) => void;
}

/** Where the value of each {{name}} of a text comes from. */
export function RuleVariables({ object, variables, onChange }: RuleVariablesProps) {
  const names = Object.entries(variables);
  if (names.length === 0) return null;
  return (
    <>
      <Text variant="microcopy">
        Properties are named as in HubSpot's settings, under "internal name". Who has no value gets what stands beside
        it; where nothing does, they are not texted.
      </Text>
      {names.map(([name, variable]) => (
        <Flex key={name} direction="row" gap="sm" align="end">
          <Select
            label={`{{${name}}} is of the`}
            name={`from_${name}`}
            value={variable.from}
            options={[
              { value: 'contact', label: 'Contact' },
              { value: 'record', label: object === 'deal' ? 'Deal' : 'Ticket' },
            ]}
            onChange={(from) => onChange(name, { ...variable, from: from === 'record' ? 'record' : 'contact' })}
          />
          <Input
            label="Property"
            name={`property_${name}`}
            value={variable.property}
            onChange={(property) => onChange(name, { ...variable, property: property.trim().toLowerCase() })}
          />
          <Input
            label="Without a value"
            name={`fallback_${name}`}
            value={variable.fallback ?? ''}
            onChange={(fallback) => onChange(name, { ...variable, fallback: fallback === '' ? null : fallback })}
          />
        </Flex>
      ))}
    </>
  );
}
