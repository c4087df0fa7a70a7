import { Button, Flex, Heading, Input, Select, TextArea } from '@hubspot/ui-extensions';
import type { Choice, RulesAnswer } from '@sms-bridge/ask';
import { useState } from 'react';
import type { NewRule } from './use-rules.ts';

export interface NewRuleFormProps {
  readonly stages: RulesAnswer['stages'];
  readonly senders: readonly Choice[];
  readonly onTry: (rule: NewRule) => Promise<void>;
  readonly onAdd: (rule: NewRule) => Promise<boolean>;
}

const EMPTY = { name: '', object: 'deal', stage: '', body: '', sender: 'owner', message_class: 'service' } as const;

type Draft = { readonly [Key in keyof typeof EMPTY]: string };

/** A new rule starts turned off: it can be tried on last week's records before it texts anybody. */
export function NewRuleForm({ stages, senders, onTry, onAdd }: NewRuleFormProps) {
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const isComplete = draft.name !== '' && draft.stage !== '' && draft.body.trim() !== '';
  const rule = ruleOf(draft);
  return (
    <Flex direction="column" gap="sm">
      <Heading>New rule</Heading>
      <Input label="Name" name="rule_name" value={draft.name} onChange={(name) => set({ name })} />
      <Choices draft={draft} stages={stages} senders={senders} onChange={set} />
      <TextArea
        label="Message"
        name="rule_body"
        value={draft.body}
        maxLength={1_530}
        description="{{firstname}} is filled in with the first name of the contact, {{dealname}} and {{subject}} with those of the record."
        onChange={(body) => set({ body })}
      />
      <Flex direction="row" gap="sm">
        <Button disabled={!isComplete} onClick={() => void onTry(rule)}>
          Try on last week
        </Button>
        <Button
          variant="primary"
          disabled={!isComplete}
          onClick={() => void onAdd(rule).then((isAdded) => isAdded && setDraft(EMPTY))}
        >
          Add, turned off
        </Button>
      </Flex>
    </Flex>
  );
}

interface ChoicesProps extends Pick<NewRuleFormProps, 'stages' | 'senders'> {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}

function Choices({ draft, stages, senders, onChange }: ChoicesProps) {
  const object = draft.object === 'ticket' ? 'ticket' : 'deal';
  return (
    <>
      <Select
        label="Records"
        name="rule_object"
        value={object}
        options={[
          { value: 'deal', label: 'Deals' },
          { value: 'ticket', label: 'Tickets' },
        ]}
        onChange={(value) => onChange({ object: String(value), stage: '' })}
      />
      <Select
        label="When they come to"
        name="rule_stage"
        value={draft.stage}
        options={stages[object].map(({ id, label, pipelineLabel }) => ({
          value: id,
          label: `${pipelineLabel}: ${label}`,
        }))}
        onChange={(value) => onChange({ stage: String(value) })}
      />
      <Select
        label="Send from"
        name="rule_sender"
        value={draft.sender}
        options={[
          { value: 'owner', label: "The owner's number, else that of the account" },
          ...senders.map((one) => ({ ...one })),
        ]}
        onChange={(value) => onChange({ sender: String(value) })}
      />
      <Select
        label="Kind of message"
        name="rule_class"
        value={draft.message_class}
        options={[
          { value: 'service', label: 'Service or transactional' },
          { value: 'marketing', label: 'Marketing (needs opt-in)' },
        ]}
        onChange={(value) => onChange({ message_class: String(value) })}
      />
    </>
  );
}

/** What a text names is read from the contact or from the record; who has no value for it is not texted. */
const VARIABLES = { firstname: 'contact', lastname: 'contact', dealname: 'record', subject: 'record' } as const;

function ruleOf({ name, object, stage, body, sender, message_class }: Draft): NewRule {
  const variables = Object.entries(VARIABLES)
    .filter(([variable]) => new RegExp(`\\{\\{\\s*${variable}\\s*\\}\\}`).test(body))
    .map(([property, from]) => [property, { from, property, fallback: null }] as const);
  return {
    name,
    object: object === 'ticket' ? 'ticket' : 'deal',
    stage,
    body,
    sender,
    message_class: message_class === 'marketing' ? 'marketing' : 'service',
    variables: Object.fromEntries(variables),
  };
}
