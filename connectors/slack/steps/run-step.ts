import { z } from 'zod';
import { SmsApiError } from '../../sdk/index.ts';
import type { Queries } from '../../seam/storage.ts';
import { addTask, type Task, type TaskOutcome } from '../../seam/tasks.ts';
import { setReplyPlace } from '../store/reply-places.ts';
import { type Around, nowOf } from '../threads/around.ts';
import type { Step } from './read-step.ts';

/** What a run of the step ends with. */
export type StepEnd =
  | { readonly type: 'sent'; readonly outputs: { message_id: string; status: string; segments: number } }
  /** `error` is a sentence for whoever looks after the workflow. */
  | { readonly type: 'failed'; readonly error: string };

export interface StepDonePayload extends Pick<Step, 'team' | 'enterprise'> {
  readonly run: string;
  readonly end: StepEnd;
}

const optional = (schema: z.ZodString) =>
  schema.nullish().transform((value) => (value === undefined || value === null || value === '' ? null : value));
const inputsSchema = z.object({
  to: z.string().trim().min(1).max(32),
  text: z.string().min(1).max(5_000),
  from: optional(z.string().trim().max(32)),
  channel: optional(z.string().regex(/^([CG][A-Z0-9]{2,20})?$/)),
});

/** The server is asked for so long; who made the workflow should not wait for ever. */
const PATIENCE_MS = 600_000;

/** Written down under the id of the run before Slack is answered: it is one text, however often Slack tells of it. */
export function addStep(on: Queries, { id, team, enterprise, inputs, begunAt }: Step, at: Date): Promise<boolean> {
  const payload: Step = { id, team, enterprise, inputs, begunAt };
  return addTask(on, { key: `step:${id}`, lane: `step:${id}`, kind: 'step', payload, dueAt: at }, at);
}

/** Sends the text of a step, and writes down what the workflow is told. */
export async function runStep(around: Around, task: Task): Promise<TaskOutcome> {
  // What addStep has written.
  const step = task.payload as Step;
  const lateMs = around.clock.now() - (step.begunAt ?? task.created_at.getTime());
  // The text may have been asked for: then its key says the same again, and nothing is sent twice.
  if (task.tries === 0 && lateMs > around.settings.catchUpMaxMs)
    return failed(around, step, `It came ${Math.round(lateMs / 60_000)} minutes late. Nothing was sent.`);
  const inputs = inputsSchema.safeParse(step.inputs);
  if (!inputs.success) return failed(around, step, 'The step needs a phone number and a text. Nothing was sent.');
  try {
    return await send(around, step, inputs.data);
  } catch (error) {
    if (!(error instanceof SmsApiError)) throw error;
    if (error.code === 'OPTED_OUT') return blocked(around, step);
    const isPassing = error.retryable || error.status >= 500 || error.status === 401;
    if (!isPassing) return failed(around, step, `${error.detail} ${error.action}`.trim());
    if (around.clock.now() - task.created_at.getTime() < PATIENCE_MS) return { type: 'failed', reason: error.code };
    return failed(around, step, 'The SMS server did not answer. Whether the text was sent is not known.');
  }
}

const refOf = ({ id }: Step) => `slack-step:${id}`;

async function send(around: Around, step: Step, inputs: z.output<typeof inputsSchema>): Promise<TaskOutcome> {
  const { to, text, from, channel } = inputs;
  const sent = await around.sdk.sms.send(
    {
      to,
      body: text,
      message_type: 'transactional',
      client_ref: refOf(step),
      ...(from === null ? {} : { from }),
    },
    { idempotencyKey: `slack:step:${step.id}` },
  );
  if (sent.status === 'rejected')
    return failed(around, step, sent.error?.message ?? 'The server refuses the text. Nothing was sent.');
  const outputs = { message_id: sent.message_id, status: sent.status, segments: sent.segments };
  return {
    type: 'done',
    async record(tx) {
      const place = { our_number: sent.from, contact_number: sent.to, set_at: nowOf(around) };
      if (channel !== null) await setReplyPlace(tx, { ...place, channel });
      await addDone(around, tx, step, { type: 'sent', outputs });
    },
  };
}

/** No fault of the workflow, which may go another way: the server has noted the text and sent nothing. */
async function blocked(around: Around, step: Step): Promise<TaskOutcome> {
  const outputs = { message_id: '', status: 'blocked', segments: 0 };
  for await (const { message_id, segments } of around.sdk.sms.list({ client_ref: refOf(step) })) {
    Object.assign(outputs, { message_id, segments });
    break;
  }
  return { type: 'done', record: (tx) => addDone(around, tx, step, { type: 'sent', outputs }) };
}

const failed = (around: Around, step: Step, error: string): TaskOutcome => ({
  type: 'done',
  record: (tx) => addDone(around, tx, step, { type: 'failed', error }),
});

function addDone(around: Around, tx: Queries, { id, team, enterprise }: Step, end: StepEnd): Promise<boolean> {
  const at = nowOf(around);
  const payload: StepDonePayload = { run: id, team, enterprise, end };
  return addTask(tx, { key: `step_done:${id}`, lane: `step:${id}`, kind: 'step_done', payload, dueAt: at }, at);
}
