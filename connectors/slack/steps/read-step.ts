import { z } from 'zod';
import type { Envelope } from '../ingress/envelope.ts';

/** The step of Workflow Builder, by the name that the manifest gives it. */
export const STEP = 'send_sms';

/** docs.slack.dev/reference/events/function_executed */
const executedSchema = z.object({
  type: z.literal('function_executed'),
  function: z.object({ callback_id: z.literal(STEP) }),
  inputs: z.record(z.string(), z.unknown()).catch({}),
  function_execution_id: z.string().regex(/^\w{1,64}$/),
  event_ts: z.string().max(32).nullish(),
  bot_access_token: z.string().min(1).max(500).nullish(),
});

/** What is written down of a run of the step: never its token. */
export interface Step {
  /** Of this run; the same when Slack tells of it again. */
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Where the app is installed. */
  readonly team: string;
  readonly enterprise: string | null;
  /** When it was begun, in Unix milliseconds; null = Slack did not say. */
  readonly begunAt: number | null;
}

export interface HeardStep extends Step {
  /** Good for this run alone. */
  readonly token: string | null;
}

/** Null for every other event. */
export function readStep({ event, team, enterprise = null }: Envelope): HeardStep | null {
  if (event['type'] !== 'function_executed') return null;
  const parsed = executedSchema.safeParse(event);
  if (!parsed.success) return null;
  const { function_execution_id: id, inputs, event_ts: ts, bot_access_token } = parsed.data;
  const begunAt = Number(ts) > 0 ? Math.floor(Number(ts) * 1_000) : null;
  return { id, team, enterprise, inputs, begunAt, token: bot_access_token ?? null };
}
