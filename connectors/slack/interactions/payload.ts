import { z } from 'zod';
import type { TeamRef } from '../workspaces/workspaces.ts';

/** What people do with what the app shows (docs.slack.dev, "Interaction payloads"), as far as it is used. */

const id = z.string().max(64);
const person = z.object({ id });

const clickSchema = z.object({
  type: z.literal('block_actions'),
  user: person,
  trigger_id: z.string().max(200),
  channel: z.object({ id }).optional(),
  container: z
    .object({ message_ts: id.optional(), thread_ts: id.optional(), is_ephemeral: z.boolean().default(false) })
    .optional(),
  response_url: z.string().max(500).optional(),
  view: z
    .object({
      id: z.string().max(64),
      hash: z.string().max(100).optional(),
      private_metadata: z.string().max(3_000).optional(),
      state: z.unknown().optional(),
    })
    .optional(),
  actions: z
    .array(z.object({ action_id: z.string().max(255), value: z.string().max(2_000).nullish() }))
    .min(1)
    .max(25),
});

const submissionSchema = z.object({
  type: z.literal('view_submission'),
  user: person,
  view: z.object({
    id: z.string().max(64),
    callback_id: z.string().max(255),
    private_metadata: z.string().max(3_000).default(''),
    state: z.object({
      values: z.record(z.string(), z.record(z.string(), z.looseObject({ type: z.string().optional() }))),
    }),
  }),
});

const shortcutSchema = z.object({
  type: z.enum(['shortcut', 'message_action']),
  user: person,
  callback_id: z.string().max(255),
  trigger_id: z.string().max(200),
  channel: z.object({ id }).optional(),
  message: z.looseObject({ ts: id, thread_ts: id.optional() }).optional(),
  response_url: z.string().max(500).optional(),
});

const interactionSchema = z.discriminatedUnion('type', [clickSchema, submissionSchema, shortcutSchema]);

export type Click = z.output<typeof clickSchema>;
export type Submission = z.output<typeof submissionSchema>;
export type Shortcut = z.output<typeof shortcutSchema>;
export type Interaction = Click | Submission | Shortcut;

/** Null for kinds that the app never asks for. */
export function readInteraction(payload: unknown): Interaction | null {
  const parsed = interactionSchema.safeParse(payload);
  return parsed.success ? parsed.data : null;
}

export const commandSchema = z.object({
  command: z.string().max(64),
  // PostgreSQL keeps no NUL, and looks for none.
  text: z
    .string()
    .max(4_000)
    .default('')
    .transform((text) => text.replaceAll('\u0000', '').toWellFormed()),
  user_id: id,
  channel_id: id,
  trigger_id: z.string().max(200),
});
export type Command = z.output<typeof commandSchema>;

/** What was filled in. */
export function filledIn({ view }: Submission, block: string): string | null {
  const [state] = Object.values(view.state.values[block] ?? {});
  const given = state?.['value'] ?? state?.['selected_user'] ?? Object(state?.['selected_option'])['value'];
  if (typeof given === 'string') return given;
  const moment = state?.['selected_date_time'];
  return typeof moment === 'number' ? String(moment) : null;
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
