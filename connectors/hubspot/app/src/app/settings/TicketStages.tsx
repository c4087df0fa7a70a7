import { Select } from '@hubspot/ui-extensions';
import type { Settings, Stage } from '@sms-bridge/ask';

export interface TicketStagesProps {
  readonly stages: readonly Stage[];
  readonly settings: Settings;
  readonly onChange: (change: Partial<Settings>) => void;
}

/** Ids of stages differ from account to account: they are chosen here, never guessed. */
export function TicketStages({ stages, settings, onChange }: TicketStagesProps) {
  const pipelines = [...new Map(stages.map(({ pipelineId, pipelineLabel }) => [pipelineId, pipelineLabel]))];
  const chosen = settings.ticket_pipeline ?? pipelines[0]?.[0] ?? '';
  const open = stages.filter(({ pipelineId, isClosed }) => pipelineId === chosen && !isClosed);
  const options = [{ value: '', label: 'None' }, ...open.map(({ id, label }) => ({ value: id, label }))];
  return (
    <>
      <Select
        label="Pipeline of the tickets"
        name="ticket_pipeline"
        value={chosen}
        options={pipelines.map(([value, label]) => ({ value, label }))}
        onChange={(value) =>
          onChange({
            ticket_pipeline: String(value),
            ticket_stage_new: null,
            ticket_stage_waiting: null,
            ticket_stage_replied: null,
          })
        }
      />
      {STAGES.map(([name, label]) => (
        <Select
          key={name}
          label={label}
          name={name}
          value={settings[name] ?? ''}
          options={options}
          onChange={(value) => onChange({ [name]: value === '' ? null : String(value) })}
        />
      ))}
    </>
  );
}

const STAGES = [
  ['ticket_stage_new', 'A new ticket begins in (none: the first open stage)'],
  ['ticket_stage_waiting', 'A reply moves a ticket that is in'],
  ['ticket_stage_replied', 'to'],
] as const;
