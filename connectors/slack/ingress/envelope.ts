import { z } from 'zod';

/** An event as Slack sends it (Events API); `event` is kept as it came, and read when it is dealt with. */
const envelopeSchema = z.object({
  type: z.literal('event_callback'),
  event_id: z.string().min(1).max(64),
  team_id: z.string().max(32),
  api_app_id: z.string().max(32).optional(),
  is_ext_shared_channel: z.boolean().optional(),
  authorizations: z
    .array(z.object({ team_id: z.string().nullish(), user_id: z.string().nullish() }))
    .max(10)
    .optional(),
  event: z.looseObject({
    type: z.string().max(64),
    channel: z.unknown().optional(),
    ts: z.string().max(32).optional(),
    thread_ts: z.string().max(32).optional(),
    deleted_ts: z.string().max(32).optional(),
    message: z.looseObject({ ts: z.string().max(32).optional(), thread_ts: z.string().max(32).optional() }).optional(),
    previous_message: z.looseObject({ thread_ts: z.string().max(32).optional() }).optional(),
  }),
});

export interface Envelope {
  readonly id: string;
  /** The workspace in which the app is installed, whoever wrote it. */
  readonly team: string;
  /** What happens in one thread is dealt with in order. */
  readonly lane: string;
  /** The channel is shared with another organisation. */
  readonly isShared: boolean;
  readonly event: Readonly<Record<string, unknown>>;
}

/** Null for what is no event; Slack may invent other envelopes at any time. */
export function readEnvelope(body: unknown): Envelope | null {
  const parsed = envelopeSchema.safeParse(body);
  if (!parsed.success) return null;
  const { event_id: id, team_id, event, is_ext_shared_channel: isShared = false, authorizations } = parsed.data;
  const team = authorizations?.[0]?.team_id ?? team_id;
  const channel = typeof event.channel === 'string' ? event.channel : '';
  const thread =
    event.thread_ts ?? event.message?.thread_ts ?? event.previous_message?.thread_ts ?? event.message?.ts ?? event.ts;
  return { id, team, lane: `in:${team}:${channel}:${thread ?? ''}`, isShared, event };
}
