import { Accordion, Button, Flex, Heading, Input, Select, TextArea } from '@hubspot/ui-extensions';
import type { Choice, RulesAnswer, StageRule } from '@sms-bridge/ask';
import { useState } from 'react';
import { EMPTY, ruleOf, variablesOf, wordingOf } from './rule-draft.ts';
import { RuleLimits } from './RuleLimits.tsx';
import { RuleVariables } from './RuleVariables.tsx';

export interface RuleFormProps extends Pick<RulesAnswer, 'stages' | 'templates'> {
  readonly senders: readonly Choice[];
  /** The rule that is changed; null = a new one. */
  readonly known: StageRule | null;
  readonly onTry: (rule: StageRule) => Promise<void>;
  /** Whether it was stored. */
  readonly onSave: (rule: StageRule) => Promise<boolean>;
  readonly onCancel: () => void;
}

/** A new rule starts turned off: it can be tried on last week's records before it texts anybody. */
export function RuleForm({ stages, templates, senders, known, onTry, onSave, onCancel }: RuleFormProps) {
  const [draft, setDraft] = useState<StageRule>(known ?? EMPTY);
  const set = (change: Partial<StageRule>) => setDraft((before) => ({ ...before, ...change }));
  const wording = wordingOf(draft, templates);
  const variables = variablesOf(wording, draft.variables);
  const hasWords = wording.trim() !== '' || draft.template_id !== null;
  const isComplete = draft.name !== '' && draft.stage !== '' && hasWords;
  const rule = ruleOf(draft, templates);
  const reset = () => {
    setDraft(EMPTY);
    onCancel();
  };
  return (
    <Flex direction="column" gap="sm">
      <Heading>{known ? `Change ${known.name}` : 'New rule'}</Heading>
      <Input label="Name" name="rule_name" value={draft.name} onChange={(name) => set({ name })} />
      <Choices draft={draft} stages={stages} senders={senders} onChange={set} />
      <Wording draft={draft} templates={templates} onChange={set} />
      <RuleVariables
        object={draft.object}
        variables={variables}
        onChange={(name, variable) => set({ variables: { ...variables, [name]: variable } })}
      />
      <Accordion title="Hours and limits">
        <RuleLimits rule={draft} onChange={set} />
      </Accordion>
      <Flex direction="row" gap="sm">
        <Button disabled={!isComplete} onClick={() => void onTry(rule)}>
          Try on last week
        </Button>
        <Button
          variant="primary"
          disabled={!isComplete}
          onClick={() => void onSave(rule).then((isSaved) => isSaved && reset())}
        >
          {known ? 'Save the rule' : 'Add, turned off'}
        </Button>
        {known && <Button onClick={reset}>Cancel</Button>}
      </Flex>
    </Flex>
  );
}

interface DraftProps {
  readonly draft: StageRule;
  readonly onChange: (change: Partial<StageRule>) => void;
}

function Wording({ draft, templates, onChange }: DraftProps & Pick<RuleFormProps, 'templates'>) {
  const options = templates.map(({ id, name }) => ({ value: id, label: `The template ${name}` }));
  return (
    <>
      {(options.length > 0 || draft.template_id !== null) && (
        <Select
          label="Text"
          name="rule_template"
          value={draft.template_id ?? ''}
          options={[{ value: '', label: 'As written below' }, ...options]}
          onChange={(value) => onChange({ template_id: value === '' ? null : String(value) })}
        />
      )}
      {draft.template_id === null && (
        <TextArea
          label="Message"
          name="rule_body"
          value={draft.body ?? ''}
          maxLength={1_530}
          description="{{firstname}} stands for the first name of the contact, {{dealname}} for the name of the deal, and any other name for a property that you choose below."
          onChange={(body) => onChange({ body })}
        />
      )}
    </>
  );
}

function Choices({ draft, stages, senders, onChange }: DraftProps & Pick<RuleFormProps, 'stages' | 'senders'>) {
  return (
    <>
      <Select
        label="Records"
        name="rule_object"
        value={draft.object}
        options={[
          { value: 'deal', label: 'Deals' },
          { value: 'ticket', label: 'Tickets' },
        ]}
        onChange={(value) => onChange({ object: value === 'ticket' ? 'ticket' : 'deal', stage: '' })}
      />
      <Select
        label="When they come to"
        name="rule_stage"
        value={draft.stage}
        options={stages[draft.object].map(({ id, label, pipelineLabel }) => ({
          value: id,
          label: `${pipelineLabel}: ${label}`,
        }))}
        onChange={(value) => onChange({ stage: String(value) })}
      />
      <Select
        label="Who gets it"
        name="rule_recipients"
        value={draft.recipients}
        options={[
          { value: 'primary', label: 'The oldest contact of the record' },
          { value: 'all', label: 'Every contact of the record, at most ten' },
        ]}
        onChange={(value) => onChange({ recipients: value === 'all' ? 'all' : 'primary' })}
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
        onChange={(value) => onChange({ message_class: value === 'marketing' ? 'marketing' : 'service' })}
      />
    </>
  );
}
