import { z } from 'zod';
import type { TeamRef } from '../workspaces/workspaces.ts';

/** What people do with what the app shows (docs.slack.dev, "Interaction payloads"), as far as it is used. */

/** PostgreSQL keeps no NUL, and looks for none. */
const keepable = (text: string) => text.replaceAll('\u0000', '').toWellFormed();

const id = z.string().max(64);
const person = z.object({ id });

const team = z.object({ id: z.string().max(32) }).nullish();
const filled = z.looseObject({ type: z.string().optional() });
const values = z.record(z.string(), z.record(z.string(), filled));

const viewSchema = z.object({
  id: z.string().max(64),
  type: z.string().default('modal'),
  hash: z.string().max(100).optional(),
  callback_id: z.string().max(255).default(''),
  private_metadata: z.string().max(3_000).default(''),
  root_view_id: z.string().max(64).nullish(),
  previous_view_id: z.string().max(64).nullish(),
  state: z.object({ values: values.default({}) }).default({ values: {} }),
});

const clickSchema = z.object({
  type: z.literal('block_actions'),
  user: person,
  team,
  trigger_id: z.string().max(200).default(''),
  channel: z.object({ id }).optional(),
  container: z
    .object({ message_ts: id.optional(), thread_ts: id.optional(), is_ephemeral: z.boolean().default(false) })
    .optional(),
  response_url: z.string().max(500).optional(),
  view: viewSchema.optional(),
  actions: z
    .array(
      z.object({
        action_id: z.string().max(255),
        value: z.string().max(4_000).nullish(),
        selected_option: z.object({ value: z.string().max(255) }).nullish(),
      }),
    )
    .min(1)
    .max(25),
});

const submissionSchema = z.object({ type: z.literal('view_submission'), user: person, team, view: viewSchema });

const shortcutSchema = z.object({
  type: z.enum(['shortcut', 'message_action']),
  user: person,
  team,
  callback_id: z.string().max(255),
  trigger_id: z.string().max(200),
  channel: z.object({ id }).optional(),
  message: z.looseObject({ ts: id, thread_ts: id.optional() }).optional(),
  message_ts: id.optional(),
  response_url: z.string().max(500).optional(),
});

/** Somebody types into a select whose options come from here. */
const suggestionSchema = z.object({
  type: z.literal('block_suggestion'),
  user: person,
  team,
  action_id: z.string().max(255),
  value: z.string().max(255).default('').transform(keepable),
});

const interactionSchema = z.discriminatedUnion('type', [
  clickSchema,
  submissionSchema,
  shortcutSchema,
  suggestionSchema,
]);

export type Click = z.output<typeof clickSchema>;
export type Submission = z.output<typeof submissionSchema>;
export type Shortcut = z.output<typeof shortcutSchema>;
export type Suggestion = z.output<typeof suggestionSchema>;
export type Interaction = Click | Submission | Shortcut | Suggestion;
export type ShownView = z.output<typeof viewSchema>;

/** Null for kinds that the app never asks for. */
export function readInteraction(payload: unknown): Interaction | null {
  const parsed = interactionSchema.safeParse(payload);
  return parsed.success ? parsed.data : null;
}

export const commandSchema = z.object({
  command: z.string().max(64),
  text: z.string().max(4_000).default('').transform(keepable),
  user_id: id,
  channel_id: id,
  trigger_id: z.string().max(200),
});
export type Command = z.output<typeof commandSchema>;

/** What was filled in; '' = nothing. The action of a field has the name of its block, or is the only one there. */
export function filledIn({ state }: Pick<ShownView, 'state'>, block: string): string {
  const [field] = Object.values(state.values[block] ?? {});
  const given = field?.['value'] ?? field?.['selected_user'] ?? Object(field?.['selected_option'])['value'];
  if (typeof given === 'string') return keepable(given).trim();
  const moment = field?.['selected_date_time'];
  return typeof moment === 'number' ? String(moment) : '';
}

const named = z.object({ id }).nullish().catch(null);
const whereSchema = z.object({ team: named, enterprise: named }).catch({ team: null, enterprise: null });

/** Where somebody has clicked; an organisation in place of a workspace where the app is installed for all of it. */
export function teamOfInteraction(payload: unknown): TeamRef {
  const { team, enterprise } = whereSchema.parse(payload);
  return { team: team?.id ?? null, enterprise: enterprise?.id ?? null };
}

export const teamOfCommand = (fields: Readonly<Record<string, string>>): TeamRef => ({
  team: fields['team_id'] ?? null,
  enterprise: fields['enterprise_id'] ?? null,
});
