import { Alert, Button, Flex, StatusTag, Text, Tile, Toggle } from '@hubspot/ui-extensions';
import type { Choice, DryRunAnswer, RulesAnswer } from '@sms-bridge/ask';
import { useState } from 'react';
import { RuleForm } from './RuleForm.tsx';
import { Section } from './Section.tsx';
import type { PageContext } from './use-settings.ts';
import { useRules } from './use-rules.ts';

export interface RulesProps {
  readonly context: PageContext;
  readonly senders: readonly Choice[];
  readonly maySave: boolean;
}

/** Texts when a deal or a ticket comes to a stage, without HubSpot's workflows. */
export function Rules({ context, senders, maySave }: RulesProps) {
  const { answer, problem, tried, save, turn, remove, tryOut } = useRules(context);
  const [changedId, setChangedId] = useState<string | null>(null);
  const changed = answer?.rules.find(({ id }) => id === changedId) ?? null;
  return (
    <Section title="Texts on a stage" problem={problem}>
      {answer?.rules.map((one) => (
        <Tile key={one.id} compact={true} testId={one.id}>
          <Flex direction="row" gap="md" align="center">
            <Toggle
              label={one.rule.name}
              checked={one.isOn}
              readOnly={!maySave}
              onChange={(isOn) => void turn(one, isOn)}
            />
            <StatusTag variant={one.isOn ? 'success' : 'default'}>{one.isOn ? 'On' : 'Off'}</StatusTag>
            <Button size="xs" onClick={() => void tryOut(one.rule)}>
              Try on last week
            </Button>
            <Button size="xs" disabled={!maySave} onClick={() => setChangedId(one.id)}>
              Change
            </Button>
            <Button size="xs" variant="destructive" disabled={!maySave} onClick={() => void remove(one.id)}>
              Delete
            </Button>
          </Flex>
          <Text variant="microcopy">{`${one.rule.object}: ${stageOf(answer, one.rule)}. ${outcomesOf(one.outcomes)}`}</Text>
          {one.pausedReason !== null && (
            <Alert title="The rule stopped itself" variant="warning">
              {one.pausedReason}
            </Alert>
          )}
        </Tile>
      ))}
      {tried && <Tried tried={tried} />}
      {answer && maySave && (
        <RuleForm
          key={changed?.id ?? 'new'}
          {...{ stages: answer.stages, templates: answer.templates, senders }}
          known={changed?.rule ?? null}
          onTry={tryOut}
          onSave={(rule) => save(changed, rule)}
          onCancel={() => setChangedId(null)}
        />
      )}
    </Section>
  );
}

function Tried({ tried: { records, wouldText, blocked } }: { readonly tried: DryRunAnswer }) {
  const reasons = Object.entries(blocked).map(([reason, count]) => `${count} × ${reason.replaceAll('_', ' ')}`);
  return (
    <Alert title={`It would have sent ${wouldText} ${wouldText === 1 ? 'text' : 'texts'}`} variant="info">
      {`${records} records at this stage were changed in the last week. ${reasons.length > 0 ? `Not texted: ${reasons.join(', ')}.` : ''}`}
    </Alert>
  );
}

const stageOf = ({ stages }: RulesAnswer, rule: RulesAnswer['rules'][number]['rule']) =>
  stages[rule.object].find(({ id }) => id === rule.stage)?.label ?? rule.stage;

const outcomesOf = (outcomes: Readonly<Record<string, number>>) =>
  Object.entries(outcomes)
    .map(([outcome, count]) => `${outcome}: ${count}`)
    .join(', ') || 'Nothing happened yet.';
