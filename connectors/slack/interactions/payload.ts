import { z } from 'zod';
import type { TeamRef } from '../workspaces/workspaces.ts';

/** What people do with what the app shows (docs.slack.dev, "Interaction payloads"), as far as it is used. */

/** PostgreSQL keeps no NUL, and looks for none. */
const keepable = (text: string) => text.replaceAll('\u0000', '').toWellFormed();

/** Slack leaves out what it has not, or says null, or an empty list where a record is meant. */
const absent = (value: unknown) => value ?? undefined;
const given = <T extends z.ZodType>(schema: T) => z.preprocess(absent, schema.optional());
const text = (lengthMax: number) => z.preprocess(absent, z.string().max(lengthMax).default(''));

const id = z.string().max(64);
const person = z.object({ id });

const team = z.object({ id: z.string().max(32) }).nullish();
const filled = z.looseObject({ type: z.string().optional() });
const fields = z.record(z.string(), filled);
const values = z.preprocess(
  (value) => (Array.isArray(value) && value.length === 0 ? {} : (value ?? {})),
  z.record(z.string(), fields),
);

const viewSchema = z.object({
  id,
  type: z.preprocess(absent, z.string().default('modal')),
  hash: given(z.string().max(100)),
  callback_id: text(255),
  private_metadata: text(3_000),
  root_view_id: id.nullish(),
  previous_view_id: id.nullish(),
  state: z.preprocess((value) => value ?? {}, z.object({ values })),
});

const clickSchema = z.object({
  type: z.literal('block_actions'),
  user: person,
  team,
  trigger_id: text(200),
  channel: given(z.object({ id })),
  container: given(z.object({ message_ts: given(id), thread_ts: given(id) })),
  response_url: given(z.string().max(500)),
  view: given(viewSchema),
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
  callback_id: text(255),
  trigger_id: text(200),
  channel: given(z.object({ id })),
  message: given(z.looseObject({ ts: id, thread_ts: given(id) })),
  message_ts: given(id),
  response_url: given(z.string().max(500)),
});

/** Somebody types into a select whose options come from here. */
const suggestionSchema = z.object({
  type: z.literal('block_suggestion'),
  user: person,
  team,
  action_id: z.string().max(255),
  value: text(255).transform(keepable),
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
  command: z.string().max(64).default('/sms'),
  text: text(4_000).transform(keepable),
  user_id: id,
  channel_id: id.default(''),
  trigger_id: text(200),
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
